"""Which requests are sent: each field with each odd value, then pairs of what is refused with different codes."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import combinations
from typing import Any

from fakemanila.contract.model import Operation, Route, load
from fakemanila.manila.resources import HANDLERS
from fakemanila.versions import MAXIMUM, MINIMUM, Microversion

from .play import ABSENT, BARE, BODY, CONTENT, QUERY, Case, Result, Way
from .requests import ADMINISTRATORS_KEY, BODIES, CALLERS, FEW, FREE, ODD_QUERIES, values_of

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
    later = _later(operation)
    lowest = min((r.versions.min or MINIMUM for r in operation.routes), key=lambda version: version.minor)
    before = {Microversion(2, version.minor - 1) for version in later.values() if version.minor > lowest.minor}
    if before:
        yield way_at(operation, min(before, key=lambda version: version.minor))
    elif operation.request is not None and operation.id in BODIES and lowest.minor < 7:
        yield way_at(operation, lowest)


def _later(operation: Operation) -> dict[str, Microversion]:
    contract = load()
    properties = operation.request.schema.get("properties", {}) if operation.request is not None else {}
    found = {}
    for name, declared in properties.items():
        since = contract.resolve(declared).get("x-min-version")
        if since:
            found[name] = Microversion.parse(since)
    return found


def way_at(operation: Operation, version: Microversion) -> Way:
    """How an operation is asked for at a microversion, with the right body of `BODIES` where it takes one."""
    route = next(route for route in operation.routes if version in route.versions)
    body = None
    if _takes_body(operation, route):
        body = BODIES.get(operation.id, {} if route.action is None else None)
        body = at_version(operation, body, version)
        body = {} if body is None else body
    return Way(
        operation.id, str(version), route.method, route.path, route.action,
        operation.request.envelope if operation.request is not None and route.action is None else None, body,
    )  # fmt: skip


def _takes_body(operation: Operation, route: Route) -> bool:
    return operation.request is not None and not route.bodiless and route.method != "GET"


def at_version(operation: Operation, body: Any, version: Microversion) -> Any:
    """The right body without what doesn't exist yet."""
    if not isinstance(body, dict):
        return body
    later = {name for name, since in _later(operation).items() if version.minor < since.minor}
    return {name: value for name, value in body.items() if name not in later}


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
    later = _later(operation)
    for name in properties:
        if isinstance(way.body, dict) and name in way.body:
            yield {ABSENT: name}
        early = name in later and later[name].minor > Microversion.parse(way.version).minor
        for value in values_of(name) if early or not oldest else FEW:
            yield {name: value}
    for name in (operation.query or {}).get("properties", {}) if not oldest else ():
        yield from ({QUERY: f"{name}={value}"} for value in ODD_QUERIES)
