"""What the code needs of a request's headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol, overload


class Headers(Protocol):
    """Headers, whichever object holds them: looked up regardless of case."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


class HeadersOf(Headers):
    """Those that a WSGI environment has; names are put into its words once, and not for each request."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def get(self, key: str, default: Any = None, /) -> Any:
        return self._environ.get(_variable(key), default)

    def items(self) -> list[tuple[str, str]]:
        named = self._environ.items()
        return [(name, value) for variable, value in named if (name := _name(variable)) is not None]


@lru_cache(128)
def _variable(name: str) -> str:
    """Where an environment has a header."""
    variable = name.upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"


@lru_cache(128)
def _name(variable: str) -> str | None:
    """The header that a variable of an environment has, if it has one."""
    if not variable.startswith("HTTP_") and variable not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return None
    return variable.removeprefix("HTTP_").replace("_", "-").title()
