"""Requests as a server hands them to the application, with nothing tidied up on the way."""

from __future__ import annotations

from collections.abc import Mapping

from ..api import NEWEST, VERSION, Answer, Api


def send(
    api: Api,
    method: str,
    target: str,
    *,
    user: str | None = "demo",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    chunked: bool = False,
) -> Answer:
    """A request at the newest microversion, said to be JSON, unless `headers` say otherwise. `user` None: no token."""
    sent = {VERSION: NEWEST, "Content-Type": "application/json"}
    if user is not None:
        sent["X-Auth-Token"] = api.token(user)
    return api.send(method, target, {**sent, **(headers or {})}, body, chunked=chunked)
