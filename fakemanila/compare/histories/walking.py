"""Histories one after another: what was played, and which differences there are."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from threading import Lock

from ...text.words import counted
from ..cast import CastServer
from ..cleaning import clean
from ..in_process import InProcess
from ..running import Stage
from ..server import StoppedError, UnansweredError
from .asking import Asker
from .comparing import Explain, signature
from .model import Model
from .playing import Pair, Played
from .shrinking import shrink
from .steps import Step
from .writing import scenario

_LONG = 5.0
"""A wait of more seconds is told."""
_SERVICES = ("manila",)
"""Users of scenarios that histories don't have."""
_SECONDS = 90.0
"""How long one difference may be shrunk."""


@dataclass
class Found:
    """One difference: its signature, the steps up to it, and, once shrunk, what was played of them."""

    signature: str
    steps: list[Step]
    shrunk: list[Played] = field(default_factory=list)

    def text(self, name: str) -> str:
        if not self.shrunk:
            why = "did not happen again, or is of the same step as another"
            return f"# {self.signature}\n# {why}; it was step {len(self.steps)}\n"
        return f"# {self.signature}\n{scenario(name, self.shrunk)}"


@dataclass
class History:
    """What one of them has come to."""

    number: int
    steps: int = 0
    found: list[Found] = field(default_factory=list)
    """What no history before it has shown."""
    explained: list[tuple[str, str]] = field(default_factory=list)
    """Differences that are meant to be, with why."""
    seconds: float = 0.0
    problem: str = ""
    """Why it could not be played to its end."""


