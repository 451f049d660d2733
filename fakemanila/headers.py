"""A request's headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, overload

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Headers(Protocol):
    """What the code needs of headers, whichever object holds them: looked up regardless of case."""

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...


class RequestHeaders(Mapping[str, str]):
    """The headers that a WSGI environment has, by names such as ``X-Auth-Token``, looked up regardless of case."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._values: dict[str, str] = {key[5:]: value for key, value in environ.items() if key.startswith("HTTP_")}
        for key in _UNPREFIXED:
            if value := environ.get(key):
                self._values[key] = value

    def __getitem__(self, name: str) -> str:
        return self._values[name.upper().replace("-", "_")]

    def __iter__(self) -> Iterator[str]:
        return (name.replace("_", "-").title() for name in self._values)

    def __len__(self) -> int:
        return len(self._values)
