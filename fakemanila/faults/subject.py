"""A request as rules look at it, once it is known what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..headers import Headers
from ..versions import Microversion

Service = Literal["manila", "keystone", "front"]
"""Who would answer: the API, Keystone, or what stands in front of both (``/``, ``/healthcheck``, unknown paths)."""


@dataclass(slots=True)
class Subject:
    """What a rule may match. `operation` is None for a request that was refused before it reached one."""

    service: Service
    method: str
    path: str
    """Below the world's prefix, decoded."""
    headers: Headers = field(default_factory=dict[str, str])
    base_url: str = ""
    operation: str | None = None
    version: Microversion | None = None
    project: tuple[str | None, str | None] = (None, None)
    """Id and name."""
    user: tuple[str | None, str | None] = (None, None)
    """Id and name."""
    roles: tuple[str, ...] = ()
    body: Any = None
    """The whole JSON body."""
    resources: tuple[Mapping[str, Any], ...] = ()
    """The records that the path names or, for a creation, the body's object; then the shares that they belong to."""
    creates: bool = False
    """The first of `resources` is about to be made."""
    request_id: str = ""

    @property
    def content(self) -> Any:
        """The object inside the body's envelope."""
        if isinstance(self.body, Mapping) and len(self.body) == 1:
            return next(iter(self.body.values()))
        return self.body
