"""Records in tables: by id, in the order they were made, found by what lists ask for."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Generic, overload

from ..manila.common import comparisons
from . import collation
from .fragments import Fragments
from .kinds import Kind, Kinds, R, Shown
from .noting import Noting
from .rows import Record, Row, check

Touched = list[tuple[str, Row]]
"""Rows that were added, changed or removed, with their kind, in that order, each once."""

INDEXED = frozenset(
    ("project_id", "share_id", "snapshot_id", "share_network_id", "share_server_id", "resource_id", "status")
)
"""Attributes, in any table, by which records are found without a look at all of them."""


TALLIED = frozenset(("host", "size"))
"""Attributes that a table's tally is made of."""
_NOTICED = INDEXED | TALLIED | {"id"}


def spelled(value: Any) -> Any:
    """A text that a caller may have written otherwise, as ids, statuses and projects are written.

    For the database it equals them, whatever its case and with spaces at its end. One that is so already is returned
    as it is, since what is found by it would keep a copy.
    """
    if not isinstance(value, str):
        return value
    as_written = value.lower().rstrip(" ") if value.isascii() else collation.key(value).lower()  # the same, at once
    return value if as_written == value else as_written


class _Several(list[R]):
    """The records of one value, in the order in which they were made."""

    __slots__ = ("revision",)

    revision: int
    """Tells these records from those at any other time. Below zero: one that is alone has its place in the order."""


_sequence = attrgetter("sequence")


class Index(Generic[R]):
    """Records by the value of one attribute, in any spelling; those of each in the order in which they were made.

    An id mostly has one record, which stands for itself, and a status may have all.
    """

    def __init__(self) -> None:
        self._found: dict[Any, R | _Several[R]] = {}
        self._changes = 0

    def revision(self, value: Any) -> int:
        """Tells which records are found by a value, spelled as the index has it, from those at any other time; 0 where
        there are none."""
        found = self._found.get(value)
        if found is None:
            return 0
        return found.revision if isinstance(found, _Several) else found.sequence

    def add(self, value: Any, row: R) -> None:
        value = self._as_it_has_it(value)
        found = self._found.get(value)
        if found is None:
            self._found[value] = row
            return
        if not isinstance(found, _Several):
            found = self._found[value] = _Several((found,))
        if found[-1].sequence < row.sequence:
            found.append(row)
        else:  # it came back to it, after younger ones were there
            insort(found, row, key=_sequence)
        self._changed(found)

    def remove(self, value: Any, row: R) -> None:
        value = self._as_it_has_it(value)
        found = self._found[value]
        if isinstance(found, _Several) and len(found) > 1:
            del found[bisect_left(found, row.sequence, key=_sequence)]
            self._changed(found)
        else:
            del self._found[value]

    def _changed(self, found: _Several[R]) -> None:
        self._changes += 1
        found.revision = -self._changes

    def get(self, value: Any) -> Sequence[R]:
        """The records of a value, oldest first."""
        found = self._found.get(self._as_it_has_it(value), ())
        return (found,) if isinstance(found, Row) else found

    def _as_it_has_it(self, value: Any) -> Any:
        """A value spelled as it is found by, which it mostly is already."""
        return value if value in self._found else spelled(value)


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


