"""The blueprints of Manila, Keystone and the services beside them: how Flask's requests become calls and go back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Blueprint, Request, Response, g, request
from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestEntityTooLarge

from ..deployment import base_url
from ..http.headers import HeadersOf
from ..http.reply import disturbed
from ..http.wire_faults import MARK
from ..keystone.identity_calls import BY_OPERATION
from ..keystone.service import Match
from ..neighbours.served import NEIGHBOURS, neighbour_at
from ..world.clock import format_time, stopwatch
from ..world.journal import Entry
from . import pipeline, routes
from .context import Call, HttpRequest, Service, Target

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from ..world.world import World

MAX_BODY = 114688
"""Bytes that a request's body may have, as the size limit in front of Manila has it by default."""

manila = Blueprint("manila", __name__)
identity = Blueprint("identity", __name__)
_NO_RULE = (NotFound, MethodNotAllowed)
_PAGES = {"manila.root": pipeline.ROOT, "manila.healthcheck": pipeline.HEALTHCHECK, "manila.v2": pipeline.V2}


@manila.record
def _add_manila(state: BlueprintSetupState) -> None:
    state.app.view_functions.update(dict.fromkeys(routes.manila_endpoints(), answer_manila))
    state.app.view_functions.update(dict.fromkeys(_PAGES, answer_page))


@identity.record
def _add_identity(state: BlueprintSetupState) -> None:
    state.app.view_functions.update(dict.fromkeys(BY_OPERATION, answer_keystone))


def _add_neighbour(state: BlueprintSetupState) -> None:
    own = next(each for each in NEIGHBOURS.values() if each.blueprint == state.blueprint.name)
    state.app.view_functions.update(dict.fromkeys(own.by_id, answer_neighbour))


@cache
def neighbours() -> Mapping[str, Blueprint]:
    """By the type of the service."""
    found = {type: Blueprint(neighbour.blueprint, __name__) for type, neighbour in NEIGHBOURS.items()}
    for blueprint in found.values():
        blueprint.record(_add_neighbour)
    return found


@cache
def _ours() -> tuple[str, ...]:
    """What the endpoints of a deployment begin with."""
    return ("manila.", "identity.", *(f"{blueprint.name}." for blueprint in neighbours().values()))


# Views


def answer_manila(**_: str) -> Response:
    """The view of every path of the API; which operation it is, the call has found out."""
    return pipeline.answer(g.call, pipeline.MANILA).response()


def answer_keystone(**_: str) -> Response:
    return pipeline.answer(g.call, pipeline.KEYSTONE).response()


def answer_neighbour(**_: str) -> Response:
    return pipeline.answer(g.call, pipeline.NEIGHBOUR).response()


def answer_page(**_: str) -> Response:
    """What stands in front of the API: the version document, the health check."""
    return pipeline.answer(g.call, _PAGES[g.call.target.endpoint]).response()


# Around every view


def open_call(request: Request, world: World) -> Call:
    """A request to a deployment, as it arrives."""
    http, arrived = _read(request), world.now()
    with world.lock:
        id = f"req-{world.seeded.uuid()}"
    entry = Entry(id, format_time(arrived), http.method, http.path, http.query)
    return Call(http, world, _target(request, http.path, world), entry, stopwatch(), arrived)


def _read(request: Request) -> HttpRequest:
    environ = request.environ
    values: list[tuple[str, str]] = []
    undecodable = False
    path = environ.get("PATH_INFO", "")
    query = request.query_string
    try:
        if query:
            values = parse_qsl(query.decode(), keep_blank_values=True, errors="strict")
        path = path.encode("latin-1").decode()
    except UnicodeDecodeError:
        values, path, undecodable = [], request.path, True
    body, too_large = _body(request)
    parameters = dict(values)
    counted = Counter(name for name, _ in values) if len(parameters) < len(values) else {}
    return HttpRequest(
        method=request.method,
        path=routes.unquoted(path) or "/",
        query=parameters,
        query_string=query.decode("latin-1"),
        headers=HeadersOf(environ),
        body=body,
        base_url=base_url(request),
        repeated=frozenset(name for name, times in counted.items() if times > 1),
        undecodable=undecodable,
        too_large=too_large,
    )


def _body(request: Request) -> tuple[bytes, bool]:
    """The body, and whether it was over the limit and has not been read."""
    if request.environ.get("CONTENT_LENGTH", "0") in ("0", "") and "HTTP_TRANSFER_ENCODING" not in request.environ:
        return b"", False
    length = request.content_length
    if length is None:  # one byte more than there may be, to see that it has more
        request.max_content_length = MAX_BODY + 1
    elif length > MAX_BODY:
        return b"", True
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        return b"", True
    return body, len(body) > MAX_BODY


def _target(request: Request, path: str, world: World) -> Target:
    """What the URL map has found, as far as those care who answer."""
    rule, arguments = request.url_rule, dict(request.view_args or {})
    service: Service = "manila" if path.startswith("/v2/") else "front"
    neighbour = neighbour_at(path) if service == "front" else None
    if neighbour is not None:
        if neighbour.type not in world.settings.services:
            return Target("front")
        if rule is None:
            return Target(neighbour.type)
        operation = neighbour.by_id[rule.endpoint]
        return Target(neighbour.type, rule.endpoint, tuple(arguments.values()), operation=operation)
    if path == routes.IDENTITY or path.startswith(f"{routes.IDENTITY}/"):
        service = "keystone"
    if rule is None:
        wrong = request.routing_exception
        if service == "keystone" and isinstance(wrong, MethodNotAllowed):
            return Target(service, keystone=Match.wrong_method(request.method, wrong.valid_methods or ()))
        return Target(service)
    if service == "keystone":
        return Target(service, rule.endpoint, keystone=Match.of(rule.endpoint, tuple(arguments.values())))
    project_id = arguments.pop(routes.PROJECT, None)
    return Target(
        service,
        rule.endpoint,
        tuple(arguments.values()),
        project_id,
        rule.candidates if isinstance(rule, routes.CallRule) else (),
    )


def is_ours(request: Request) -> bool:
    """Whether a request is for the deployment: not for the control plane, nor for what somebody added to the app."""
    if request.path == routes.CONTROL or request.path.startswith(f"{routes.CONTROL}/"):
        return False
    rule = request.url_rule
    return rule is None or rule.endpoint.startswith(_ours())


def arrive(request: Request, world: World) -> Response | None:
    """Opens a call and walks it to its view; a response ends it before that."""
    call = g.call = open_call(request, world)
    reply = pipeline.arrive(call)
    if reply is None:
        return None
    if reply is call.refusal and reply.status in (404, 405) and isinstance(request.routing_exception, _NO_RULE):
        return None  # Flask is about to say the same, and asks the application's own error handlers then
    return reply.response()


def leave(response: Response) -> Response:
    """Closes the call, if it is one."""
    call: Call | None = g.get("call")
    if call is None:
        return response
    response = pipeline.leave(call, response)
    reply = disturbed(response)
    if reply is not None:
        request.environ[MARK] = reply
    return response
