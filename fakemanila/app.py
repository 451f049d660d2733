"""The WSGI application: which part of fakemanila a path belongs to, and how a reply becomes HTTP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from . import errors, front
from .connection import MARK, WireFaults
from .context import HttpRequest
from .control.access import Access
from .control.plane import WORLD_KEY, ControlPlane
from .reply import Reply
from .world import Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY = 114688
"""Bytes that a request's body may have, as the size limit in front of Manila has it by default."""
_WORLD = re.compile(r"/worlds/([^/]+)(?=/|$)")


class WorldPrefix:
    """Takes ``/worlds/{name}`` off the path and puts it into SCRIPT_NAME, so that every link made later has it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match = _WORLD.match(environ.get("PATH_INFO", ""))
        if match is not None:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + match[0]
            environ["PATH_INFO"] = environ["PATH_INFO"][match.end() :] or "/"
            environ[WORLD_KEY] = match[1]
        result: Iterable[bytes] = self._app(environ, start_response)
        return result


def create_app(worlds: Worlds, access: Access | None = None) -> Flask:
    """The whole of fakemanila as a Flask application over `worlds`; `access` says who may use the control plane."""
    app = Flask("fakemanila", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY + 1  # one more, to see of a body without a length that it has more

    @app.before_request
    def serve() -> Response:
        # Not a route: Flask's router would answer for itself what Manila's answers, such as an unknown method.
        try:
            world = worlds.get(request.environ.get(WORLD_KEY, Worlds.DEFAULT))
        except ValueError as error:
            return to_response(errors.BadRequest(str(error)).reply())
        reply = front.run(world, _http_request())
        if reply.wire is not None:
            request.environ[MARK] = reply
        return to_response(reply)

    app.wsgi_app = WireFaults(WorldPrefix(ControlPlane(app.wsgi_app, worlds, access)), worlds.stopping)  # type: ignore[method-assign]
    return app


def _http_request() -> HttpRequest:
    undecodable = False
    try:
        values = parse_qsl(request.query_string.decode(), keep_blank_values=True, errors="strict")
        # The server leaves %2F in place; to a WSGI application it is a slash.
        path = request.environ.get("PATH_INFO", "").encode("latin-1").decode().replace("%2F", "/").replace("%2f", "/")
    except UnicodeDecodeError:
        values, path, undecodable = [], request.path, True
    try:
        body = request.get_data(cache=False)
        too_large = len(body) > MAX_BODY
    except RequestEntityTooLarge:
        body, too_large = b"", True
    counted = Counter(name for name, _ in values)
    return HttpRequest(
        method=request.method,
        path=path,
        query=dict(values),
        headers=request.headers,
        body=body,
        base_url=f"{request.host_url.rstrip('/')}{request.script_root}",
        repeated=frozenset(name for name, times in counted.items() if times > 1),
        undecodable=undecodable,
        too_large=too_large,
    )


def to_response(reply: Reply) -> Response:
    """A reply as HTTP: JSON, unless it brings its own bytes."""
    response = Response(reply.payload(), status=reply.status or 200, headers=reply.headers)
    if request.method == "OPTIONS":
        del response.headers["Content-Type"]
    elif "Content-Type" not in reply.headers:
        response.headers["Content-Type"] = "application/json" if reply.body is not None else "text/html; charset=UTF-8"
    return response
