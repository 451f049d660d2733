"""Keystone's refusals: one exception per code, one place that writes the envelope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import reasons
from ..http.reply import Reply
from ..manila.errors import Refusal
from ..reasons.caller import Login
from ..reasons.reason import Reason


class IdentityError(Refusal):
    """A refusal, written as ``{"error": {"code": 404, "message": …, "title": "Not Found"}}``.

    `extra` goes into the ``error`` object beside those three.
    """

    status = 500
    title = "Internal Server Error"

    def __init__(self, message: str, *, because: Reason | None = None, **extra: Any) -> None:
        super().__init__(message, because=because)
        self.extra = extra

    def reply(self) -> Reply:
        return Reply(
            self.status,
            {"error": {"code": self.status, "message": self.message, "title": self.title, **self.extra}},
        )


class Invalid(IdentityError):
    status = 400
    title = "Bad Request"


class Unauthorized(IdentityError):
    """401. Keystone gives away no reason, and neither does this: `why` is for whoever reads the journal."""

    status = 401
    title = "Unauthorized"

    def __init__(self, why: str = "", *, because: Reason | None = None, **extra: Any) -> None:
        because = because or Login(why)
        super().__init__("The request you have made requires authentication.", because=because, **extra)
        self.why = why


class NotAdmitted(Unauthorized):
    """401 of the token middleware, before Keystone itself has seen the request."""


class Forbidden(IdentityError):
    status = 403
    title = "Forbidden"


class NotFound(IdentityError):
    status = 404
    title = "Not Found"

    @classmethod
    def of(cls, kind: str, identifier: str) -> NotFound:
        because = reasons.NotFound(f"{kind.replace(' ', '_')}s", identifier)
        return cls(f"Could not find {kind}: {identifier}.", because=because)


class Conflict(IdentityError):
    status = 409
    title = "Conflict"


HTML = "text/html; charset=utf-8"

_HTML_404 = """<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>No route leads here.</p>
"""


def not_routed() -> Reply:
    """The 404 of a path that no route knows: a page, since it comes from the router in front of Keystone's API."""
    return Reply(404, _HTML_404.encode(), {"Content-Type": HTML})


_HTML_405 = """<!doctype html>
<html lang=en>
<title>405 Method Not Allowed</title>
<h1>Method Not Allowed</h1>
<p>This path has other methods.</p>
"""


def method_not_allowed(allowed: Iterable[str], *, page: bool) -> Reply:
    """The 405 of a known path, which has no envelope either: a page for the version documents."""
    headers = {"Allow": ", ".join(allowed)}
    if page:
        return Reply(405, _HTML_405.encode(), {**headers, "Content-Type": HTML})
    return Reply(405, {"message": "The method is not allowed for the requested URL."}, headers)
