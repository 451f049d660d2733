"""One request on its way through a handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ..http.headers import Headers
from ..http.reply import Reply
from ..reasons.contents import Part, WrongContent, kept
from ..reasons.denied import Denied
from ..text.booleans import is_false, is_true
from ..world.seeded import Seeded
from . import rbac, tokens
from .catalog import V3
from .credentials import Credentials
from .identity_errors import Forbidden, Invalid, Unauthorized
from .tables import Record, State, Token

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from .request_schemas import Compiled

_RULES_HEADER = "OpenStack-Identity-Access-Rules"


@dataclass(slots=True, eq=False, repr=False)
class IdentityRequest:
    """What arrived, read but not judged.

    `path` is below ``/identity``, decoded. `query_string` is the query as it was sent. `headers` looks names up
    regardless of case. `body` is the parsed JSON, None without one, or where `has_body` says so for ``null``;
    `raw_body_ok` is False when there was a body that is not JSON. `base_url` is the address of the world, without a
    slash at the end: every link in an answer is below it.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Headers = field(default_factory=dict[str, str])
    body: Any = None
    raw_body_ok: bool = True
    base_url: str = "http://127.0.0.1:8786"
    query_string: str = ""
    has_body: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """A request together with the state that it is about and the caller it comes from."""

    request: IdentityRequest
    args: dict[str, str]
    """The variables of the path; ids as the records have them."""
    path_args: Mapping[str, str]
    """The same, as they were written."""
    state: State
    seeded: Seeded
    now: datetime
    token_ttl: timedelta
    open: bool
    action: str
    token: Token | None = None
    caller: Credentials | None = None

    def require(self, rule: rbac.Rule, **target: object) -> Credentials:
        """The caller, if the rule lets them. Raises Unauthorized without a valid token, else Forbidden."""
        if self.caller is None:
            raise self.no_token()
        if not rule.allows(self.caller, target):
            seen = tuple((name, value) for name, value in target.items() if isinstance(value, str))
            because = Denied(self.action, rbac.RULES, self.caller, seen, check=rule)
            raise Forbidden(f"You are not authorized to perform the requested action: {self.action}.", because=because)
        return self.caller

    def no_token(self) -> Unauthorized:
        """The refusal of a request without a valid token."""
        because = tokens.problem(self.state, self.now, self.request.headers.get("X-Auth-Token"))
        return Unauthorized("no valid token", because=because)

    def document(self, schema: Compiled, *path: str | int) -> Record:
        """The body, checked. Raises Invalid, with the place of the first thing that is wrong."""
        body = {} if self.request.body is None else self.request.body
        if not self.request.raw_body_ok or not isinstance(body, dict):
            raise Invalid("The request body has to be a JSON object.")
        for error in schema.iter_errors(body):
            place = "/".join(str(step) for step in error.absolute_path)
            message = f"Invalid input for {place or 'the request body'}: {error.message[:200]}"
            raise Invalid(message, because=_wrong(error, message, self.action))
        return body

    def check_query(self, schema: Compiled | None) -> None:
        """Raises Invalid for parameters that Keystone's schema of the query refuses, before anything else."""
        if schema is not None and not schema.covers(dict(self.request.query)):
            for error in schema.iter_errors(self.request.query):
                message = f"Invalid input for the query: {error.message[:200]}"
                raise Invalid(message, because=_wrong(error, message, self.action, "query"))

    def flag(self, name: str) -> bool:
        """A query parameter that counts as true by being there, unless it says otherwise."""
        value = self.request.query.get(name)
        return value is not None and not is_false(value)

    def link(self, path: str) -> str:
        """The address of something below ``/v3/``."""
        return f"{self.request.base_url}{V3}/{path}"

    def here(self, **changed: str) -> str:
        """This request's own address, as lists link to themselves; or with some parameters changed."""
        query = urlencode({**self.request.query, **changed}) if changed else self.request.query_string
        return self.link(self.request.path.strip("/").removeprefix("v3/")) + (f"?{query}" if query else "")

    def listing(self, name: str, records: list[Record], *, truncated: bool = False) -> Reply:
        """A collection as Keystone writes it; with a link to the rest where it is truncated."""
        body: Record = {name: records, "links": {"next": None, "self": self.here(), "previous": None}}
        if truncated:
            body["links"]["next"] = self.here(marker=records[-1]["id"])
            body["truncated"] = True
        return Reply(200, body)

    def subject(self) -> Token:
        """The token that ``X-Subject-Token`` names. Raises NotFound, or Invalid for a version that is not a number."""
        try:
            knows_rules = not float(self.request.headers.get(_RULES_HEADER) or 0) < 1
        except ValueError:
            raise Invalid(f"{_RULES_HEADER} has to be a number.") from None
        reading = self.request.method != "DELETE"
        allow_expired = reading and is_true(self.request.query.get("allow_expired"))
        name = self.request.headers.get("X-Subject-Token")
        return tokens.subject(
            self.state, self.now, name, knows_rules=knows_rules and reading, allow_expired=allow_expired
        )


def _wrong(error: ValidationError, message: str, operation: str, part: Part = "body") -> WrongContent:
    field = ".".join(str(step) for step in error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else None
    return WrongContent(message, operation, part, field, kept(error.instance), schema=schema)


Handler = Callable[[Call], Reply]
