"""Asking an Identity as a server would."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from fakemanila.identity import Identity, IdentityRequest
from fakemanila.reply import Reply

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
    headers = {"X-Auth-Token": token, "X-Subject-Token": subject}
    return identity.handle(
        identity.match(method, path),
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
