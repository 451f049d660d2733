"""The one HTTP server, for ``fakemanila serve`` and for tests."""

from __future__ import annotations

import threading
from typing import Any

from cheroot import wsgi

from .connection import CONNECTION

STOP_POLL = 0.02
"""Seconds between two looks of cheroot's connection manager; its default of half a second is how long a stop takes."""


class _Gateway(wsgi.Gateway_10):
    """Lets the application reach the connection: faults on the wire are done to its socket."""

    def get_environ(self) -> Any:
        environ = super().get_environ()  # type: ignore[no-untyped-call]
        environ[CONNECTION] = self.req.conn
        return environ


class Server:
    """Serves a WSGI application on loopback, in threads, with keep-alive.

    The socket is bound when the object is made, so that `port` is known at once; `serve` blocks, `start` doesn't.
    """

    def __init__(
        self,
        app: Any,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        threads: int = 10,
        stopping: threading.Event | None = None,
    ) -> None:
        """`stopping` is set when the server stops, for whatever waits in the application."""
        self._server = wsgi.Server((host, port), app, numthreads=threads, shutdown_timeout=1)
        self._server.gateway = _Gateway
        self._server.expiration_interval = STOP_POLL
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
        return f"http://{host}:{self.port}"

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
