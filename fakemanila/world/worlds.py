"""The worlds of one server. Each can do, and holds from the start, what Manila does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import extensions
from ..all_resources import KINDS, TRANSITIONS
from ..faults.holding import MOST as MOST_HELD
from ..http.access_log import RequestLog
from .initial import populate
from .waiting import Room
from .world import Settings, World, check_name

if TYPE_CHECKING:
    from .checkpoints.checkpoint import Checkpoint
    from .state.file import StateFile

MAX_WORLDS = 1000
"""A client that makes up world names must not fill the memory. The default world may be made besides."""


class Worlds:
    """The worlds of one server by name; they spring up on first use."""

    DEFAULT = "default"

    def __init__(
        self, settings: Settings | None = None, *, limit: int = MAX_WORLDS, log: RequestLog | None = None
    ) -> None:
        extensions.load()
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
        self._held_room = Room(MOST_HELD)
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
            made = self._make(name, self.settings)
            with self._lock:
                if name not in self._worlds:
                    self._check_room(name)
                world = self._worlds.setdefault(name, made)
        return world

    def find(self, name: str) -> World | None:
        """The world of that name, None where nobody has used one yet. The default one always is there."""
        return self.get(name) if name == self.DEFAULT else self._worlds.get(name)

    def fork(self, name: str, checkpoint: Checkpoint, initial: Settings, *, replace: bool = False) -> World:
        """A new world that is as another one was, and goes on as that did: same users, ids, tokens and randomness.

        A reset puts it back to `initial`, under its own name's seed. With `replace` it takes the place of a world of
        that name, which is as good as dropped.

        Raises FileExistsError where there is one and nobody wants it replaced, ValueError as `get` does.
        """
        check_name(name)
        self._check_fork(name, replace=replace)
        made = self._make(name, initial)
        with made.lock:
            checkpoint.fork(made)
        with self._lock:
            self._check_fork(name, replace=replace)
            before = self._worlds.get(name)
            self._worlds[name] = made
        if before is not None:
            before.events.close()
        return made

    def _check_fork(self, name: str, *, replace: bool) -> None:
        if name not in self._worlds:
            self._check_room(name)
        elif not replace:
            raise FileExistsError(name)

    def _make(self, name: str, settings: Settings) -> World:
        return World(name, settings, TRANSITIONS, populate, KINDS, self.stopping, self.log, self._held_room)

    def _check_room(self, name: str) -> None:
        # Whoever owns the server has the default world, however many names others have made up.
        if name != self.DEFAULT and len(self._worlds) >= self.limit:
            raise ValueError(
                f"world: {name!r} would be one more than the {self.limit} allowed;"
                " drop one with DELETE /_fakemanila/worlds/NAME"
            )

    def drop(self, name: str) -> None:
        with self._lock:
            dropped = self._worlds.pop(name, None)
        if dropped is not None:
            dropped.events.close()
            with dropped.lock:
                dropped.held.clear()
                dropped.faults.clear()  # so that nobody is held there who is on the way
