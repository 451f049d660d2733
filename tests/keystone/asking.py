"""Asking an Identity as a server would."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import MethodNotAllowed, NotFound

from fakemanila.http.reply import Reply
from fakemanila.keystone.identity_request import IdentityRequest
from fakemanila.keystone.service import Identity, Match
from fakemanila.manila import routes as routing

_CALLS = routing.new_map(routing.identity_rules()).bind("localhost")
BASE = "http://127.0.0.1:8786"


def matched(method: str, path: str) -> Match | None:
    """What the URL map makes of a path below ``/identity``."""
    try:
        operation, variables = _CALLS.match(routing.tidied(f"{routing.IDENTITY}{path}"), method)
    except MethodNotAllowed as error:
        return Match.wrong_method(method, error.valid_methods or ())
    except NotFound:
        return None
    return Match.of(operation, tuple(variables.values()))


def ask(
    identity: Identity,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = None,
    subject: str | None = None,
    malformed: bool = False,
    base_url: str = BASE,
) -> Reply:
    """One request: matched and handled, or not found."""
    path, _, query = path.partition("?")
    headers = {"X-Auth-Token": token, "X-Subject-Token": subject}
    reply = identity.handle(
        matched(method, path),
        IdentityRequest(
            method=method,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            query_string=query,
            headers={name: value for name, value in headers.items() if value is not None},
            body=body,
            raw_body_ok=not malformed,
            base_url=base_url,
        ),
    )
    if method == "HEAD":
        reply.body = None  # HTTP has none
    return reply
