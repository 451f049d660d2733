"""The one HTTP server, for ``fakemanila serve`` and for tests."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from queue import Queue
from typing import Any

from cheroot import wsgi
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.workers.threadpool import ThreadPool, WorkerThread

from .connection import CONNECTION

STOP_POLL = 0.01
"""Seconds between two looks of cheroot's connection manager; its default of half a second is how long a stop takes."""
PATIENCE = 86400
"""Seconds that a connection may be idle: it lasts as long as its caller wants, and a server of tests lasts no day."""
GRACE = 1.0
"""Seconds that a stop waits for requests that are under way."""


class _Request(HTTPRequest):
    """Sends what it has to say before it waits for more."""

    def parse_request(self) -> None:
        super().parse_request()
        self.conn.wfile.flush()  # a refusal, or that the caller may go on with the body

    def respond(self) -> None:
        super().respond()
        self.conn.wfile.flush()


class _Connection(HTTPConnection):
    """Stays with one thread until it ends.

    cheroot hands a connection back after each request and has a selector wait for the next one, which takes as long as
    a small answer. It also closes what has been idle for a while, by a clock that a test may have frozen and moved.

    It reads and writes by the standard library's buffers, and waits in the kernel alone: cheroot's are written in
    Python, send the head and the body of an answer one by one, and poll before each call.
    """

    RequestHandlerClass = _Request
    answering = False
    """A request is under way, and not only waited for."""

    def __init__(self, server: wsgi.Server, sock: socket.socket, makefile: object = None) -> None:
        super().__init__(server, sock, _buffered)
        sock.settimeout(None)

    def communicate(self) -> bool:
        """Answers requests until the caller or the server has had enough; never asks to be kept."""
        while super().communicate() and self.server.ready:  # type: ignore[no-untyped-call]
            self.answering = False
        return False

    def close(self) -> None:
        with suppress(OSError):  # nobody may be there any more
            self.wfile.close()
        super().close()


def _buffered(sock: socket.socket, mode: Any, size: int) -> Any:
    return sock.makefile(mode, size)


class _Threads(ThreadPool):
    """A thread for each connection: callers who wait, or hang, hold up nobody.

    Threads are made when they are needed and then stay, so there are none before the first request.
    """

    _queue: Queue[Any]
    _threads: list[WorkerThread]

    def __init__(self, server: wsgi.Server) -> None:
        super().__init__(server)
        self._lock = threading.Lock()
        self._free = 0
        """Threads that wait for a connection, less connections that wait for a thread."""
        self.get = self._next  # where cheroot's threads ask for their next connection

    def start(self) -> None:
        """Starts nothing yet."""

    def put(self, obj: HTTPConnection) -> None:
        with self._lock:
            self._free -= 1
            wanted = self._free < 0
        self._queue.put(obj)
        if wanted:
            thread = WorkerThread(self.server)  # type: ignore[no-untyped-call]
            thread.name = "fakemanila-connection"
            thread.daemon = True
            self._threads.append(thread)
            thread.start()

    def _next(self) -> Any:
        with self._lock:
            self._free += 1
        return self._queue.get()

    def stop(self, timeout: float | None = GRACE) -> None:
        """Ends connections that nothing is asked on at once, and those that wait for an answer when they have it."""
        for thread in tuple(self._threads):
            connection = thread.conn
            if connection is not None and not connection.answering:
                with suppress(OSError):  # it may have ended meanwhile
                    connection.socket.shutdown(socket.SHUT_RD)
        super().stop(timeout)  # type: ignore[arg-type]  # cheroot counts in fractions, too


class _Gateway(wsgi.Gateway_10):
    """Lets the application reach the connection: faults on the wire are done to its socket."""

    def get_environ(self) -> Any:
        environ = super().get_environ()  # type: ignore[no-untyped-call]
        environ[CONNECTION] = self.req.conn
        self.req.conn.answering = True
        return environ

    def write(self, chunk: bytes) -> None:
        super().write(chunk)
        self.req.conn.wfile.flush()  # the next one may be a while


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
    ) -> None:
        """`stopping` is set when the server stops, for whatever waits in the application.

        `tls` names the files of a certificate, with its chain, and of its key. Raises OSError when one can't be read
        or the address can't be had.
        """
        self._server = wsgi.Server((host, port), app, request_queue_size=socket.SOMAXCONN)
        # It enters itself there, and would be kept for ever with all the worlds that it serves.
        getattr(logging, "statistics", {}).pop(f"Cheroot HTTPServer {id(self._server)}", None)
        self._server.gateway = _Gateway
        self._server.ConnectionClass = _Connection
        self._server.keep_alive_conn_limit = None  # type: ignore[assignment]  # which means no limit
        self._server.timeout = PATIENCE
        self._server.shutdown_timeout = GRACE
        self._server.requests = _Threads(self._server)
        self._server.expiration_interval = STOP_POLL
        if tls is not None:
            from cheroot.ssl.builtin import BuiltinSSLAdapter  # imported here: most servers do without

            try:
                self._server.ssl_adapter = BuiltinSSLAdapter(*tls)
            except OSError as error:  # SSLError is one
                raise OSError(f"{tls[0]} and {tls[1]} are no certificate and its key: {error}") from error
        self._scheme = "http" if tls is None else "https"
        self._server.prepare()
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
        """Stops serving and waits until the threads are gone."""
        self._stopping.set()
        self._server.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
