"""Waiting for something to happen in a world, in real time and without its lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from .clock import stopwatch

if TYPE_CHECKING:
    from .world import World

LONGEST = timedelta(minutes=1)
"""What somebody may wait at a time."""
ROOM = 200
"""How many may wait at once for the worlds of one server: each has a thread and a connection to itself."""
TICK = 0.25
"""Seconds after which whoever waits looks again, though nothing was told: a frozen clock moves and tells nobody."""

Found = TypeVar("Found")


class Crowded(Exception):
    """Too many are waiting already."""


class Room(threading.BoundedSemaphore):
    """Room for those who wait."""

    def __init__(self, size: int = ROOM) -> None:
        super().__init__(size)
        self.size = size

    def enter(self) -> None:
        """Raises Crowded where there is none. Whoever has entered releases it."""
        if not self.acquire(blocking=False):
            raise Crowded(f"{self.size} are waiting already, which is as many as may; stop waiting for something else")


def wait(world: World, look: Callable[[], Found | None], seconds: float) -> Found | None:
    """Waits until `look` finds something and gives that; None when the time is up, or when world or server end.

    `look` is asked at once, and again whenever something has happened, with all done that is due by then. The caller
    doesn't hold the world's lock; `look` has it.
    """
    until = stopwatch() + seconds
    while True:
        with world.lock:
            world.settle()
            found = look()
            left = until - stopwatch()
            over = found is not None or left <= 0 or world.stopping.is_set() or world.events.closed
            if not over and not world.hooks.due:
                world.events.sleep(min(left, TICK, _until_due(world)))
        world.hooks.run()
        if over:
            return found


def _until_due(world: World) -> float:
    """Real seconds until time brings something; `TICK` where it brings nothing."""
    due, rate = world.scheduler.next_due(), world.clock.rate
    return TICK if due is None or not rate else max((due - world.clock.now()).total_seconds() / rate, 0.001)
