"""``respond``: an answer of the rule's own instead of the operation's."""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar

from ...http.reply import Reply
from ...manila import errors
from ...neighbours.envelopes import ENVELOPES
from .. import fields
from ..plan import Effect, Plan
from ..subject import Subject

KEYS = ("status", "error", "message", "headers", "body")
_MESSAGE = "A fault was injected."
_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}
_NOT_GIVEN = object()


class Respond(Effect):
    """``{"status": 503, "error": "serviceUnavailable", "message": "…", "headers": {…}, "body": …}``.

    Without `body` it is the envelope of whoever would have answered: Manila's under `error` (by default the one that
    belongs to the status), Keystone's, which has no names, or that of a service beside Manila. A text as `body` comes
    from something in front of them: it has none of Manila's headers.
    """

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        spec = fields.mapping(value, field, KEYS)
        if "status" not in spec:
            raise ValueError(f"{field}: {value!r} has no status")
        self.status = fields.http_status(spec["status"], f"{field}.status")
        self.error = fields.text(spec["error"], f"{field}.error") if spec.get("error") is not None else None
        self.message = str(spec.get("message", _MESSAGE))
        self.headers = fields.headers(spec.get("headers") or {}, f"{field}.headers")
        self.body: Any = spec.get("body", _NOT_GIVEN)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.instead = self.reply

    def reply(self, subject: Subject) -> Reply:
        """The answer to a request."""
        if isinstance(self.body, str):
            content_type = "text/html" if self.body.lstrip().startswith("<") else "text/plain"
            return Reply(self.status, self.body.encode(), {"Content-Type": content_type, **self.headers})
        if self.body is not _NOT_GIVEN:
            return Reply(self.status, self.body, dict(self.headers))
        if subject.service == "keystone":
            error = {"code": self.status, "message": self.message, "title": _TITLES.get(self.status, "Error")}
            return Reply(self.status, {"error": error}, dict(self.headers))
        if subject.service in ENVELOPES:
            reply = ENVELOPES[subject.service](self.status, self.message, self.error)
            reply.headers.update(self.headers)
            return reply
        retry_after = next((v for name, v in self.headers.items() if name.lower() == "retry-after"), None)
        reply = errors.envelope(self.status, self.message, name=self.error, retry_after=retry_after)
        reply.headers.update(self.headers)
        return reply