@dataclass
class Totals:
    """What a walk has come to so far."""

    histories: int = 0
    steps: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    """Signatures, with why they are as they are meant to be."""
    again: Counter[str] = field(default_factory=Counter)
    """How often each difference was met."""
    found: list[Found] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What could not be removed."""

    def told(self) -> Iterator[str]:
        """Which codes there were, which operations never succeeded, and what differed how often."""
        yield "codes: " + ", ".join(f"{code} {number}" for code, number in sorted(self.codes.items()))
        never = sorted(each for each, number in self.operations.items() if not number)
        yield f"{len(self.operations)} operations, never successful: {', '.join(never) or 'none'}"
        yield from (f"differs {counted(number, 'time')}: {line}" for line, number in self.again.most_common())


class Walk:
    """Plays the histories of a seed, each on projects and a world of its own."""

    def __init__(
        self, stage: Stage, seed: int, explain: Explain, say: Callable[[str], None],
        ended: Callable[[History], None], *, told: bool = False,
    ) -> None:  # fmt: skip
        self.totals = Totals()
        self._stage, self._seed = stage, seed
        self._explain, self._say, self._ended, self._told = explain, say, ended, told
        self._numbers = itertools.count()
        self._lock = Lock()
        """Held by whoever counts."""
        self._stopped, self._over = stage.stop, False

    def run(self, histories: int, length: int, only: str | None, *, shrinking: bool = True, jobs: int = 1) -> None:
        """Plays histories of `length` steps each, `jobs` of them at once. Raises UnansweredError."""
        with ThreadPoolExecutor(jobs) as pool:
            working = [pool.submit(self._work, histories, length, only, shrinking=shrinking) for _ in range(jobs)]
            try:
                for each in working:
                    each.result()
            finally:
                self._over = True  # so that the others stop after their step

    def _work(self, histories: int, length: int, only: str | None, *, shrinking: bool) -> None:
        while not self._is_over and (number := next(self._numbers)) < histories:
            start = time.monotonic()
            told = History(number)
            try:
                self._history(told, length, only)
            except StoppedError:
                return
            except UnansweredError as error:
                told.problem = str(error)
            # What differs after the same step has the same cause, most often.
            firsts = {len(found.steps): found for found in reversed(told.found)}.values() if shrinking else ()
            for found in firsts:
                with suppress(StoppedError, UnansweredError):
                    self._shrink(found)
            told.seconds = time.monotonic() - start
            with self._lock:
                self.totals.histories += 1
                for found in told.found:
                    self.totals.found.append(found)
                    self._say(found.text(f"history_{self._seed}_{len(self.totals.found)}"))
                self._ended(told)

    @property
    def _is_over(self) -> bool:
        return self._over or self._stopped.is_set()

    @contextmanager
    def _pair(self, server: CastServer) -> Iterator[Pair]:
        pair = Pair(server, InProcess(self._stage.like.settings))
        try:
            yield pair
        finally:
            try:
                left = clean(server, pair.made, set(self.totals.left))
            except UnansweredError as error:
                left = [f"what was made last ({error})"]
            with self._lock:
                self.totals.left += left

    @contextmanager
    def _server(self) -> Iterator[CastServer]:
        server = self._stage.server()
        try:
            yield server
        finally:
            self._stage.drop(server)

    def _history(self, told: History, length: int, only: str | None) -> None:
        number = told.number
        taken: list[Step] = []
        succeeded: set[str] = set()
        with self._server() as server, self._pair(server) as pair:
            model = Model({id: name for name, id in server.projects.items()})
            users = [user for user in server.users if user not in _SERVICES]
            asker = Asker(Random(f"{self._seed}/{number}"), model, only, users=users, newest=self._stage.newest)
            for _ in range(length):
                played = pair.play(asker.next())
                taken.append(played.step)
                if played.expected.ok:
                    succeeded.add(played.step.operation)
                model.learn(played, pair.known)
                asker.learn(played)
                with self._lock:
                    self._count(number, played)
                    told.steps += 1
                    unexplained = list(self._unexplained(told, played, succeeded))
                    told.found += [Found(each, list(taken)) for each in unexplained if self.totals.again[each] == 1]
                # What it had done when it crashed, nobody knows.
                crashed = played.expected.status in (0, 500) and played.step.exchange.method != "GET"
                if crashed or played.diverged or (unexplained and played.later) or self._is_over:
                    break

    def _count(self, number: int, played: Played) -> None:
        self.totals.steps += 1
        self.totals.codes[str(played.expected.status)] += 1
        self.totals.operations[played.step.operation] += played.expected.ok
        if self._told:
            exchange = played.step.exchange
            self._say(
                f"# {number}: {played.expected.status} {exchange.user} {exchange.version} "
                f"{exchange.method} {exchange.path}"
            )
            for name, seconds in played.waited.items():
                if seconds > _LONG:
                    self._say(f"# {number}: waited {seconds:.0f} s for {name}")

    def _unexplained(self, told: History, played: Played, succeeded: Set[str]) -> Iterator[str]:
        """The signatures of a step's differences that nothing explains, counted."""
        for line in played.lines:
            found = signature(played.step.operation, line)
            reason = self._explain(found, succeeded)
            if reason is not None:
                self.totals.explained[f"{found}: {reason}"] += 1
                told.explained.append((found, reason))
            else:
                self.totals.again[found] += 1
                if self._told:
                    self._say(f"# {told.number}: {found}")
                yield found
        if not played.lines and played.expected.status in (0, 500):
            self.totals.explained[f"{played.step.operation}: real Manila crashed"] += 1
            told.explained.append((played.step.operation, "real Manila crashed"))

    def _shrink(self, found: Found) -> None:
        if self._is_over:
            return
        self._say(f"# step {len(found.steps)}: {found.signature}")
        last: list[Played] = []
        end = time.monotonic() + _SECONDS

        def shows(steps: Sequence[Step]) -> bool:
            if time.monotonic() > end or self._is_over:
                return False
            with self._pair(projects) as pair:
                done = pair.play_all(steps)
            for number, played in enumerate(done, 1):
                if found.signature in {signature(played.step.operation, line) for line in played.lines}:
                    last[:] = done[:number]
                    return True
            return False

        with self._server() as projects:
            shrink(found.steps, shows, Pair(projects, InProcess(self._stage.like.settings)).known)
        found.shrunk = last
