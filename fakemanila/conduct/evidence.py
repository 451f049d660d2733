"""What a rule has found, before it has a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .history import Request


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one client did. `requests` are those that show it, in their order and never none."""

    summary: str
    """One line with figures."""
    requests: Sequence[Request]
    operation: str | None = None
    """Where it is about a single one."""


def middle(values: Sequence[float]) -> float:
    """The value in the middle, the upper one of two."""
    return sorted(values)[len(values) // 2]


def seconds(value: float) -> str:
    """``"0.25 s"``, with two digits that count."""
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"
