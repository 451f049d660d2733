"""Reading the JSON that people write: whatever is wrong is named, with its value and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any


def hint(word: object, words: Collection[str]) -> str:
    """``"; did you mean 'shares.create'?"``, or what there is to choose from where nothing is near."""
    near = difflib.get_close_matches(str(word), words, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {', '.join(sorted(words))}" if len(words) <= 20 else ""


def mapping(value: object, field: str, keys: Collection[str] | None = None) -> dict[str, Any]:
    """An object with no keys but `keys` (any, where None). Raises ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{field}: {value!r} is no object")
    for key in value:
        if not isinstance(key, str):
            raise ValueError(f"{field}: {key!r} is no name")
        if keys is not None and key not in keys:
            raise ValueError(f"{field}: {key!r} is no field of it{hint(key, keys)}")
    return dict(value)


def text(value: object, field: str) -> str:
    """A string that isn't empty. Raises ValueError."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{field}: {value!r} is no text")
    return value


def whole(value: object, field: str, least: int = 0) -> int:
    """A whole number from `least` up. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{field}: {value!r} is no whole number from {least}")
    return value


def fraction(value: object, field: str) -> float:
    """A number from 0 to 1. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{field}: {value!r} is no number from 0 to 1")
    return value


def true(value: object, field: str) -> None:
    """Raises ValueError for anything but true: such an effect has nothing else to say."""
    if value is not True:
        raise ValueError(f"{field}: {value!r} is not true; leave the rule out, or clear it, to turn it off")


def http_status(value: object, field: str) -> int:
    """An HTTP status code. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 200 <= value <= 599:
        raise ValueError(f"{field}: {value!r} is no HTTP status from 200 to 599")
    return value
