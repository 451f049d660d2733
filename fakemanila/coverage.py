"""What is implemented, of what there is: the rows of ``fakemanila operations`` and of the README's table."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .contract.model import Operation, load
from .resources import HANDLERS
from .versions import MAXIMUM, MINIMUM


@dataclass(frozen=True, slots=True)
class Row:
    """One operation under its newest route. `action` is the key of an action body, None for other calls."""

    id: str
    chapter: str
    method: str
    path: str
    action: str | None
    versions: str
    implemented: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def _row(operation: Operation) -> Row:
    newest = max(operation.routes, key=lambda route: route.versions.max or MAXIMUM)
    low = min(route.versions.min or MINIMUM for route in operation.routes)
    high = max(route.versions.max or MAXIMUM for route in operation.routes)
    return Row(
        id=operation.id,
        chapter=operation.chapter,
        method=newest.method,
        path=f"/v2{newest.path}",
        action=newest.action,
        versions=f"{low} - {high}",
        implemented=operation.id in HANDLERS,
    )


def operation_rows() -> list[Row]:
    """Every operation of the contract, by id."""
    return [_row(operation) for operation in sorted(load(), key=lambda operation: operation.id)]


START, END = "<!-- coverage -->", "<!-- /coverage -->"


def with_table(text: str) -> str:
    """A document with the table of today between its two markers."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{markdown_table()}\n{END}{after}"


def markdown_table() -> str:
    """The README's table: per chapter, how many operations there are and how many of them answer."""
    rows = operation_rows()
    total, done = Counter(row.chapter for row in rows), Counter(row.chapter for row in rows if row.implemented)
    lines = ["| chapter | operations | implemented |", "|---|---:|---:|"]
    lines += [f"| {chapter} | {total[chapter]} | {done[chapter]} |" for chapter in sorted(total)]
    lines.append(f"| **all** | **{total.total()}** | **{done.total()}** |")
    return "\n".join(lines)


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(with_table(document.read_text(encoding="utf-8")), encoding="utf-8")
