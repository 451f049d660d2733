"""Plays steps on two servers at once."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ..exchanges import CONSTANTS
from ..others import without_others
from ..right_requests import TEXTS
from ..script import NOTHING, substitute
from ..server import EXPERIMENTAL, Server, pick
from ..shape import Normaliser
from .comparing import RACY, Answer, Pairs, compare, normal
from .kinds import is_at_rest, states_of
from .steps import Look, Step

_SECONDS_OTHERS, _SECONDS_HERE = 20.0, 1.0
"""How long what a step isn't about may take to settle on the real server, and anything on this one."""
_FORCED, _FORCED_TO_GO = 1.5, 15.0
"""After how many seconds what stays in a passing state was forced into it, and what was to go besides stays."""
_DELETIONS = (".delete", ".force_delete")
_ENDING_MIGRATIONS = ("migration_cancel", "migration_complete")
_SLOWLY_DELETED = {"share_servers.delete": "share_server"}
_SECONDS_TO_BEGIN = 5.0
"""What shows nothing of its deletion before a backend has begun with it, and for how long that is waited for."""
_CHECKS = "_check"
_SECONDS_CHECKS = 10.0
"""How long backends may take to say whether they could do something, which only the same request shows again."""
_INTERVAL = 0.01
"""After how many seconds this server is asked again."""
_SLOWER, _SLOWEST = 1.6, 0.6
"""By how much each wait is longer than the one before, and how many seconds it is at most."""


