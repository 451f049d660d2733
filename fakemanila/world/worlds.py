"""The worlds of one server. Each can do, and holds from the start, what Manila does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..all_resources import KINDS, TRANSITIONS
from ..http.access_log import RequestLog
from .initial import populate
from .waiting import Room
from .world import Settings, World, check_name

if TYPE_CHECKING:
    from .state.file import StateFile

MAX_WORLDS = 1000
"""A client that makes up world names must not fill the memory."""


class Worlds:
    """The worlds of one server by name; they spring up on first use."""

    DEFAULT = "default"

    def __init__(
        self, settings: Settings | None = None, *, limit: int = MAX_WORLDS, log: RequestLog | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.limit = limit
        self.log = log or RequestLog()
        self.stopping = threading.Event()
        """Set when the server stops: nothing waits any longer."""
        self.room = Room()
        """For those who wait for something to happen."""
        self.state_file: StateFile | None = None
        """What keeps them in a file, where something does."""
        self.cacert: str | None = None
        """The file of the authority that has signed the server's certificate, where it was made on the spot."""
        self._worlds: dict[str, World] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(sorted(self._worlds))

    def get(self, name: str = DEFAULT) -> World:
        """The world of that name. Raises ValueError for what is not a valid name, and when there are too many."""
        world = self._worlds.get(name)
        if world is None:
            check_name(name)
            self._check_room(name)
            # Made outside of the lock, so that nobody waits; of two made at once the first stays.
            made = World(name, self.settings, TRANSITIONS, populate, KINDS, self.stopping, self.log)
            with self._lock:
                if name not in self._worlds:
                    self._check_room(name)
                world = self._worlds.setdefault(name, made)
        return world

    def _check_room(self, name: str) -> None:
        if len(self._worlds) >= self.limit:
            raise ValueError(
                f"world: {name!r} would be one more than the {self.limit} allowed;"
                " drop one with DELETE /_fakemanila/worlds/NAME"
            )

    def drop(self, name: str) -> None:
        with self._lock:
            world = self._worlds.pop(name, None)
        if world is not None:
            world.events.close()
