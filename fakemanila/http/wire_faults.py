"""Faults on the wire, carried out where there is a wire.

The application marks a request with what is to happen to its answer. Over a socket that is done to the connection;
in-process it becomes a `WireError`.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from .reply import Reply
from .waits import step_aside, wait
from .wire import Dribble, Empty, Hang, Reset, Truncate, WireError, WireFault

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MARK = "fakemanila.http.wire"
"""Where the WSGI environment has the reply whose way is disturbed."""
CONNECTION = "fakemanila.http.wire_faults"
"""Where the server puts the connection, an object with a `socket`."""
_TICK = 0.05
"""Seconds between two looks whether a silent caller has given up."""


class WireFaults:
    """Does to the connection what the marked reply says. `stopping` ends every silence."""

    def __init__(self, app: WSGIApplication, stopping: threading.Event) -> None:
        self._app = app
        self._stopping = stopping

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [status, headers, exc_info]
            return lambda data: None

        body = self._app(environ, keep)
        reply: Reply | None = environ.get(MARK)
        if reply is None or reply.wire is None:
            start_response(*started)
            return body
        content = b"".join(body)
        close = getattr(body, "close", _nothing)
        connection = environ.get(CONNECTION)
        if isinstance(reply.wire, Dribble):
            start_response(*started)
            return ClosingIterator(self._dribble(reply.wire, content, waits=connection is not None), close)
        try:
            if connection is None:
                raise WireError(reply.wire, reply)
            self._disturb(reply.wire, connection.socket, started[0], started[1], content)
        finally:
            close()
        # The server takes this for a client that has gone, and closes the connection.
        raise OSError(errno.EPIPE, "the answer was lost on purpose")

    def _disturb(
        self, fault: WireFault, sock: socket.socket, status: str, headers: list[tuple[str, str]], content: bytes
    ) -> None:
        match fault:
            case Reset():
                # A socket that lingers for no time is reset when it is closed. The server will close the descriptor
                # once more, so another socket takes its place, which closes the first one at once.
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                instead, other = socket.socketpair()
                with instead, other:
                    os.dup2(instead.fileno(), sock.fileno())
            case Hang(duration):
                self._hang(sock, duration)
            case Truncate(part):
                head = "".join(f"{name}: {value}\r\n" for name, value in headers)
                sent = content[: int(len(content) * part)]
                sock.sendall(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + sent)
            case Empty() | Dribble():
                pass

    def _hang(self, sock: socket.socket, duration: timedelta | None) -> None:
        """Waits for the caller to give up, for `duration` to pass, or for the server to stop."""
        step_aside()
        left = None if duration is None else duration.total_seconds()
        with selectors.DefaultSelector() as selector:  # select() itself knows the first 1,024 descriptors only
            selector.register(sock, selectors.EVENT_READ)
            while (left is None or left > 0) and not self._stopping.wait(_TICK if left is None else min(_TICK, left)):
                if left is not None:
                    left -= _TICK
                if selector.select(0) and _has_ended(sock):
                    return

    def _dribble(self, fault: Dribble, content: bytes, *, waits: bool) -> Iterator[bytes]:
        for start in range(0, len(content), fault.size):
            yield content[start : start + fault.size]
            if waits and wait(self._stopping, fault.every.total_seconds()):
                return


def _nothing() -> None:
    """What there is to close of an answer that has nothing to close."""


def _has_ended(sock: socket.socket) -> bool:
    try:
        return sock.recv(1, socket.MSG_PEEK) == b""
    except (ValueError, OSError):  # TLS lets nobody peek; what a client sends that waits for an answer is its goodbye
        return True
