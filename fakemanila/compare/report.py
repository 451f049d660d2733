"""How the answers to a scenario differ from those that are expected, without what is known and explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from .exchanges import Outcome, run
from .script import Scenario
from .server import FailedError, Server
from .shape import differences

DIFFERENCES = Path(__file__).with_name("differences.yaml")


def known_differences(path: Path = DIFFERENCES) -> dict[str, Any]:
    """`{"crashes": {scenario: [exchange]}, "explained": {scenario: {exchange: reason}}}`."""
    document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {"crashes": document.get("crashes") or {}, "explained": document.get("explained") or {}}


def replay(
    scenario: Scenario,
    server: Server,
    recorded: Mapping[str, Any],
    explained: Mapping[str, str],
    *,
    may_crash: bool = False,
) -> list[str]:
    """Sends a scenario to a server and reports how its answers differ, up to where it cannot go on."""
    outcomes: list[Outcome] = []
    failure: list[str] = []
    try:
        for outcome in run(scenario, server):
            outcomes.append(outcome)  # noqa: PERF402 - what came before a failure is compared too
    except FailedError as error:
        failure = [f"could not go on: {error}"]
    return failure + report(recorded, outcomes, explained, may_crash=may_crash)


def report(
    recorded: Mapping[str, Any], outcomes: Iterable[Outcome], explained: Mapping[str, str], *, may_crash: bool = False
) -> list[str]:
    """All differences of a scenario from its recording, readable, without the explained ones.

    An explanation of a difference that isn't there is reported too, so that explanations go when their cause has gone.
    """
    lines: list[str] = []
    seen: set[str] = set()
    for outcome in outcomes:
        name = outcome.exchange.name
        seen.add(name)
        if name not in recorded:
            lines.append(f"{name}: not recorded")
            continue
        found = differences(recorded[name], outcome.answer, may_crash=may_crash)
        if name in explained:
            if not found:
                lines.append(f"{name}: no difference any more, but explained: {explained[name]}")
        elif found:
            lines.append(f"{name} ({outcome.exchange.user}, {outcome.exchange.version}, {outcome.request})")
            lines += [f"    {line}" for line in found]
    lines += [f"{name}: recorded, but not in the scenario" for name in recorded.keys() - seen]
    return lines
