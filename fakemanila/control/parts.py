"""The parts of a world as `ControlClient` hands them out; those that stand for a table behave like Python's own.

A part keeps nothing: each look at it is a control call.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, overload
from urllib.parse import quote

from ..world.clock import format_time, parse_time
from . import asserting

if TYPE_CHECKING:
    from .client import ControlClient

Json: TypeAlias = "dict[str, Any]"
Entry = TypeVar("Entry")

_MATCH_KEYS = ("operation", "method", "path", "project", "user", "role", "microversion", "headers", "resource", "body")
_WHEN_KEYS = ("after", "times", "every", "probability", "between", "sequence")
_DEFAULT = "default"


class _Part:
    def __init__(self, client: ControlClient) -> None:
        self._client = client

    def _call(self, method: str, path: str, body: Any = None, /, **query: Any) -> Json:
        answer: Json = self._client.call(method, path, body, query=query)
        return answer

    def _all(self, path: str, key: str) -> Sequence[Json]:
        found: Sequence[Json] = self._call("GET", path)[key]
        return found


class _Listed(_Part, Generic[Entry]):
    """What is there in an order, read as a list is: ``for``, ``len``, ``in``, ``[0]``, ``[-3:]``, ``==``."""

    __hash__ = None  # type: ignore[assignment]  # as a list has none

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
        return [*self] == [*other] if isinstance(other, list | tuple | _Listed) else NotImplemented

    def __repr__(self) -> str:
        return _shown(self, self.list)


class _Records(_Listed[Json]):
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


def _shown(part: _Part, read: Callable[[], object]) -> str:
    """What a debugger and a failed assertion show, also of a server that is gone."""
    try:
        return f"<{type(part).__name__} {read()!r}>"
    except Exception as error:
        return f"<{type(part).__name__}: {error}>"


class Clock(_Part):
    """The world's time. Durations are seconds, strings such as ``"5m"``, or timedeltas."""

    def show(self) -> Json:
        """``{"now": …, "mode": …, "rate": …, "pending": …, "next": …}``."""
        return self._call("GET", "/clock")

    def now(self) -> datetime:
        """The world's time, naive UTC."""
        return parse_time(self.show()["now"])

    def set(self, now: datetime | str | None = None, *, mode: str | None = None, rate: float | None = None) -> Json:
        """Sets what is given; `mode` is ``"real"`` or ``"manual"``, `now` UTC unless it says otherwise."""
        text = now.isoformat() if isinstance(now, datetime) else now
        change = {"now": text, "mode": mode, "rate": rate}
        return self._call("PUT", "/clock", {key: value for key, value in change.items() if value is not None})

    def advance(self, by: timedelta | str | float) -> list[Json]:
        """Moves the time forward; returns the transitions that ran on the way, in order."""
        return self._advance(duration=by.total_seconds() if isinstance(by, timedelta) else by)

    def advance_to_next(self) -> list[Json]:
        """Moves the time to when the next transition comes due, and runs it."""
        return self._advance(to="next")

    def advance_to_idle(self) -> list[Json]:
        """Moves the time until nothing is under way that time ends."""
        return self._advance(to="idle")

    def _advance(self, **how: Any) -> list[Json]:
        return list(self._call("POST", "/clock/advance", how)["transitions"])


