"""HTTP without a socket: a transport adapter for requests that calls the WSGI application directly.

requests comes with the clients that use it (extra ``clients``), so this module is imported when a session is asked for.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests import ConnectionError, ReadTimeout
from requests.adapters import BaseAdapter
from requests.exceptions import ChunkedEncodingError
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from . import wsgi
from .wire import Dribble, Empty, Hang, Reset, Truncate, WireError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from werkzeug.test import TestResponse


class WsgiAdapter(BaseAdapter):
    """Answers every request from `app`, in the caller's thread.

    A fault on the wire arrives as the exception that requests raises over a socket: ConnectionError for a reset and
    for no bytes at all, ReadTimeout for a silence, ChunkedEncodingError for a body that ends too soon.
    """

    def __init__(self, app: WSGIApplication, prefix: str = "") -> None:
        """`prefix` goes before every path and is taken off, as a proxy in front would do."""
        super().__init__()
        self._app: WSGIApplication | None = app
        self._prefix = prefix

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        if self._app is None:
            raise ConnectionError(f"there is no server at {request.url} any more", request=request)
        try:
            url = urlsplit(request.url or "")
            below = url._replace(path=url.path.removeprefix(self._prefix)).geturl()
            answer = wsgi.call(self._app, request.method or "GET", below, _headers(request), _body(request))
        except WireError as error:
            raise _as_requests_has_it(error, request) from None
        return _response(request, answer)

    def close(self) -> None:
        """There is nothing to close: a session may be used again after it was closed."""

    def stop(self) -> None:
        """From now on nobody answers; the application is let go of, because clients are kept longer than one thinks."""
        self._app = None


def _headers(request: PreparedRequest) -> Iterator[tuple[str, str]]:
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        yield name, text.strip(" \t")  # as HTTP has it


def _body(request: PreparedRequest) -> bytes:
    body = request.body or b""
    if not isinstance(body, str | bytes):
        raise TypeError(f"a body of {type(body).__name__} cannot be sent in-process: text or bytes can")
    return body.encode() if isinstance(body, str) else body


def _response(request: PreparedRequest, answer: TestResponse) -> Response:
    response = Response()
    response.status_code = answer.status_code
    response.reason = answer.status.partition(" ")[2]
    response.headers = CaseInsensitiveDict(answer.headers.items())
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw = io.BytesIO(answer.get_data())
    response.url = request.url or ""
    response.request = request
    response.connection = None  # type: ignore[assignment]  # nothing to hold on to
    return response


def _as_requests_has_it(error: WireError, request: PreparedRequest) -> Exception:
    match error.fault:
        case Hang():
            return ReadTimeout("Read timed out.", request=request)
        case Truncate():
            return ChunkedEncodingError("Connection broken: IncompleteRead", request=request)
        case Reset():
            return ConnectionError("('Connection aborted.', ConnectionResetError('reset by peer'))", request=request)
        case Empty() | Dribble():
            return ConnectionError("('Connection aborted.', RemoteDisconnected('no response'))", request=request)
