"""As many threads as there are things to do at once: callers who wait, or hang, hold up nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Queue

SPARE = 32
"""Threads that stay when they have nothing to do. A burst of connections leaves no more behind."""

Work = Callable[[], None]


class Threads:
    """Does each piece of work that is put in at once, in a thread that it has to itself.

    Threads are made when they are needed, without a limit, so there are none before the first piece.
    """

    def __init__(self) -> None:
        self._queue: Queue[Work | None] = Queue()
        self._lock = threading.Lock()
        self._free = 0
        """Threads that wait for work, less pieces of work that wait for a thread."""
        self._threads: set[threading.Thread] = set()
        self._finishing = False
        self._last: tuple[threading.Thread, ...] = ()
        self._none_left = threading.Event()

    def put(self, work: Work) -> None:
        """Raises RuntimeError where the system has no thread for it, and after `finish`."""
        with self._lock:
            if self._finishing:
                raise RuntimeError("it is finished")
            self._free -= 1
            if self._free < 0:
                try:
                    self._start()
                except BaseException:
                    self._free += 1
                    raise
            self._queue.put(work)

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="fakemanila-connection", daemon=True)
        self._threads.add(thread)
        try:
            thread.start()
        except BaseException:
            self._threads.discard(thread)
            raise

    def _run(self) -> None:
        try:
            while self._wanted() and (work := self._queue.get()) is not None:
                work()
                del work  # it would be kept until the next one comes
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
                if self._finishing and not self._threads:
                    self._none_left.set()

    def _wanted(self) -> bool:
        with self._lock:
            if self._free >= SPARE:
                return False
            self._free += 1
            return True

    def finish(self) -> None:
        """Lets each thread end as soon as it has nothing to do."""
        with self._lock:
            self._finishing = True
            self._last = tuple(self._threads)
            if not self._last:
                self._none_left.set()
            for _ in self._last:
                self._queue.put(None)

    def wait(self, timeout: float) -> bool:
        """Waits for all of them to have ended, but no longer than that; returns whether they have."""
        if not self._none_left.wait(timeout):
            return False
        for thread in self._last:  # each has done everything but to end
            thread.join(timeout)
        return True
