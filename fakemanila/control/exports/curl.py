"""A request of the journal as a curl command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from ...world.journal import Entry

_BY_CURL = frozenset(("host", "content-length", "accept-encoding", "connection", "user-agent", "accept"))
_TOKENS = {"x-auth-token": "OS_TOKEN", "x-subject-token": "OS_SUBJECT_TOKEN", "x-service-token": "OS_SERVICE_TOKEN"}
"""The variables that tokens come from."""


def target(entry: Entry) -> str:
    """The path and the query, as they are sent."""
    return quote(entry.path) + (f"?{urlencode(entry.query)}" if entry.query else "")


def as_curl(entry: Entry, base_url: str) -> str:
    """The command that asks the same again. Its secrets are masked: a token comes from ``$OS_TOKEN``."""
    request = entry.request.to_json()
    how = ["--head"] if entry.method == "HEAD" else ["-X", entry.method]
    parts = ["curl", *how, shlex.quote(f"{base_url}{target(entry)}")]
    for name, value in request["headers"].items():
        if name.lower() in _TOKENS:
            parts += ["-H", f'"{name}: ${_TOKENS[name.lower()]}"']
        elif name.lower() not in _BY_CURL:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
    body = request["body"]
    if body is not None:
        parts += ["-d", shlex.quote(body if isinstance(body, str) else json.dumps(body))]
    return " ".join(parts)


def as_script(entries: Iterable[Entry], base_url: str) -> str:
    """A command for each request, each on a line unless its body has several."""
    return "".join(f"{as_curl(entry, base_url)}\n" for entry in entries)