class Table(Noting, Generic[R]):
    """The records of one kind, by id. Ids and attributes are found as the database finds them, in any spelling."""

    def __init__(
        self, row: type[R], kind: str = "", touched: Touched | None = None, fragments: Fragments | None = None
    ) -> None:
        """`touched` is told of each change, where somebody wants to know, and `fragments` that there was one."""
        self._row = row
        self.kind = str(kind)  # without what a `Kind` knows: events tell of it, and the collector leaves texts alone
        self._touched = touched
        self._fragments = fragments or Fragments(0)
        self._records: dict[str, R] = {}
        # Of what its rows have, or of all where they take everything.
        indexed = INDEXED & row.attributes if row.attributes else INDEXED
        self._indexes: dict[str, Index[R]] = {attribute: Index() for attribute in indexed}
        self._sequence = 0
        self.tally = Tally()
        self.noticed = _NOTICED
        """Attributes whose changes it wants to know of."""
        self.kept = frozenset(("id",))
        """Attributes that never change."""
        self.sharing: _Sharing | None = None

    def __iter__(self) -> Iterator[R]:
        """The records, oldest first."""
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, id: object) -> bool:
        return id in self._records or spelled(id) in self._records

    def get(self, id: str) -> R | None:
        if not isinstance(id, str):  # what a caller sent may be anything
            return None
        return self._records.get(id) or self._records.get(spelled(id))

    def add(self, record: Record, *, checked: bool = True) -> R:
        """Keeps a record under its ``id``, which must be new; what it returns is what is kept, and changed later.

        A plain dict becomes a row of the table's kind; TypeError where it can't.
        Raises BadRequest, 400, for texts that the database of a real deployment can't store, unless `checked` is off.
        """
        if record["id"] in self._records:
            raise ValueError(f"there is a record {record['id']} already")
        if checked:
            check(record)
        row = record if isinstance(record, self._row) and record.table is None else self._row(**record)
        values = [(index, row.get(attribute)) for attribute, index in self._indexes.items()]
        hash(tuple(values))  # raises for what nothing can be found by, before anything has changed
        row.table, row.sequence = self, self._sequence + 1
        self.tally.put_in(row)
        self._sequence += 1
        self._records[record["id"]] = row
        for index, value in values:
            if value is not None:
                index.add(value, row)
        self.note(row)
        if self.sharing is not None:
            self.sharing.added(row)
        return row

    def put(self, row: R, attribute: str, value: Any) -> None:
        """Changes a row, and nothing that shows it."""
        self.changes(row, attribute, value)
        dict.__setitem__(row, attribute, value)
        self.note(row)

    def note(self, row: Row) -> None:
        """Notes that a row is another one than it was.

        What is in its attributes is replaced and never changed in place, so that this misses nothing.
        """
        if self._touched is not None and row.revision == row.told:
            self._touched.append((self.kind, row))
        row.revision += 1
        self._fragments.changes += 1
        if self._noted is not None:
            self._noted[row["id"]] = None

    def index(self, attribute: str) -> Index[R] | None:
        """What records are found by, where it is that attribute."""
        return self._indexes.get(attribute)

    def remove(self, id: str) -> R | None:
        row = self._records.pop(id, None)
        if row is not None:
            row.table = None
            self.note(row)
            self.tally.take_out(row)
            for attribute, index in self._indexes.items():
                if (value := row.get(attribute)) is not None:
                    index.remove(value, row)
        return row

    def changes(self, row: R, attribute: str, value: Any) -> None:
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

    def newest_first(self, **attributes: Any) -> Iterator[R]:
        """The records whose attributes equal the given ones. Looks at those of the rarest indexed value only."""
        indexed = [
            self._indexes[key].get(value)
            for key, value in attributes.items()
            if key in self._indexes and value is not None
        ]
        rows = reversed(min(indexed, key=len)) if indexed else reversed(self._records.values())
        if len(attributes) == len(indexed) == 1 or not attributes:
            return rows
        return (row for row in rows if all(collation.equal(row.get(key), each) for key, each in attributes.items()))

    def where(self, **attributes: Any) -> list[R]:
        """The records whose attributes equal the given ones, newest first."""
        return list(self.newest_first(**attributes))

    def named(self, name: object) -> R | None:
        """The first record whose ``name`` the database finds equal to what a caller sent."""
        fits = comparisons.equals(name)
        return self.first(lambda record: fits(record["name"]))

    def first(self, predicate: Callable[[R], bool]) -> R | None:
        return next((r for r in self if predicate(r)), None)


class _Sharing:
    """Two tables of which the records of one show what those of the other own, so that the two cannot disagree.

    Both hold it, as an index holds what it finds by: whoever changes either changes both, and a record that gets
    another active one shows what that one has.
    """

    def __init__(self, shown: Shown, table: Table[Any], of: Table[Any]) -> None:
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
        if row.sequence == active.sequence:
            active.sequence = row.sequence  # one object for both numbers: there may be many records
        for name in self._shown.attributes:
            if name in active:
                if name not in row or row[name] is not active[name]:
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

    def __init__(self, kinds: Kinds = MappingProxyType({}), render_cache: int = 0, *, tell: bool = False) -> None:
        """`kinds` are those whose records are declared; those of any other kind are rows that take everything.

        `render_cache` is how many bytes of answers are kept. `tell` is whether somebody looks at `touched`.
        """
        self._kinds = kinds
        self.touched: Touched | None = [] if tell else None
        """What has happened to records; whoever looks at it empties it."""
        self._tables: dict[str, Table[Any]] = {}
        self._noting = False
        self.fragments = Fragments(render_cache)

    @overload
    def __getitem__(self, kind: Kind[R]) -> Table[R]: ...
    @overload
    def __getitem__(self, kind: str) -> Table[Any]: ...
    def __getitem__(self, kind: str) -> Table[Any]:
        table = self._tables.get(kind)
        if table is None:
            table = self._add(kind)
            for other in self._kinds.values():
                if other.shows is not None and kind in (other, other.shows.of):
                    _Sharing(other.shows, self._add(other), self._add(other.shows.of))
        return table

    def _add(self, kind: str) -> Table[Any]:
        if kind not in self._tables:
            row = self._kinds[kind].row if kind in self._kinds else Row
            table = self._tables[kind] = Table(row, kind, self.touched, self.fragments)
            if self._noting:
                table.note_changes()
        return self._tables[kind]

    def note_changes(self) -> None:
        """From now on, each table notes which of its records change."""
        self._noting = True
        for table in self._tables.values():
            table.note_changes()

    def copy(self) -> Store:
        """The records as they are now; what happens to either store later doesn't touch the other's."""
        copied = Store(self._kinds, self.fragments.limit)
        for kind, table in self._tables.items():
            for record in table:
                copied[kind].add(dict(record), checked=False)
        return copied

    def size(self) -> int:
        """How many records there are."""
        return sum(map(len, self._tables.values()))

    def kinds(self) -> dict[str, Table[Any]]:
        """Those that there are, by their kind."""
        return dict(self._tables)
