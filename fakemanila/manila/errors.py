"""Manila's errors: one exception per kind of refusal, one place that writes the envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from ..http.reply import Reply
from ..reasons.contents import Part, WrongContent, kept

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from ..reasons.reason import Reason

_ENVELOPES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    501: "notImplemented",
    503: "serviceUnavailable",
}
"""Manila's own table; every other code, 406 and 422 among them, comes as ``computeFault``."""


def envelope(status: int, message: str, *, name: str | None = None, retry_after: str | None = None) -> Reply:
    """The reply real Manila gives for a fault: ``{"badRequest": {"code": 400, "message": …}}``."""
    fault: dict[str, object] = {"code": status, "message": message}
    headers = {}
    if status == 413:
        retry_after = retry_after or "0"
        fault["retryAfter"] = retry_after
        headers["Retry-After"] = retry_after
    return Reply(status, {name or _ENVELOPES.get(status, "computeFault"): fault}, headers)


class Refusal(HTTPException):
    """What a part of fakemanila refuses with: Flask's error handlers see it as any other error of HTTP.

    `reply` says how that part writes it. `because` has the facts, where they are known; only the journal tells them.
    """

    status = 500

    def __init__(self, message: str, *, because: Reason | None = None) -> None:
        super().__init__(message)
        self.code = self.status
        self.message = message
        self.because = because

    def __str__(self) -> str:
        return self.message

    def reply(self) -> Reply:
        raise NotImplementedError

    def get_response(self, *_: Any, **__: Any) -> Response:
        return self.reply().response()


class ManilaError(Refusal):
    """A refusal with Manila's code and envelope. Raised by handlers; nothing may have changed when it is."""

    def reply(self) -> Reply:
        return envelope(self.status, self.message)


class BadRequest(ManilaError):
    status = 400


class Forbidden(ManilaError):
    status = 403


class NotFound(ManilaError):
    status = 404


class NotAcceptable(ManilaError):
    status = 406


class Conflict(ManilaError):
    status = 409


class OverLimit(ManilaError):
    """Over quota: 413 with ``retryAfter``, as Manila answers on create."""

    status = 413


class UnprocessableEntity(ManilaError):
    status = 422


class NotImplementedYet(ManilaError):
    """An operation of the contract that fakemanila doesn't serve yet."""

    status = 501


_MALFORMED = WrongContent("The body is not JSON, or not a JSON that the call takes.", part="json")
_TOO_LARGE = WrongContent("The body is larger than what stands in front of Manila lets through.")


class MalformedBody(BadRequest):
    """The body is not JSON, or not of a type that Manila reads."""

    def __init__(self) -> None:
        super().__init__("Malformed request body", because=_MALFORMED)


_BY_STATUS: dict[int, type[ManilaError]] = {
    kind.status: kind for kind in (BadRequest, Forbidden, NotFound, Conflict, UnprocessableEntity)
}


def of_status(status: int, message: str, because: Reason | None = None) -> ManilaError:
    """The error for a code that the contract names."""
    return _BY_STATUS[status](message, because=because)


def wrong_field(message: str, field: str, value: Any = ..., part: Part = "body") -> BadRequest:
    """The refusal of a field that the contract has nothing against; without a value the field is missing."""
    sent = value is not ...
    because = WrongContent(message, None, part, field, kept(value) if sent else None, sent=sent)
    return BadRequest(message, because=because)


_HTML = """<html>
 <head>
  <title>{line}</title>
 </head>
 <body>
  <h1>{line}</h1>
  {message}<br /><br />



 </body>
</html>"""


def _in_front(status: int, title: str, message: str, accept: str | None) -> Reply:
    """A refusal by what stands in front of Manila's API, in whatever the client likes best.

    That is an HTML page, an object whose code is the status line, or, for clients that accept neither or don't say,
    plain text.
    """
    line = f"{status} {title}"
    accepted = parse_accept_header(accept, MIMEAccept)
    kinds = [kind for kind in ("text/html", "application/json") if accepted.quality(kind) > 0]
    kind = max(kinds, key=accepted.quality, default="text/plain")
    if kind == "application/json":
        return Reply(status, {"message": f"{message}<br /><br />\n\n\n", "code": line, "title": title})
    text = _HTML.format(line=line, message=message) if kind == "text/html" else f"{line}\n\n{message}\n\n   "
    return Reply(status, text.encode(), {"Content-Type": f"{kind}; charset=UTF-8"})


def not_routed(accept: str | None, method: str = "GET", because: Reason | None = None) -> Reply:
    """The 404 for a path or method that no route knows."""
    reply = _in_front(404, "Not Found", "The resource could not be found.", "*/*" if method == "HEAD" else accept)
    reply.because = because
    return reply


def too_large(accept: str | None) -> Reply:
    """The 413 for a body over the size limit."""
    reply = _in_front(413, "Request Entity Too Large", "Request is too large.", accept)
    reply.because = _TOO_LARGE
    return reply


def unauthorized(auth_uri: str, because: Reason | None = None) -> Reply:
    """The token middleware's answer to a request without a valid token."""
    body = {
        "error": {"code": 401, "title": "Unauthorized", "message": "The request you have made requires authentication."}
    }
    return Reply(401, body, {"WWW-Authenticate": f'Keystone uri="{auth_uri}"'}, because=because)
