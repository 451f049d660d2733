"""Where requests are held: each in the thread that it came with, which waits here and holds no other lock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..http.reply import Reply
from ..http.waits import step_aside
from ..world.clock import format_time, stopwatch
from ..world.journal import Entry, Message
from ..world.waiting import Crowded, Room
from .plan import Barrier, Pause
from .subject import Subject

if TYPE_CHECKING:
    from .rule import Rule

MOST = 100
"""Requests of a server that may be held at once."""
_TICK = 0.05
"""Seconds between two looks whether the server stops."""

# How a request stopped being held, as the journal has it.
CONTINUE, DROP, RESPOND = "continue", "drop", "respond"
"""Somebody said so."""
MAX = "max"
"""Nobody did in time, or there were too few for a barrier."""
ALL_THERE = "all there"
"""All of a barrier were there, and its turn had come."""
REMOVED = "rule removed"
RESET = "reset"
"""The world that it was for is another one now, or gone."""
STOP = "stop"
"""The server stops."""
FULL = "full"
"""It was not held at all: too many were."""


@dataclass(slots=True, eq=False, repr=False)
class Held:
    """A request that is being held, or was."""

    pause: Pause
    rule: Rule
    subject: Subject
    entry: Entry
    request: Message
    response: Message | None
    """What would be sent, of one that is held before its answer is."""
    since: datetime
    """The world's time."""
    id: str = ""
    ended: str | None = None
    """How it stopped being held; None while it is."""
    instead: Reply | None = None
    """What somebody wants to be answered."""
    deadline: float = 0.0
    group: _Group | None = None
    """The others that it waits for, where there is a barrier."""

    def to_json(self) -> dict[str, Any]:
        """The request as the journal would show it, and by whom and where it is held."""
        entry = self.entry
        shown = {
            "id": self.id,
            "rule": self.rule.id,
            "fault": self.rule.label,
            "at": self.pause.at,
            "since": format_time(self.since),
            "request_id": entry.id,
            "operation": entry.operation,
            "method": entry.method,
            "path": entry.path,
            "query": dict(entry.query),
            "microversion": entry.version,
            "project": entry.project_name or entry.project_id,
            "user": entry.user_name or entry.user_id,
            "request": self.request.to_json(),
            "status": entry.status,
            "response": None if self.response is None else self.response.to_json(),
        }
        return {**shown, **self._barrier()}

    def note(self, now: datetime) -> dict[str, Any]:
        """What the journal keeps of it; `now` is the world's time."""
        seconds = round((now - self.since).total_seconds(), 6)
        noted = {"fault": self.rule.label, "at": self.pause.at, "seconds": seconds, "ended": self.ended}
        return {**noted, **self._barrier()}

    def _barrier(self) -> dict[str, Any]:
        return {} if self.group is None else {"barrier": {"count": self.group.barrier.count, "there": self.group.there}}


@dataclass(slots=True, eq=False, repr=False)
class _Group:
    """Requests that wait for each other at a barrier, and then perhaps for their turn."""

    barrier: Barrier
    deadline: float
    members: list[Held] = field(default_factory=list)
    """Those that are still held, as they came; once all are there, in the order in which they go on."""
    there: int = 0
    """How many have come, less those that somebody has let go before all were there."""
    goes_on: str | None = None
    """Why they go on; None while they wait for more."""
    turn: Held | None = None
    """The one that is being carried out while the others wait for their turn."""


class Holding:
    """The requests of a world that are held.

    All of its state is guarded by one condition, which is told of every change. Who waits for it holds no other lock;
    who calls anything else may hold that of the world.
    """

    def __init__(self, room: Room | None = None, stopping: threading.Event | None = None) -> None:
        """`room` is shared by all worlds of a server; `stopping` ends every wait."""
        self._room = room or Room(MOST)
        self._stopping = stopping or threading.Event()
        self._changed = threading.Condition(threading.Lock())
        self._held: dict[str, Held] = {}
        self._groups: dict[str, _Group] = {}
        """Those that wait for more, by the id of the barrier's rule."""
        self._count = 0

    def __iter__(self) -> Iterator[Held]:
        """In the order in which they came."""
        with self._changed:
            return iter([*self._held.values()])

    # Requests

    def take(self, held: Held) -> bool:
        """From now on the request is held; False, where too many are held already."""
        try:
            self._room.enter()
        except Crowded:
            held.ended = FULL
            return False
        with self._changed:
            self._count += 1
            held.id = f"paused-{self._count}"
            held.deadline = stopwatch() + held.pause.longest.total_seconds()
            self._held[held.id] = held
            if held.pause.barrier is not None:
                self._join(held, held.pause.barrier)
            self._changed.notify_all()
        return True

    def wait(self, held: Held) -> None:
        """Waits until it is held no longer, in the request's own thread."""
        step_aside()
        with self._changed:
            while held.ended is None:
                left = held.deadline - stopwatch()
                if self._stopping.is_set():
                    self._end(held, STOP)
                elif left > 0:
                    self._changed.wait(min(left, _TICK))
                elif held.group is None or held.group.goes_on:
                    self._end(held, MAX)
                else:
                    self._open(held.group, MAX)

    def done(self, held: Held) -> None:
        """Tells that a request which was held here is carried out, or its answer sent: the next one may go on."""
        with self._changed:
            if held.group is not None and held.group.turn is held:
                self._next(held.group)

    # Orders

    def decide(self, id: str, how: str, instead: Reply | None = None) -> Held:
        """Ends the holding of one; `instead` is what is answered then. Raises KeyError for one that isn't held."""
        with self._changed:
            held = self._held[id]
            self._end(held, how, instead)
            return held

    def let_go(self, rule: Rule) -> None:
        """Ends it for all that a rule holds."""
        with self._changed:
            for held in [held for held in self._held.values() if held.rule is rule]:
                self._end(held, REMOVED)

    def clear(self) -> None:
        """Ends it for all: the world becomes another one."""
        with self._changed:
            for held in [*self._held.values()]:
                self._end(held, RESET)
            self._count = 0

    # What is done while the condition's lock is held

    def _end(self, held: Held, how: str, instead: Reply | None = None) -> None:
        held.ended, held.instead = how, instead
        del self._held[held.id]
        self._room.release()
        if held.group is not None:
            self._leave(held, held.group)
        self._changed.notify_all()

    def _join(self, held: Held, barrier: Barrier) -> None:
        group = self._groups.setdefault(held.rule.id, _Group(barrier, held.deadline))
        held.group, held.deadline = group, group.deadline
        group.members.append(held)
        group.there = len(group.members)
        if group.there == barrier.count:
            self._open(group, ALL_THERE)

    def _leave(self, held: Held, group: _Group) -> None:
        group.members = [each for each in group.members if each is not held]
        if group.goes_on is None:
            group.there = len(group.members)
            if not group.members:
                del self._groups[held.rule.id]

    def _open(self, group: _Group, why: str) -> None:
        """All are there, or have waited long enough."""
        members, order = group.members, group.barrier.order
        del self._groups[members[0].rule.id]
        group.goes_on = why
        if order is None:
            for held in members:
                self._end(held, why)
            return
        group.members = [members[position] for position in order([held.subject for held in members])]
        for held in members:
            held.deadline = stopwatch() + held.pause.longest.total_seconds()
        self._next(group)

    def _next(self, group: _Group) -> None:
        group.turn = group.members[0] if group.members else None
        if group.turn is not None:
            self._end(group.turn, group.goes_on or ALL_THERE)
