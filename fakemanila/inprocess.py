"""HTTP without a socket: a transport adapter for requests that calls the WSGI application directly.

requests comes with the clients that use it (extra ``clients``), so this module is imported when a session is asked for.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests import ConnectionError, ReadTimeout
from requests.adapters import BaseAdapter
from requests.exceptions import ChunkedEncodingError
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from .wire import Dribble, Empty, Hang, Reset, Truncate, WireError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WsgiAdapter(BaseAdapter):
    """Answers every request from `app`, in the caller's thread.

    A fault on the wire arrives as the exception that requests raises over a socket: ConnectionError for a reset and
    for no bytes at all, ReadTimeout for a silence, ChunkedEncodingError for a body that ends too soon.
    """

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        sent: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            sent.update(status=status, headers=headers)

        try:
            body = b"".join(self._app(_environ(request), start_response))
        except WireError as error:
            raise _as_requests_has_it(error, request) from None
        return _response(request, sent["status"], sent["headers"], body)

    def close(self) -> None:
        """There is nothing to close."""


def _environ(request: PreparedRequest) -> dict[str, Any]:
    """A prepared request as WSGI has it; the path is decoded into Latin-1, as every server does."""
    url = urlsplit(request.url or "")
    body = request.body or b""
    if not isinstance(body, str | bytes):
        raise TypeError(f"a body of {type(body).__name__} cannot be sent in-process: text or bytes can")
    content = body.encode() if isinstance(body, str) else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": _unquote(url.path) or "/",
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "localhost",
        "SERVER_PORT": str(url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = text
    environ["CONTENT_LENGTH"] = str(len(content))
    return environ


def _unquote(path: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


def _response(request: PreparedRequest, status: str, headers: list[tuple[str, str]], body: bytes) -> Response:
    response = Response()
    code, _, reason = status.partition(" ")
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw = io.BytesIO(body)
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
