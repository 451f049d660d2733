"""What is read in few steps, and the same as cheroot reads it."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from cheroot.server import HeaderReader, SizeCheckWrapper

from fakemanila.http import plain

PLAIN = b"Host: x\r\nX-Auth-Token: a: b\r\ncontent-type:application/json \r\nEmpty:\r\n\r\n"
UNUSUAL = (
    b"\r\nHost: x\r\n\r\n",
    b"Accept: a\r\nAccept: b\r\n\r\n",
    b"X-Twice: a\r\nx-twice: b\r\n\r\n",
    b"Folded: a\r\n b\r\n\tc\r\nHost: x\r\n\r\n",
    b"Space : a\r\nHost: x\r\n\r\n",
    b" Space: a\r\nHost: x\r\n\r\n",
    b"No colon\r\nHost: x\r\n\r\n",
    b": no name\r\n\r\n",
    b"Bare: a\nHost: x\r\n\r\n",
    b"Return: a\rb\r\nHost: x\r\n\r\n",
    b"Umlaut: \xe4\r\n\xe4: a\r\n\r\n",
    b"Never: ends\r\n",
    b"Long: " + b"a" * 20000 + b"\r\nHost: x\r\n\r\n",
)


def reading(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(cast("Any", io.BytesIO(content)))


def read(reader: HeaderReader, content: bytes) -> tuple[Any, bytes]:
    """The headers, or what is wrong with them, and what is left in the stream."""
    stream = reading(content)
    try:
        found = reader(SizeCheckWrapper(stream, 2**20))
    except (ValueError, UnboundLocalError) as error:  # the latter where the first line goes on another
        return str(error), b""
    return found, stream.read()


@pytest.mark.parametrize("content", [PLAIN, *UNUSUAL], ids=lambda content: repr(content[:20]))
def test_headers_are_read_as_cheroot_reads_them(content: bytes) -> None:
    for rest in (b"", b"{}", b"GET / HTTP/1.1\r\n\r\n"):
        assert read(plain.PlainHeaders(), content + rest) == read(HeaderReader(), content + rest)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"GET / HTTP/1.1", (b"GET", b"/", b"/", b"")),
        (b"GET /v2/shares?a=b&c=%20/? HTTP/1.1", (b"GET", b"/v2/shares?a=b&c=%20/?", b"/v2/shares", b"a=b&c=%20/?")),
        (b"DELETE /v2/a;b:c@d,e? HTTP/1.1", (b"DELETE", b"/v2/a;b:c@d,e?", b"/v2/a;b:c@d,e", b"")),
    ],
)
def test_a_plain_line_is_read(line: bytes, found: tuple[bytes, ...]) -> None:
    stream = reading(line + b"\r\nHost: x\r\n\r\n")
    assert plain.read_line(stream) == found
    assert stream.read() == b"Host: x\r\n\r\n"


@pytest.mark.parametrize(
    "line",
    [
        b"GET /a%20b HTTP/1.1\r\n",
        b"GET /a#b HTTP/1.1\r\n",
        b"GET /a?b#c HTTP/1.1\r\n",
        b"GET //a HTTP/1.1\r\n",
        b"GET a HTTP/1.1\r\n",
        b"GET http://x/a HTTP/1.1\r\n",
        b"GET /\xe4 HTTP/1.1\r\n",
        b"GET /a b HTTP/1.1\r\n",
        b"GET  /a HTTP/1.1\r\n",
        b"GET /a HTTP/1.0\r\n",
        b"GET /a HTTP/1.1\n",
        b"GET /a HTTP/1.1",
        b"get /a HTTP/1.1\r\n",
        b"CONNECT x:1 HTTP/1.1\r\n",
        b"\r\nGET /a HTTP/1.1\r\n",
        b"",
    ],
)
def test_any_other_line_is_left_to_cheroot(line: bytes) -> None:
    stream = reading(line)
    assert plain.read_line(stream) is None
    assert stream.read() == line
