"""What happens in a world, in its order, for whoever waits for it, watches it, or looks back at it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol

from ..http.waits import step_aside
from .clock import format_time

SIZE = 10_000
"""Events that a world keeps."""

REQUEST, TRANSITION, RECORD, FAULT, CLOCK, WORLD = "request", "transition", "record", "fault", "clock", "world"
KINDS = (REQUEST, TRANSITION, RECORD, FAULT, CLOCK, WORLD)


class Told(Protocol):
    """What an event is about, where that is put into words only when somebody wants to read it."""

    def summary(self) -> dict[str, Any]: ...


class Event(NamedTuple):
    """One thing that happened. `kind` is one of `KINDS`."""

    id: int
    """Its place among the events of its world, from 1."""
    kind: str
    time: datetime
    """The world's."""
    about: dict[str, Any] | Told

    @property
    def facts(self) -> dict[str, Any]:
        """What it is about, JSON-able."""
        return self.about if isinstance(self.about, dict) else self.about.summary()

    def to_json(self) -> dict[str, Any]:
        """``{"id": 7, "event": "clock", "time": …, "clock": {…}}``: the facts are under the name of the event."""
        return {"id": self.id, "event": self.kind, "time": format_time(self.time), self.kind: self.facts}


class Events:
    """The last events of a world, oldest first, and those who wait for the next one.

    `lock` is the world's: it is held where something happens, and given up while somebody waits.
    """

    def __init__(self, lock: threading.RLock, size: int = SIZE) -> None:
        # Plain tuples take a third of the time to make, and a create has seven events that mostly nobody reads.
        self._kept: deque[tuple[int, str, datetime, dict[str, Any] | Told]] = deque(maxlen=size)
        self._happened = threading.Condition(lock)
        self.waiting = 0
        """How many wait."""
        self.last = 0
        """The id of the newest one; 0 before anything has happened."""
        self.closed = False
        """The world is gone: nothing will happen any more."""

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, kind: str, time: datetime, about: dict[str, Any] | Told) -> None:
        """Tells what has happened. `about` isn't changed later, but for what is still under way."""
        self.last += 1
        self._kept.append((self.last, kind, time, about))
        self.look_again()

    def since(self, id: int = 0) -> list[Event]:
        """The events after the one of that id, as far as they are kept; all of them after one that was never there."""
        if id > self.last:
            id = 0
        newer = min(self.last - id, len(self._kept))
        return [Event(*each) for each in islice(self._kept, len(self._kept) - newer, None)]

    def missed(self, id: int) -> int:
        """How many events after the one of that id are not kept any more."""
        return max(0, self.last - len(self._kept) - id)

    def forget(self) -> None:
        """Drops what is kept. Ids go on, so that whoever watches misses nothing that comes."""
        self._kept.clear()

    def close(self) -> None:
        """Lets everybody go who waits."""
        self.closed = True
        with self._happened:
            self._happened.notify_all()

    def look_again(self) -> None:
        """Has those look again who wait, though there is nothing to tell. The caller holds the world's lock."""
        if self.waiting:
            self._happened.notify_all()

    def sleep(self, seconds: float) -> None:
        """Waits until something happens, at most so long. The caller holds the world's lock, which is given up."""
        step_aside()
        self.waiting += 1
        try:
            self._happened.wait(seconds)
        finally:
            self.waiting -= 1


def of_kinds(events: Iterable[Event], kinds: Collection[str]) -> list[Event]:
    """Those of some kinds; of all where none is named."""
    return [event for event in events if not kinds or event.kind in kinds]