class Side:
    """One of the two servers, with the ids of what a history has made there."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.names: dict[str, str] = {
            **CONSTANTS, **TEXTS, **server.variables(), "run": f"walk{uuid4().hex[:8]}",
        }  # fmt: skip
        self._forced: dict[str, list[str]] = {}
        """States that look as if they passed, and stay, by the names of what is in them."""

    def send(self, step: Step) -> Answer:
        exchange = step.exchange
        response = self.server.send(
            exchange.method,
            substitute(exchange.path, self.names),
            user=exchange.user,
            version=exchange.version,
            body=NOTHING if exchange.body is NOTHING else substitute(exchange.body, self.names),
            headers=exchange.headers,
        )
        return Answer(response.status_code, response.headers, response.content)

    def await_check(self, step: Step, answer: Answer) -> None:
        """Asks again what backends have only begun to check, until each has answered."""
        end = time.monotonic() + (_SECONDS_CHECKS if self.server.interval else _SECONDS_HERE)
        while answer.ok and pick(answer.document, "compatible") is None and time.monotonic() < end:
            time.sleep(self.server.interval or _INTERVAL)
            answer = self.send(step)

    def settle(
        self,
        look: Look,
        *,
        wait: bool,
        forced: float = 0.0,
        held: bool = True,
        resets: bool = False,
        rests: float = 0.0,
    ) -> Answer:
        """What an administrator sees of something, once it changes no more.

        What was set to a state by force may stay in it; whether it does is seen after `forced` seconds. Of what the
        step isn't about, `forced` is 0, and it is not waited for long either: others may have forced it. `held` says
        whether a migration may wait for somebody to complete it. What is to go may look for `rests` seconds as if
        nothing were done with it.
        """
        path = substitute(look.path, self.names)
        start = time.monotonic()
        most = _SECONDS_HERE if not self.server.interval else self.server.settle if forced else _SECONDS_OTHERS
        interval = self.server.interval or _INTERVAL
        while True:
            response = self.server.send("GET", path, headers=EXPERIMENTAL)
            answer = Answer(response.status_code, response.headers, response.content)
            states = states_of(look.kind, answer.document)
            waited = time.monotonic() - start
            resting = is_at_rest(look.kind, answer.document, held=held)
            if not answer.ok or (resting and waited >= (rests if self.server.interval else 0.0)):
                self._forced.pop(look.name, None)
                return answer
            if resting:
                time.sleep(interval)
                continue
            self.server.go_on()
            if not wait or waited > most or resets:
                resets = False
                self._forced[look.name] = states
            if self._forced.get(look.name) == states and (not wait or waited >= min(forced, most)):
                return answer
            time.sleep(interval)
            interval = min(interval * _SLOWER, _SLOWEST)  # what is asked often has less time to work

    def anonymous(self, item: Any) -> str:
        """Something of a list, with the names of what has one, and without what differs from run to run."""
        names = {value: f"{{{name}}}" for name, value in self.names.items()}
        return json.dumps(Normaliser(names, racy=RACY).value(item), sort_keys=True)

    def normal(self, answer: Answer, *, unordered: bool = False) -> dict[str, Any]:
        return normal(answer, self.names, self.server.url, unordered=unordered)


@dataclass
class Played:
    """What became of a step: the reference's answers, and where the other server's differ."""

    step: Step
    expected: Answer
    actual: Answer
    differences: list[str] = field(default_factory=list)
    """Of the answer to the request itself."""
    waited: dict[str, float] = field(default_factory=dict)
    """For how many seconds the reference was waited for, by what was looked at."""
    looked: dict[Look, Answer] = field(default_factory=dict)
    later: dict[Look, list[str]] = field(default_factory=dict)
    """Of what is seen once it has settled."""

    @property
    def diverged(self) -> bool:
        """Whether the two servers hold different things now."""
        return self.step.exchange.method != "GET" and (
            self.expected.ok != self.actual.ok or self.expected.status >= 500 or self.expected.status == 0
        )

    @property
    def lines(self) -> list[str]:
        """Every difference, those of what is seen afterwards with its kind."""
        return self.differences + [f"then {look.kind} {line}" for look, lines in self.later.items() for line in lines]


class Pair:
    """A reference and the server in question, on which the same steps are played."""

    def __init__(self, reference: Server, other: Server) -> None:
        self.expected, self.actual = Side(reference), Side(other)
        self._pairs = Pairs()
        self.made: list[tuple[str, str]] = []
        """Kinds and ids of what the reference has made, whatever the other server did."""

    @property
    def known(self) -> set[str]:
        """The variables that stand for something on both servers."""
        return self.expected.names.keys() & self.actual.names.keys()

    def play(self, step: Step) -> Played:
        played = Played(step, self.expected.send(step), self.actual.send(step))
        self._save(step.exchange.save, played)
        unordered = step.exchange.unordered
        played.differences = compare(
            self.expected.normal(played.expected, unordered=unordered),
            self.actual.normal(played.actual, unordered=unordered),
            self._pairs,
            unordered=unordered,
        )
        if played.diverged or not (played.expected.ok or step.looks_at_all):
            return played
        if step.operation.endswith(_CHECKS) and "reset_operation" not in json.dumps(step.exchange.body, default=str):
            self.expected.await_check(step, played.expected)
            self.actual.await_check(step, played.actual)
        settles = step.settles and played.expected.ok
        for look in step.looks:
            if look.name not in self.known:
                continue
            forced = _FORCED_TO_GO if step.operation.endswith(_DELETIONS) else _FORCED
            forced = forced if look.name in step.uses | step.makes else 0.0
            held = not forced or not step.operation.endswith(_ENDING_MIGRATIONS)
            resets = ".reset_" in step.operation
            rests = _SECONDS_TO_BEGIN if settles and _SLOWLY_DELETED.get(step.operation) == look.kind else 0.0
            start = time.monotonic()
            expected = self.expected.settle(look, wait=settles, forced=forced, held=held, resets=resets, rests=rests)
            played.looked[look] = expected
            played.waited[look.name] = time.monotonic() - start
            actual = self.actual.settle(look, wait=settles, forced=min(forced, _INTERVAL), held=held, resets=resets)
            found = compare(
                self.expected.normal(expected, unordered=True),
                self.actual.normal(actual, unordered=True),
                self._pairs,
                unordered=True,
            )
            if found:
                played.later[look] = found
        return played

    def play_all(self, steps: Sequence[Step]) -> list[Played]:
        """Plays what can be played of the steps, up to where the servers diverge."""
        done: list[Played] = []
        for step in steps:
            if step.uses <= self.known:
                done.append(self.play(step))
                if done[-1].diverged:
                    break
        return done

    def _save(self, save: Mapping[str, str], played: Played) -> None:
        for name, dotted in save.items():
            if isinstance(id := pick(played.expected.document, dotted), str):
                self.made.append((name.rpartition("_")[0], id))
        if not played.expected.ok or not played.actual.ok:
            return
        for name, dotted in save.items():
            collection, first, field = dotted.partition(".0.")
            if first and played.step.exchange.method == "GET":
                pair = self._alike(collection, field, played)
            else:
                pair = (pick(played.expected.document, dotted), pick(played.actual.document, dotted))
            if pair is not None and all(isinstance(id, str) for id in pair):
                self.expected.names[name], self.actual.names[name] = pair

    def _alike(self, collection: str, field: str, played: Played) -> tuple[str, str] | None:
        """The ids, there and here, of the first unnamed item that both lists have exactly once."""
        found: list[dict[str, str]] = []
        for side, answer in ((self.expected, played.expected), (self.actual, played.actual)):
            seen: Counter[str] = Counter()
            ids: dict[str, str] = {}
            for item in pick(without_others(answer.document, side.names), collection) or ():
                if isinstance(id := pick(item, field), str) and id not in side.names.values():
                    text = side.anonymous(item)
                    seen[text] += 1
                    ids[text] = id
            found.append({text: id for text, id in ids.items() if seen[text] == 1})
        one, other = found
        return next(((id, other[text]) for text, id in one.items() if text in other), None)
