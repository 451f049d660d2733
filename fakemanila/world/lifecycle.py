"""Asynchronous changes of a record's attributes: data about what follows what, and the queue of those under way.

Nothing here waits. A transition is due at a time of the world's clock; whoever settles the world runs what is due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from .clock import format_time
from .durations import Delay
from .noting import Noting
from .seeded import Seeded

if TYPE_CHECKING:
    from .world import World

Effect = Callable[["World", Any, dict[str, Any]], "str | Outcome | None"]
"""What the end of a transition, or of a phase of one, does to the world besides moving the transition's attribute.

It gets the record and the transition's arguments. It returns the status that the record ends in where that is not the
transition's own, an outcome where the operation has failed after all, None otherwise.
"""
Undo = Callable[["World", Any, dict[str, Any], "Outcome"], None]
"""What a transition leaves behind that ended in another way; also gets how it ended."""

SUCCESS = "success"
ERROR = "error"
"""The outcome of a transition that fails: its own error status, whatever that is called."""
STUCK = "stuck"

SLACK = 1000
"""Entries of the queue that may be of no use any more, besides as many as there are transitions."""
_TICK = timedelta(microseconds=1)


class Phase(NamedTuple):
    """One step of a transition that takes several.

    The phases of a transition take the operation's delay together, each an equal part, but for those that have a delay
    of their own under ``OPERATION/PHASE``.
    """

    name: str
    during: str
    """What its attribute shows while it lasts."""
    attribute: str | None = None
    """The attribute that it moves; None for the transition's own.

    Where it is another one, whoever gives that another value has called the transition off: the transition ends as it
    is, when the phase is over.
    """
    effect: Effect | None = None
    """Runs when the phase ends well, before the next one begins. An outcome that it returns ends the transition."""
    when: Callable[[Mapping[str, Any]], bool] | None = None
    """Whether a transition with such arguments goes through it at all. Phases that exclude each other share a name."""
    instant: bool = False
    """It takes no time unless it has a delay of its own, and has no part in the operation's."""


class Message(NamedTuple):
    """The user message that Manila's services write when an operation has failed."""

    action: str
    """The action's id."""
    detail: str | None = None
    """The detail's id, unless the outcome has one; None where they write nothing by themselves."""
    about: str = "id"
    """The attribute of the record that names what it is about: snapshots are named by their instance."""
    resource_type: str | None = None
    """What it is about, where that isn't what messages call the record's kind."""
    elsewhere: Mapping[str, str] = {}
    """Details that are written under another action, by detail."""


class Transition(NamedTuple):
    """An operation's change of an attribute: what is shown during it, after it, and when it failed.

    `then` None means that the record is gone afterwards. `failed` None means that it ends as if nothing had happened,
    but for the user message: what is forced is done, whatever the backend says.
    """

    during: str
    then: str | None
    failed: str | None
    effect: Effect | None = None
    """Runs when the transition ends well, before the attribute changes."""
    undo: Undo | None = None
    """Runs when it ends in any other way, before the attribute changes: gives back what the operation took."""
    deadline: Delay | None = None
    """It is not work but a time that runs out: when, where no delay was set for it. Being idle doesn't wait for it."""
    attribute: str = "status"
    """What it moves."""
    message: Message | None = None
    """What its user is told when it has failed; None where that takes an outcome with a detail."""
    phases: tuple[Phase, ...] = ()
    """Its steps, in their order; none where it is a single one."""

    def course(self, arguments: Mapping[str, Any]) -> tuple[Phase, ...]:
        """The phases that it goes through with these arguments."""
        return tuple([phase for phase in self.phases if phase.when is None or phase.when(arguments)])


def phase_names(transitions: Mapping[str, Transition]) -> frozenset[str]:
    """What delays and faults call the phases: ``OPERATION/PHASE``."""
    return frozenset(f"{operation}/{phase.name}" for operation, t in transitions.items() for phase in t.phases)


