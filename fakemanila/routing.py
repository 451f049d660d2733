"""From a path and a method to the operations they may mean.

One routing map serves every world and app of the process: it is built from the contract alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Map, Rule

from .context import Candidates
from .contract.model import Operation, Route, load

_PARAMETER = re.compile(r"{([^}]+)}")
_FORMAT = re.compile(r"\.(json|xml)$")
"""A suffix that Manila's router takes off, whatever comes of it: the answer is JSON either way."""


class _ProjectId(BaseConverter):
    """Manila's default ``project_id_regex``: what doesn't match is no project id but a path that nobody knows."""

    regex = r"[0-9a-f\-]+"


_RESOURCE_ROUTES = (
    ("GET", ""),
    ("POST", ""),
    ("GET", "/new"),
    ("GET", "/{}"),
    ("PUT", "/{}"),
    ("DELETE", "/{}"),
    ("GET", "/{}/edit"),
)
"""What Manila's router makes of every collection, whether a controller serves it or not."""
_NO_RESOURCES = ("scheduler-stats",)
"""Collections that have single routes only."""


class Match(NamedTuple):
    """What a path means: the operations that it may be, the values of its parameters, the project id it begins with."""

    candidates: Candidates
    values: tuple[str, ...]
    project_id: str | None


class _Router:
    """The contract's routes by method and shape of path (``/snapshots/{}/action``), found by werkzeug's map."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.candidates: dict[tuple[str, str], list[tuple[Route, Operation]]] = defaultdict(list)
        for operation in operations:
            for route in operation.routes:
                if route.path.startswith("/.."):  # the version document, which is served in front of the API
                    continue
                self.candidates[route.method, _PARAMETER.sub("{}", route.path)].append((route, operation))
        for collection in sorted({shape.split("/")[1] for _, shape in self.candidates} - {"", *_NO_RESOURCES}):
            for method, shape in _RESOURCE_ROUTES:
                self.candidates.setdefault((method, f"/{collection}{shape}"), [])
        self.map = Map(merge_slashes=False, strict_slashes=True, converters={"project_id": _ProjectId})
        for method, shape in self.candidates:
            literal, *others = shape.split("{}")
            path = literal + "".join(f"<p{position}>{part}" for position, part in enumerate(others))
            for prefix in ("/v2", "/v2/<project_id:project_id>"):
                self.map.add(Rule(prefix + path, methods=[method], endpoint=(method, shape)))


@cache
def _router() -> _Router:
    return _Router(load())


def parameters(route: Route, values: tuple[str, ...]) -> dict[str, str]:
    """The values of a path's parameters under the names that a route gives them."""
    return dict(zip(_PARAMETER.findall(route.path), values, strict=True))


@lru_cache(maxsize=1024)
def match(method: str, path: str) -> Match | None:
    """The operations behind a path such as ``/v2/snapshots/detail``, or None when no route knows it.

    The last ones are remembered: whoever waits for a status asks for the same path again and again.
    """
    if method == "HEAD":  # werkzeug would take it for GET; Manila's router doesn't
        return None
    router = _router()
    try:
        endpoint, arguments = router.map.bind("").match(_FORMAT.sub("", path), method=method)
    except HTTPException:
        return None
    found = dict(arguments)
    project_id = found.pop("project_id", None)
    return Match(router.candidates[endpoint], tuple(found[f"p{i}"] for i in range(len(found))), project_id)
