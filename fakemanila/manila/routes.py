"""The URL map of the whole of fakemanila, made from the contract and the tables of calls, once per process.

An endpoint is named after its operation (``manila.snapshots.detail``); the operations that are actions of one path
share an endpoint (``manila.snapshots.action``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from werkzeug.routing import BaseConverter, Map, Rule

from ..contract.model import Operation, Route, load

PARAMETER = re.compile(r"{([^}]+)}")
"""A variable of a path as the contract and the tables write it."""
PROJECT_ID = r"[0-9a-f\-]+"
"""Manila's default ``project_id_regex``: what doesn't match is not a project id, but a path that nobody knows."""
MANILA, IDENTITY, CONTROL, UI = "", "/identity", "/_fakemanila", "/_fakemanila/ui"
"""Where the blueprints are mounted."""

PROJECT = "project"
"""The variable of the project id in front of Manila's paths, which the rest of a path may have too."""

Candidates = Sequence[tuple[Route, Operation]]


class _ProjectId(BaseConverter):
    regex = PROJECT_ID


class LazyRule(Rule):
    """A rule that compiles what builds its URLs when one is built.

    werkzeug does that for each rule when it is added, which takes ten times as long as all the rest, and few of these
    are ever built.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(Rule._compile_builder(self, append_unknown))
            return compiled[0](rule, **values)

        return build


class CallRule(LazyRule):
    """The rule of one call of Manila or Keystone: it has the methods that it was given, and HEAD is one of its own.

    `candidates` are the operations that the path and the method may mean: which one, the key of an action body and
    the microversion decide. It is empty for Keystone's calls, whose endpoints say all there is to say.
    """

    def __init__(self, string: str, *, candidates: Candidates = (), **options: Any) -> None:
        super().__init__(string, **options)
        self.methods = {method.upper() for method in options["methods"]}
        self.candidates = candidates

    def get_empty_kwargs(self) -> dict[str, Any]:
        return {**super().get_empty_kwargs(), "candidates": self.candidates}


def new_map(rules: Iterable[Rule] = ()) -> Map:
    """A map that takes paths as they are: two slashes are not one, and no redirect leads to another path."""
    return Map(rules, merge_slashes=False, redirect_defaults=False, converters={"project_id": _ProjectId})


_PREFIX = re.compile(rf"^/v2/(?:<project_id:{PROJECT}>|{PROJECT_ID})(?:/|$)")


def section(path: str) -> str:
    """The section of the map that has all rules which a path may match: the one of its collection.

    `path` is a path, or a rule. None of fakemanila's own rules has a variable that early, apart from the project id.
    """
    plain = _PREFIX.sub("/v2/", f"/{path.lstrip('/')}" if path.startswith("//") else path)
    parts = 3 if plain.startswith(("/v2/", CONTROL)) else 4  # /v2/shares, /identity/v3/users
    return "/".join(plain.split("/", parts)[:parts])


@cache
def _calls() -> Mapping[tuple[str, str], Candidates]:
    """What each method and path may mean, by the method and the path without the names of its variables."""
    candidates: dict[tuple[str, str], list[tuple[Route, Operation]]] = defaultdict(list)
    for operation in load():
        for route in operation.routes:
            if not route.path.startswith("/.."):  # the version document, which is served in front of the API
                candidates[route.method, PARAMETER.sub("{}", route.path)].append((route, operation))
    return candidates


def manila_rules() -> Iterator[CallRule]:
    """Every path of the API, with and without a project id in it."""
    for (method, _), found in _calls().items():
        path = PARAMETER.sub(r"<\1>", found[0][0].path)
        for prefix in ("/v2", f"/v2/<project_id:{PROJECT}>"):
            yield CallRule(prefix + path, endpoint=_endpoint(found), methods=[method], candidates=found)


@cache
def manila_endpoints() -> frozenset[str]:
    """The endpoints of the API's paths."""
    return frozenset(map(_endpoint, _calls().values()))


def _endpoint(candidates: Candidates) -> str:
    if candidates[0][0].action is None:
        return f"manila.{candidates[0][1].id}"
    # Most actions of a path are of the resource that the path is of; some have a chapter of their own.
    resources = Counter(operation.id.partition(".")[0] for _, operation in candidates)
    return f"manila.{resources.most_common(1)[0][0]}.action"


def parameters(template: str, values: tuple[str, ...]) -> dict[str, str]:
    """The values of a path's parameters under the names that a route gives them."""
    return dict(zip(_names(template), values, strict=True))


@cache
def _names(template: str) -> list[str]:
    return PARAMETER.findall(template)


