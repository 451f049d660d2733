"""Talking to a server without a socket, as the users of the initial world."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes, urlencode

from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from fakemanila.app import application
from fakemanila.world.journal import Entry
from fakemanila.world.json_copy import copied
from fakemanila.world.world import Settings, World
from fakemanila.world.worlds import Worlds

VERSION = "X-OpenStack-Manila-API-Version"
NEWEST = "2.99"
NOBODY = "nobody"
"""Sends no token."""
START = datetime(2026, 1, 1)
PRIVATE: dict[str, Any] = {"share_type_access:is_public": False}
UNKNOWN = "11111111-2222-4333-8444-555555555555"

_PROJECTS = {
    "admin": "admin",
    "alt_demo": "alt_demo",
    "alt_demo_reader": "alt_demo",
    "manila": "service",
    "nova": "service",
}
_NOTHING: Any = object()

T = TypeVar("T")


def there(value: T | None) -> T:
    """What has to be there."""
    assert value is not None
    return value


class Answer:
    """A status code, headers, and the body as text and as JSON."""

    def __init__(self, status: int, headers: Headers, content: bytes) -> None:
        self.status, self.headers, self.content = status, headers, content

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def fault(self) -> tuple[int, str]:
        """Status and envelope of a refusal, with the code inside checked: ``(404, "itemNotFound")``."""
        ((name, fault),) = self.json.items()
        assert fault["code"] == self.status, self.text
        assert isinstance(fault["message"], str)
        assert fault["message"], self.text
        return self.status, name

    def __repr__(self) -> str:
        return f"<{self.status} {self.text[:500]}>"


class Api:
    """A server of its own with the given settings, and a clock that stands still unless they say otherwise.

    Every call is by `user` (demo unless said otherwise) at `version` (the newest; None for no header).
    """

    def __init__(self, **settings: Any) -> None:
        self.worlds = Worlds(Settings(**{"rate": 0.0, "start": START, **settings}))
        self.client = application(self.worlds).test_client()
        self.user = "demo"
        self.version: str | None = NEWEST
        self.prefix = ""
        self._tokens: dict[tuple[str, str], Answer] = {}

    def at(self, *, user: str | None = None, version: Any = _NOTHING, world: str | None = None) -> Api:
        """The same server, called by another user, at another microversion or in another world."""
        other = copy.copy(self)
        other.user = user or self.user
        other.version = self.version if version is _NOTHING else version
        other.prefix = self.prefix if world is None else f"/worlds/{world}"
        return other

    @property
    def world(self) -> World:
        return self.worlds.get(self.prefix.rpartition("/")[2] or Worlds.DEFAULT)

    # Identity

    def login(self, user: str, password: str = "secret") -> Answer:
        """Asks for a token of the user's project."""
        domain = {"id": "default"}
        project = _PROJECTS.get(user, "demo")
        auth = {
            "identity": {
                "methods": ["password"],
                "password": {"user": {"name": user, "domain": domain, "password": password}},
            },
            "scope": {"project": {"name": project, "domain": domain}},
        }
        headers = {"Content-Type": "application/json"}
        body = json.dumps({"auth": auth}).encode()
        return self.send("POST", f"{self.prefix}/identity/v3/auth/tokens", headers, body)

    def _login(self, user: str) -> Answer:
        key = (self.prefix, user)
        if key not in self._tokens:
            answer = self.login(user)
            assert answer.status == 201, answer
            self._tokens[key] = answer
        return self._tokens[key]

    def token(self, user: str | None = None) -> str:
        return self._login(user or self.user).headers["X-Subject-Token"]

    def project_id(self, user: str | None = None) -> str:
        return str(self._login(user or self.user).json["token"]["project"]["id"])

    def user_id(self, user: str | None = None) -> str:
        return str(self._login(user or self.user).json["token"]["user"]["id"])

    # Calls

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"", *, chunked: bool = False
    ) -> Answer:
        """A request as a server hands it to the application: path and query as they are, percent escapes included.

        Flask's own client takes half as long again, and tidies up.
        """
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query.encode().decode("latin-1"),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
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
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value.encode().decode("latin-1")
        chunks, status, answered = run_wsgi_app(self.client.application, environ, buffered=True)
        return Answer(int(status.split()[0]), answered, b"".join(chunks))

    def call(
        self,
        method: str,
        path: str,
        body: Any = _NOTHING,
        *,
        user: str | None = None,
        version: Any = _NOTHING,
        query: Mapping[str, Any] | str | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | str | None = None,
    ) -> Answer:
        """One request. `body` becomes JSON; `data` is sent as it is, as JSON unless `headers` say otherwise."""
        user = user or self.user
        version = self.version if version is _NOTHING else version
        sent: dict[str, str] = {} if version is None else {VERSION: version}
        if user != NOBODY:
            sent["X-Auth-Token"] = self.token(user)
        if body is not _NOTHING:
            data = json.dumps(body)
        if data is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        target = self.prefix + path
        if query:
            target += f"?{query if isinstance(query, str) else urlencode(query, doseq=True)}"
        content = data if isinstance(data, bytes) else (data or "").encode()
        return self.send(method, target, sent, content)

    def get(self, path: str, **options: Any) -> Answer:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = _NOTHING, **options: Any) -> Answer:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = _NOTHING, **options: Any) -> Answer:
        return self.call("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.call("DELETE", path, **options)

    def action(self, path: str, name: str, argument: Any = None, **options: Any) -> Answer:
        """An action of a resource, such as ``reset_status``."""
        return self.call("POST", f"{path}/action", {name: argument}, **options)

    # Preparations, which have to work

    def make(self, path: str, envelope: str, fields: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        answer = self.post(path, {envelope: fields}, **options)
        assert answer.status in (200, 202), answer
        made: dict[str, Any] = answer.json[envelope]
        return made

    def make_share(self, *, user: str | None = None, **fields: Any) -> dict[str, Any]:
        return self.make("/v2/shares", "share", {"size": 1, "share_proto": "NFS", **fields}, user=user)

    def make_snapshot(self, share_id: str | None = None, *, user: str | None = None, **fields: Any) -> dict[str, Any]:
        """A snapshot, of a new share unless told which."""
        share_id = share_id or self.make_share(user=user)["id"]
        return self.make("/v2/snapshots", "snapshot", {"share_id": share_id, **fields}, user=user)

    def make_type(self, name: str = "gold", **fields: Any) -> dict[str, Any]:
        """A share type whose shares can do nothing, unless `extra_specs` say otherwise."""
        specs = {"driver_handles_share_servers": "False", **fields.pop("extra_specs", {})}
        return self.make("/v2/types", "share_type", {"name": name, "extra_specs": specs, **fields}, user="admin")

    def make_replicated_share(self, replication_type: str = "readable", **fields: Any) -> dict[str, Any]:
        """A share of a type of its own, with all that shares can do, whose active replica is on alpha."""
        able = ("snapshot_support", "revert_to_snapshot_support", "create_share_from_snapshot_support")
        specs = {"replication_type": replication_type, **dict.fromkeys(able, "True")}
        kind = self.make_type(f"replicated-{len(self.world.store['share_types'])}", extra_specs=specs)
        return self.make_share(share_type=kind["id"], availability_zone="manila-zone-0", **fields)

    def make_replica(self, share_id: str, *, user: str | None = None, **fields: Any) -> dict[str, Any]:
        """Another replica of a share."""
        return self.make("/v2/share-replicas", "share_replica", {"share_id": share_id, **fields}, user=user)

    # What the world noted

    @property
    def journal(self) -> list[Entry]:
        return list(self.world.journal)

    @property
    def warnings(self) -> list[str]:
        """What the contract doesn't cover of the last request."""
        return list(self.journal[-1].contract_warnings)

    def records(self) -> dict[str, dict[str, dict[str, Any]]]:
        """A copy of every table of the world, the identity's and what is under way included."""
        world = self.world
        kept = {kind: {record["id"]: copied(record) for record in table} for kind, table in world.store.kinds().items()}
        under_way = {pending.id: {"operation": pending.operation} for pending in world.scheduler.pending()}
        return {
            **{kind: table for kind, table in kept.items() if table},
            "under way": under_way,
            "identity": world.identity.dump(),
        }
