"""What went on in a world, as text for people who look for the cause of a failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..control.asserting import line
from ..control.client import ControlClient

REQUESTS = 20
"""How many a report lists, the newest."""


def of_world(name: str, control: ControlClient, limit: int = REQUESTS) -> Iterator[str]:
    """Line by line: the time, the newest requests, those that are held, what is under way, the faults."""
    clock = control.clock.show()
    yield f"world {name} at {clock['now']} ({clock['mode']} clock)"
    total, newest = control.requests.count(), control.requests.list(limit=limit)
    yield f"requests: {'none' if not total else total if total == len(newest) else f'the last {limit} of {total}'}"
    for request in newest:
        yield f"  {line(_without_login(request))}"
        if request["refusal"] is not None:
            yield f"    why: {control.requests.explain(request['id'])['explanation'][0]}"
        yield from (f"    {warning}" for warning in request["contract_warnings"])
    paused = control.paused.list()
    if paused:
        yield "held:"
    for held in paused:
        yield f"  {held.method} {held.path} at {held.at}, by {held['fault']}"
    pending = control.transitions.list()
    if pending:
        yield "under way:"
    for each in pending:
        yield f"  {each['operation']} of {each['resource_id']}, {_ends(each)}"
    rules = control.faults.list()
    if rules:
        yield "faults:"
    for rule in rules:
        yield f"  {_label(rule)}: matched {rule['matched']}, fired {rule['fired']}"


def _without_login(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """A login that went well is as all logins are."""
    if request["operation"] == "identity.tokens.create" and request["status"] == 201:
        return {**request, "request": {**request["request"], "body": None}}
    return request


def _label(rule: Mapping[str, Any]) -> str:
    return str(rule["name"] or rule.get("preset") or rule["id"])


def never_fired(rule: Mapping[str, Any]) -> Iterator[str]:
    """About a rule that must fire and didn't: what it waits for, and what came near."""
    yield f"the fault {_label(rule)!r} must fire, and never did; it matched {rule['matched']} requests"
    if rule["matched"]:
        yield f"  it fires when {rule['when'] or 'always'}"
    else:
        yield f"  it matches {rule['match'] or 'everything'}"
    for miss in rule["near_misses"]:
        yield f"  {miss['request_id']} ({miss['operation']}) missed it by {miss['condition']}: {miss['found']!r}"


def _ends(pending: Mapping[str, Any]) -> str:
    if pending["held"]:
        return "held"
    if pending["reads"] is not None:
        return f"ends after {pending['reads']} reads: {pending['outcome']}"
    return "never ends" if pending["due"] is None else f"ends {pending['due']}: {pending['outcome']}"
