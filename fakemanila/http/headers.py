"""What the code needs of a request's headers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, overload


class Headers(Protocol):
    """Headers, whichever object holds them: looked up regardless of case."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...

    def items(self) -> Iterable[tuple[str, str]]: ...
