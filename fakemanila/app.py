"""The WSGI application: which part of fakemanila a path belongs to, and how a reply becomes HTTP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from . import errors, front
from .connection import MARK, WireFaults
from .context import HttpRequest
from .control.access import Access
from .control.plane import WORLD_KEY, ControlPlane
from .headers import RequestHeaders
from .reply import Reply
from .world import Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

MAX_BODY = 114688
"""Bytes that a request's body may have, as the size limit in front of Manila has it by default."""
_WORLD = re.compile(r"/worlds/([^/]+)(?=/|$)")
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class WorldPrefix:
    """Takes ``/worlds/{name}`` off the path and puts it into SCRIPT_NAME, so that every link made later has it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match = _WORLD.match(environ.get("PATH_INFO", ""))
        if match is not None:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + match[0]
            environ["PATH_INFO"] = environ["PATH_INFO"][match.end() :] or "/"
            environ[WORLD_KEY] = match[1]
        return self._app(environ, start_response)


class Api:
    """Manila and its Keystone.

    A WSGI application of its own and no Flask view: Flask's router would answer for itself what Manila's answers, such
    as an unknown method, and its contexts take as long as everything that is done here.
    """

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            world = self._worlds.get(environ.get(WORLD_KEY, Worlds.DEFAULT))
        except ValueError as error:
            return _send(errors.BadRequest(str(error)).reply(), environ, start_response)
        reply = front.run(world, _http_request(environ))
        if reply.wire is not None:
            environ[MARK] = reply
        return _send(reply, environ, start_response)


def application(worlds: Worlds, access: Access | None = None) -> WSGIApplication:
    """The whole of fakemanila over `worlds`; `access` says who may use the control plane."""
    return WireFaults(WorldPrefix(ControlPlane(Api(worlds), worlds, access)), worlds.stopping)


def create_app(worlds: Worlds, access: Access | None = None) -> Flask:
    """The same as a Flask application, for whoever wants to extend it, or to test it with Flask's client."""
    from flask import Flask  # imported here: a server does without it, and starts in half the time

    app = Flask("fakemanila", static_folder=None)
    app.wsgi_app = application(worlds, access)  # type: ignore[assignment,method-assign]
    return app


def _http_request(environ: WSGIEnvironment) -> HttpRequest:
    query = environ.get("QUERY_STRING", "")
    values: list[tuple[str, str]] = []
    undecodable = False
    path = environ.get("PATH_INFO", "")
    try:
        if query:
            values = parse_qsl(query.encode("latin-1").decode(), keep_blank_values=True, errors="strict")
        # The server leaves %2F in place; to a WSGI application it is a slash.
        path = path.encode("latin-1").decode().replace("%2F", "/").replace("%2f", "/")
    except UnicodeDecodeError:
        values, path, undecodable = [], path.encode("latin-1").decode(errors="replace"), True
    body, too_large = _body(environ)
    parameters = dict(values)
    counted = Counter(name for name, _ in values) if len(parameters) < len(values) else {}
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=path or "/",
        query=parameters,
        query_string=query,
        headers=RequestHeaders(environ),
        body=body,
        base_url=f"{environ['wsgi.url_scheme']}://{_host(environ)}{environ.get('SCRIPT_NAME', '')}",
        repeated=frozenset(name for name, times in counted.items() if times > 1),
        undecodable=undecodable,
        too_large=too_large,
    )


def _body(environ: WSGIEnvironment) -> tuple[bytes, bool]:
    """The body, and whether it was over the limit and has not been read."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" not in environ and length.isdecimal():
        if int(length) > MAX_BODY:
            return b"", True
        return environ["wsgi.input"].read(int(length)) if length != "0" else b"", False
    try:
        # One byte more than there may be, to see of a body without a length that it has more.
        body = get_input_stream(environ, max_content_length=MAX_BODY + 1).read()
    except RequestEntityTooLarge:
        return b"", True
    return body, len(body) > MAX_BODY


def _host(environ: WSGIEnvironment) -> str:
    return str(environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}")


def _send(reply: Reply, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """A reply as HTTP: JSON, unless it brings its own bytes."""
    content, method, status = reply.payload(), environ["REQUEST_METHOD"], reply.status or 200
    headers = list(reply.headers.items())
    if "Content-Type" not in reply.headers and method != "OPTIONS" and not reply.untyped:
        kind = "application/json" if reply.body is not None else "text/html; charset=UTF-8"
        headers.append(("Content-Type", kind))
    if status not in (204, 304):
        headers.append(("Content-Length", str(len(content))))
    start_response(_STATUS_LINES.get(status) or f"{status} Unknown", headers)
    return [] if method == "HEAD" else [content]
