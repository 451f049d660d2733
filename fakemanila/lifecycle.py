"""Asynchronous changes of status: data about what follows what, and the queue of those under way.

Nothing here waits. A transition is due at a time of the world's clock; whoever settles the world runs what is due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .delays import Delays
from .seeded import Seeded
from .store import Record

if TYPE_CHECKING:
    from .world import World

Effect = Callable[["World", Record, dict[str, Any]], "str | None"]
"""What the end of a transition does to the world besides the status; gets the record and the transition's arguments.

Returns the status that the record ends in where that is not the transition's own, None otherwise.
"""


@dataclass(frozen=True, slots=True)
class Transition:
    """An operation's change of status: what is shown during it, after it, and when it failed.

    `then` None means that the record is gone afterwards.
    """

    during: str
    then: str | None
    failed: str
    effect: Effect | None = None
    """Runs when the transition ends well, before the status changes."""


@dataclass(slots=True)
class Pending:
    """A transition under way on one record."""

    id: str
    sequence: int
    due: datetime
    operation: str
    kind: str
    resource_id: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def order(self) -> tuple[datetime, int]:
        return (self.due, self.sequence)


class Scheduler:
    """The transitions of one world that are under way, in the order in which they come due."""

    def __init__(self, delays: Delays, seeded: Seeded) -> None:
        self.delays = delays
        self._seeded = seeded
        self._queue: list[tuple[tuple[datetime, int], Pending]] = []
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._queue)

    def pending(self) -> list[Pending]:
        """What is under way, next due first."""
        return [entry for _, entry in sorted(self._queue, key=lambda item: item[0])]

    def start(self, operation: str, kind: str, record: Record, now: datetime, arguments: dict[str, Any]) -> Pending:
        """Queues the end of an operation's transition, after the delay that the operation has."""
        self._sequence += 1
        due = now + self.delays.of(operation).draw(self._seeded)
        entry = Pending(self._seeded.uuid(), self._sequence, due, operation, kind, record["id"], arguments)
        heapq.heappush(self._queue, (entry.order(), entry))
        return entry

    def take_due(self, now: datetime) -> Pending | None:
        """The next transition that has come due, taken off the queue, or None."""
        if self._queue and self._queue[0][1].due <= now:
            return heapq.heappop(self._queue)[1]
        return None
