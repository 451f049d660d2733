"""Measurements as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Row(NamedTuple):
    """What was measured, the figures, what they come to, what was wanted, whether that was reached."""

    what: str
    measured: str
    result: str
    goal: str
    reached: bool


def table(rows: Iterable[Row]) -> str:
    """The rows, with how each compares to its goal."""
    lines = ["| what | measured | result | goal | |", "|---|---|---:|---:|---|"]
    lines += [
        f"| {row.what} | {row.measured} | {row.result} | {row.goal} | {'reached' if row.reached else 'missed'} |"
        for row in rows
    ]
    return "\n".join(lines)
