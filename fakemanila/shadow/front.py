"""The application of a shadow: a proxy, and the control plane of the world beside."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug import Request

from ..compare.histories.comparing import Answer
from ..control.blueprint import guard, harden
from ..http.reply import Reply
from ..manila.routes import CONTROL, IDENTITY
from .beside import Beside, Played, Skipped
from .drift import Drift
from .exchange import Asked
from .steps import Steps
from .upstream import Unreachable, Upstream, is_identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOGGER = logging.getLogger(__name__)

_TOKENS = re.compile(rf"{IDENTITY}/v3/auth/tokens/?")
_MANILA = re.compile(r"/(v[12])(/|$)")
_IN_HTML = (300, 404, 405)
"""Codes that Manila itself answers with HTML or a text: those for paths that it doesn't know."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Shadow:
    """A WSGI application: what is for the control plane goes to the world's, all else to the cloud."""

    def __init__(self, upstream: Upstream, beside: Beside) -> None:
        self._upstream, self._beside = upstream, beside
        self.drift, self.steps = Drift(), Steps()
        beside.app.register_blueprint(_calls(self), url_prefix=f"{CONTROL}/drift")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == CONTROL or path.startswith(f"{CONTROL}/"):
            return self._beside.app(environ, start_response)
        current = Request(environ)
        asked = Asked(
            current.method,
            _target(environ),
            {name.lower(): value for name, value in current.headers.items() if value},
            current.get_data(),
        )
        answered = self.answer(asked, f"{current.scheme}://{current.host}")
        response = Response(answered.content, answered.status)
        response.headers.clear()
        response.headers.extend(answered.headers.items())
        return response(environ, start_response)

    def answer(self, asked: Asked, url: str) -> Answer:
        """What the cloud answers, with this server's `url` for its own addresses."""
        try:
            real = self._upstream.send(asked)
        except Unreachable as error:
            self._skip(asked, "the cloud did not answer")
            return _unreachable(str(error))
        addresses = self._upstream.addresses
        body = addresses.body(real.content, real.header("Content-Type"), url)
        headers = {name: addresses.here(value, url) for name, value in real.headers.items()}
        if asked.method != "HEAD":
            headers["Content-Length"] = str(len(body))
        answered = Answer(real.status, headers, body)
        try:
            self._look(asked, answered, url)
        except Exception:  # whatever is wrong here is nothing to the client
            LOGGER.exception("%s %s could not be compared", asked.method, asked.path)
            self._skip(asked, "fakemanila failed; its log says why")
        return answered

    # Beside

    def _look(self, asked: Asked, there: Answer, url: str) -> None:
        if is_identity(asked.path):
            self._look_at_token(asked, there)
            return
        api = _MANILA.match(asked.path)
        if api is None:
            return
        if api[1] == "v1":
            self._skip(asked, "it is for Manila's first API")
        elif there.status >= 500:
            self._skip(asked, f"the cloud answered {there.status}")
        elif there.content and there.document is None and there.status not in _IN_HTML:
            self._skip(asked, f"the cloud answered {there.status} without JSON")
        else:
            self._learn_owners(asked)
            self._compare(asked, there, url)

    def _compare(self, asked: Asked, there: Answer, url: str) -> None:
        try:
            played: Played = self._beside.play(asked, there, url)
        except Skipped as why:
            self._skip(asked, str(why))
        else:
            self.drift.add(played)
            self.steps.add(played)

    def _look_at_token(self, asked: Asked, there: Answer) -> None:
        """Remembers whose token it is that was given out, or asked about."""
        if not _TOKENS.fullmatch(asked.path) or not there.ok or asked.method not in ("POST", "GET"):
            return
        token = there.header("X-Subject-Token") or asked.headers.get("x-subject-token", "")
        if token:
            self._beside.learn(token, there.document)

    def _learn_owners(self, asked: Asked) -> None:
        """Has the cloud say whose tokens they are that were not given out by way of this server."""
        for header in ("x-auth-token", "x-service-token"):
            token = asked.headers.get(header)
            if token and self._beside.find(token) is None:
                about = Asked("GET", f"{IDENTITY}/v3/auth/tokens", {"x-auth-token": token, "x-subject-token": token})
                with suppress(Unreachable):
                    self._look_at_token(about, self._upstream.send(about))

    def _skip(self, asked: Asked, why: str) -> None:
        if _MANILA.match(asked.path):
            self.drift.skip(why)


def _unreachable(message: str) -> Answer:
    reply = Reply(502, {"computeFault": {"code": 502, "message": f"fakemanila shadow: {message}"}}).response()
    return Answer(502, dict(reply.headers.items()), reply.get_data())


def _target(environ: WSGIEnvironment) -> str:
    """Path and query as they were sent, as far as the server tells."""
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if raw:
        return re.sub(r"^[a-z]+://[^/]*", "", str(raw))
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _calls(shadow: Shadow) -> Blueprint:
    """What there is to ask a shadow besides: ``/_fakemanila/drift``."""
    calls = Blueprint("drift", __name__)
    calls.before_request(guard)
    calls.after_request(harden)

    @calls.get("")
    def show() -> Response:
        return Reply(200, shadow.drift.to_json()).response()

    @calls.delete("")
    def clear() -> Response:
        shadow.drift.clear()
        shadow.steps.clear()
        return Response(status=204)

    @calls.get("/scenario")
    def scenario() -> Any:
        name = request.args.get("name", "recorded")
        if not _NAME.fullmatch(name):
            problem = f"name: {name!r} is not a valid name: expected letters, digits and _, such as 'recorded'"
            return Reply(400, {"error": problem}).response()
        return Response(shadow.steps.scenario(name), content_type="application/yaml")

    return calls
