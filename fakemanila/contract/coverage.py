"""What is implemented, of what there is: the rows of ``fakemanila operations``."""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import extensions
from ..manila.resources import HANDLERS
from ..versions import MAXIMUM, MINIMUM
from .model import Operation, load


class Row(NamedTuple):
    """One operation under its newest route. `action` is the key of an action body, None for other calls."""

    id: str
    chapter: str
    method: str
    path: str
    action: str | None
    versions: str
    implemented: bool

    def to_json(self) -> dict[str, Any]:
        return self._asdict()


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
    extensions.load()
    return [_row(operation) for operation in sorted(load(), key=lambda operation: operation.id)]
