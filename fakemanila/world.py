"""A world: everything one Manila and its Keystone know. A process holds as many as it likes, and two never touch."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import initial, resources, user_messages, versions
from .access_log import RequestLog
from .clock import MANUAL_START, Clock, wall_clock
from .contract.model import load as load_contract
from .delays import Delays
from .durations import Delay
from .faults import Faults, Plan
from .identity import Identity
from .journal import SIZE as JOURNAL_SIZE
from .journal import Entry, Journal
from .lifecycle import ERROR, SUCCESS, WELL, Outcome, Pending, Ran, Scheduler
from .metrics import Metrics
from .policy import Policy
from .seeded import Seeded
from .store import Record, Store
from .versions import Microversion

if TYPE_CHECKING:
    from .scenario import Scenario

MAX_WORLDS = 1000
"""A client that makes up world names must not fill the memory."""

MEMORY = 200
"""Copies of the records that are kept while a rule wants to show how the world was."""

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


def check_name(name: str) -> str:
    """A world's name as it is. Raises ValueError for one that is hard to write in a path."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"world: {name!r} is no name: expected up to 64 letters, digits, '.', '_' and '-', not beginning with '.'"
        )
    return name


@dataclass(frozen=True, slots=True)
class Settings:
    """What every world of a server starts from."""

    seed: int = 0
    identity: str = "strict"
    token_ttl: timedelta = timedelta(hours=1)
    strict: bool = False
    min_microversion: Microversion = versions.MINIMUM
    max_microversion: Microversion = versions.MAXIMUM
    delays: Mapping[str, Any] = field(default_factory=dict)
    rate: float = 1.0
    start: datetime | None = None
    policy: Policy = field(default_factory=Policy.load_defaults)
    journal_size: int = JOURNAL_SIZE
    """Requests that the journal keeps."""
    time_source: Callable[[], datetime] = wall_clock
    scenario: Scenario | None = None
    """What a world holds from the start besides."""


