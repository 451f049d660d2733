"""What delays and faults call the operations, and the phases of those that have any: ``OPERATION/PHASE``."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from ..text.suggestions import nearest

SEPARATOR = "/"


def fits(name: str, pattern: str) -> bool:
    """Whether a pattern with ``*``, ``?`` and ``[…]`` fits a name. One of a phase never fits an operation, or back."""
    return (SEPARATOR in name) == (SEPARATOR in pattern) and fnmatchcase(name, pattern)


def check(pattern: str, names: Collection[str], field: str) -> None:
    """Raises ValueError that names the field and what would be right, for a pattern that fits no name."""
    if not any(fits(name, pattern) for name in names):
        alike = [name for name in names if (SEPARATOR in name) == (SEPARATOR in pattern)]
        what = "phase" if SEPARATOR in pattern else "operation"
        raise ValueError(f"{field}: no {what} is called {pattern!r}{nearest(pattern, alike)}")