_OF_A_COLLECTION = re.compile(rf"/v2/(?:{PROJECT_ID}/)?([^/]+)(/[^/]+)?(/edit)?")
_NO_RESOURCES = ("scheduler-stats",)
"""Collections that have single routes only."""


@cache
def _collections() -> frozenset[str]:
    paths = (route.path for operation in load() for route in operation.routes)
    return frozenset(path.split("/")[1] for path in paths) - {"", "..", *_NO_RESOURCES}


def is_resource_route(method: str, path: str) -> bool:
    """Whether Manila's router knows a path though no controller serves it.

    It makes the same routes of every collection: the list, a member, a form to edit one.
    """
    match = _OF_A_COLLECTION.fullmatch(path)
    if match is None or match[1] not in _collections():
        return False
    if match[3]:
        return method == "GET" and match[2] is not None
    return method in (("GET", "POST") if match[2] is None else ("GET", "PUT", "DELETE"))


@cache
def _collections_with_actions() -> frozenset[str]:
    return frozenset(route.path.split("/")[1] for operation in load() for route in operation.routes if route.action)


def methods_of(path: str) -> list[str]:
    """The methods that the API has for a path, whatever the microversion."""
    inner = re.sub(rf"^/v2(/{PROJECT_ID})?(?=/[a-z])", "", path)
    found = {method for method, template in _calls() if _matches(template, inner)}
    return sorted(found)


def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.escape(template).replace(r"\{\}", "[^/]+"), path) is not None


def missing_action(method: str, path: str) -> str | None:
    """What Manila takes for the name of an action where a controller that has actions lacks a method; else None."""
    match = _OF_A_COLLECTION.fullmatch(path)
    if match is None or match[3] or match[1] not in _collections_with_actions():
        return None
    return {"POST": "create", "DELETE": "delete"}.get(method)


def identity_rules() -> Iterator[CallRule]:
    """Every path of Keystone's."""
    from ..keystone.identity_calls import ROUTES

    own_head = {route.template for route in ROUTES if route.method == "HEAD"}
    for route in ROUTES:
        methods = ["GET", "HEAD"] if route.method == "GET" and route.template not in own_head else [route.method]
        path = _leaf(IDENTITY, route.template)
        yield CallRule(path, endpoint=route.operation, methods=methods)


def neighbour_rules() -> Iterator[CallRule]:
    """Every call of the services beside Manila, whether they are offered or not."""
    from ..neighbours.served import NEIGHBOURS

    for neighbour in NEIGHBOURS.values():
        for operation in neighbour.operations:
            path = _leaf(neighbour.mount, operation.path)
            yield CallRule(path, endpoint=operation.id, methods=[operation.method])


def control_rules() -> Iterator[Rule]:
    """Every path of the control plane. A slash at the end changes nothing."""
    from ..control.control_calls import ROUTES

    for route in ROUTES:
        path = _leaf(CONTROL, route.path)
        yield LazyRule(path, endpoint=f"control.{route.id}", methods=[route.method])


def _leaf(prefix: str, template: str) -> str:
    return prefix + PARAMETER.sub(r"<\1>", template).rstrip("/")


def page_rules() -> Iterator[Rule]:
    """What stands in front of the API, whatever the method."""
    yield LazyRule("/", endpoint="manila.root")
    yield LazyRule("/v2", endpoint="manila.v2")
    yield LazyRule("/healthcheck", endpoint="manila.healthcheck")


def unquoted(path: str) -> str:
    """A path whose slashes are all there: the server leaves ``%2F`` in place."""
    return path.replace("%2F", "/").replace("%2f", "/") if "%" in path else path


_FORMAT = re.compile(r"\.(?:json|xml)$")
"""A suffix that Manila's router takes off, whatever comes of it: the answer is JSON either way."""


def tidied(path: str) -> str:
    """A path as the rules have it."""
    plain = unquoted(path)
    if plain.startswith("/v2/"):
        return _FORMAT.sub("", plain)
    from ..neighbours.served import neighbour_at

    if plain.startswith(f"{IDENTITY}/"):  # slashes in front and at the end, as Keystone sees it, change nothing
        return f"{IDENTITY}/{plain.removeprefix(IDENTITY).strip('/')}".removesuffix("/")
    if neighbour_at(plain) is not None:
        return _FORMAT.sub("", plain).rstrip("/")
    if plain == "/healthcheck/":
        return plain.removesuffix("/")
    if path.startswith(f"{CONTROL}/") and not path.startswith(f"{UI}/"):
        return path.rstrip("/")
    return path
