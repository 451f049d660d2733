"""One connection and the requests on it: how they are read and answered."""

from __future__ import annotations

import io
import logging
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cheroot import errors
from cheroot.server import ChunkedRFile, HTTPConnection, HTTPRequest, KnownLengthRFile

from . import plain

if TYPE_CHECKING:
    from .server import HttpServer

GREETING = 10.0
"""Seconds that a client may take for its TLS handshake. A person may stop a client anywhere else, and for a day; nobody
does in there, and who says nothing at all would keep a thread and a descriptor for ever."""
GOODBYE = 1.0
"""Seconds without a byte after which a client that was refused is taken to have read why."""
MAX_HEAD = 1024 * 1024
"""Bytes of a request line and its headers: far more than any client sends, and far less than the memory."""
MAX_REST = 1024 * 1024
"""Bytes of a body that nobody has read, up to which it is read so that the connection can go on."""
MAX_FAREWELL = 16 * 1024 * 1024
"""Bytes that are read from somebody who was refused and goes on sending."""
_PIECE = 65536
_HANDSHAKE = b"\x16"
"""What TLS begins with, and no method of HTTP."""
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_NOT_TLS = "This server speaks HTTPS only, and the request is plain HTTP."
_NOT_HTTP = "This server speaks plain HTTP, and the client wants HTTPS."


class BrokenBody(BaseException):
    """A body that ends too early, or is not in the form that its headers say.

    No `Exception`, because whatever catches those on the way takes this for a bug, and there is nothing that an
    application could do with the half of a request.
    """


class _Body(KnownLengthRFile):
    """A body that ends before its length is not a body."""

    def read(self, size: int | None = None) -> bytes:
        size = None if size is None or size < 0 else size
        data: bytes = _read(super().read, size)
        if self.remaining and (size is None or len(data) < size):
            raise BrokenBody("The body ends too early.")
        return data

    def readline(self, size: int | None = None) -> bytes:
        data: bytes = _read(super().readline, size)
        if self.remaining and not data and size != 0:
            raise BrokenBody("The body ends too early.")
        return data


def _read(method: Callable[[int | None], bytes], size: int | None) -> bytes:
    try:
        return method(size)
    except OSError as error:
        raise BrokenBody("The connection was lost.") from error


class _ChunkedBody(ChunkedRFile):
    """Reads a chunk piece by piece, whatever size it claims to have, and what comes after the last one."""

    def __init__(self, rfile: Any) -> None:
        super().__init__(rfile, 0)
        self._left = 0

    def _fetch(self) -> None:
        if self.closed:
            return
        if not self._left:
            size = _read(self.rfile.readline, _PIECE).partition(b";")[0].strip()
            if not _SIZE.fullmatch(size):
                raise BrokenBody("The body is not in chunks.")
            self._left = int(size, 16)
            if not self._left:
                self._end()
                return
        piece = _read(self.rfile.read, min(self._left, _PIECE))
        if not piece:
            raise BrokenBody("The body ends too early.")
        self.buffer += piece
        self._left -= len(piece)
        if not self._left and _read(self.rfile.read, 2) != b"\r\n":
            raise BrokenBody("A chunk is not as long as it says.")

    def _end(self) -> None:
        """Reads over the trailers, of which nobody here knows any."""
        while (line := _read(self.rfile.readline, _PIECE)) != b"\r\n":
            if not line.endswith(b"\n"):
                raise BrokenBody("The body ends too early.")
        self.closed = True


class _Request(HTTPRequest):
    """Sends what it has to say before it waits for more, and takes no nonsense for a fault of the server."""

    header_reader = plain.PlainHeaders()
    status: Any
    told: tuple[str, list[tuple[str, str]]] | None = None
    """The status and the headers as the application has them; None where cheroot has its own."""

    def parse_request(self) -> None:
        try:
            super().parse_request()
        except (ValueError, IndexError, UnboundLocalError):  # cheroot looks at most of a request, not at all
            self.ready = False
            self.simple_response("400 Bad Request", "Malformed request")
        self.conn.wfile.flush()  # a refusal, or that the caller may go on with the body

    def read_request_line(self) -> bool:
        line = plain.read_line(self.conn.rfile)
        if line is None:
            return bool(super().read_request_line())  # type: ignore[no-untyped-call]
        self.method, self.uri, self.path, self.qs = line
        self.request_protocol, self.response_protocol = b"HTTP/1.1", "HTTP/1.1"
        self.started_request = True
        return True

    def read_request_headers(self) -> bool:
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        if not _LENGTH.fullmatch(self.inheaders.get(b"Content-Length", b"0")):
            self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
            return False
        return True

    def simple_response(self, status: str, msg: str = "") -> None:
        self.sent_headers = self.conn.refused = True
        super().simple_response(status, msg)

    def send_headers(self) -> None:
        # A caller who has more to say than anybody has asked for need not say it.
        body = self.rfile
        rest = not body.closed if self.chunked_read else body.remaining > MAX_REST
        if rest or int(self.status[:3]) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            self.close_connection = self.conn.refused = True
        goes_on = not self.close_connection and self.server.ready and self.response_protocol == "HTTP/1.1"
        is_read = not self.chunked_read and body.remaining == 0
        if self.told is not None:
            head = plain.head(*self.told, self.server.server_name) if goes_on and is_read else None
            if head is not None:
                self.conn.wfile.write(head)
                return
            self.outheaders = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.told[1]]
        super().send_headers()

    def respond(self) -> None:
        if self.chunked_read:
            self.rfile = _ChunkedBody(self.conn.rfile)
        else:
            self.rfile = _Body(self.conn.rfile, int(self.inheaders.get(b"Content-Length", 0)))
        self.server.gateway(self).respond()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")
        self.conn.wfile.flush()


