"""Differences that are meant to be: the section ``source`` of ``schemas/patches.json``.

A list of ``{"operations": [PATTERN…], "differences": [PATTERN…], "why": TEXT}``. Patterns have ``*`` for anything.
Those of differences are held against ``WHAT: SOURCE / CONTRACT``, such as ``query.limit maximum: 9 / nothing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..patches import PatchError
from .compare import Difference


def unexplained(differences: Iterable[Difference], patches: dict[str, Any]) -> list[Difference]:
    """Those that no entry explains.

    Raises PatchError for an entry without a reason, or with a pattern that fits nothing.
    """
    entries = [_Entry(number, entry) for number, entry in enumerate(patches.get("source", []), 1)]
    found = []
    for difference in differences:
        explaining = [entry for entry in entries if entry.explains(difference)]  # all of them: each counts what it fits
        if not explaining:
            found.append(difference)
    for entry in entries:
        entry.check()
    return found


class _Entry:
    def __init__(self, number: int, entry: dict[str, Any]) -> None:
        self._name = f"source: entry {number}"
        if not entry.get("why"):
            raise PatchError(f"{self._name}: a patch needs its why")
        if missing := {"operations", "differences"} - entry.keys():
            raise PatchError(f"{self._name}: it has no {min(missing)}")
        self._operations = _patterns(entry["operations"])
        self._differences = _patterns(entry["differences"])
        self._used: set[str] = set()

    def explains(self, difference: Difference) -> bool:
        """Whether it is about the difference; remembers by which patterns."""
        text = f"{difference.what}: {difference.source} / {difference.contract}"
        operations = {known for known, pattern in self._operations.items() if pattern.fullmatch(difference.operation)}
        differences = {known for known, pattern in self._differences.items() if pattern.fullmatch(text)}
        if not operations or not differences:
            return False
        self._used |= operations | differences
        return True

    def check(self) -> None:
        """Raises PatchError for a pattern that explained nothing."""
        for pattern in (*self._operations, *self._differences):
            if pattern not in self._used:
                raise PatchError(f"{self._name}: {pattern!r} explains nothing")


def _patterns(texts: list[str]) -> dict[str, re.Pattern[str]]:
    return {text: re.compile(".*".join(re.escape(part) for part in text.split("*"))) for text in texts}
