"""Which requests are sent: each field with each odd value, then pairs of what is refused with different codes."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import combinations
from typing import Any

from fakemanila.compare.right_requests import ADMINISTRATORS_KEY, BODIES, ODD_QUERIES, values_of
from fakemanila.compare.ways import ABSENT, BARE, BODY, CONTENT, QUERY, Way, later_fields, way_at
from fakemanila.contract.model import Operation, load
from fakemanila.manila.resources import HANDLERS
from fakemanila.versions import MAXIMUM, MINIMUM, Microversion

from .play import Case, Result
from .requests import CALLERS, FEW, FREE

USERS = ("demo", "admin", "demo_reader", "alt_demo")
MOST_PAIRS = 14
Asking = Generator[Case, Result, None]


def chapters() -> dict[str, list[Operation]]:
    """The operations that are served, by chapter."""
    found: dict[str, list[Operation]] = {}
    for operation in sorted(load(), key=lambda each: each.id):
        if operation.id in HANDLERS:
            found.setdefault(operation.chapter, []).append(operation)
    return found


def ways(operation: Operation) -> Iterator[Way]:
    """The newest way to an operation, and those from before its later fields."""
    newest = max((r.versions.max or MAXIMUM for r in operation.routes), key=lambda version: version.minor)
    yield way_at(operation, newest)
    later = later_fields(operation)
    lowest = min((r.versions.min or MINIMUM for r in operation.routes), key=lambda version: version.minor)
    before = {Microversion(2, version.minor - 1) for version in later.values() if version.minor > lowest.minor}
    if before:
        yield way_at(operation, min(before, key=lambda version: version.minor))
    elif operation.request is not None and operation.id in BODIES and lowest.minor < 7:
        yield way_at(operation, lowest)


def ask(operation: Operation, way: Way, *, oldest: bool) -> Asking:
    """Gives the requests of one way, one after another, and is sent their results."""
    user = CALLERS.get(operation.id, "demo")
    result = yield Case(user)
    if result.status == 403 and operation.id not in CALLERS:
        user = "admin"
        result = yield Case(user)
    variables = [step[1:-1] for step in way.path.split("/") if step.startswith("{")]
    unknown = {name: "nothing" if "key" in name or name == "alias" else "{unknown_id}" for name in variables}
    others = [each for each in USERS if each != user]
    if not oldest:
        yield from _roles(user, others, unknown, variables)
    refused: dict[tuple[str, str], dict[str, Any]] = {}
    for changes in _variants(operation, way, oldest=oldest):
        answer = yield Case(user, {}, changes)
        if answer.status >= 400 and QUERY not in changes:
            refused.setdefault((_kind(changes), answer.code), changes)
    if oldest:
        return
    for changes in refused.values():
        for other in others:
            yield Case(other, {}, changes)
        for name in variables:
            yield Case(user, {name: unknown[name]}, changes)
    yield from _pairs(user, refused)


def _roles(user: str, others: list[str], unknown: dict[str, str], variables: list[str]) -> Asking:
    for other in others:
        yield Case(other)
    for who in (user, *others):
        for name in variables:
            yield Case(who, {name: unknown[name]})
    if len(variables) > 1:
        yield Case(user, unknown)
    if "key" in variables:
        for who in (user, *others):
            yield Case(who, {"key": ADMINISTRATORS_KEY})


def _kind(changes: dict[str, Any]) -> str:
    return changes[ABSENT] if ABSENT in changes else next(iter(changes))


def _pairs(user: str, refused: dict[tuple[str, str], dict[str, Any]]) -> Asking:
    """Two faults at once, where each alone has a code of its own."""
    fields = {key: changes for key, changes in refused.items() if key[0] not in (CONTENT, BODY, BARE)}
    pairs = [
        {**first, **second}
        for ((one, code), first), ((two, other), second) in combinations(fields.items(), 2)
        if one != two and code != other
    ]
    for changes in pairs[:MOST_PAIRS]:
        yield Case(user, {}, changes)


def _variants(operation: Operation, way: Way, *, oldest: bool) -> Iterator[dict[str, Any]]:
    if not way.has_body:
        if not oldest:
            yield {BODY: {}}
            for name in (operation.query or {}).get("properties", {}):
                # What the lists with details make of a query is what the plain ones do.
                values = ("",) if way.path.endswith("/detail") or name == "with_count" else ODD_QUERIES
                yield from ({QUERY: f"{name}={value}"} for value in values)
        return
    contents: tuple[Any, ...] = (None, "x", [], {}, 5, ["x"], True)
    yield from ({CONTENT: value} for value in contents)
    bodies: tuple[Any, ...] = ({"nothing": way.body}, {}, None, "x", "", [], 5, True)
    yield from ({BODY: value} for value in bodies)
    yield {BARE: True}
    assert operation.request is not None
    properties = operation.request.schema.get("properties", {})
    if not properties:
        if operation.request.schema.get("additionalProperties") and not oldest:
            yield from ({CONTENT: value} for value in FREE)
        return
    later = later_fields(operation)
    for name in properties:
        if isinstance(way.body, dict) and name in way.body:
            yield {ABSENT: name}
        early = name in later and later[name].minor > Microversion.parse(way.version).minor
        for value in values_of(name) if early or not oldest else FEW:
            yield {name: value}
    for name in (operation.query or {}).get("properties", {}) if not oldest else ():
        yield from ({QUERY: f"{name}={value}"} for value in ODD_QUERIES)
