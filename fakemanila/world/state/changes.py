"""What has changed in a world since somebody last asked, so that keeping it costs what the changes cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...http.encoding import encode
from ...keystone.tables import Token
from ..lifecycle import Scheduler
from ..store import Store
from ..world import World
from . import document
from . import transitions as lifecycle_state


class Key(NamedTuple):
    """What is kept: a record, a transition, something of Keystone's, or the rest of a world, by its name."""

    table: str
    """``records``, ``transitions``, ``identity`` or ``rest``."""
    kind: str
    id: str


class Value(NamedTuple):
    """What is kept under a key: JSON, and its place among those of its kind."""

    position: int
    json: bytes


Entries = dict[Key, "Value | None"]
"""None for what is gone."""
Copies = dict[Key, "tuple[int, dict[str, Any]] | None"]
"""The same before it is JSON."""


@dataclass(slots=True)
class Changes:
    """What has changed in one world. `whole`: it is another world, and `entries` are all that it has."""

    whole: bool = False
    entries: Entries = field(default_factory=dict)

    def add(self, later: Changes) -> None:
        """Makes these those up to a later moment."""
        if later.whole:
            self.whole, self.entries = True, later.entries
        else:
            self.entries.update(later.entries)


class Watch:
    """Finds out what has changed in one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = -1
        """How often the world had changed when it was looked at."""
        self._store: Store | None = None
        self._scheduler: Scheduler | None = None
        self._known: dict[Key, Value] = {}
        """The small things, of which nobody notes when they change."""
        self._tokens: dict[str, Token] = {}
        self._next_token = 0

    def adopt(self) -> None:
        """What the world has now is kept already."""
        with self.world.lock:
            self._begin()
            self.take()

    def _begin(self) -> None:
        self._store, self._scheduler = self.world.store, self.world.scheduler
        self._store.note_changes()
        self._scheduler.note_changes()
        self._known, self._tokens, self._next_token = {}, {}, 0

    def take(self) -> Changes:
        """What has changed since the last time; all there is at the first, and after a reset.

        Only copying holds the world's lock. What costs more comes after.
        """
        world = self.world
        with world.lock:
            self.seen = world.changes
            store, scheduler = world.store, world.scheduler
            whole = store is not self._store or scheduler is not self._scheduler
            if whole:
                self._begin()
                copies: Copies = {
                    Key("records", kind, row["id"]): (row.sequence, dict(row))
                    for kind, table in store.kinds().items()
                    for row in table
                }
                ids = [pending.id for pending in scheduler.pending()]
            else:
                copies = self._changed_records(store)
                ids = scheduler.take_changes()
            under_way = {id: scheduler.get(id) for id in ids}
            pendings = {
                Key("transitions", "", id): None if entry is None else (entry.sequence, lifecycle_state.dump_one(entry))
                for id, entry in under_way.items()
            }
            rest = document.dump_rest(world)
            identity = world.identity.dump(tokens=False)
            tokens = world.identity.state.tokens.copy()
        entries: Entries = {
            key: None if found is None else Value(found[0], encode(found[1]))
            for key, found in (*copies.items(), *pendings.items())
        }
        entries |= self._small_changes(rest, identity)
        entries |= self._token_changes(tokens)
        return Changes(whole, entries)

    @staticmethod
    def _changed_records(store: Store) -> Copies:
        found: Copies = {}
        for kind, table in store.kinds().items():
            for id in table.take_changes():
                row = table.get(id)
                # Ids are found in any spelling; the one that has gone may live on in another.
                there = row is not None and row["id"] == id
                found[Key("records", kind, id)] = (row.sequence, dict(row)) if row is not None and there else None
        return found

    def _small_changes(self, rest: dict[str, Any], identity: dict[str, Any]) -> Entries:
        now = {Key("rest", "", name): Value(0, encode(value)) for name, value in rest.items()}
        for kind, values in identity.items():
            pairs = (
                values.items() if isinstance(values, dict) else ((_id_of(one, n), one) for n, one in enumerate(values))
            )
            for position, (id, value) in enumerate(pairs, 1):
                now[Key("identity", kind, id)] = Value(position, encode(value))
        changed: Entries = {key: value for key, value in now.items() if self._known.get(key) != value}
        changed |= dict.fromkeys(self._known.keys() - now.keys())
        self._known = now
        return changed

    def _token_changes(self, tokens: dict[str, Token]) -> Entries:
        """A token never changes: it comes and goes."""
        changed: Entries = {}
        for id, token in tokens.items():
            if self._tokens.get(id) is not token:
                self._next_token += 1
                changed[Key("identity", "tokens", id)] = Value(self._next_token, encode(token.dump()))
        for id in self._tokens.keys() - tokens.keys():
            changed[Key("identity", "tokens", id)] = None
        self._tokens = tokens
        return changed


def _id_of(value: dict[str, Any], position: int) -> str:
    """What tells one of Keystone's from others of its kind: grants have no ids."""
    return str(value.get("id", position))
