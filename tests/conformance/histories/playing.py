"""Plays steps on two servers at once."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ..exchanges import CONSTANTS, EXPERIMENTAL, Server, pick
from ..order.requests import TEXTS
from ..script import NOTHING, substitute
from .comparing import Answer, Pairs, compare, normal, without_others
from .kinds import is_at_rest
from .steps import Look, Step

_SECONDS = 60.0
"""How long anything may take to settle."""


class Side:
    """One of the two servers, with the ids of what a history has made there."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.names: dict[str, str] = {
            **CONSTANTS, **TEXTS, **server.variables(), "run": f"walk{uuid4().hex[:8]}",
        }  # fmt: skip

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

    def settle(self, look: Look, *, wait: bool) -> Answer:
        """What an administrator sees of something, once it changes no more."""
        path = substitute(look.path, self.names)
        end = time.monotonic() + _SECONDS
        while True:
            response = self.server.send("GET", path, headers=EXPERIMENTAL)
            answer = Answer(response.status_code, response.headers, response.content)
            if not wait or not answer.ok or is_at_rest(look.kind, answer.document) or time.monotonic() > end:
                return answer
            time.sleep(self.server.interval)

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
        )
        if played.diverged or not played.expected.ok:
            return played
        for look in step.looks:
            if look.name not in self.known:
                continue
            expected = played.looked[look] = self.expected.settle(look, wait=step.settles)
            actual = self.actual.settle(look, wait=step.settles)
            found = compare(
                self.expected.normal(expected, unordered=True), self.actual.normal(actual, unordered=True), self._pairs
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
        one = without_others(played.expected.document, self.expected.names)
        other = without_others(played.actual.document, self.actual.names)
        for name, dotted in save.items():
            expected, actual = pick(one, dotted), pick(other, dotted)
            if isinstance(expected, str) and isinstance(actual, str):
                self.expected.names[name], self.actual.names[name] = expected, actual
