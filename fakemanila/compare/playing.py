"""A scenario on two servers, and how the answers differ."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .chapters import chapter_of
from .exchanges import Outcome, Trim, run
from .results import Difference, Result
from .script import Scenario
from .server import FailedError, Server
from .shape import CRASHES, differences

_ANY_CLIENT_ERROR = "the cloud crashed (500), or gave no answer: any client error will do"


class Played(NamedTuple):
    """How far a scenario went on one server."""

    outcomes: Mapping[str, Outcome]
    failure: FailedError | None = None
    """Why it went no further."""
    stays: str = ""
    """What could not be removed afterwards."""


def play(scenario: Scenario, server: Server, *, prefix: str, trim: Trim | None = None) -> Played:
    """Sends what it can of a scenario. Raises UnansweredError and StoppedError."""
    outcomes: dict[str, Outcome] = {}
    try:
        for outcome in run(scenario, server, prefix=prefix, trim=trim):
            outcomes[outcome.exchange.name] = outcome
    except FailedError as error:
        if error.at >= 0:
            return Played(outcomes, error)
        before = error.__context__
        return Played(outcomes, before if isinstance(before, FailedError) else None, error.brief)
    return Played(outcomes)


def compared(
    scenario: Scenario, cloud: Played, here: Played, explained: Mapping[str, str], *, left_out: int, since: float
) -> Result:
    """What became of a scenario. `explained` says of its exchanges why they may differ."""
    found: list[Difference] = []
    known: list[tuple[str, str]] = []
    both = [name for name in cloud.outcomes if name in here.outcomes]
    for name in both:
        one, other = cloud.outcomes[name], here.outcomes[name]
        why = explanation(one.answer, other.answer, explained.get(name))
        lines = differences(one.answer, other.answer)
        if why is not None:
            known.append((name, why))
        elif lines:
            found.append(Difference(name, request_of(one), lines, one.answer, other.answer))
    why, ending = _ending(scenario, cloud.failure, here.failure)
    found += ending
    verdict: Any = "differs" if found else "alike" if both else "not played"
    return Result(
        scenario.name, chapter_of(scenario), verdict, len(both), found, known, why, left_out, time.monotonic() - since
    )


def explanation(cloud: Mapping[str, Any], here: Mapping[str, Any], known: str | None) -> str | None:
    """Why two answers differ as they are meant to; None where they are alike, or nothing explains it."""
    if cloud["status"] in CRASHES and 400 <= here["status"] < 500:
        return _ANY_CLIENT_ERROR
    return known if known is not None and differences(cloud, here) else None


def request_of(outcome: Outcome) -> str:
    exchange = outcome.exchange
    return f"{exchange.user}, {exchange.version or 'no version'}, {outcome.request}"


def _ending(
    scenario: Scenario, cloud: FailedError | None, here: FailedError | None
) -> tuple[str, Iterable[Difference]]:
    """Why a scenario ended early on both sides alike, and the difference where it didn't."""
    if cloud is None and here is None:
        return "", ()
    if cloud is not None and here is not None and cloud.at == here.at:
        return cloud.brief, ()
    at = min(each.at for each in (cloud, here) if each is not None)
    exchange = scenario.exchanges[at]
    lines = [
        f"{side}: {failure.brief if failure is not None and failure.at == at else 'it went on'}"
        for side, failure in (("cloud", cloud), ("here", here))
    ]
    return "", [Difference(exchange.name, f"{exchange.user}, {exchange.method} {exchange.path}", lines)]
