"""Requests and answers as nearly all of them are, read and written in few steps.

Only what cheroot would take in the same way is taken here. Whatever is unusual, or may be wrong, is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import formatdate
from functools import lru_cache
from io import BufferedReader
from typing import Any

from cheroot.server import HeaderReader

from ..world.clock import wall_seconds

_LINE = re.compile(rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) ((/(?!/)[!-~]*?)(?:\?([!-~]*))?) HTTP/1\.1\r\n")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ADDED = ("connection", "date", "server")
"""Headers that cheroot adds where they are missing."""


def read_line(stream: BufferedReader) -> tuple[bytes, bytes, bytes, bytes] | None:
    """Reads the first line of a request: its method, URI, path and query.

    None, and nothing is read, for a line that hasn't arrived whole, and for a path that has to be unquoted.
    """
    match = _LINE.match(stream.peek())
    if match is None:
        return None
    method, uri, path, query = match.groups(b"")
    if b"%" in path or b"#" in uri:
        return None
    stream.read(match.end())
    return method, uri, path, query


class PlainHeaders(HeaderReader):
    """Reads the headers of a request at once where all have arrived, each on a line of its own and none twice."""

    def __call__(self, rfile: Any, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        headers = {} if hdict is None else hdict
        stream: BufferedReader = rfile.rfile
        arrived = stream.peek()
        end = arrived.find(b"\r\n\r\n")
        lines = arrived[:end].split(b"\r\n") if end > 0 else ()
        for line in lines:
            name, colon, value = line.partition(b":")
            headers[_title(name) if colon else b""] = value.strip()
        if lines and len(headers) == len(lines) == arrived.count(b"\n", 0, end) + 1 and b"" not in headers:
            stream.read(end + 4)
        else:
            headers.clear()
            super().__call__(rfile, headers)
        return headers


@lru_cache(128)
def _title(name: bytes) -> bytes:
    """A header's name as cheroot writes it; nothing for what is not a name."""
    return name.title() if _NAME.fullmatch(name) else b""


def head(status: str, headers: Sequence[tuple[str, str]], server: str) -> bytes | None:
    """The head of an answer whose connection goes on; None where cheroot has to look at it."""
    names = {name.lower() for name, _ in headers}
    if "content-length" not in names or not names.isdisjoint(_ADDED):
        return None
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"HTTP/1.1 {status}\r\n{lines}Date: {_date(wall_seconds())}\r\nServer: {server}\r\n\r\n".encode("latin-1")


@lru_cache(1)
def _date(seconds: int) -> str:
    """A time as the header Date has it."""
    return formatdate(seconds, usegmt=True)