class _Incoming(io.RawIOBase):
    """What arrives on a socket."""

    dry = False
    """There is nothing more for now, as far as whoever reads is concerned."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        received: int | None = None if self.dry else self._raw.readinto(buffer)
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()


class Connection(HTTPConnection):
    """Is asked for one answer after another.

    cheroot has a pool answer each request and waits for the next one in another thread, which takes as long as
    a small answer. It also closes what has been idle for a while, by a clock that a test may have frozen and moved.

    It reads and writes by the standard library's buffers, and waits in the kernel alone: cheroot's are written in
    Python, send the head and the body of an answer one by one, and poll before each call.
    """

    RequestHandlerClass = _Request
    answering = False
    """A request is under way, and not only waited for."""
    _greeted = False
    refused = False
    """The caller has got an answer and may not be done with its request: its end is waited for."""

    def __init__(self, server: HttpServer, sock: socket.socket, address: Any) -> None:
        """Raises OSError where the caller has gone already."""
        sock.settimeout(None)
        if server.tls is not None:
            sock = server.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        super().__init__(server, sock, _buffered)
        self.remote_addr, self.remote_port = address[:2]

    def answer_next(self) -> bool:
        """Answers one request, once it has arrived; returns whether there may be another. Raises nothing."""
        goes_on = False
        with suppress(OSError):  # it has gone; there is nobody to be told
            self._greeted = self._greeted or self._greet()
            goes_on = self._greeted and self._answer() and self.server.ready
        if goes_on:
            self.answering = False
        return goes_on

    @property
    def has_more(self) -> bool:
        """Whether more than what was answered has been read already: the beginning of the next request."""
        incoming = self.rfile.raw
        incoming.dry = True
        try:
            return bool(self.rfile.peek(1))
        finally:
            incoming.dry = False

    def _greet(self) -> bool:
        """Sees to it that both sides speak the same protocol."""
        if self.server.tls is None:
            if self.rfile.peek(1)[:1] != _HANDSHAKE:
                return True
            self._refuse(_NOT_HTTP)
            return False
        self.socket.settimeout(GREETING)
        first = self._raw("recv")(1, socket.MSG_PEEK)
        if first == _HANDSHAKE:
            self.refused = True  # until it is through: it may be talking already, and has to read why it is not
            self.socket.do_handshake()
            self.refused = False
            self.socket.settimeout(None)
            return True
        if first:
            self._refuse(_NOT_TLS)
        return False

    def _refuse(self, why: str) -> None:
        head = f"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {len(why)}\r\n"
        self.refused = True
        self._raw("sendall")(f"{head}Connection: close\r\n\r\n{why}".encode("ascii"))

    def _answer(self) -> bool:
        """Answers one request; returns whether there may be another."""
        request = _Request(self.server, self)
        if self.server.tls is not None:
            request.scheme = b"https"
        request.parse_request()
        if not request.ready:
            return False
        try:
            request.respond()
        except BrokenBody as error:
            self._apologize(request, "400 Bad Request", str(error))
            return False
        except BaseException as error:  # a view that leaves the thread by SystemExit, too
            if not (isinstance(error, OSError) and self._lost(error)):  # a bug of ours
                self.server.error_log(repr(error), logging.ERROR, traceback=True)
                self._apologize(request, "500 Internal Server Error")
            return False
        return not request.close_connection

    def _lost(self, error: OSError) -> bool:
        return isinstance(error, self.server.losses) or error.errno in errors.socket_errors_to_ignore

    def _apologize(self, request: _Request, status: str, why: str = "") -> None:
        if not request.sent_headers:
            request.simple_response(status, why)
            self.wfile.flush()

    def cut(self, how: int) -> None:
        """Ends reading, or reading and writing, from whatever thread."""
        with suppress(OSError):  # it may have ended meanwhile
            self._raw("shutdown")(how)  # a TLS socket's own would have the rest of an answer sent in the clear

    def close(self) -> None:
        """Sends what there is to send, and closes the socket."""
        with suppress(OSError, ValueError):  # nobody may be there any more
            self.wfile.close()
        self.answering = False
        if self.refused:
            with suppress(OSError):
                self._see_off()
        with suppress(OSError, ValueError):
            self.rfile.close()
        self.cut(socket.SHUT_RDWR)
        with suppress(OSError):
            self.socket.close()

    def _raw(self, method: str) -> Any:
        """A method of the socket below TLS, where there is TLS."""
        if self.server.tls is None:
            return getattr(self.socket, method)
        return partial(getattr(socket.socket, method), self.socket)

    def _see_off(self) -> None:
        """Reads what the caller is still saying: a connection that is closed before that loses the answer."""
        self.cut(socket.SHUT_WR)
        self.socket.settimeout(GOODBYE)
        receive, left = self._raw("recv"), MAX_FAREWELL
        while left > 0 and self.server.ready and (piece := receive(_PIECE)):
            left -= len(piece)


def _buffered(sock: socket.socket, mode: Any, size: int) -> Any:
    return io.BufferedReader(_Incoming(sock.makefile(mode, 0))) if "r" in mode else sock.makefile(mode, size)
