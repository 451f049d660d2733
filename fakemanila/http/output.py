"""What the server writes: handed over at once, written by a thread, dropped and counted where that can't keep up.

A pipe that nobody reads, a terminal that is stopped, a full disk, a console that doesn't know a letter, or a logging
handler of the program around it: none of them may hold up or break the answer to a request.
"""

from __future__ import annotations

import io
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TextIO, TypeVar

ROOM = 8 * 1024 * 1024
"""Characters that may wait to be written: some 60,000 requests, more than a reader falls behind by chance."""
GATHER = 0.02
"""Seconds between two writes. Whenever the thread wakes, it takes the interpreter from whoever answers requests."""
FAREWELL = 0.25
"""Seconds that a stop waits for what is still to be written."""
_RETRY = 0.1
"""Seconds between two looks at a pipe that somebody else has made non-blocking, and that is full."""

T = TypeVar("T")


class Outbox(Generic[T]):
    """Hands things, in their order, to `write` from a thread of its own. Putting something in never waits.

    `write` gets a list of them and returns how many lines of it were lost; it may block and it may raise. The thread
    ends when there has been nothing to do for `keep` seconds (None: never), and is started again when it is needed.
    """

    def __init__(self, write: Callable[[list[T]], int], *, room: int = ROOM, keep: float | None = None) -> None:
        self._write = write
        self._room = room
        self._keep = keep
        self._things: deque[tuple[T, int, int]] = deque()
        self._held = 0
        """Sizes of all that has not been written."""
        self._changed = threading.Condition(threading.Lock())
        self._running = False
        self._idle = True
        self.dropped = 0
        """Lines that there was no room for, or that could not be written."""

    def put(self, thing: T, *, size: int = 1, lines: int = 1) -> bool:
        """Takes something over, or drops it where there is no room; returns which."""
        with self._changed:
            if self._held + size > self._room:
                self.dropped += lines
                return False
            self._things.append((thing, size, lines))
            self._held += size
            if self._running:
                if self._idle:
                    self._idle = False
                    self._changed.notify_all()
                return True
            self._running, self._idle = True, False
        try:
            threading.Thread(target=self._run, name="fakemanila-output", daemon=True).start()
        except RuntimeError:  # no more threads: the next one may find room for one
            with self._changed:
                self._running = False
        return True

    def flush(self, timeout: float = FAREWELL) -> bool:
        """Waits until everything is written, but not for long; returns whether it is."""
        # No clock is asked anywhere here: a test may have stopped it. The kernel counts the time.
        with self._changed:
            if not self._idle:
                self._changed.wait(timeout)
            return self._idle

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            try:
                lost = self._write([thing for thing, _, _ in batch])
            except Exception:  # whatever it is, nobody is left to be told
                lost = sum(lines for _, _, lines in batch)
            with self._changed:
                self._held -= sum(size for _, size, _ in batch)
                self.dropped += lost
            del batch
            time.sleep(GATHER)

    def _next(self) -> list[tuple[T, int, int]] | None:
        with self._changed:
            if not self._things:
                self._idle = True
                self._changed.notify_all()
                while not self._things:
                    if not self._changed.wait(self._keep) and not self._things:
                        self._running = False
                        return None
            batch = list(self._things)
            self._things.clear()
            return batch


def _writer(stream: TextIO | None) -> Callable[[list[str]], int]:
    """What writes to the end of a stream; to its descriptor where it has one, so that no buffer is left half full."""
    if stream is None:  # closed before this program was started
        return lambda texts: sum(text.count("\n") for text in texts)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        descriptor = stream.fileno()
    except (AttributeError, OSError, ValueError):

        def write(texts: list[str]) -> int:
            stream.write("".join(texts).encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
            return 0

        return write

    def write_bytes(texts: list[str]) -> int:
        left = memoryview("".join(texts).encode(encoding, "backslashreplace"))
        try:
            while left:
                left = left[_write_some(descriptor, left) :]
        except OSError:
            return bytes(left).count(b"\n")
        return 0

    return write_bytes


def _write_some(descriptor: int, content: memoryview) -> int:
    try:
        return os.write(descriptor, content)
    except BlockingIOError:  # whoever shares the pipe has made it non-blocking
        select.select((), (descriptor,), (), _RETRY)
        return 0


class Stream(io.TextIOBase):
    """Stands in for standard output or standard error: takes text over and never waits or fails."""

    def __init__(self, original: TextIO | None) -> None:
        self._original = original
        self._outbox = Outbox(_writer(original))

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._original, "encoding", None) or "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return "backslashreplace"

    @property
    def dropped(self) -> int:
        """Lines that could not be written."""
        return self._outbox.dropped

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._original is not None and self._original.isatty()

    def write(self, text: str, /) -> int:
        self._outbox.put(text, size=len(text), lines=text.count("\n"))
        return len(text)

    def settle(self, timeout: float = FAREWELL) -> bool:
        """Waits until everything is written, but not for long; returns whether it is."""
        return self._outbox.flush(timeout)


@contextmanager
def detached() -> Iterator[Stream]:
    """Standard output and standard error as streams that never wait; yields the one for errors.

    At the end there are the old ones again. What the new ones still hold is written if that is possible at once.
    """
    before = sys.stdout, sys.stderr
    for stream in before:
        with suppress(Exception):
            stream.flush()
    out, err = Stream(sys.stdout), Stream(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        yield err
    finally:
        out.settle()
        err.settle()
        sys.stdout, sys.stderr = before
