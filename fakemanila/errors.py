"""Manila's errors: one exception per kind of refusal, one place that writes the envelope."""

from __future__ import annotations

from .reply import Reply

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


class ManilaError(Exception):
    """A refusal with Manila's code and envelope. Raised by handlers; nothing may have changed when it is."""

    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

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


class MalformedBody(BadRequest):
    """The body is no JSON, or not of a type that Manila reads."""

    def __init__(self) -> None:
        super().__init__("Malformed request body")


_BY_STATUS: dict[int, type[ManilaError]] = {
    kind.status: kind for kind in (BadRequest, Forbidden, NotFound, Conflict, UnprocessableEntity)
}


def of_status(status: int, message: str) -> ManilaError:
    """The error for a code that the contract names."""
    return _BY_STATUS[status](message)


_HTML_404 = """<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  The resource could not be found.<br /><br />



 </body>
</html>"""


def not_routed(accept: str | None, method: str = "GET") -> Reply:
    """The 404 for a path or method that no route knows.

    It comes from the router in front of Manila's API: an HTML page, or for clients that accept JSON alone an object
    whose code is the status line.
    """
    if method != "HEAD" and accept is not None and "json" in accept and "html" not in accept and "*/*" not in accept:
        message = "The resource could not be found.<br /><br />\n\n\n"
        return Reply(404, {"message": message, "code": "404 Not Found", "title": "Not Found"})
    return Reply(404, _HTML_404.encode(), {"Content-Type": "text/html; charset=UTF-8"})


def unauthorized(auth_uri: str) -> Reply:
    """The token middleware's answer to a request without a valid token."""
    body = {
        "error": {"code": 401, "title": "Unauthorized", "message": "The request you have made requires authentication."}
    }
    return Reply(401, body, {"WWW-Authenticate": f'Keystone uri="{auth_uri}"'})
