"""Records in tables: dicts by id, in the order they were made, found by what lists ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ..manila import errors
from ..manila.common import comparisons
from . import collation

Record = dict[str, Any]
"""One resource: the attributes that the contract's response schemas show, and what handlers need besides."""

INDEXED = frozenset(("project_id", "share_id", "snapshot_id", "share_network_id", "resource_id", "status"))
"""Attributes, in any table, by which records are found without a look at all of them."""


TALLIED = frozenset(("host", "size"))
"""Attributes that a table's tally is made of."""
_NOTICED = INDEXED | TALLIED | {"id"}


class Shown(NamedTuple):
    """What the records of one kind show of the records of another, each of its active one."""

    kind: str
    of: str
    attributes: tuple[str, ...]
    active: str
    """The attribute that has the active one's id."""
    back: str
    """The attribute that has the id of the record that it is of."""


SHOWN = (
    Shown(
        "shares",
        "share_instances",
        (
            "status",
            "host",
            "availability_zone",
            "share_type_id",
            "share_network_id",
            "share_server_id",
            "progress",
            "updated_at",
        ),
        "instance_id",
        "share_id",
    ),
    Shown(
        "snapshots", "snapshot_instances", ("status", "provider_location", "updated_at"), "instance_id", "snapshot_id"
    ),
)
"""Facts that an instance owns, and that its share or snapshot shows while it is the active one."""


def spelled(value: Any) -> Any:
    """A text that a caller may have written otherwise, as ids, statuses and projects are written.

    For the database it equals them, whatever its case and with spaces at its end.
    """
    return collation.key(value).lower() if isinstance(value, str) else value


def _check(value: Any) -> None:
    """Raises BadRequest, 400, for what a deployment's database can't store: characters of four bytes, such as emoji."""
    if isinstance(value, str):
        if not value.isascii() and not comparisons.storable(value):
            raise errors.BadRequest(f"{value!r} has characters that the database cannot store.")
    elif isinstance(value, dict):
        for key in value:
            if not (type(key) is str and key.isascii()):
                _check(key)
        _check_all(value.values())
    elif isinstance(value, list):
        _check_all(value)


def _check_all(values: Iterable[Any]) -> None:
    for value in values:
        kind = type(value)
        if kind is str:
            if not value.isascii():
                _check(value)
        elif kind is dict or kind is list:
            _check(value)


class Row(Record):
    """A record in a table: a dict that tells the table when one of the attributes changes that it counts by.

    It does so for every method of a dict. Another id, and a value that cannot be counted by, are refused. A record that
    was removed from its table is a dict as any other.
    """

    __slots__ = ("sequence", "table")

    def __init__(self, record: Record, table: Table, sequence: int) -> None:
        super().__init__(record)
        self.table: Table | None = table
        self.sequence = sequence
        """Its place in the order in which records were made."""

    def __setitem__(self, key: str, value: Any) -> None:
        _check(value)
        self._set(key, value)

    def _set(self, key: str, value: Any) -> None:
        table = self.table
        if table is not None and key in table.noticed:
            table.put(self, key, value)
            if table.sharing is not None:
                table.sharing.changed(self, key, value)
        else:
            super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        table = self.table
        if table is not None and key in table.noticed and key in self:
            if table.sharing is not None and key in table.sharing.keys:
                raise ValueError(f"the record {self['id']} keeps its {key}, which another record has too")
            table.changes(self, key, None)
        super().__delitem__(key)

    def update(self, *others: Any, **changes: Any) -> None:
        """As a dict has it."""
        new = dict(*others, **changes)
        _check(new)
        if self.table is None or self.table.noticed.isdisjoint(new):
            super().update(new)
        else:
            for key, value in new.items():
                self._set(key, value)

    def __ior__(self, other: Any) -> Row:  # type: ignore[override,misc]  # a dict's takes and gives the same
        self.update(other)
        return self

    def setdefault(self, key: str, default: Any = None) -> Any:
        """As a dict has it."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str, *default: Any) -> Any:
        """As a dict has it."""
        if key not in self:
            return super().pop(key, *default)
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """As a dict has it."""
        if not self:
            return super().popitem()
        key = next(reversed(self))
        return key, self.pop(key)

    def clear(self) -> None:
        """Refused while it is in a table: a record has an id there."""
        if self.table is not None:
            raise ValueError(f"the record {self['id']} is in a table: remove it from there instead")
        super().clear()

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
        self._add(record.get("host"), record.get("size"), 1)

    def take_out(self, record: Record) -> None:
        self._add(record.get("host"), record.get("size"), -1)

    def changes(self, record: Record, attribute: str, value: Any) -> None:
        """Notes that a record's attribute is about to have another value."""
        new = {"host": record.get("host"), "size": record.get("size"), attribute: value}
        self._add(new["host"], new["size"], 1)  # first, since it raises for what cannot be counted
        self.take_out(record)

    def _add(self, host: str | None, size: int | None, sign: int) -> None:
        if host:
            self.size[host] += sign * (size or 0)
            self.count[host] += sign