class World:
    """Store, clock, scheduler, randomness, journal and identity of one world.

    `lock` is held around the settling and the handler of a request, never while something waits.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        stopping: threading.Event | None = None,
        log: RequestLog | None = None,
    ) -> None:
        self.name = name
        self._initial = settings
        self.stopping = stopping or threading.Event()
        self.log = log or RequestLog()
        """That of the server."""
        self.lock = threading.RLock()
        self.changes = 0
        """Goes up with whatever changed something, so that nobody has to compare worlds."""
        self.reset()

    def reset(self, settings: Settings | None = None) -> None:
        """Back to the initial state: settings, store, clock, journal, users, seed; from now on that of `settings`.

        Raises ScenarioError for a scenario that no world can be made from, and then has changed nothing.
        """
        if settings is not None:
            if settings.scenario is not None:
                World(self.name, settings)  # raises what there is to raise
            self._initial = settings
        settings = self._initial
        self.settings = settings
        self.seed = f"{settings.seed}/{self.name}"
        self.seeded = Seeded(self.seed)
        start = settings.start or (MANUAL_START if settings.rate == 0 else None)
        self.clock = Clock(settings.time_source, rate=settings.rate, start=start)
        self.policy = settings.policy
        self.delays = Delays.parse(settings.delays, load_contract().operations)
        self.store = Store()
        self.scheduler = Scheduler(self.delays, self.seeded)
        self.faults = Faults(self.now, f"{self.seed}/faults")
        self.journal = Journal(settings.journal_size)
        self.metrics = Metrics()
        self.identity = Identity(self.clock, self.seeded, mode=settings.identity, token_ttl=settings.token_ttl)
        self._moment: datetime | None = None
        self.plan: Plan | None = None
        """What faults do to the request that is being handled."""
        self._past: deque[tuple[datetime, Store]] = deque(maxlen=MEMORY)
        self.entry: Entry | None = None
        """The journal's note of the request that is being handled."""
        initial.populate(self)
        if settings.scenario is not None:
            settings.scenario.populate(self)
        self.changed()

    @property
    def max_microversion(self) -> Microversion:
        """The newest microversion; a fault may have the request that is being handled see an older one."""
        capped = None if self.plan is None else self.plan.max_microversion
        return min(self.settings.max_microversion, capped or self.settings.max_microversion)

    def changed(self) -> None:
        """Tells whoever keeps a copy of this world that it is out of date."""
        self.changes += 1

    # Time

    def now(self) -> datetime:
        """This world's time; while a transition runs, the time it was due at."""
        return self.clock.now() if self._moment is None else self._moment

    def timestamp(self) -> str:
        """The time as Manila writes it: microseconds, no zone."""
        return self.now().isoformat(timespec="microseconds")

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Whatever is done inside is done at that time; None for now."""
        before, self._moment = self._moment, moment
        try:
            yield
        finally:
            self._moment = before

    def settle(self) -> list[Ran]:
        """Runs, in order and each at its own time, every transition that has come due; returns what ran."""
        now = self.clock.now()
        ran = []
        while (pending := self.scheduler.take_due(now)) is not None:
            with self.at(pending.due):
                ran.append(self._finish(pending))
        return ran

    def set_clock(self, now: datetime | None = None, *, rate: float | None = None) -> list[Ran]:
        """Sets the time (unchanged when None) and how fast it runs, and runs what is due then."""
        self.clock.set(now, rate=rate)
        self.changed()
        return self.settle()

    def advance(self, by: timedelta) -> list[Ran]:
        """Moves the time forward and runs what comes due on the way, as if each had run at its own time."""
        self.clock.advance(by)
        self.changed()
        return self.settle()

    def advance_to_next(self) -> list[Ran]:
        """Moves the time to when the next transition comes due, if any does, and runs it."""
        due = self.scheduler.next_due()
        return [] if due is None else self.advance(max(due - self.clock.now(), timedelta(0)))

    def work(self) -> list[Pending]:
        """What is under way, without what only waits for its deadline."""
        return [p for p in self.scheduler.pending() if resources.transition(p.operation).deadline is None]

    def advance_to_idle(self) -> list[Ran]:
        """Moves the time until no work is under way that time ends."""
        ran: list[Ran] = []
        while dues := [pending.due for pending in self.work() if pending.due is not None and not pending.held]:
            ran += self.advance(max(max(dues) - self.clock.now(), timedelta(0)))
        return ran

    def remember(self) -> None:
        """Keeps a copy of the records, for lists that are to lag behind."""
        self._past.append((self.now(), self.store.copy()))

    def as_it_was(self, age: timedelta) -> Store:
        """The records of so long ago, or the oldest that are remembered."""
        until = self.now() - age
        found = self._past[0][1] if self._past else self.store
        for time, store in self._past:
            if time > until:
                break
            found = store
        return found

    # Lifecycles

    def begin(
        self, operation: str, kind: str, record: Record, *, after: Delay | None = None, **arguments: Any
    ) -> Pending:
        """Puts a record into the status that an operation's transition shows, and queues its end, which it returns.

        How it ends is for a fault of the request to say, where there is one. It comes `after` the operation's own
        delay unless one is given.
        """
        transition = resources.transition(operation)
        outcome = (self.plan and self.plan.take_outcome(operation)) or WELL
        if transition.deadline is not None:
            after = self.delays.of(operation, transition.deadline)
        if outcome.after is None:
            outcome = replace(outcome, after=after)
        lag = outcome.lag or None
        if lag is None:
            self.touch(record, status=transition.during)
        request_id = None if self.entry is None else self.entry.id
        pending = self.scheduler.start(
            operation, kind, record, self.now(), arguments, outcome, request_id=request_id, lag=lag
        )
        if self.entry is not None:
            self.entry.transitions.append(pending.to_json())
        return pending

    def put_right(self, record: Record, status: str) -> None:
        """An administrator's reset of a status: what was stuck on the record is over."""
        self.touch(record, status=status)
        self.scheduler.drop(record["id"], stuck_only=True)

    def decide(self, id: str, outcome: str) -> Pending | Ran:
        """Ends a transition now (``success``, ``error``), keeps it from ending (``hold``) or lets it go (``release``).

        Raises KeyError for one that isn't under way.
        """
        pending = self.scheduler.get(id)
        if pending is None:
            raise KeyError(id)
        self.changed()
        if outcome == "hold":
            self.scheduler.hold(pending)
            return pending
        if outcome == "release":
            self.scheduler.release(pending, self.now())
            return next((ran for ran in self.settle() if ran.id == id), pending)
        pending.outcome, pending.begins = Outcome(outcome), False
        return self._finish(self.scheduler.take(pending))

    def read(self, *resource_ids: str) -> None:
        """Counts a read of each record; ends the transitions that it was the last read for."""
        for pending in self.scheduler.read(resource_ids):
            self._finish(pending)

    def _finish(self, pending: Pending) -> Ran:
        """Ends a transition, or lets one begin whose status from before was still shown."""
        self.changed()
        record = self.store[pending.kind].get(pending.resource_id)
        status = None if record is None else self._settle_record(pending, record)
        return Ran(pending.id, self.now(), pending.operation, pending.kind, pending.resource_id, status)

    def _settle_record(self, pending: Pending, record: Record) -> str | None:
        transition, outcome = resources.transition(pending.operation), pending.outcome
        if pending.begins:
            self.touch(record, status=transition.during)
            self._again(pending, record, replace(outcome, lag=timedelta(0)))
            return transition.during
        if outcome.status == ERROR and transition.failed is None:
            self._complain(pending, record, outcome)
            outcome = replace(outcome, status=SUCCESS)
        status: str | None = transition.then
        if outcome.status == SUCCESS and transition.effect is not None:
            instead = transition.effect(self, record, pending.arguments)
            if isinstance(instead, Outcome):
                outcome = instead
            else:
                status = instead or status
        if outcome.status != SUCCESS:
            if transition.undo is not None:
                transition.undo(self, record, pending.arguments, outcome)
            self._complain(pending, record, outcome)
            status = transition.failed if outcome.status == ERROR else outcome.status
        if status is None:
            self.remove(pending.kind, record)
            return None
        self.touch(record, status=status)
        if outcome.then is not None:
            self._again(pending, record, outcome.then)
        return status

    def _complain(self, pending: Pending, record: Record, outcome: Outcome) -> None:
        """Leaves the user message of an operation that has failed."""
        if not outcome.silent and (outcome.message or outcome.status == ERROR):
            user_messages.leave(self, pending.operation, record, pending.request_id, outcome.message)

    def _again(self, pending: Pending, record: Record, outcome: Outcome) -> None:
        """Queues what comes after, on the same record and for the same operation."""
        self.scheduler.start(
            pending.operation,
            pending.kind,
            record,
            self.now(),
            pending.arguments,
            outcome,
            request_id=pending.request_id,
        )

    def remove(self, kind: str, record: Record) -> None:
        """Takes a record out, and with it what was under way on it and the faults it brought."""
        self.store[kind].remove(record["id"])
        self.scheduler.drop(record["id"])
        self.faults.forget(record["id"])

    def touch(self, record: Record, **changes: Any) -> None:
        """Changes a record and dates the change."""
        record.update(changes, updated_at=self.timestamp())


class Worlds:
    """The worlds of one server by name; they spring up on first use."""

    DEFAULT = "default"

    def __init__(
        self, settings: Settings | None = None, *, limit: int = MAX_WORLDS, log: RequestLog | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.limit = limit
        self.log = log or RequestLog()
        self.stopping = threading.Event()
        """Set when the server stops: nothing waits any longer."""
        self._worlds: dict[str, World] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(sorted(self._worlds))

    def get(self, name: str = DEFAULT) -> World:
        """The world of that name. Raises ValueError for what is no name, and when there are too many."""
        world = self._worlds.get(name)
        if world is None:
            check_name(name)
            self._check_room(name)
            # Made outside of the lock, so that nobody waits; of two made at once the first stays.
            made = World(name, self.settings, self.stopping, self.log)
            with self._lock:
                if name not in self._worlds:
                    self._check_room(name)
                world = self._worlds.setdefault(name, made)
        return world

    def _check_room(self, name: str) -> None:
        if len(self._worlds) >= self.limit:
            raise ValueError(
                f"world: {name!r} would be one more than the {self.limit} there may be;"
                " drop one with DELETE /_fakemanila/worlds/NAME"
            )

    def drop(self, name: str) -> None:
        with self._lock:
            self._worlds.pop(name, None)
