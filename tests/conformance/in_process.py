"""This server without a socket, as if it were a real one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fakemanila.compare.script import NOTHING
from fakemanila.compare.server import NEWEST, Identity, Server

from ..api import VERSION, Api


class InProcess(Server):
    """A server of its own, with the settings of worlds."""

    def __init__(self, **settings: Any) -> None:
        super().__init__("http://localhost", "http://localhost/identity/v3", interval=0.0, polls=20)
        self.api = Api(**settings)

    def identity(self, user: str) -> Identity:
        return Identity(self.api.token(user), self.api.user_id(user), self.api.project_id(user))

    def send(
        self, method: str, path: str, *, user: str = "admin", version: str | None = NEWEST, body: Any = NOTHING,
        raw_body: str | None = None, headers: Mapping[str, str | None] | None = None, service: str | None = None,
    ) -> Any:  # fmt: skip
        sent: dict[str, str | None] = {"Accept": "application/json", VERSION: version}
        if user != "nobody":
            sent["X-Auth-Token"] = self.api.token(user)
        if service is not None:
            sent["X-Service-Token"] = self.api.token(service)
        data = raw_body if body is NOTHING else json.dumps(body, ensure_ascii=False)
        if data is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        # As requests would send it: without an Accept that it is given, with its own; and HTTP removes spaces.
        plain = {"Accept": "*/*"} | {name: value.strip(" ") for name, value in sent.items() if value is not None}
        answer = self.api.send(method, path, plain, (data or "").encode())
        return _Local(answer.status, answer.content, dict(answer.headers))


class _Local:
    """What there is of `requests.Response` in an answer that came without a socket."""

    def __init__(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.status_code, self.content, self.headers = status, content, headers
        self.ok = status < 400

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return json.loads(self.content)
