"""Requests one after another, at a rate, whoever sends them."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from ..world.clock import stopwatch


class Turns:
    """`rate` is in requests per second, None for as many as there are."""

    def __init__(self, rate: float | None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._pause, self._sleep = (1 / rate if rate else 0.0), sleep
        self._next = stopwatch()
        self._lock = Lock()
        self.taken = 0

    def wait(self) -> None:
        """Until it is the caller's turn."""
        with self._lock:
            self.taken += 1
            now = stopwatch()
            turn = max(self._next, now)
            self._next = turn + self._pause
        if turn > now:
            self._sleep(turn - now)
