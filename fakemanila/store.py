"""Records in tables: dicts by id, in the order they were made, found by what lists ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from . import collation, comparisons, errors

Record = dict[str, Any]
"""One resource: the attributes that the contract's response schemas show, and what handlers need besides."""

INDEXED = frozenset(("project_id", "share_id", "snapshot_id", "resource_id", "status"))
"""Attributes, in any table, by which records are found without a look at all of them. They change, but never go."""


TALLIED = frozenset(("host", "size"))
"""Attributes that a table's tally is made of."""
_NOTICED = INDEXED | TALLIED


def spelled(value: Any) -> Any:
    """A text that a caller may have written otherwise, as ids, statuses and projects are written.

    For the database it equals them, whatever its case and with spaces at its end.
    """
    return collation.key(value).lower() if isinstance(value, str) else value


def _check(value: Any) -> None:
    """Raises BadRequest, 400, for what a deployment's database can't store: characters of four bytes, such as emoji."""
    if isinstance(value, str):
        if not comparisons.storable(value):
            raise errors.BadRequest(f"{value!r} has characters that the database cannot store.")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key)
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)


class Row(Record):
    """A record in a table: a dict that tells the table when one of the attributes changes that it counts by."""

    __slots__ = ("sequence", "table")

    def __init__(self, record: Record, table: Table, sequence: int) -> None:
        super().__init__(record)
        self.table: Table | None = table
        self.sequence = sequence
        """Its place in the order in which records were made."""

    def __setitem__(self, key: str, value: Any) -> None:
        _check(value)
        table = self.table
        if table is None or key not in _NOTICED:
            super().__setitem__(key, value)
        elif key in INDEXED:
            table.reindex(self, key, value)
            super().__setitem__(key, value)
        else:
            table.tally.take_out(self)
            super().__setitem__(key, value)
            table.tally.put_in(self)

    def update(self, *others: Any, **changes: Any) -> None:
        """As a dict has it."""
        new = dict(*others, **changes)
        _check(new)
        for key in _NOTICED.intersection(new):
            self[key] = new[key]
        super().update(new)

    def __reduce__(self) -> tuple[type[Record], tuple[Record]]:
        return dict, (dict(self),)  # a copy is a plain record, and no part of the table


class _Index:
    """Records by the value of one attribute, in any spelling; those of each in the order in which they were made."""

    def __init__(self) -> None:
        self._found: dict[Any, dict[int, Row]] = {}
        self._unsorted: set[Any] = set()
        """Values that a record came back to, after younger ones were there."""

    def add(self, value: Any, row: Row) -> None:
        value = spelled(value)
        found = self._found.setdefault(value, {})
        if found and row.sequence < next(reversed(found)):
            self._unsorted.add(value)
        found[row.sequence] = row

    def remove(self, value: Any, row: Row) -> None:
        value = spelled(value)
        found = self._found[value]
        del found[row.sequence]
        if not found:
            del self._found[value]
            self._unsorted.discard(value)

    def get(self, value: Any) -> dict[int, Row]:
        """The records of a value by sequence, oldest first."""
        value = spelled(value)
        if value in self._unsorted:
            self._found[value] = dict(sorted(self._found[value].items()))
            self._unsorted.discard(value)
        return self._found.get(value, {})


class Tally:
    """How many records of a table are on each host, and how large they are together."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.size: Counter[str] = Counter()

    def put_in(self, record: Record) -> None:
        if host := record.get("host"):
            self.count[host] += 1
            self.size[host] += record.get("size") or 0

    def take_out(self, record: Record) -> None:
        if host := record.get("host"):
            self.count[host] -= 1
            self.size[host] -= record.get("size") or 0


class Table:
    """The records of one kind, by id. Ids and attributes are found as the database finds them, in any spelling."""

    def __init__(self) -> None:
        self._records: dict[str, Row] = {}
        self._indexes = {attribute: _Index() for attribute in INDEXED}
        self._sequence = 0
        self.tally = Tally()

    def __iter__(self) -> Iterator[Record]:
        """The records, oldest first."""
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, id: object) -> bool:
        return id in self._records or spelled(id) in self._records

    def get(self, id: str) -> Record | None:
        if not isinstance(id, str):  # what a caller sent may be anything
            return None
        return self._records.get(id) or self._records.get(spelled(id))

    def add(self, record: Record, *, checked: bool = True) -> Record:
        """Keeps a record under its ``id``, which must be new; what it returns is what is kept, and changed later.

        Raises BadRequest, 400, for texts that the database of a real deployment can't store, unless `checked` is off.
        """
        if record["id"] in self._records:
            raise ValueError(f"there is a record {record['id']} already")
        if checked:
            _check(record)
        self._sequence += 1
        row = self._records[record["id"]] = Row(record, self, self._sequence)
        for attribute, index in self._indexes.items():
            if (value := row.get(attribute)) is not None:
                index.add(value, row)
        self.tally.put_in(row)
        return row

    def remove(self, id: str) -> Record | None:
        row = self._records.pop(id, None)
        if row is not None:
            row.table = None
            self.tally.take_out(row)
            for attribute, index in self._indexes.items():
                if (value := row.get(attribute)) is not None:
                    index.remove(value, row)
        return row

    def reindex(self, row: Row, attribute: str, value: Any) -> None:
        """Notes that a row's attribute is about to have another value."""
        old = row.get(attribute)
        if old != value:
            if old is not None:
                self._indexes[attribute].remove(old, row)
            if value is not None:
                self._indexes[attribute].add(value, row)

    def newest_first(self, **attributes: Any) -> Iterator[Record]:
        """The records whose attributes equal the given ones. Looks at those of the rarest indexed value only."""
        indexed = [
            self._indexes[key].get(value) for key, value in attributes.items() if key in INDEXED and value is not None
        ]
        rows = reversed((min(indexed, key=len) if indexed else self._records).values())
        if len(attributes) == len(indexed) == 1 or not attributes:
            return rows
        return (row for row in rows if all(collation.equal(row.get(key), each) for key, each in attributes.items()))

    def where(self, **attributes: Any) -> list[Record]:
        """The records whose attributes equal the given ones, newest first."""
        return list(self.newest_first(**attributes))

    def named(self, name: object) -> Record | None:
        """The first record whose ``name`` the database finds equal to what a caller sent."""
        fits = comparisons.equals(name)
        return self.first(lambda record: fits(record["name"]))

    def first(self, predicate: Callable[[Record], bool]) -> Record | None:
        return next((r for r in self if predicate(r)), None)


class Store:
    """The tables of one world, made when first asked for."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def __getitem__(self, kind: str) -> Table:
        table = self._tables.get(kind)
        if table is None:
            table = self._tables[kind] = Table()
        return table

    def copy(self) -> Store:
        """The records as they are now; what happens to either store later doesn't touch the other's."""
        copied = Store()
        for kind, table in self._tables.items():
            for record in table:
                copied[kind].add(record, checked=False)
        return copied

    def kinds(self) -> dict[str, Table]:
        return dict(self._tables)
