"""The control plane's blueprint: who may call it, and how the calls of its table become views.

None of what is done to Manila's requests (journal, faults, size limit) is done to these.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from ..deployment import base_url, deployment, world_name
from ..http.encoding import encode
from ..http.public_address import ARRIVED
from ..http.reply import Reply
from ..world import telling
from . import control_calls
from .control_calls import ROUTES, Route
from .control_errors import ControlError
from .control_request import MAX_BODY, ControlCall

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("control", __name__)

_HEADERS = {
    # What a browser may do with an answer: neither keep it nor guess at what it is.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@blueprint.record
def _add_views(state: BlueprintSetupState) -> None:
    state.app.view_functions.update({f"control.{route.id}": partial(answer, route) for route in ROUTES})


@blueprint.before_request
def guard() -> None:
    """Raises ControlError, 401 or 403, for who may not use the control plane."""
    deployment().access.check(request.headers, request.environ.get(ARRIVED))


@blueprint.after_request
def harden(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


def answer(route: Route, **args: str) -> Response:
    """One control call."""
    route.check_query(request.args)
    call = ControlCall(
        worlds=deployment().worlds,
        world_name=world_name(),
        args=args,
        query=request.args.to_dict(),
        raw_body=_body(request),
        base_url=base_url(request),
    )
    if not route.in_world:
        return _handle(route, call)
    world = call.world
    with world.lock:
        world.settle()
        response = _handle(route, call)
        if route.method != "GET":
            telling.of_records(world)
            world.changed()
    world.hooks.run()
    return response


def no_call(method: str, path: str) -> ControlError:
    """The refusal of a path that no rule knows, for who may use the control plane."""
    deployment().access.check(request.headers, request.environ.get(ARRIVED))
    return control_calls.no_call(method, path)


def _handle(route: Route, call: ControlCall) -> Response:
    """The handler's value as bytes, made while the world still holds still; a response is one already."""
    value = route.handler(call)
    if isinstance(value, Response):
        return value
    if isinstance(value, Reply):
        return value.response()
    if value is None:
        response = Response(status=route.status)
        response.headers.remove("Content-Type")
        return response
    return Response(encode(value) + b"\n", route.status, content_type="application/json")


def _body(request: Request) -> bytes:
    request.max_content_length = MAX_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise ControlError(413, f"body: it is longer than the {MAX_BODY} bytes allowed") from None
