"""What all parts of a world have in common: each look at one is a control call, and nothing is kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar, overload

from ...world.clock import stopwatch
from ...world.durations import parse_duration
from ..failure import ControlFailure

if TYPE_CHECKING:
    from ..client import ControlClient

AT_A_TIME = 10.0
"""Seconds that one call waits: whoever interrupts a test doesn't want to wait for a minute."""
_TOO_LATE = 408

Json: TypeAlias = "dict[str, Any]"
Entry = TypeVar("Entry")


class Part:
    def __init__(self, client: ControlClient) -> None:
        self._client = client

    def _call(self, method: str, path: str, body: Any = None, /, **query: Any) -> Json:
        answer: Json = self._client.call(method, path, body, query=query)
        return answer

    def _wait(self, path: str, timeout: timedelta | str | float, field: str = "wait", /, **query: Any) -> Json:
        """What a call answers that waits, however long. Raises TimeoutError that says what has come instead."""
        left = parse_duration(timeout.total_seconds() if isinstance(timeout, timedelta) else timeout, "timeout")
        until = stopwatch() + left.total_seconds()
        while True:
            seconds = max(0.0, min(until - stopwatch(), AT_A_TIME))
            try:
                return self._call("GET", path, **query, **{field: seconds})
            except ControlFailure as error:
                if error.status != _TOO_LATE:
                    raise
                if stopwatch() >= until:
                    raise TimeoutError(str(error)) from None

    def _all(self, path: str, key: str) -> Sequence[Json]:
        found: Sequence[Json] = self._call("GET", path)[key]
        return found


class Listed(Part, Generic[Entry]):
    """What is there in an order, read as a list is: ``for``, ``len``, ``in``, ``[0]``, ``[-3:]``, ``==``."""

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # as a list has none

    @abstractmethod
    def list(self) -> Sequence[Entry]: ...

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.list())

    def __reversed__(self) -> Iterator[Entry]:
        return reversed(self.list())

    def __len__(self) -> int:
        return len(self.list())

    def __contains__(self, wanted: object) -> bool:
        return wanted in self.list()

    @overload
    def __getitem__(self, index: int | str) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry]: ...

    def __getitem__(self, index: int | str | slice) -> Entry | Sequence[Entry]:
        return self._named(index) if isinstance(index, str) else self.list()[index]

    def _named(self, name: str) -> Entry:
        raise TypeError(f"expected a number or a slice, not {name!r}")

    def __eq__(self, other: object) -> bool:
        return [*self] == [*other] if isinstance(other, list | tuple | Listed) else NotImplemented

    def __repr__(self) -> str:
        return shown(self, self.list)


class Records(Listed[Json]):
    """The same of records with ids, which find them as well: ``["fault-1"]``, ``"fault-1" in …``."""

    _names: tuple[str, ...] = ("id",)

    def __contains__(self, wanted: object) -> bool:
        if isinstance(wanted, str):
            return any(wanted == each.get(name) for each in self.list() for name in self._names)
        return super().__contains__(wanted)

    def _named(self, name: str) -> Json:
        for key in self._names:
            for each in self.list():
                if each.get(key) == name:
                    return each
        raise KeyError(name)


def shown(part: Part, read: Callable[[], object]) -> str:
    """What a debugger and a failed assertion show, also of a server that is gone."""
    try:
        return f"<{type(part).__name__} {read()!r}>"
    except Exception as error:
        return f"<{type(part).__name__}: {error}>"
