"""A request of a client's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..compare.histories.comparing import read_json
from ..versions import HEADER

_TOKENS = ("x-auth-token", "x-service-token", "x-subject-token")


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

    def without_tokens(self) -> Asked:
        """The same, to be kept."""
        kept = {name: value for name, value in self.headers.items() if name not in _TOKENS}
        return self._replace(headers=kept)

    @property
    def document(self) -> Any:
        """The body as JSON; None where it isn't."""
        return read_json(self.body)
