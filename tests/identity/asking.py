"""Asking an Identity as a server would."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import MethodNotAllowed, NotFound

from fakemanila import routing
from fakemanila.identity import Identity, IdentityRequest, errors
from fakemanila.identity.routes import ROUTES
from fakemanila.reply import Reply

_CALLS = routing.new_map(routing.identity_rules()).bind("localhost")
_ROUTES = {route.operation: route for route in ROUTES}
BASE = "http://127.0.0.1:8786"


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
    try:
        operation, variables = _CALLS.match(routing.tidied(f"{routing.IDENTITY}{path}"), method)
    except MethodNotAllowed as error:
        return errors.method_not_allowed(error.valid_methods or ())
    except NotFound:
        return errors.not_routed()
    headers = {"X-Auth-Token": token, "X-Subject-Token": subject}
    reply = identity.handle(
        _ROUTES[operation],
        tuple(variables.values()),
        IdentityRequest(
            method=method,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers={name: value for name, value in headers.items() if value is not None},
            body=body,
            raw_body_ok=not malformed,
            base_url=base_url,
        ),
    )
    if method == "HEAD":
        reply.body = None  # HTTP has none
    return reply
