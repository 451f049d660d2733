"""What was asked of a world, and what it answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Entry:
    """One request. `operation` is None for a path that no route knows; `version` for one that never got that far."""

    id: str
    time: str
    method: str
    path: str
    operation: str | None = None
    project_id: str | None = None
    user_id: str | None = None
    version: str | None = None
    status: int | None = None
    contract_warnings: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """The rules that fired, by the names that people know them by."""

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "operation": self.operation,
            "project_id": self.project_id,
            "user_id": self.user_id,
            "microversion": self.version,
            "status": self.status,
            "contract_warnings": self.contract_warnings,
            "faults": self.faults,
        }


class Journal:
    """A ring of the last requests, oldest first."""

    def __init__(self, size: int = 10_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()
