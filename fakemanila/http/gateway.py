"""Between a connection and the application: a request as WSGI has it, and what is answered to it."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from cheroot import wsgi

from .wire_faults import CONNECTION


class Gateway(wsgi.Gateway_10):
    """Lets the application reach the connection: faults on the wire are done to its socket.

    cheroot's own does the same in three times as many steps, since it has to do with servers of all kinds.
    """

    def get_environ(self) -> Any:
        request = self.req
        connection, server = request.conn, request.server
        connection.answering = True
        environ = {
            "ACTUAL_SERVER_PROTOCOL": server.protocol,
            "PATH_INFO": request.path.decode("latin-1"),
            "QUERY_STRING": request.qs.decode("latin-1"),
            "REMOTE_ADDR": connection.remote_addr,
            "REMOTE_PORT": str(connection.remote_port),
            "REQUEST_METHOD": request.method.decode("latin-1"),
            "REQUEST_URI": request.uri.decode("latin-1"),
            "SCRIPT_NAME": "",
            "SERVER_NAME": server.server_name,
            "SERVER_PORT": str(server.bind_addr[1]),
            "SERVER_PROTOCOL": request.request_protocol.decode("latin-1"),
            "SERVER_SOFTWARE": server.software,
            "wsgi.errors": sys.stderr,
            "wsgi.input": request.rfile,
            "wsgi.input_terminated": request.chunked_read,
            "wsgi.multiprocess": False,
            "wsgi.multithread": True,
            "wsgi.run_once": False,
            "wsgi.url_scheme": request.scheme.decode("latin-1"),
            "wsgi.version": self.version,
            CONNECTION: connection,
        }
        for name, value in request.inheaders.items():
            environ[_variable(name)] = value.decode("latin-1")
        return environ

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        request = self.req
        if self.started_response:
            request.told = None
            return super().start_response(status, headers, exc_info)
        self.started_response = True
        request.status = status.encode("latin-1")
        request.told = status, headers
        length = [value for name, value in headers if name.lower() == "content-length"]
        self.remaining_bytes_out = int(length[-1]) if length else None
        return self.write

    def write(self, chunk: bytes) -> None:
        super().write(chunk)
        self.req.conn.wfile.flush()  # the next one may be a while


@lru_cache(128)
def _variable(name: bytes) -> str:
    """Where the environment has a header."""
    variable = name.decode("latin-1").upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"