class Table:
    """The records of one kind, by id. Ids and attributes are found as the database finds them, in any spelling."""

    def __init__(self) -> None:
        self._records: dict[str, Row] = {}
        self._indexes = {attribute: _Index() for attribute in INDEXED}
        self._sequence = 0
        self.tally = Tally()
        self.noticed = _NOTICED
        """Attributes whose changes it wants to know of."""
        self.kept = frozenset(("id",))
        """Attributes that never change."""
        self.sharing: _Sharing | None = None

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
        values = [(index, record.get(attribute)) for attribute, index in self._indexes.items()]
        hash(tuple(values))  # raises for what nothing can be found by, before anything has changed
        row = Row(record, self, self._sequence + 1)
        self.tally.put_in(row)
        self._sequence += 1
        self._records[record["id"]] = row
        for index, value in values:
            if value is not None:
                index.add(value, row)
        if self.sharing is not None:
            self.sharing.added(row)
        return row

    def put(self, row: Row, attribute: str, value: Any) -> None:
        """Changes a row, and nothing that shows it."""
        self.changes(row, attribute, value)
        dict.__setitem__(row, attribute, value)

    def remove(self, id: str) -> Record | None:
        row = self._records.pop(id, None)
        if row is not None:
            row.table = None
            self.tally.take_out(row)
            for attribute, index in self._indexes.items():
                if (value := row.get(attribute)) is not None:
                    index.remove(value, row)
        return row

    def changes(self, row: Row, attribute: str, value: Any) -> None:
        """Notes that a row's attribute is about to have another value, None where it goes.

        Raises ValueError for one that never changes, such as the id, and TypeError for a value that cannot be counted
        or found by.
        """
        old = row.get(attribute)
        if attribute in self.kept:
            if old != value:
                raise ValueError(f"the record {row['id']} keeps its {attribute} while it is in a table")
        elif attribute in TALLIED:
            self.tally.changes(row, attribute, value)
        elif attribute in INDEXED and old != value:
            hash(value)
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


class _Sharing:
    """Two tables of which the records of one show what those of the other own, so that the two cannot disagree.

    Both hold it, as an index holds what it finds by: whoever changes either changes both, and a record that gets
    another active one shows what that one has.
    """

    def __init__(self, shown: Shown, table: Table, of: Table) -> None:
        self._shown = shown
        self._table = table
        self._of = of
        self.keys = frozenset((*shown.attributes, shown.active))
        table.sharing = of.sharing = self
        table.noticed = of.noticed = _NOTICED | self.keys | {shown.back}
        of.kept = frozenset(("id", shown.back))

    def added(self, row: Row) -> None:
        other = self._other(row)
        if other is not None:
            self._take(*((row, other) if row.table is self._table else (other, row)))

    def changed(self, row: Row, attribute: str, value: Any) -> None:
        if attribute in self._shown.attributes:
            other = self._other(row)
            if other is not None and other.table is not None:
                other.table.put(other, attribute, value)
        else:
            self.added(row)

    def _take(self, row: Row, active: Row) -> None:
        """Has a record show what its active one has; what that has not yet, it has from the record."""
        for name in self._shown.attributes:
            if name in active:
                self._table.put(row, name, active[name])
            elif name in row:
                self._of.put(active, name, row[name])

    def _other(self, row: Row) -> Row | None:
        """The active one of a record, or the record whose active one this is."""
        if row.table is self._table:
            found = self._of._records.get(row.get(self._shown.active, ""))
            return found if found is not None and found.get(self._shown.back) == row["id"] else None
        found = self._table._records.get(row.get(self._shown.back, ""))
        return found if found is not None and found.get(self._shown.active) == row["id"] else None


class Store:
    """The tables of one world, made when first asked for."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def __getitem__(self, kind: str) -> Table:
        table = self._tables.get(kind)
        if table is None:
            table = self._tables[kind] = Table()
            for shown in SHOWN:
                if kind in (shown.kind, shown.of):
                    pair = [self._tables.setdefault(each, Table()) for each in (shown.kind, shown.of)]
                    _Sharing(shown, *pair)
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
