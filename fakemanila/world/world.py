"""A world: everything one Manila and its Keystone know. A process holds as many as it likes, and two never touch."""

from __future__ import annotations

import copy
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from .. import versions
from ..contract.model import load as load_contract
from ..faults import Faults, Plan
from ..faults.holding import Holding
from ..http.access_log import RequestLog
from ..keystone.service import Identity
from ..manila.policy import Policy
from ..releases import NEWEST, Release
from ..versions import Microversion
from . import phases, telling
from .checkpoints.named import Checkpoints
from .clock import LATEST, MANUAL_START, Clock, format_time, wall_clock
from .delays import Delays
from .events import Events
from .fragments import limit_of_environment
from .hooks import Hooks
from .journal import SIZE as JOURNAL_SIZE
from .journal import Entry, Journal
from .kinds import Kinds
from .lifecycle import Outcome, Pending, Ran, Scheduler, Transition, phase_names
from .metrics import Metrics
from .rows import Record
from .seeded import Seeded
from .store import Store
from .waiting import Room

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario

MEMORY = 200
"""Copies of the records that are kept while a rule wants to show how the world was."""
REMEMBERED = 200_000
"""Records in all of these copies, but for the last one."""

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


def check_name(name: str, field: str = "world") -> str:
    """A name as it is. Raises ValueError, which names `field`, for one that is hard to write in a path."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{field}: {name!r} is not a valid name: expected up to 64 letters, digits, '.', '_' and '-',"
            " not beginning with '.'"
        )
    return name


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Settings:
    """What every world of a server starts from."""

    seed: int = 0
    identity: str = "strict"
    token_ttl: timedelta = timedelta(hours=1)
    strict: bool = False
    default_share_type: str = "default"
    """The name of the type of shares that say nothing of it; Manila's option of that name."""
    default_share_group_type: str = "default"
    services: frozenset[str] = frozenset()
    """The services beside Manila that are in the catalog and answer, by their type."""
    release: Release = NEWEST
    min_microversion: Microversion = versions.MINIMUM
    max_microversion: Microversion = versions.MAXIMUM
    delays: Mapping[str, Any] = field(default_factory=dict)
    rate: float = 1.0
    start: datetime | None = None
    policy: Policy = field(default_factory=Policy.load_defaults)
    journal_size: int = JOURNAL_SIZE
    """Requests that the journal keeps."""
    render_cache: int = field(default_factory=limit_of_environment)
    """Bytes of answers that are kept, so that what hasn't changed isn't rendered again."""
    hooks: bool = False
    """Whether commands and webhooks of scenarios are run."""
    wire: bool = True
    """Whether the server lets the application reach its connections, so that faults can be done to them."""
    time_source: Callable[[], datetime] = wall_clock
    scenario: Scenario | None = None
    """What a world holds from the start besides."""

    @property
    def newest_microversion(self) -> Microversion:
        """The newest one that is served."""
        return min(self.max_microversion, self.release.max_microversion)

    def check_microversions(self) -> None:
        """Raises ValueError where none is served."""
        self.release.check(self.min_microversion, self.max_microversion)


class Asking(Protocol):
    """A request, as far as what it begins is concerned."""

    @property
    def entry(self) -> Entry: ...

    @property
    def plan(self) -> Plan | None: ...


class Parts(Protocol):
    """What a world's answers are made of, but for its settings: what is another in one that was loaded, or put back."""

    seed: str
    seeded: Seeded
    clock: Clock
    delays: Delays
    store: Store
    scheduler: Scheduler
    faults: Faults
    identity: Identity


Past = tuple[tuple[datetime, Store], ...]


