"""A world as it was at one moment."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .. import telling
from ..clock import Clock, format_time
from ..delays import Delays
from ..lifecycle import Scheduler
from ..rows import Record
from ..seeded import Seeded
from ..store import Store

if TYPE_CHECKING:
    from ...faults import Faults
    from ...keystone.service import Identity
    from ...manila.policy import Policy
    from ..world import Past, Settings, World


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checkpoint:
    """All that a world's answers are made of, as it was when `take` looked at it.

    It is never changed, so that it can be gone back to as often as one likes, by several worlds too. Of a record there
    is a copy that shares the values of its attributes: they are replaced and never changed in place.
    """

    time: datetime
    """Of the world."""
    rate: float
    seed: str
    seeded: Seeded
    settings: Settings
    policy: Policy
    delays: Delays
    records: dict[str, list[Record]]
    """By kind, in the order in which they were made."""
    scheduler: Scheduler
    faults: Faults
    identity: Identity
    past: Past
    position: int
    """That of the journal."""
    pending: int
    """The work under way."""

    @classmethod
    def take(cls, world: World) -> Checkpoint:
        """Of a world as it is, for somebody who holds its lock and has settled it. It takes a microsecond a record."""
        seeded = _another(world.seeded)
        return cls(
            time=world.clock.now(),
            rate=world.clock.rate,
            seed=world.seed,
            seeded=seeded,
            settings=world.settings,
            policy=world.policy,
            delays=copy.copy(world.delays),
            records={kind: [dict(row) for row in table] for kind, table in world.store.kinds().items()},
            scheduler=world.scheduler.copy(seeded),
            faults=world.faults.copy(world.now),
            identity=world.identity.copy(world.clock, seeded),
            past=world.past,
            position=world.journal.position,
            pending=len(world.work()),
        )

    def restore(self, world: World) -> None:
        """Makes a world what it was, for somebody who holds its lock: of the journal too, what came later is gone.

        The metrics count on, and what a reset goes back to stays.
        """
        world.held.clear()
        self._put_into(world)
        world.past = self.past
        world.journal.go_back(self.position)
        telling.another_world(world, "restored")

    def fork(self, world: World) -> None:
        """Makes another world, which nobody has used yet, what this one was; its journal is its own."""
        self._put_into(world)
        world.past = tuple((time, store.copy()) for time, store in self.past)
        telling.another_world(world, "forked")

    def _put_into(self, world: World) -> None:
        world.settings, world.policy = self.settings, self.policy
        world.become(_Parts(self, world))

    def to_json(self, name: str) -> dict[str, Any]:
        """What a list of checkpoints shows of it."""
        return {
            "name": name,
            "time": format_time(self.time),
            "records": sum(map(len, self.records.values())),
            "pending": self.pending,
        }


class _Parts:
    """Those of a checkpoint, made anew for a world that is going to change them."""

    def __init__(self, checkpoint: Checkpoint, world: World) -> None:
        self.seed = checkpoint.seed
        self.seeded = _another(checkpoint.seeded)
        self.clock = Clock(checkpoint.settings.time_source, rate=checkpoint.rate, start=checkpoint.time)
        self.delays = copy.copy(checkpoint.delays)
        self.store = _filled(world.new_store(), checkpoint.records)
        self.scheduler = checkpoint.scheduler.copy(self.seeded)
        self.faults = checkpoint.faults.copy(world.now, world.held)
        self.identity = checkpoint.identity.copy(self.clock, self.seeded)


def _another(seeded: Seeded) -> Seeded:
    """A source that goes on with the same draws."""
    made = Seeded()
    made.setstate(seeded.getstate())
    return made


def _filled(store: Store, records: dict[str, list[Record]]) -> Store:
    for kind, rows in records.items():
        table = store[kind]
        for row in rows:
            table.add(row, checked=False)
    return store
