"""A request of a client's, and an answer to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..versions import HEADER


class Asked(NamedTuple):
    """A request as it arrived. `target` is path and query, percent escapes included; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def version(self) -> str | None:
        """The microversion that it asks for."""
        return self.headers.get(HEADER.lower())

    @property
    def reads(self) -> bool:
        return self.method in ("GET", "HEAD")

    @property
    def document(self) -> Any:
        """The body as JSON; None where it isn't."""
        return _json(self.body)


class Answered(NamedTuple):
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def document(self) -> Any:
        """The body as JSON; None where it isn't."""
        return _json(self.body)

    def header(self, name: str) -> str:
        """One of its headers; empty where it has no such."""
        return next((value for each, value in self.headers.items() if each.lower() == name.lower()), "")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
