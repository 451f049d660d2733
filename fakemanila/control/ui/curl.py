"""A request of the journal as a curl command."""

from __future__ import annotations

import json
import shlex
from urllib.parse import quote, urlencode

from ...world.journal import Entry

_BY_CURL = frozenset(("host", "content-length", "accept-encoding", "connection", "user-agent", "accept"))


def as_curl(entry: Entry, base_url: str) -> str:
    """The command that asks the same again. Its secrets are masked: a token comes from ``$OS_TOKEN``."""
    request = entry.to_json()["request"]
    query = f"?{urlencode(entry.query)}" if entry.query else ""
    parts = ["curl", "-X", entry.method, shlex.quote(f"{base_url}{quote(entry.path)}{query}")]
    for name, value in request["headers"].items():
        if name.lower() == "x-auth-token":
            parts += ["-H", f'"{name}: $OS_TOKEN"']
        elif name.lower() not in _BY_CURL:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
    body = request["body"]
    if body is not None:
        parts += ["-d", shlex.quote(body if isinstance(body, str) else json.dumps(body))]
    return " ".join(parts)
