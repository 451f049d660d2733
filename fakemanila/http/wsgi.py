"""Calling a WSGI application without a server in between."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from werkzeug.test import Client, EnvironBuilder, TestResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def call(app: WSGIApplication, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> TestResponse:
    """Sends one request, in the caller's thread."""
    parts = urlsplit(url)
    # werkzeug's own reading of a path puts something else in the place of bytes that are not UTF-8.
    path = unquote_to_bytes(parts.path).decode("latin-1") or "/"
    request = EnvironBuilder(
        path=parts.path,
        query_string=parts.query,
        base_url=f"{parts.scheme}://{parts.netloc}",
        method=method,
        headers=list(headers),
        input_stream=io.BytesIO(body),
        errors_stream=io.StringIO(),
        multithread=True,
        environ_overrides={"PATH_INFO": path, "REMOTE_ADDR": "127.0.0.1"},
    )
    return Client(app, use_cookies=False).open(request, buffered=True)