class World:
    """Store, clock, scheduler, randomness, journal and identity of one world.

    What its records go through in the course of time, and what it holds from the start, is handed in: it knows neither.
    `lock` is held around the settling and the handler of a request, never while something waits.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        transitions: Mapping[str, Transition] = MappingProxyType({}),
        populate: Callable[[World], None] | None = None,
        kinds: Kinds = MappingProxyType({}),
        stopping: threading.Event | None = None,
        log: RequestLog | None = None,
        room: Room | None = None,
    ) -> None:
        """`transitions` are what operations do to records in the course of time, `populate` makes what is always there,
        `kinds` is what is declared of its records.

        Raises ScenarioError for settings with a scenario that no world can be made from.
        """
        self.name = name
        self.transitions = transitions
        self.kinds = kinds
        self.names = frozenset((*load_contract().operations, *transitions, *phase_names(transitions)))
        """Of the operations and phases that may take time."""
        self._populate = populate
        self._initial = settings
        self.stopping = stopping or threading.Event()
        self.log = log or RequestLog()
        """That of the server."""
        self.lock = threading.RLock()
        self.held = Holding(room, self.stopping)
        """The requests that rules hold."""
        self.events = Events(self.lock)
        self.changes = 0
        """Goes up with whatever changed something, so that nobody has to compare worlds."""
        self.checkpoints = Checkpoints()
        """They outlive a reset."""
        self.journal = Journal(0)
        self.reset()

    def reset(self, settings: Settings | None = None) -> None:
        """Back to the initial state: settings, store, clock, journal, users, seed; from now on that of `settings`.

        Raises ScenarioError for a scenario that no world can be made from, and then has changed nothing.
        """
        if settings is not None:
            if settings.scenario is not None:
                World(self.name, settings, self.transitions, self._populate, self.kinds)  # raises where it must
            self._initial = settings
        settings = self._initial
        self.held.clear()
        self.settings = settings
        self.seed = f"{settings.seed}/{self.name}"
        self.seeded = Seeded(self.seed)
        start = settings.start or (MANUAL_START if settings.rate == 0 else None)
        self.clock = Clock(settings.time_source, rate=settings.rate, start=start)
        self.policy = settings.policy
        self.delays = Delays.parse(settings.delays, self.names)
        self.store = self.new_store()
        self.scheduler = Scheduler(self.seeded)
        self.faults = Faults(self.now, f"{self.seed}/faults", self.names, wire=settings.wire, held=self.held)
        self.journal = Journal(settings.journal_size, position=self.journal.position)
        self.metrics = Metrics()
        self.identity = Identity(
            self.clock,
            self.seeded,
            mode=settings.identity,
            token_ttl=settings.token_ttl,
            services=settings.services,
        )
        self.hooks = Hooks(self.name, self.log)
        self._moment: datetime | None = None
        self._past: deque[tuple[datetime, Store]] = deque(maxlen=MEMORY)
        if self._populate is not None:
            self._populate(self)
        if settings.scenario is not None:
            settings.scenario.populate(self)
        telling.another_world(self, "reset")

    @property
    def initial(self) -> Settings:
        """What a reset goes back to."""
        return self._initial

    def new_store(self) -> Store:
        """An empty one."""
        return Store(self.kinds, self.settings.render_cache, tell=True)

    def become(self, parts: Parts) -> None:
        """Has these parts from now on; the settings, the journal and the metrics are none of them. It tells nobody."""
        self.seed, self.seeded, self.clock, self.delays = parts.seed, parts.seeded, parts.clock, parts.delays
        self.store, self.scheduler = parts.store, parts.scheduler
        self.faults, self.identity = parts.faults, parts.identity

    def changed(self) -> None:
        """Tells whoever keeps a copy of this world that it is out of date."""
        self.changes += 1

    # Time

    def now(self) -> datetime:
        """This world's time; while a transition runs, the time it was due at."""
        return self.clock.now() if self._moment is None else self._moment

    def timestamp(self) -> str:
        """The time as Manila writes it: microseconds, no zone."""
        return format_time(self.now())

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Whatever is done inside is done at that time; None for now."""
        before, self._moment = self._moment, moment
        try:
            yield
        finally:
            self._moment = before

    def settle(self) -> list[Ran]:
        """Runs, in order and each at its own time, every transition that has come due; returns what ran.

        What was due before the clock went back is done: otherwise what takes no time would be under way for years.
        """
        until = self.clock.reached()
        ran = []
        while (pending := self.scheduler.take_due(until)) is not None:
            with self.at(pending.due):
                ran.append(self._finish(pending))
        return ran

    def set_clock(self, now: datetime | None = None, *, rate: float | None = None) -> list[Ran]:
        """Sets the time (unchanged when None) and how fast it runs, and runs what is due then."""
        before = self.clock.now()
        self.clock.set(now, rate=rate)
        telling.moved_clock(self, before)
        return self.settle()

    def advance(self, by: timedelta) -> list[Ran]:
        """Moves the time forward and runs what comes due on the way, as if each had run at its own time.

        Raises ValueError for a negative time, and for one that leads past the year in which time ends.
        """
        before = self.clock.now()
        self.clock.advance(by)
        telling.moved_clock(self, before)
        return self.settle()

    def advance_to_next(self) -> list[Ran]:
        """Moves the time to when the next transition comes due, if any does, and runs it.

        Raises ValueError where that is past the year in which time ends.
        """
        due = self.scheduler.next_due()
        return [] if due is None else self._advance_to(due)

    def _advance_to(self, due: datetime) -> list[Ran]:
        if due > LATEST:
            raise ValueError(
                f"to: a transition is due in the year {due.year}, after {LATEST.year}, the last year of the clock"
            )
        return self.advance(max(due - self.clock.now(), timedelta(0)))

    def work(self) -> list[Pending]:
        """What is under way, without what only waits for its deadline."""
        return [p for p in self.scheduler.pending() if self.transitions[p.operation].deadline is None]

    def _dues(self) -> list[datetime]:
        return [pending.due for pending in self.work() if pending.due is not None and not pending.held]

    def is_busy(self) -> bool:
        """Whether work is under way that time ends."""
        return bool(self._dues())

    def advance_to_idle(self) -> list[Ran]:
        """Moves the time until no work is under way that time ends. Raises ValueError as `advance_to_next` does."""
        ran: list[Ran] = []
        while dues := self._dues():
            ran += self._advance_to(max(dues))
        return ran

    def remember(self) -> None:
        """Keeps a copy of the records, for lists that are to lag behind."""
        self._past.append((self.now(), self.store.copy()))
        while len(self._past) > 1 and sum(store.size() for _, store in self._past) > REMEMBERED:
            self._past.popleft()

    def forget_past(self) -> None:
        """Lets go of what was remembered, where no rule wants it any more."""
        if self._past and not self.faults.remembers:
            self._past.clear()

    @property
    def past(self) -> Past:
        """How the records were, oldest first, where some rule wants to show that."""
        return tuple(self._past)

    @past.setter
    def past(self, past: Past) -> None:
        self._past = deque(past, maxlen=MEMORY)

    def as_it_was(self, age: timedelta) -> World:
        """This world to be read, all the same but for its records: those of so long ago, or the oldest remembered."""
        until = self.now() - age
        found = self._past[0][1] if self._past else self.store
        for time, store in self._past:
            if time > until:
                break
            found = store
        view = copy.copy(self)
        view.store = found
        return view

    # Lifecycles

    def begin(
        self, operation: str, kind: str, record: Record, *, asked_by: Asking | None = None, **arguments: Any
    ) -> Pending:
        """Has a record show what an operation's transition shows, and queues its end, or that of its first phase.

        How it ends is for the plan of the request that asks for it to say, where there is one. Returns what is under
        way.
        """
        pending = Pending(operation, self.store[kind].kind, record["id"], arguments)
        if asked_by is not None:
            pending.request_id = asked_by.entry.id
            if asked_by.plan is not None:
                pending.planned = asked_by.plan.take_outcome(operation, phases.course_of(self, pending))
        phases.begin(self, pending, record)
        begun = pending.to_json()
        if asked_by is not None:
            asked_by.entry.transitions += (begun,)
        telling.began(self, pending, record, begun)
        return pending

    def reset_status(self, record: Record, status: str) -> None:
        """An administrator's reset of a status: what was stuck on the record is over."""
        self.touch(record, status=status)
        self.scheduler.drop(record["id"], stuck_only=True)

    def decide(self, id: str, outcome: str) -> Pending | Ran:
        """Ends a transition now (``success``, ``error``), keeps it from ending (``hold``) or lets it go (``release``).

        Of one that has phases, success ends the one that it is in.
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
        if pending.begins:
            begun = self._finish(self.scheduler.take(pending))
            if begun.status is None:
                return begun
        pending.outcome = Outcome(outcome)
        return self._finish(self.scheduler.take(pending))

    def read(self, *resource_ids: str) -> None:
        """Counts a read of each record; ends the transitions that it was the last read for."""
        for pending in self.scheduler.read(resource_ids):
            self._finish(pending)

    def _finish(self, pending: Pending) -> Ran:
        """Ends a transition or the phase that it is in, or begins one whose status from before was still shown."""
        self.changed()
        record, phase = self.store[pending.kind].get(pending.resource_id), pending.phase
        status = None
        if record is not None:
            status = (phases.begin_late if pending.begins else phases.end)(self, pending, record)
        ran = Ran(pending.id, self.now(), pending.operation, pending.kind, pending.resource_id, status, phase)
        telling.ran(self, pending, record, ran)
        return ran

    def remove(self, kind: str, record: Record) -> None:
        """Takes a record out, and with it what was under way on it and the faults it brought."""
        self.store[kind].remove(record["id"])
        self.store.fragments.forget(record)
        self.scheduler.drop(record["id"])
        self.faults.forget(record["id"])

    def touch(self, record: Record, **changes: Any) -> None:
        """Changes a record and dates the change, unless it is none; without any changes, dates the record."""
        if not changes or any(record.get(name) != value for name, value in changes.items()):
            record.update(changes, updated_at=self.timestamp())
