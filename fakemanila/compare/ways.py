"""How an operation is asked for at a microversion: its route, and a right body, with what may be changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.model import Operation, Route, load
from ..versions import Microversion
from .right_requests import BODIES
from .script import NOTHING

CONTENT, BODY, ABSENT, QUERY, BARE = "()", "{}", "-", "?", "!"
"""What a change is made to where it isn't a field: what the envelope holds, the whole body, which field is left out,
the query, and whether a body is sent at all."""


@dataclass(frozen=True)
class Way:
    """One route of an operation, and what a right request has inside its envelope."""

    operation: str
    version: str
    method: str
    path: str
    action: str | None = None
    envelope: str | None = None
    body: Any = None

    @property
    def has_body(self) -> bool:
        return self.body is not None

    def save(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}


def later_fields(operation: Operation) -> dict[str, Microversion]:
    """The fields of a request that came after the operation, and since when there are."""
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
    later = {name for name, since in later_fields(operation).items() if version.minor < since.minor}
    return {name: value for name, value in body.items() if name not in later}


def body_of(way: Way, changes: Mapping[str, Any]) -> Any:
    """The body of a request with some changes, NOTHING for none."""
    if BODY in changes:
        return changes[BODY]
    if not way.has_body or BARE in changes:
        return NOTHING
    content: Any = way.body
    if CONTENT in changes:
        content = changes[CONTENT]
    else:
        fields = {name: value for name, value in changes.items() if name not in (QUERY, ABSENT)}
        if isinstance(content, dict):
            content = {k: v for k, v in {**content, **fields}.items() if k != changes.get(ABSENT)}
        elif fields:
            content = fields
    key = way.action or way.envelope
    return content if key is None else {key: content}
