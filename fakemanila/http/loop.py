"""Many connections in one thread: what has arrived is answered one request after another, until one of them takes long.

Threads that each have a connection hand each other the interpreter several times for every request, which takes half as
long as answering it. So one thread, the leader, waits for all connections that are idle, and answers by itself. When it
is about to wait, or is seen to have been busy with one request for a while, another thread goes on with the rest in its
place, and the connection that it is busy with stays with it until it is done. (This is known as leader and followers.)
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ..world.clock import stopwatch
from .waits import on_step_aside

if TYPE_CHECKING:
    from .connection import Connection

TICK = 0.01
"""Seconds after which a request that is still the same one counts as long."""
QUIET = 1.0
"""Seconds without a request after which nobody looks any more."""


class _Turn:
    """The time of one thread as the leader."""

    def __init__(self, before: _Turn | None = None) -> None:
        self.without = before.busy_with if before is not None else None
        """What the leader before is still busy with."""
        self.busy_with: Connection | None = None
        self.requests: int = before.requests if before is not None else 0
        self.over = False


class Loop:
    """Answers requests on the connections that are added to it.

    `start` runs a function in a thread, and raises RuntimeError where there is none. `wake` has somebody call `look`
    every `patience` seconds from now on. `closed` is told of each connection that has ended.
    """

    def __init__(
        self,
        start: Callable[[Callable[[], None]], None],
        wake: Callable[[], None],
        closed: Callable[[Connection], None],
    ) -> None:
        self._start, self._wake, self._closed = start, wake, closed
        self._lock = threading.Lock()
        """For whose turn it is, and what it is busy with."""
        self._turn: _Turn | None = None
        self._going, self._watched = True, False
        self._seen, self._since = 0, 0.0
        """How many requests had been answered at the last look, and when a look found so many first."""
        # The leader's own:
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._added: list[Connection] = []
        """Connections that are to be waited for; anybody may add one."""
        self._ready: deque[Connection] = deque()
        """Those on which something has arrived, in turn."""
        self._buffered: dict[Connection, None] = {}
        """Those of which the next request may have arrived together with the one before."""

    def add(self, connection: Connection) -> None:
        """Has requests on it answered. Raises RuntimeError where there is no thread that could."""
        with self._lock:
            if not self._going:
                raise RuntimeError("it is stopped")
            if self._turn is None:
                self._lead(_Turn())
            self._added.append(connection)
        self._interrupt()

    def _lead(self, turn: _Turn) -> None:
        self._start(partial(self._run, turn))
        self._turn = turn

    def _interrupt(self) -> None:
        with suppress(OSError):  # it is full, so the leader is woken anyway; or all is over
            self._waker.send(b"\0")

    @property
    def patience(self) -> float | None:
        """Seconds until the next look; None where nothing goes on."""
        return TICK if self._watched else None

    def look(self) -> None:
        """Has another thread take over where the leader is busy with the request that it was busy with before."""
        with self._lock:
            turn = self._turn
            if turn is None or not self._watched:
                return
            now = stopwatch()
            if turn.requests != self._seen:
                self._seen, self._since = turn.requests, now
            elif turn.busy_with is None:
                self._watched = now - self._since < QUIET
            elif now - self._since >= TICK:
                self._pass_on(turn)

    def stop(self) -> None:
        """Ends idle connections, and those that are being answered when they have their answer."""
        with self._lock:
            self._going = False
            if self._turn is None:
                self._over()
            elif self._turn.busy_with is not None:
                self._pass_on(self._turn)
        self._interrupt()

    def _pass_on(self, turn: _Turn) -> None:
        """Has another thread take over, if there is one. The caller holds the lock."""
        if turn.over or turn.busy_with is None:
            return
        with suppress(RuntimeError, MemoryError):  # there is none: whoever waits has to wait until the leader is done
            self._lead(_Turn(turn))
            turn.over = True

    def _step_aside(self, turn: _Turn) -> None:
        with self._lock:
            self._pass_on(turn)

    # What the leader does

    def _run(self, turn: _Turn) -> None:
        on_step_aside(partial(self._step_aside, turn))
        try:
            if turn.without is not None:
                self._forget(turn.without)
            while self._going:
                # Whoever takes over goes on with these: those at the end would wait for ever if it asked again.
                if not self._ready:
                    self._ready.extend(self._arrived())
                while self._ready:
                    if not self._answer(turn, self._ready.popleft()):
                        return
            self._over()
        finally:
            on_step_aside(None)

    def _arrived(self) -> list[Connection]:
        """Connections with something to read, once there are any."""
        while self._added:
            connection = self._added.pop()
            try:
                self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            except OSError:  # the system waits for no more
                self._close(connection)
                continue
            if connection.has_more:
                self._buffered[connection] = None
        found = {key.data: None for key, _ in self._selector.select(0 if self._buffered else None)}
        if None in found:
            del found[None]
            self._woken.recv(4096)
        return list(self._buffered | found)

    def _answer(self, turn: _Turn, connection: Connection) -> bool:
        """Answers a request; returns whether it is still this thread's turn."""
        self._buffered.pop(connection, None)
        with self._lock:
            turn.busy_with = connection
            turn.requests += 1
            wake, self._watched = not self._watched, True
        if wake:
            self._wake()
        goes_on = connection.answer_next()
        if not goes_on:
            self._close(connection)  # which may take a while, too
        with self._lock:
            turn.busy_with = None
            handed_back = turn.over and goes_on and self._going
            if handed_back:
                self._added.append(connection)
        if turn.over:
            if handed_back:
                self._interrupt()
            elif goes_on:
                self._close(connection)
            return False
        if not goes_on:
            self._forget(connection)
        elif connection.has_more:
            self._buffered[connection] = None
        return True

    def _forget(self, connection: Connection) -> None:
        with suppress(KeyError, ValueError):  # it may be closed
            self._selector.unregister(connection.socket)

    def _close(self, connection: Connection) -> None:
        connection.close()
        self._closed(connection)

    def _over(self) -> None:
        idle = [key.data for key in self._selector.get_map().values() if key.data is not None]
        for connection in (*idle, *self._added):
            self._close(connection)
        for each in (self._selector, self._woken, self._waker):
            each.close()
