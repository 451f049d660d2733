"""What a handler answers, before any HTTP library sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.datastructures import Headers

from .encoding import JSON, encode
from .wire import WireFault

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..reasons.reason import Reason


@dataclass(slots=True, eq=False, repr=False)
class Reply:
    """A status code, a body and extra headers.

    `body` is what becomes JSON; None is an empty body. Ready-made text (Manila's HTML 404) goes in as bytes, with its
    own ``Content-Type`` among the headers. Status 0 is not an answer at all: `wire` says what comes in its place.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wire: WireFault | None = None
    """What happens to the answer on its way."""
    untyped: bool = False
    """Without a body there is no ``Content-Type`` either, as Keystone has it. Manila sends one all the same."""
    because: Reason | None = None
    """Why it refuses, for the journal."""
    _encoded: tuple[Any, bytes] = field(default=(None, b""), init=False, repr=False)
    """The last body that was encoded, and how: it is asked for more than once, and seldom changes in between."""

    def payload(self) -> bytes:
        """The body as it is sent."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if self._encoded[0] is not self.body:
            self._encoded = (self.body, encode(self.body))
        return self._encoded[1]

    def response(self) -> Response:
        """The same as HTTP has it: JSON, unless it brings bytes of its own."""
        kind = None
        if "Content-Type" not in self.headers:
            kind = JSON if self.body is not None else "text/html; charset=UTF-8"
        response = _Response(self.payload(), self.status or 200, self.headers, content_type=kind)
        if self.untyped:
            response.headers.remove("Content-Type")
        response.reply = self
        return response

    @classmethod
    def of(cls, response: Response) -> Reply:
        """What a response says, to be changed and made a response again."""
        content, headers = response.get_data(), dict(response.headers)
        headers.pop("Content-Length", None)
        made_of = response.reply if isinstance(response, _Response) else None
        if made_of is not None and made_of.payload() == content:
            return replace(made_of, headers=headers)
        return cls(response.status_code, json.loads(content) if response.mimetype == JSON else content, headers)


class _Response(Response):
    """One that knows what it was made of."""

    reply: Reply | None = None

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """As werkzeug has it, which adds each header to new ones, and finds nothing to do for these."""
        names = {name.lower() for name, _ in self.headers}
        plain = self.status_code in _WITH_BODY and "content-length" in names and names.isdisjoint(_ADDRESSES)
        return self.headers if plain else super().get_wsgi_headers(environ)

    def get_app_iter(self, environ: WSGIEnvironment) -> Iterable[bytes]:
        """As werkzeug has it, whose iterator takes several times as long to make."""
        body = _in_one_piece(self)
        if body is None or self.status_code not in _WITH_BODY or environ["REQUEST_METHOD"] == "HEAD":
            return super().get_app_iter(environ)
        return _Sent(body, self.close)


class _Sent:
    """A body on its way; the response is closed when it has been sent."""

    __slots__ = ("_body", "close")

    def __init__(self, body: bytes, close: Callable[[], None]) -> None:
        self._body = body
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter((self._body,))


def _in_one_piece(response: Response) -> bytes | None:
    """The body, where the response has the whole of it ready; an after_request function may have put anything there."""
    pieces = response.response
    if type(pieces) is list and len(pieces) == 1 and type(pieces[0]) is bytes and not response.direct_passthrough:
        return pieces[0]
    return None


def body_of(response: Response) -> bytes:
    """As its `get_data`, at once for what is in one piece."""
    body = _in_one_piece(response)
    return response.get_data() if body is None else body


_WITH_BODY = range(200, 204)
_ADDRESSES = ("location", "content-location")


def status_of(response: Response) -> int:
    """The status, 0 for a response that never arrives."""
    reply = response.reply if isinstance(response, _Response) else None
    return response.status_code if reply is None or reply.wire is None else reply.status


def disturbed(response: Response) -> Reply | None:
    """What a response was made of whose way is disturbed; None for others."""
    reply = response.reply if isinstance(response, _Response) else None
    return None if reply is None or reply.wire is None else reply
