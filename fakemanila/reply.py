"""What a handler answers, before any HTTP library sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .encoding import encode
from .wire import WireFault


@dataclass(slots=True)
class Reply:
    """A status code, a body and extra headers.

    `body` is what becomes JSON; None is an empty body. Ready-made text (Manila's HTML 404) goes in as bytes, with its
    own ``Content-Type`` among the headers. Status 0 is no answer at all: `wire` says what comes in its place.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wire: WireFault | None = None
    """What happens to the answer on its way."""
    untyped: bool = False
    """Without a body there is no ``Content-Type`` either, as Keystone has it. Manila sends one all the same."""
    from_proxy: bool = False
    """Something in front of the API wrote it, which knows neither request ids nor microversions."""

    _encoded: tuple[Any, bytes] = field(default=(None, b""), init=False, repr=False)
    """The last body that was encoded, and how: it is asked for more than once, and seldom changes in between."""

    def payload(self) -> bytes:
        """The body as it is sent."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if self._encoded[0] is not self.body:
            self._encoded = (self.body, encode(self.body))
        return self._encoded[1]
