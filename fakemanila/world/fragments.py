"""What was made of records, kept until a record changes that it was made of."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from operator import is_
from typing import TYPE_CHECKING, Any, NamedTuple

from .rows import Record, Row

if TYPE_CHECKING:
    from .store import Index

LIMIT = 16 * 1024 * 1024
"""Bytes of fragments that a world keeps at most, with what it knows of them. Half of them are those that were asked for
last."""
_EACH, _FOR_EACH_READ = 600, 80
"""Bytes that a fragment takes besides its content, and for each record or value that it depends on: what Python needs
for objects of this kind."""
MOST_LISTS, _PART = 4, 16
"""So many lists are kept besides, as they were put together last, each of a sixteenth of that at most."""
SWITCH = "FAKEMANILA_RENDER_CACHE"
"""The variable of the environment that is 0 where nothing is kept."""
_NONE: Mapping[Hashable, Fragment] = {}
MAX_READS = 100
"""Records that a fragment may be made of: to look whether any has changed must cost less than to make it anew."""


class Fragment(NamedTuple):
    content: bytes
    rows: tuple[tuple[Row, int], ...]
    """The records that were read, and at which revision."""
    finds: tuple[tuple[Index[Any], Any, int], ...]
    """What was looked for by a value, found or not, and at which revision of what is found by it."""

    @property
    def size(self) -> int:
        return len(self.content) + _EACH + _FOR_EACH_READ * (len(self.rows) + len(self.finds))


class Put(NamedTuple):
    """The fragments of a list, put together."""

    changes: int
    """How often anything had changed in the store by then."""
    records: Sequence[Record]
    content: bytes


class Reads:
    """What has been read to make something; `others` where it is more than can be watched."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[Row, int]] = {}
        self.finds: list[tuple[Index[Any], Any, int]] = []
        self.others = False

    def row(self, row: Row) -> None:
        self.rows[id(row)] = row, row.revision
        if len(self.rows) > MAX_READS:
            self.others = True


class Fragments:
    """The fragments of one store, by record and by what was made of it."""

    def __init__(self, limit: int) -> None:
        """`limit` in bytes; 0 keeps none."""
        self.limit = limit
        self.changes = 0
        """How often anything has changed in the store."""
        self._lists: dict[Hashable, Put] = {}
        self._young: dict[int, dict[Hashable, Fragment]] = {}
        """By where a record is in memory: a fragment holds its record, so that no other one can be there."""
        self._old: dict[int, dict[Hashable, Fragment]] = {}
        self._size = 0
        """Bytes of the young ones. When they are half of what is allowed, they are the old ones, and those go."""

    def get(self, row: Row, view: Hashable) -> bytes | None:
        """What was made of a record for that view, if it is what would be made of it now."""
        found = young = self._young.get(id(row), _NONE).get(view)
        if found is None:
            found = self._old.get(id(row), _NONE).get(view)
            if found is None:
                return None
        for read, revision in found.rows:
            if read.revision != revision:
                return None
        for index, value, revision in found.finds:
            if index.revision(value) != revision:
                return None
        if young is None:
            self._keep(row, view, found)
        return found.content

    def keep(self, row: Row, view: Hashable, content: bytes, reads: Reads) -> bool:
        """Keeps what was made of a record and what else was read, unless that can't be watched. Returns whether it
        does."""
        if reads.others or len(content) > self.limit // 4:
            return False
        rows = ((row, row.revision), *reads.rows.values())
        self._keep(row, view, Fragment(content, rows, tuple(reads.finds)))
        return True

    def list_of(self, records: Sequence[Record], view: Hashable) -> bytes | None:
        """What was put together of these records for that view, if nothing in the store has changed since."""
        put = self._lists.get(view)
        if put is None or put.changes != self.changes or len(put.records) != len(records):
            return None
        return put.content if all(map(is_, put.records, records)) else None

    def keep_list(self, records: Sequence[Record], view: Hashable, content: bytes) -> None:
        """Keeps what was put together of records, all of whose fragments are kept."""
        if len(content) <= self.limit // _PART:
            self._lists.pop(view, None)
            self._lists[view] = Put(self.changes, records, content)
            if len(self._lists) > MOST_LISTS:
                del self._lists[next(iter(self._lists))]

    def forget(self, row: Record) -> None:
        """Lets go of a record that is gone."""
        self._old.pop(id(row), None)
        self._size -= sum(each.size for each in self._young.pop(id(row), {}).values())

    def _keep(self, row: Row, view: Hashable, fragment: Fragment) -> None:
        views = self._young.setdefault(id(row), {})
        before = views.get(view)
        self._size += fragment.size - (0 if before is None else before.size)
        views[view] = fragment
        if self._size > self.limit // 2:
            self._old, self._young, self._size = self._young, {}, 0


def limit_of_environment() -> int:
    """How many bytes a world keeps, unless somebody says otherwise."""
    return 0 if os.environ.get(SWITCH) == "0" else LIMIT
