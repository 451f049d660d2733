"""The one HTTP server, for ``fakemanila serve`` and for tests."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from cheroot import wsgi

from .access_log import RequestLog
from .connection import MAX_HEAD, Connection
from .gateway import Gateway
from .loop import Loop
from .threads import Threads

if TYPE_CHECKING:
    import ssl

GRACE = 1.0
"""Seconds that a stop waits for requests that are under way."""
LAST = 0.25
"""Seconds that it waits once more, when their connections have been cut."""
BREATH = 0.1
"""Seconds until the next try where a connection could not be accepted, for want of descriptors, threads or memory."""

LOGGER = logging.getLogger(__name__)


class HttpServer(wsgi.Server):
    """cheroot's server as far as it binds a socket and reads requests. Accepting and stopping are done here.

    cheroot accepts in the thread that also looks after connections between requests, greets TLS clients there, and
    stops when every client lets it. Here nothing that a client does or leaves undone happens in that thread.
    """

    def __init__(self, address: tuple[str, int], app: Any, log: RequestLog, tls: ssl.SSLContext | None) -> None:
        super().__init__(address, app, request_queue_size=socket.SOMAXCONN)
        # It enters itself there, and would be kept for ever with all the worlds that it serves.
        getattr(logging, "statistics", {}).pop(f"Cheroot HTTPServer {id(self)}", None)
        self.gateway = Gateway
        self.max_request_header_size = MAX_HEAD
        self.tls = tls
        self.losses = _losses(tls)
        self._log = log
        self._open: set[Connection] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._served = threading.Event()
        self._served.set()
        self.requests = _NoPool()
        self.prepare()  # which may fail, so it comes before what has to be closed
        self._threads = Threads()
        self._loop = Loop(self._threads.put, self._wake, self._forget)
        self._connections.close()  # type: ignore[attr-defined]  # where cheroot would wait for the next request
        self.socket.setblocking(False)
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._short = False

    @property
    def can_add_keepalive_connection(self) -> bool:
        """Connections are kept as long as their callers want."""
        return bool(self.ready)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """What cheroot has to say. That a client has gone, or talks nonsense, is of no interest."""
        if traceback:
            self._log.exception(LOGGER, "%s", msg)
        elif level >= logging.WARNING:
            self._log.warning(LOGGER, "%s", msg)

    def serve(self) -> None:
        """Accepts connections until it is stopped."""
        with self._lock:
            if not self.ready:
                return
            self._served.clear()
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.socket, selectors.EVENT_READ)
                selector.register(self._woken, selectors.EVENT_READ)
                while self.ready:
                    happened = [key.fileobj for key, _ in selector.select(self._loop.patience)]
                    if self._woken in happened:
                        self._woken.recv(4096)
                    self._loop.look()
                    if self.ready and self.socket in happened:
                        self._accept()
        finally:
            self._close()
            self._served.set()

    def _wake(self) -> None:
        with suppress(OSError):  # it is stopped, or about to be woken
            self._waker.send(b"\0")

    def _close(self) -> None:
        for each in (self.socket, self._woken):
            each.close()

    def _accept(self) -> None:
        try:
            sock, address = self.socket.accept()
        except (BlockingIOError, ConnectionAbortedError, InterruptedError):  # it has gone already
            return
        except OSError as error:  # no descriptors, no memory
            self._wait_for_room(error)
            return
        try:
            connection = Connection(self, sock, address)
        except OSError:  # it has gone already
            sock.close()
            return
        with self._lock:
            self._open.add(connection)
        try:
            if self.tls is None:
                self._loop.add(connection)
            else:
                self._threads.put(partial(self._answer_all, connection))
        except (RuntimeError, MemoryError) as error:  # no threads
            connection.close()
            self._forget(connection)
            if self.ready:
                self._wait_for_room(error)
            return
        self._short = False

    def _wait_for_room(self, error: Exception) -> None:
        if not self._short:  # told once, and not ten times a second
            self._short = True
            self._log.warning(LOGGER, "connections have to wait: %s", error)
        self._stopped.wait(BREATH)

    def _answer_all(self, connection: Connection) -> None:
        """Answers what comes over a connection in a thread that it has to itself.

        So it is with TLS, where what has arrived may wait in its own buffers, and a greeting takes as long as it takes.
        """
        try:
            while self.ready and connection.answer_next():
                pass
        finally:
            connection.close()  # which may take as long as the caller takes to read
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        with self._lock:
            self._open.discard(connection)

    def stop(self) -> None:
        """Ends connections that nothing is asked on at once, and those that wait for an answer when they have it.

        Takes no more than `GRACE` and `LAST`, whatever clients do; their threads are left behind then.
        """
        with self._lock:
            if not self.ready:
                return
            self.ready = False
            serving = not self._served.is_set()
        self._stopped.set()
        self._waker.close()  # which the other end notices
        if serving:  # the loop closes what it waits for: closed under it, a socket would never wake it
            self._served.wait(GRACE)
        else:
            self._close()
        self._loop.stop()
        self._threads.finish()
        self._cut(socket.SHUT_RD, idle=True)
        if not self._threads.wait(GRACE):
            self._cut(socket.SHUT_RDWR)
            self._threads.wait(LAST)

    def _cut(self, how: int, *, idle: bool = False) -> None:
        with self._lock:
            connections = tuple(self._open)
        for connection in connections:
            if not (idle and connection.answering):
                connection.cut(how)


def _losses(tls: ssl.SSLContext | None) -> tuple[type[OSError], ...]:
    """What is raised where a client has gone."""
    if tls is None:
        return (ConnectionError, TimeoutError)
    import ssl

    return (ConnectionError, TimeoutError, ssl.SSLError)


class _NoPool:
    """Where cheroot would have its threads."""

    def start(self) -> None:
        """There are none yet."""


class Server:
    """Serves a WSGI application, on loopback unless told otherwise, in threads, with keep-alive.

    The socket is bound when the object is made, so that `port` is known at once; `serve` blocks, `start` doesn't.
    """

    def __init__(
        self,
        app: Any,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        stopping: threading.Event | None = None,
        tls: tuple[str, str] | None = None,
        client_ca: str | None = None,
        log: RequestLog | None = None,
    ) -> None:
        """`stopping` is set when the server stops, for whatever waits in the application.

        `tls` names the files of a certificate, with its chain, and of its key; with it, `client_ca` names that of the
        authority whose certificates clients have to show. `log` is told what goes wrong. Raises OSError when a file
        can't be read or the address can't be had.
        """
        self._scheme = "http" if tls is None else "https"
        context = None if tls is None else _context(*tls, client_ca)
        self._server = HttpServer((host, port), app, log or RequestLog(), context)
        self._stopping = stopping or threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def host(self) -> str:
        return str(self._server.bind_addr[0])

    @property
    def port(self) -> int:
        """The port that is served, also where any free one was asked for."""
        return int(self._server.bind_addr[1])

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self._scheme}://{host}:{self.port}"

    def serve(self) -> None:
        """Serves until `stop` is called from elsewhere."""
        self._server.serve()

    def start(self) -> None:
        """Serves from a thread of its own."""
        self._thread = threading.Thread(target=self.serve, name="fakemanila-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops serving and waits until the threads are gone, a little more than a second at most."""
        self._stopping.set()
        self._server.stop()
        if self._thread is not None:
            self._thread.join(GRACE)
            self._thread = None


def _context(certificate: str, key: str, client_ca: str | None) -> ssl.SSLContext:
    import ssl  # imported here: most servers do without

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # SSLError is one
        raise OSError(f"{certificate} and {key} are not a certificate and its key: {error}") from error
    if client_ca is not None:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
