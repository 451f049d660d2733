"""Measurements as a table in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
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


def write(page: Path, name: str, text: str) -> None:
    """Puts text between the marks ``<!-- name -->`` and ``<!-- /name -->`` of a page."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    old = page.read_text(encoding="utf-8")
    page.write_text(re.sub(f"{start}.*{end}", lambda _: f"{start}{text}{end}", old, flags=re.DOTALL), encoding="utf-8")
