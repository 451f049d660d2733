"""What the code here needs of a request's headers, whichever library holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, overload


class Headers(Protocol):
    """Headers by name, looked up regardless of case."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...

    def items(self) -> Iterable[tuple[str, str]]:
        """Each header as it came."""
        ...
