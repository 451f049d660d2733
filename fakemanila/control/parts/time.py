"""The clock, delays and operations under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from ...world.clock import parse_time
from .part import Json, Part, Records, shown

_DEFAULT = "default"


class Clock(Part):
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
        """Advances the time; returns the transitions that ran, in order."""
        return self._advance(duration=by.total_seconds() if isinstance(by, timedelta) else by)

    def advance_to_next(self) -> list[Json]:
        """Advances the time to the next transition, and runs it."""
        return self._advance(to="next")

    def advance_to_idle(self) -> list[Json]:
        """Advances the time until nothing is under way that ends with time."""
        return self._advance(to="idle")

    def _advance(self, **how: Any) -> list[Json]:
        return list(self._call("POST", "/clock/advance", how)["transitions"])


class Delays(Part, MutableMapping[str, Any]):
    """How long operations take, by id, pattern or ``default``; for transitions that start from now on.

    >>> manila.delays["snapshots.create"] = "30s"
    >>> manila.delays |= {"shares.*": timedelta(seconds=2)}
    >>> del manila.delays["snapshots.create"]

    It has what was set, and ``default``, which is 0 again when it is deleted. Setting None deletes.
    """

    def show(self) -> Json:
        return self._call("GET", "/delays")

    def replace(self, delays: Mapping[str, Any]) -> Json:
        """Replaces all delays."""
        return self._call("PUT", "/delays", dict(delays))

    def update(  # type: ignore[override]  # at once or not at all, and it answers what is set now
        self, delays: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), /, **more: Any
    ) -> Json:
        """Changes some delays; None removes one."""
        return self._call("PATCH", "/delays", {**dict(delays), **more})

    def clear(self) -> None:
        """Removes all delays."""
        self.replace({})

    def popitem(self) -> tuple[str, Any]:
        """Removes and returns the last delay that was set. Raises KeyError if there is only the default."""
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
        return shown(self, self.show)


class Transitions(Records):
    """Operations under way."""

    def list(self) -> Sequence[Json]:
        return self._all("/transitions", "transitions")

    def wait_idle(self, timeout: timedelta | str | float = 10) -> None:
        """Waits, in real time, until nothing is under way that ends with time. Raises TimeoutError otherwise.

        On a manual clock somebody else has to move it; `Clock.advance_to_idle` waits for nothing.
        """
        self._wait("/transitions", timeout, "timeout", wait="idle")

    def decide(self, id: str, outcome: str) -> Json:
        """``"success"`` or ``"error"`` ends a transition now; ``"hold"`` keeps it from ending until ``"release"``."""
        return self._call("POST", f"/transitions/{quote(id, safe='')}", {"outcome": outcome})