class Delays(_Part, MutableMapping[str, Any]):
    """How long operations take, by id, pattern or ``default``; for transitions that start from now on.

    >>> manila.delays["snapshots.create"] = "30s"
    >>> manila.delays |= {"shares.*": timedelta(seconds=2)}
    >>> del manila.delays["snapshots.create"]

    It has what was set, and ``default``, which is 0 again when it is deleted. Setting None deletes.
    """

    def show(self) -> Json:
        return self._call("GET", "/delays")

    def replace(self, delays: Mapping[str, Any]) -> Json:
        """Takes the place of all that was set."""
        return self._call("PUT", "/delays", dict(delays))

    def update(  # type: ignore[override]  # at once or not at all, and it answers what is set now
        self, delays: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), /, **more: Any
    ) -> Json:
        """Adds to what is set; None takes a delay away."""
        return self._call("PATCH", "/delays", {**dict(delays), **more})

    def clear(self) -> None:
        """Takes all of them away."""
        self.replace({})

    def popitem(self) -> tuple[str, Any]:
        """Takes away the one that was set last, and returns it. Raises KeyError where there is only the default."""
        name, delay = list(self.show().items())[-1]
        if name == _DEFAULT:
            raise KeyError("popitem(): there is only the default")
        del self[name]
        return name, delay

    def __getitem__(self, operation: str) -> Any:
        return self.show()[operation]

    def __setitem__(self, operation: str, delay: Any) -> None:
        self.update({operation: delay})

    def __delitem__(self, operation: str) -> None:
        _ = self[operation]  # raises KeyError for what isn't set
        self.update({operation: None})

    def __iter__(self) -> Iterator[str]:
        return iter(self.show())

    def __len__(self) -> int:
        return len(self.show())

    def __or__(self, other: Mapping[str, Any]) -> Json:
        return {**self.show(), **other} if isinstance(other, Mapping) else NotImplemented

    def __ror__(self, other: Mapping[str, Any]) -> Json:
        return {**other, **self.show()} if isinstance(other, Mapping) else NotImplemented

    def __ior__(self, other: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Delays:
        self.update(other)
        return self

    def __repr__(self) -> str:
        return _shown(self, self.show)


class Faults(_Records):
    """The rules of the world, in their order; ``faults["no room"]`` is found by its id or its name."""

    _names = ("id", "name")

    def list(self) -> Sequence[Json]:
        return self._all("/faults", "faults")

    def add(self, fault: str | Mapping[str, Any] | None = None, **said: Any) -> Json:
        """Adds a rule and returns it: a preset's name or the JSON of a rule, with what the keywords say besides.

        A keyword is a field of a rule (`name`, `match`, `when`, `do`, `must_fire`), or a key of its ``match`` or
        ``when``: ``add("quota:snapshots", project="demo", times=1)``.
        """
        return self._call("POST", "/faults", rule(fault, **said))

    def get(self, id: str) -> Json:
        return self._call("GET", f"/faults/{quote(id, safe='')}")

    def remove(self, id: str) -> None:
        self._call("DELETE", f"/faults/{quote(id, safe='')}")

    def __delitem__(self, index: int | str) -> None:
        self.remove(self[index]["id"])

    def clear(self) -> None:
        self._call("DELETE", "/faults")

    def presets(self) -> Sequence[Json]:
        """The named ones, with a line about each."""
        return self._all("/faults/presets", "presets")


def rule(fault: str | Mapping[str, Any] | None = None, **said: Any) -> Json:
    """The JSON of a rule, from a preset's name or a rule and keywords; whether it is right the server says."""
    spec: Json = {"preset": fault} if isinstance(fault, str) else dict(fault or {})
    for part, keys in (("match", _MATCH_KEYS), ("when", _WHEN_KEYS)):
        more = {**(said.pop(part, None) or {}), **{key: said.pop(key) for key in keys if key in said}}
        if more:
            spec[part] = {**(spec.get(part) or {}), **more}
    return {**spec, **said}


class Requests(_Records):
    """The journal, oldest first.

    Filters are `operation` (an id or a pattern), `method`, `path` (or a pattern), `status` (``413``, ``"4xx"``,
    ``"none"``), `project` and `user` (id or name), `fault` (a name or a pattern, ``"any"``, ``"none"``), `mark`
    (``"unmatched"``, ``"not_implemented"``), `since` (a time, or the id of the request before) and `limit`.
    """

    def __len__(self) -> int:
        return self.count()

    def list(self, **filters: Any) -> Sequence[Json]:
        """The requests that meet every filter, oldest first."""
        found: Sequence[Json] = self._find(filters)["requests"]
        return found

    def last(self, **filters: Any) -> Json | None:
        """The newest request that meets every filter, None when there is none."""
        found = self.list(**{**filters, "limit": 1})
        return found[0] if found else None

    def assert_called(
        self, operation: str, *, times: int | None = None, json: Any = None, before: str | None = None, **filters: Any
    ) -> None:
        """Raises AssertionError, with what did come, unless the operation was asked for.

        `times` is how often exactly, at least once when None. `json` is what the body has to contain, with or without
        its envelope; of an object the keys that matter. `before` is an operation that was first asked for afterwards.
        """
        described = " ".join((operation, *(f"{name}={value!r}" for name, value in filters.items())))
        matched = self.list(operation=operation, **filters)
        order = None if before is None else (before, next(iter(self.list(operation=before)), None))
        asserting.called(described, matched, self.list(), times=times, json=json, before=order)

    def assert_not_called(self, operation: str, *, json: Any = None, **filters: Any) -> None:
        """Raises AssertionError, with what did come, when the operation was asked for."""
        self.assert_called(operation, times=0, json=json, **filters)

    def count(self, **filters: Any) -> int:
        return int(self._find({**filters, "limit": 0})["total"])

    def clear(self) -> None:
        self._call("DELETE", "/requests")

    def _find(self, filters: Mapping[str, Any]) -> Json:
        since = filters.get("since")
        if isinstance(since, datetime):
            filters = {**filters, "since": format_time(since)}
        return self._call("GET", "/requests", **filters)


class Transitions(_Records):
    """What is under way."""

    def list(self) -> Sequence[Json]:
        return self._all("/transitions", "transitions")

    def decide(self, id: str, outcome: str) -> Json:
        """``"success"`` or ``"error"`` ends a transition now; ``"hold"`` keeps it from ending until ``"release"``."""
        return self._call("POST", f"/transitions/{quote(id, safe='')}", {"outcome": outcome})


class Scenario(_Part):
    """What the world is given besides."""

    def apply(self, doc: Mapping[str, Any]) -> Sequence[Json]:
        """Does what a scenario says to the world as it is, or changes nothing; returns the resources that it made.

        ``apply({"resources": [{"kind": "share", "name": "db", "size": 5}]})`` gives
        ``[{"kind": "share", "id": …, "name": "db", …}]``.
        """
        made: Sequence[Json] = self._call("POST", "/scenario", dict(doc))["resources"]
        return made


class State(_Part, Mapping[str, Any]):
    """The whole world as one document, which can be read as a mapping: ``state["records"]``."""

    def dump(self) -> Json:
        return self._call("GET", "/state")

    def load(self, doc: Mapping[str, Any]) -> None:
        """Makes the world what the document says, or changes nothing."""
        self._call("PUT", "/state", dict(doc))

    def __getitem__(self, key: str) -> Any:
        return self.dump()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.dump())

    def __len__(self) -> int:
        return len(self.dump())


class WorldList(_Listed[str]):
    """The names of the server's worlds."""

    def list(self) -> Sequence[str]:
        names: Sequence[str] = self._client.health()["worlds"]
        return names

    def drop(self, name: str) -> None:
        """Forgets a world; its next use finds it new."""
        self._call("DELETE", f"/worlds/{quote(name, safe='')}")
