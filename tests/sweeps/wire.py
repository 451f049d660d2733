"""Requests as a server hands them to the application, with nothing tidied up on the way."""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import SimpleNamespace
from urllib.parse import unquote_to_bytes

from werkzeug.test import run_wsgi_app

from ..api import NEWEST, VERSION, Answer, Api


def send(
    api: Api,
    method: str,
    target: str,
    *,
    user: str | None = "demo",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    chunked: bool = False,
) -> Answer:
    """A request with the path and query of `target` as they are, percent escapes included. `user` None: no token."""
    path, _, query = target.partition("?")
    sent = {VERSION: NEWEST, "Content-Type": "application/json"}
    if user is not None:
        sent["X-Auth-Token"] = api.token(user)
    sent.update(headers or {})
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.encode().decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": chunked,
        "wsgi.errors": io.StringIO(),
    }
    if chunked:
        environ["HTTP_TRANSFER_ENCODING"] = "chunked"
    else:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in sent.items():
        key = name.upper().replace("-", "_")
        environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value.encode().decode("latin-1")
    chunks, status, answered = run_wsgi_app(api.client.application, environ, buffered=True)
    content = b"".join(chunks)
    response = SimpleNamespace(status_code=int(status.split()[0]), headers=answered, get_data=lambda: content)
    return Answer(response)
