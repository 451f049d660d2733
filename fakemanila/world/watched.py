"""A world that notes what is read of it, so that it can be told later whether that would be read again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .rows import Row
from .store import Store, Table, spelled

if TYPE_CHECKING:
    from .fragments import Reads
    from .world import World


class WatchedTable:
    """A table that notes what is read of it."""

    def __init__(self, table: Table[Any], reads: Reads) -> None:
        self._table = table
        self._reads = reads

    def get(self, id: str) -> Row | None:
        row = self._table.get(id)
        if row is None:
            self._reads.others = True
        else:
            self._reads.row(row)
        return row

    def where(self, **attributes: Any) -> list[Row]:
        return list(self.newest_first(**attributes))

    def newest_first(self, **attributes: Any) -> Iterator[Row]:
        index, value = next(
            ((self._table.index(name), value) for name, value in attributes.items() if self._table.index(name)),
            (None, None),
        )
        if index is None or value is None:
            self._reads.others = True
        else:
            value = spelled(value)
            self._reads.finds.append((index, value, index.revision(value)))
            for row in index.get(value):
                self._reads.row(row)
        return self._table.newest_first(**attributes)

    def __getattr__(self, name: str) -> Any:
        self._reads.others = True
        return getattr(self._table, name)

    def __iter__(self) -> Iterator[Row]:
        self._reads.others = True
        return iter(self._table)

    def __len__(self) -> int:
        self._reads.others = True
        return len(self._table)

    def __contains__(self, id: object) -> bool:
        self._reads.others = True
        return id in self._table


class WatchedStore:
    """A store that notes what is read of it."""

    def __init__(self, store: Store, reads: Reads) -> None:
        self._store = store
        self._reads = reads

    def __getitem__(self, kind: str) -> WatchedTable:
        return WatchedTable(self._store[kind], self._reads)

    def __getattr__(self, name: str) -> Any:
        self._reads.others = True
        return getattr(self._store, name)


class WatchedWorld:
    """A world that notes which of its records are read. Whatever else is read of it can't be watched."""

    def __init__(self, world: World, reads: Reads) -> None:
        self._world = world
        self._reads = reads
        self.store = WatchedStore(world.store, reads)

    def __getattr__(self, name: str) -> Any:
        self._reads.others = True
        return getattr(self._world, name)
