"""Chapters: the resources that `fakemanila operations` names, and which of them a scenario is about."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from ..contract.model import Route, load
from .script import NOTHING, Exchange, Scenario

_IN_FRONT = re.compile(r"/v2(/\{[a-z_]+_project\}|/[0-9a-f]{32})?(?=/)")
"""What stands before the path of a route; a project may."""
_PARAMETER = re.compile(r"\\{[^}]+\\}")
_VERSIONS = "versions"


@cache
def _routes() -> list[tuple[re.Pattern[str], Route, str]]:
    """Every route with the id of its operation; those with the fewest parameters first."""
    found = [(route, operation.id) for operation in load() for route in operation.routes]
    found.sort(key=lambda pair: pair[0].path.count("{"))
    return [(re.compile(_PARAMETER.sub("[^/]+", re.escape(route.path))), route, id) for route, id in found]


@cache
def _operation(method: str, path: str, action: str | None) -> str | None:
    for pattern, route, id in _routes():
        if route.method == method and pattern.fullmatch(path) and route.action in (None, action):
            return id
    return None


def operation_of(exchange: Exchange) -> str | None:
    """The operation that a request is for, whatever the microversion; None where the API has no such call."""
    path = _IN_FRONT.sub("", exchange.path.partition("?")[0])
    body = exchange.body
    action = next(iter(body), None) if body is not NOTHING and isinstance(body, dict) else None
    return _operation(exchange.method, path, action)


def chapter_of(scenario: Scenario) -> str:
    """The resource that most of its recorded requests are for; `versions` where they are for none."""
    operations = filter(None, map(operation_of, scenario.recorded))
    counts = Counter(operation.partition(".")[0] for operation in operations)
    return counts.most_common(1)[0][0] if counts else _VERSIONS


@cache
def chapters() -> list[str]:
    """All of them, in order."""
    return sorted({operation.id.partition(".")[0] for operation in load()})
