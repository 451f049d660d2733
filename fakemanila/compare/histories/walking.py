"""Histories one after another: what was played, and which differences there are."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event, Lock

from ...world.world import Settings
from ..cast import CastServer, Keystone
from ..cleaning import clean
from ..in_process import InProcess
from .asking import Asker
from .comparing import Explain, signature
from .model import Model
from .playing import Pair, Played
from .shrinking import shrink
from .steps import Step
from .writing import scenario

_LONG = 5.0
"""A wait of more seconds is told."""
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


class Walk:
    """Plays the histories of a seed, each on projects and a world of its own."""

    def __init__(
        self, url: str, keystone: Keystone, seed: int, explain: Explain,
        say: Callable[[str], None], *, told: bool = False,
    ) -> None:  # fmt: skip
        self.totals = Totals()
        self._url, self._keystone, self._seed = url, keystone, seed
        self._explain, self._say, self._told = explain, say, told
        self._numbers = itertools.count()
        self._projects = itertools.count(1)
        self._lock = Lock()
        """Held by whoever counts."""
        self._stopped = Event()

    def run(self, steps: int, length: int, only: str | None, *, shrinking: bool = True, jobs: int = 1) -> None:
        """Plays `steps` steps in histories of `length` each, `jobs` of them at once."""
        with ThreadPoolExecutor(jobs) as pool:
            working = [pool.submit(self._work, steps, length, only, shrinking=shrinking) for _ in range(jobs)]
            try:
                for each in working:
                    each.result()
            finally:
                self._stopped.set()  # so that the others stop after their step

    def _work(self, steps: int, length: int, only: str | None, *, shrinking: bool) -> None:
        while not self._stopped.is_set() and self.totals.steps < steps:
            new = self._history(next(self._numbers), length, only)
            # What differs after the same step has the same cause, most often.
            for found in {len(found.steps): found for found in reversed(new)}.values() if shrinking else ():
                self._shrink(found)
            with self._lock:
                self.totals.histories += 1
                for found in new:
                    self.totals.found.append(found)
                    self._say(found.text(f"history_{self._seed}_{len(self.totals.found)}"))
                self._say(f"# {self.totals.histories} histories, {self.totals.steps} steps")

    def _new_server(self) -> CastServer:
        return CastServer(self._url, self._keystone, next(self._projects))

    @contextmanager
    def _pair(self, server: CastServer) -> Iterator[Pair]:
        pair = Pair(server, InProcess(Settings(rate=1.0, start=None)))
        try:
            yield pair
        finally:
            left = clean(server, pair.made, set(self.totals.left))
            with self._lock:
                self.totals.left += left

    def _history(self, number: int, length: int, only: str | None) -> list[Found]:
        new: list[Found] = []
        taken: list[Step] = []
        succeeded: set[str] = set()
        server = self._new_server()
        with server, self._pair(server) as pair:
            model = Model({id: name for name, id in server.projects.items()})
            asker = Asker(Random(f"{self._seed}/{number}"), model, only)
            for _ in range(length):
                played = pair.play(asker.next())
                taken.append(played.step)
                if played.expected.ok:
                    succeeded.add(played.step.operation)
                model.learn(played, pair.known)
                asker.learn(played)
                with self._lock:
                    self._count(number, played)
                    unexplained = list(self._unexplained(number, played, succeeded))
                    new += [Found(each, list(taken)) for each in unexplained if self.totals.again[each] == 1]
                # What it had done when it crashed, nobody knows.
                crashed = played.expected.status in (0, 500) and played.step.exchange.method != "GET"
                if crashed or played.diverged or (unexplained and played.later) or self._stopped.is_set():
                    break
        return new

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

    def _unexplained(self, number: int, played: Played, succeeded: Set[str]) -> Iterator[str]:
        """The signatures of a step's differences that nothing explains, counted."""
        for line in played.lines:
            found = signature(played.step.operation, line)
            reason = self._explain(found, succeeded)
            if reason is not None:
                self.totals.explained[f"{found}: {reason}"] += 1
            else:
                self.totals.again[found] += 1
                if self._told:
                    self._say(f"# {number}: {found}")
                yield found
        if not played.lines and played.expected.status in (0, 500):
            self.totals.explained[f"{played.step.operation}: real Manila crashed"] += 1

    def _shrink(self, found: Found) -> None:
        if self._stopped.is_set():
            return
        self._say(f"# step {len(found.steps)}: {found.signature}")
        last: list[Played] = []
        end = time.monotonic() + _SECONDS
        projects = self._new_server()

        def shows(steps: Sequence[Step]) -> bool:
            if time.monotonic() > end or self._stopped.is_set():
                return False
            with self._pair(projects) as pair:
                done = pair.play_all(steps)
            for number, played in enumerate(done, 1):
                if found.signature in {signature(played.step.operation, line) for line in played.lines}:
                    last[:] = done[:number]
                    return True
            return False

        with projects:
            shrink(found.steps, shows, Pair(projects, InProcess(Settings())).known)
        found.shrunk = last
