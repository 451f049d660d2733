"""Reading from sockets."""

from __future__ import annotations

import socket


def until(sock: socket.socket, end: bytes | None) -> bytes:
    """Everything that comes over a socket up to `end`, or until the other side closes it."""
    said = b""
    while end is None or not said.endswith(end):
        piece = sock.recv(65536)
        if not piece:
            break
        said += piece
    return said
