"""What a handler answers, before any HTTP library sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Reply:
    """A status code, a body and extra headers.

    `body` is what becomes JSON; None is an empty body. Ready-made text (Manila's HTML 404) goes in as bytes, with its
    own ``Content-Type`` among the headers.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
