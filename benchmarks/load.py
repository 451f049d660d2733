"""Sends the same request again and again over keep-alive connections, as cheaply as Python can, and takes the times."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

NUMBER = b"#########"
"""Stands in a body for a number that no other request of the run has, with as many digits."""
_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Ask:
    """One request, and the status that its answer has to have."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    expected: int = 200

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or 80

    @property
    def wire(self) -> bytes:
        parts = urlsplit(self.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": parts.netloc, **(self.headers or {})}
        if self.body:
            headers = {**headers, "Content-Type": "application/json", "Content-Length": str(len(self.body))}
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


class Connection:
    """A connection that is opened again whenever the server closes it, as pooled clients do."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._socket: socket.socket | None = None

    def send(self, wire: bytes) -> tuple[int, bytes]:
        """The status and the body. Raises OSError for an answer that isn't whole."""
        sock = self._socket
        if sock is None:
            sock = self._socket = socket.create_connection(self._address, timeout=30)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(wire)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more(sock)
        head = answer[:end].lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        parts, size = [answer[end + 4 :]], len(answer) - end - 4
        while size < length:
            parts.append(self._more(sock))
            size += len(parts[-1])
        if b"connection: close" in head or head.startswith(b"http/1.0"):
            self.close()
        return int(head[9:12]), b"".join(parts)

    @staticmethod
    def _more(sock: socket.socket) -> bytes:
        chunk = sock.recv(262144)
        if not chunk:
            raise OSError("the connection ended before the answer did")
        return chunk

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def rate(ask: Ask, *, connections: int = 8, seconds: float = 1.0) -> float:
    """Answers per second. Raises RuntimeError for any other answer than the expected one."""
    counts = [0] * connections
    wrong: list[str] = []
    wire, deadline = ask.wire, time.perf_counter() + seconds
    numbered = NUMBER in wire

    def work(index: int) -> None:
        connection = Connection(ask.address)
        while time.perf_counter() < deadline and not wrong:
            status, body = connection.send(wire.replace(NUMBER, b"%09d" % next(_NUMBERS)) if numbered else wire)
            if status != ask.expected:
                wrong.append(f"{ask.method} {ask.url}: {status} {body[:300]!r}")
            counts[index] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return sum(counts) / (time.perf_counter() - began)