class Outcome(NamedTuple):
    """How a transition ends: `SUCCESS`, `ERROR`, `STUCK` (never) or any status."""

    status: str
    after: Delay | None = None
    """Instead of the operation's own delay."""
    message: str | None = None
    """The detail id of the user message that it leaves; None for what Manila would leave."""
    silent: bool = False
    """It leaves no message."""
    lag: timedelta = timedelta(0)
    """How long the status from before is still shown."""
    then: Outcome | None = None
    """What comes after this."""
    phase: str | None = None
    """A pattern of the names of phases: it is how the first of these ends. None for the first that takes time."""

    def ends(self, phase: Phase) -> bool:
        """Whether it is how that phase ends, where none before it was the one."""
        return not phase.instant if self.phase is None else fnmatchcase(phase.name, self.phase)


SUCCEEDS = Outcome(SUCCESS)


@dataclass(slots=True, eq=False, repr=False)
class Pending:
    """A transition under way on one record. `due` None: time doesn't end it, or the phase that it is in."""

    operation: str
    kind: str
    resource_id: str
    arguments: dict[str, Any] = field(default_factory=dict)
    id: str = ""
    """Given to it when it is queued first."""
    request_id: str | None = None
    """The request that started it."""
    sequence: int = 0
    """Its place in the order in which transitions, and phases of them, began."""
    due: datetime | None = None
    began: datetime | None = None
    """When it began, or the phase that it is in."""
    outcome: Outcome = SUCCEEDS
    """How it ends, or the phase that it is in."""
    reads: int | None = None
    """After how many more reads of the record it ends."""
    held: bool = False
    begins: bool = False
    """It is the beginning that is due, where the status from before is shown for a while."""
    phase: str | None = None
    """The name of the phase that it is in; None where the transition has none."""
    each: Delay | None = None
    """What those of its phases take that have no delay of their own."""
    planned: Outcome | None = None
    """How a later phase ends."""

    @property
    def stuck(self) -> bool:
        return self.outcome.status == STUCK

    def progress(self, now: datetime) -> Fraction | None:
        """How much of it, or of the phase that it is in, is over, from 0 to 1; None where time doesn't tell."""
        if self.due is None or self.began is None or self.held:
            return None
        whole, passed = self.due - self.began, now - self.began
        if whole <= timedelta(0):
            return Fraction(1)
        return min(max(Fraction(passed // _TICK, whole // _TICK), Fraction(0)), Fraction(1))

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "operation": self.operation,
            "phase": self.phase,
            "resource_type": self.kind,
            "resource_id": self.resource_id,
            "request_id": self.request_id,
            "outcome": self.outcome.status,
            "due": None if self.due is None else format_time(self.due),
            "reads": self.reads,
            "held": self.held,
        }


class Ran(NamedTuple):
    """A transition or a phase that has ended, or begun late: what became of the record, at which time of the world."""

    id: str
    time: datetime
    operation: str
    kind: str
    resource_id: str
    status: str | None
    """What the transition's attribute shows then; None when the record is gone."""
    phase: str | None = None
    """The phase that it was in."""

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "time": format_time(self.time),
            "operation": self.operation,
            "phase": self.phase,
            "resource_type": self.kind,
            "resource_id": self.resource_id,
            "status": self.status,
        }


class Scheduler(Noting):
    """The transitions of one world that are under way, in the order in which they come due."""

    def __init__(self, seeded: Seeded) -> None:
        self._seeded = seeded
        self._pending: dict[str, Pending] = {}
        self._of_resource: dict[str, list[Pending]] = {}
        self._queue: list[tuple[datetime, int, str]] = []
        """Also holds what has been held, decided or dropped since; `_first` passes over that, and `_enqueue` sees to it
        that it doesn't become the most of it."""
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._pending)

    def copy(self, seeded: Seeded) -> Scheduler:
        """The same under way, in the same order; what happens to either later doesn't touch the other."""
        copied = Scheduler(seeded)
        for entry in sorted(self._pending.values(), key=lambda entry: entry.sequence):
            copied.put(replace(entry, arguments=dict(entry.arguments)))
        return copied

    def pending(self) -> list[Pending]:
        """What is under way: next due first, then what time doesn't end, in the order in which it began."""
        return sorted(self._pending.values(), key=lambda p: (p.due is None, p.due or datetime.max, p.sequence))

    def get(self, id: str) -> Pending | None:
        return self._pending.get(id)

    def of(self, resource_id: str) -> list[Pending]:
        """What is under way on one record, in the order in which it began."""
        return list(self._of_resource.get(resource_id, ()))

    def start(self, entry: Pending, now: datetime, delay: Delay, *, lag: timedelta | None = None) -> None:
        """Queues the end of a transition, or of the phase that it is in, so much later. It is the youngest then.

        With `lag` it is the beginning that is queued, after that.
        """
        stuck = entry.outcome.status == STUCK
        due = None if delay.reads is not None or stuck else now + delay.draw(self._seeded)
        entry.id = entry.id or self._seeded.uuid()
        entry.began, entry.held, entry.begins = now, False, lag is not None
        entry.due = due if lag is None else now + lag
        entry.reads = delay.reads if lag is None and not stuck else None
        self.put(entry)

    def put(self, entry: Pending) -> None:
        """Queues one as it is, as the youngest."""
        self._sequence += 1
        entry.sequence = self._sequence
        self._pending[entry.id] = entry
        self._of_resource.setdefault(entry.resource_id, []).append(entry)
        self._enqueue(entry)
        self._note(entry)

    def _note(self, entry: Pending) -> None:
        if self._noted is not None:
            self._noted[entry.id] = None

    def _enqueue(self, entry: Pending) -> None:
        if entry.due is None:
            return
        if len(self._queue) > 2 * len(self._pending) + SLACK:
            waiting = (each for each in self._pending.values() if not each.held and each is not entry)
            self._queue = [(each.due, each.sequence, each.id) for each in waiting if each.due is not None]
            heapq.heapify(self._queue)
        heapq.heappush(self._queue, (entry.due, entry.sequence, entry.id))

    def _first(self) -> Pending | None:
        while self._queue:
            due, sequence, id = self._queue[0]
            entry = self._pending.get(id)
            if entry is not None and not entry.held and (entry.due, entry.sequence) == (due, sequence):
                return entry
            heapq.heappop(self._queue)
        return None

    def next_due(self) -> datetime | None:
        """When the next transition comes due; None when time brings nothing more."""
        entry = self._first()
        return None if entry is None else entry.due

    def take_due(self, now: datetime) -> Pending | None:
        """The next transition that has come due, taken out, or None."""
        entry = self._first()
        if entry is None or entry.due is None or entry.due > now:
            return None
        heapq.heappop(self._queue)
        return self.take(entry)

    def take(self, entry: Pending) -> Pending:
        """Takes a transition out, whether it is due or not."""
        del self._pending[entry.id]
        self._note(entry)
        others = self._of_resource[entry.resource_id]
        others.remove(entry)
        if not others:
            del self._of_resource[entry.resource_id]
        return entry

    def hold(self, entry: Pending) -> None:
        """Lets time pass without it."""
        entry.held = True
        self._note(entry)

    def release(self, entry: Pending, now: datetime) -> None:
        """Lets it run when it comes due; at once when it would have been already, or was stuck."""
        entry.held = False
        if entry.stuck:
            entry.outcome, entry.due = SUCCEEDS, now
        elif entry.due is not None:
            entry.due = max(entry.due, now)
        self._enqueue(entry)
        self._note(entry)

    def read(self, resource_ids: Iterable[str]) -> list[Pending]:
        """Counts one read of each record; returns, taken out, the transitions that it was the last read for."""
        ended = []
        for id in resource_ids:
            for entry in tuple(self._of_resource.get(id, ())):
                if entry.reads is not None and not entry.held:
                    entry.reads -= 1
                    self._note(entry)
                    if entry.reads <= 0:
                        ended.append(self.take(entry))
        return ended

    def drop(self, resource_id: str, *, stuck_only: bool = False) -> None:
        """Forgets what was under way on a record that is gone, or whose status an administrator has put right."""
        for entry in tuple(self._of_resource.get(resource_id, ())):
            if entry.stuck or not stuck_only:
                self.take(entry)
