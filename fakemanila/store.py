"""Records in tables: dicts by id, in the order they were made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Record = dict[str, Any]
"""One resource: the attributes that the contract's response schemas show, and what handlers need besides."""


class Table:
    """The records of one kind, by id."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def __iter__(self) -> Iterator[Record]:
        """The records, oldest first."""
        return iter(self._records.values())

    def newest_first(self) -> Iterator[Record]:
        return reversed(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, id: object) -> bool:
        return id in self._records

    def get(self, id: str) -> Record | None:
        return self._records.get(id)

    def add(self, record: Record) -> Record:
        """Keeps a record under its ``id``, which must be new."""
        if record["id"] in self._records:
            raise ValueError(f"there is a record {record['id']} already")
        self._records[record["id"]] = record
        return record

    def remove(self, id: str) -> Record | None:
        return self._records.pop(id, None)

    def where(self, **attributes: Any) -> list[Record]:
        """The records whose attributes equal the given ones, newest first."""
        return [r for r in self.newest_first() if all(r.get(k) == v for k, v in attributes.items())]

    def first(self, predicate: Callable[[Record], bool]) -> Record | None:
        return next((r for r in self if predicate(r)), None)


class Store:
    """The tables of one world, made when first asked for."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def __getitem__(self, kind: str) -> Table:
        return self._tables.setdefault(kind, Table())

    def copy(self) -> Store:
        """The records as they are now; what happens to either store later doesn't touch the other's."""
        copied = Store()
        for kind, table in self._tables.items():
            for record in table:
                copied[kind].add(dict(record))
        return copied

    def kinds(self) -> dict[str, Table]:
        return dict(self._tables)
