"""The way of a control request, read from top to bottom in `_answer`.

A WSGI application in front of the other one: none of what is done to Manila's requests (journal, faults, size limit)
is done to these.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from ..encoding import encode
from ..reply import Reply
from ..world import Worlds
from .access import Access
from .call import MAX_BODY, ControlCall
from .errors import ControlError
from .routes import Route, match

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/_fakemanila"
UI = f"{PREFIX}/ui"
WORLD_KEY = "fakemanila.world"
"""Where the WSGI environment has the name of the world, for paths below ``/worlds/{name}``."""

LOGGER = logging.getLogger(__name__)

_HEADERS = {
    # What a browser may do with an answer: neither keep it nor guess at what it is.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class _Request(Request):
    max_content_length = MAX_BODY


class ControlPlane:
    """Answers what is below ``/_fakemanila`` and hands everything else on to `app`."""

    def __init__(self, app: WSGIApplication, worlds: Worlds, access: Access | None = None) -> None:
        self._app = app
        self._worlds = worlds
        self._access = access or Access()
        self._dashboard: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return self._app(environ, start_response)
        if path == UI or path.startswith(f"{UI}/"):
            return self._show(environ, start_response)
        request = _Request(environ)
        reply = self._reply(request)
        response = Response(_payload(reply), reply.status, {**_HEADERS, **reply.headers})
        if reply.status == HTTPStatus.NO_CONTENT:
            response.headers.remove("Content-Type")
        elif "Content-Type" not in reply.headers:
            response.headers["Content-Type"] = "application/json"
        return response(environ, start_response)

    def _show(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The dashboard, which is made when somebody first looks at it."""
        if self._dashboard is None:
            from .ui.views import dashboard

            self._dashboard = dashboard(self._worlds, self._access)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + UI
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(UI) or "/"
        return self._dashboard(environ, start_response)

    def _reply(self, request: Request) -> Reply:
        try:
            return self._answer(request)
        except ControlError as error:
            return error.reply()
        except Exception:  # a bug of ours
            self._worlds.log.exception(LOGGER, "%s %s", request.method, request.path)
            return Reply(500, {"error": "fakemanila failed to answer this; its log says why"})

    def _answer(self, request: Request) -> Reply:
        self._access.check(request.headers)
        route, args = match(request.method, request.path.removeprefix(PREFIX))
        route.check_query(request.args)
        call = ControlCall(
            worlds=self._worlds,
            world_name=request.environ.get(WORLD_KEY, Worlds.DEFAULT),
            args=args,
            query=request.args.to_dict(),
            raw_body=_body(request),
            base_url=f"{request.host_url.rstrip('/')}{request.environ.get('SCRIPT_NAME', '')}",
        )
        if not route.in_world:
            return _handle(route, call)
        world = call.world
        with world.lock:
            world.settle()
            reply = _handle(route, call)
            if route.method != "GET":
                world.changed()
            return reply


def _handle(route: Route, call: ControlCall) -> Reply:
    """The handler's value as bytes, made while the world still holds still."""
    value = route.handler(call)
    if isinstance(value, Reply):
        return value
    return Reply(route.status, None if value is None else _json(value))


def _json(value: Any) -> bytes:
    return encode(value) + b"\n"


def _payload(reply: Reply) -> bytes:
    if reply.body is None:
        return b""
    return reply.body if isinstance(reply.body, bytes) else _json(reply.body)


def _body(request: Request) -> bytes:
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise ControlError(413, f"body: it is longer than the {MAX_BODY} bytes there may be") from None
