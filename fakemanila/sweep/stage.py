"""Runs in worlds of one server: each begins as the first one did, is disturbed as its case says, and is compared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ..control.asserting import line
from .asked import Asked, asked
from .cases import Case
from .remains import Difference, Remain, differences, remains, without
from .results import Ended, Result

if TYPE_CHECKING:
    from ..control.client import ControlClient

Play: TypeAlias = Callable[[str], Ended]
"""Runs the program against the world of that name."""
SHOWN = 20
"""Requests of a run that are shown, the last."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The first run: what the world was before and after it, and what was asked."""

    ended: Ended
    requests: Sequence[Asked]
    left: Sequence[Remain]
    before: frozenset[str]
    """The ids of the records that were there from the start."""


class Stage:
    """Carries runs out, each in a world of its own."""

    def __init__(
        self,
        server: ControlClient,
        play: Play,
        scenario: Mapping[str, Any],
        *,
        prefix: str = "sweep",
        stop: Callable[[], None] = lambda: None,
    ) -> None:
        """`scenario` is what each world starts from besides what the server gives it, `prefix` begins their names.

        `stop` ends what `play` is doing in other threads: nobody waits for what nobody wants to know any more.
        """
        self._server, self._play, self._scenario, self._prefix, self._stop = server, play, scenario, prefix, stop
        self._start: Mapping[str, Any] | None = None
        self._lock = threading.Lock()
        self._made = 0

    def undisturbed(self) -> Undisturbed:
        """The run that all others are compared with. Raises ControlFailure for a scenario that no world can have."""
        with self._world() as (name, world):
            ended = self._play(name)
            return undisturbed(world, ended, self._before())

    def run(self, case: Case, first: Undisturbed) -> Result:
        """A run with the faults of a case."""
        with self._world() as (name, world):
            for rule in case.rules():
                world.faults.add(rule)
            ended = self._play(name)
            return judged(world, case, ended, first)

    def run_all(self, cases: Iterable[Case], first: Undisturbed, jobs: int = 1) -> Iterator[Result]:
        """The results in the order of the cases, each as soon as it and those before it are there."""
        with ThreadPoolExecutor(jobs, "sweep") as pool:
            futures: list[Future[Result]] = [pool.submit(self.run, case, first) for case in cases]
            try:
                for future in futures:
                    yield future.result()
            except BaseException:
                for future in futures:
                    future.cancel()
                self._stop()
                raise

    def _before(self) -> Mapping[str, Any]:
        assert self._start is not None, "there is a world already"
        return self._start

    @contextmanager
    def _world(self) -> Iterator[tuple[str, ControlClient]]:
        """A world that is dropped in the end. All have the ids and the luck of the first one, whatever their names."""
        with self._lock:
            self._made += 1
            name = f"{self._prefix}-{self._made}"
        world = self._server.world(name)
        try:
            world.reset(self._scenario)
            if self._start is None:
                self._start = world.state.dump()
            else:
                world.state.load(self._start)
            yield name, world
        finally:
            self._server.worlds.drop(name)


def undisturbed(world: ControlClient, ended: Ended, start: Mapping[str, Any], since: str | None = None) -> Undisturbed:
    """What a run has asked of a world, and left there. `start` is the state that it began with.

    `since` is the id of the last request before it.
    """
    journal = world.requests.list(since=since)
    world.clock.advance_to_idle()
    return Undisturbed(ended, asked(journal, start["records"]), _left(world), _ids(start["records"]))


def judged(world: ControlClient, case: Case, ended: Ended, first: Undisturbed) -> Result:
    """What became of a run with the faults of a case."""
    fired = {rule["name"]: rule["fired"] for rule in world.faults.list()}
    reached = all(fired.get(rule["name"]) for rule in case.rules())
    journal = [line(request) for request in world.requests.list(limit=SHOWN)]
    world.clock.advance_to_idle()
    return Result(case, ended, reached, _differences(case, first, _left(world)), journal)


def _left(world: ControlClient) -> list[Remain]:
    return remains(world.state.dump()["records"])


def _ids(records: Mapping[str, Iterable[Mapping[str, Any]]]) -> frozenset[str]:
    return frozenset(record["id"] for table in records.values() for record in table)


def _differences(case: Case, first: Undisturbed, left: Sequence[Remain]) -> list[Difference]:
    then = first.left
    if case.removes:  # what was there before, the fault has taken away, and not the program
        then = without(then, first.before - {each.id for each in left})
    return differences(then, left)
