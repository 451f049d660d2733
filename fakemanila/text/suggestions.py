"""What was probably meant by a word that nobody knows."""

from __future__ import annotations

import difflib
from collections.abc import Collection


def nearest(word: object, words: Collection[str]) -> str:
    """``"; did you mean 'size'?"``, or what there is to choose from where nothing is near."""
    near = difflib.get_close_matches(str(word), words, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(sorted(words))}" if len(words) <= 20 else ""
