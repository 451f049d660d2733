"""Scenarios on a cloud and here, several at once, each pair of servers with projects of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Event, Lock
from typing import Any, NamedTuple

from ..importing.cloud import Cloud, CloudError
from ..importing.turns import Turns
from ..text.words import counted
from ..versions import Microversion
from .cast import PREFIX, CastServer, Keystone, grouped
from .cleaning import clean
from .in_process import InProcess
from .likeness import Likeness
from .others import without_others
from .playing import compared, play
from .results import Comparison, Result
from .script import Scenario
from .server import EXPERIMENTAL, StoppedError, UnansweredError
from .suitable import Suitable

_MOST_UNANSWERED = 3
"""Scenarios one after another that the cloud doesn't answer, before all others are given up."""


class Part(NamedTuple):
    """A scenario, its chapter, and what of it suits the cloud."""

    scenario: Scenario
    chapter: str
    suitable: Suitable


class Stage:
    """What pairs of servers are made of."""

    def __init__(
        self, cloud: Cloud, keystone: Keystone, like: Likeness, *, settle: float, turns: Turns, stop: Event,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.cloud, self.keystone, self.like, self.stop = cloud, keystone, like, stop
        self.left: list[str] = []
        """What could not be removed."""
        self._settle, self._turns, self._sleep = settle, turns, sleep
        self._number = 0
        self._lock = Lock()

    @property
    def newest(self) -> Microversion:
        """The newest microversion that both sides know."""
        return self.cloud.microversion

    def server(self) -> CastServer:
        """The cloud, with new projects."""
        with self._lock:
            self._number += 1
            number = self._number
        return self.server_with(self.keystone.projects(number))

    def server_with(self, projects: Mapping[str, str]) -> CastServer:
        return CastServer(
            self.cloud, self.keystone, projects, settle=self._settle, stop=self.stop, turns=self._turns,
            sleep=self._sleep,
        )  # fmt: skip

    def end(self, server: CastServer, made: Sequence[tuple[str, str]] = ()) -> None:
        """Removes all that the projects of a server have, and them as well where nothing stays."""
        try:
            left = clean(server, list(made), everything=True)
        except UnansweredError as error:
            left = [f"what was made last ({error})"]
        self.drop(server, left)

    def drop(self, server: CastServer, left: Sequence[str] = ()) -> None:
        """Removes the projects of a server, unless something is left there."""
        names = ", ".join(sorted(server.projects))
        for each in left:
            self.left.append(f"{each}, in the projects {self.keystone.prefix}-… ({names})")
        if not left:
            for name, id in server.projects.items():
                if not self.keystone.remove("projects", id):
                    self.left.append(f"the project {name} {id}")


class Pair(NamedTuple):
    """The same users and projects on a cloud and here."""

    cloud: CastServer
    here: InProcess


class Scripts:
    """Plays scenarios into a comparison, in whatever order they end."""

    def __init__(
        self, stage: Stage, explained: Mapping[str, Mapping[str, str]], progress: Callable[[str], None]
    ) -> None:
        self.comparison = Comparison("scenario")
        self._stage, self._explained, self._progress = stage, explained, progress
        self._lock = Lock()
        self._done, self._unanswered, self._gives_up = 0, 0, False
        self._trim = partial(_trimmed, shared=stage.like.shared)

    def run(self, parts: Sequence[Part], jobs: int) -> None:
        """Raises CloudError where there can't be projects for them."""
        start = time.monotonic()
        played = [part for part in parts if part.suitable.scenario is not None]
        waiting = iter(played)
        for name, chapter, suitable in ((part.scenario.name, part.chapter, part.suitable) for part in parts):
            if suitable.scenario is None:
                self.comparison.results.append(Result(name, chapter, "left out", why=suitable.why))
        try:
            with ThreadPoolExecutor(jobs) as pool:
                working = [pool.submit(self._work, waiting, len(played)) for _ in range(jobs)]
                for each in working:
                    each.result()
        finally:
            order = {part.scenario.name: number for number, part in enumerate(parts)}
            self.comparison.results.sort(key=lambda result: order[result.name])
            self.comparison.stopped = self._stage.stop.is_set()
            self.comparison.seconds = time.monotonic() - start

    def _work(self, waiting: Iterator[Part], number: int) -> None:
        pair: Pair | None = None
        try:
            while (part := self._next(waiting)) is not None:
                pair = pair or Pair(self._stage.server(), InProcess(self._stage.like.settings))
                result, is_clean = self._played(part, pair)
                with self._lock:
                    self.comparison.results.append(result)
                    self._done += 1
                    self._progress(f"{self._done} of {number} scenarios, {result.name}: {result.verdict}")
                    self._count(result)
                if not is_clean:
                    self._end(pair)
                    pair = None
        except StoppedError:
            return
        except CloudError:
            self._gives_up = True  # the others can't go on either
            raise
        finally:
            if pair is not None:
                self._end(pair)

    def _next(self, waiting: Iterator[Part]) -> Part | None:
        with self._lock:
            return None if self._gives_up or self._stage.stop.is_set() else next(waiting, None)

    def _played(self, part: Part, pair: Pair) -> tuple[Result, bool]:
        """What became of it, and whether the projects are as they were before."""
        scenario = part.suitable.scenario
        assert scenario is not None
        since = time.monotonic()
        try:
            cloud = play(scenario, pair.cloud, prefix=PREFIX, trim=self._trim)
        except UnansweredError as error:
            seconds = time.monotonic() - since
            return Result(scenario.name, part.chapter, "could not be played", why=str(error), seconds=seconds), False
        here = play(scenario, pair.here, prefix=PREFIX, trim=self._trim)
        explained = self._explained.get(scenario.name, {})
        result = compared(scenario, cloud, here, explained, left_out=part.suitable.left_out, since=since)
        return result, not cloud.stays and not here.stays

    def _count(self, result: Result) -> None:
        """Gives up where nobody answers any more."""
        self._unanswered = self._unanswered + 1 if result.verdict == "could not be played" else 0
        if self._unanswered == _MOST_UNANSWERED:
            self.comparison.notes.append(
                f"{_MOST_UNANSWERED} scenarios one after another got no answer: the others were not played"
            )
            self._gives_up = True

    def _end(self, pair: Pair) -> None:
        with suppress(StoppedError):
            self._stage.end(pair.cloud)
        pair.here.__exit__()


def _trimmed(document: Any, variables: Mapping[str, str], shared: frozenset[str]) -> Any:
    return without_others(document, variables, shared)


_KINDS = {"share-group-types": "share_group_types", "types": "share_types", "qos-types": "qos_types"}
"""What belongs to no project, in the order in which it can go: the path of the list, and its key."""


def remove_others(stage: Stage) -> str:
    """Removes what other runs have left, and says how much that was."""
    keystone = stage.keystone
    projects, users = keystone.others("projects"), keystone.others("users")
    groups = [stage.server_with(keystone.projects(0, group)) for group in grouped(projects)]
    for server in groups:
        stage.end(server)
    server = stage.server()
    types = 0
    for path, key in _KINDS.items():
        answer = server.send("GET", f"/v2/{path}?is_public=all", headers=EXPERIMENTAL)
        for each in answer.json()[key] if answer.ok else ():
            if each["name"].startswith(PREFIX):
                types += 1
                if not server.send("DELETE", f"/v2/{path}/{each['id']}", headers=EXPERIMENTAL).ok:
                    stage.left.append(f"{path}/{each['id']}")
    stage.end(server)
    stage.left += [f"the user {each.name}" for each in users if not keystone.remove("users", each.id)]
    return (
        f"{counted(len(projects), 'project')}, {counted(len(users), 'user')} and {counted(types, 'type')} of other runs"
    )
