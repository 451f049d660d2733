"""Runs scenarios against a server."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from .script import NOTHING, Exchange, Scenario, ScriptError, Wait, substitute
from .shape import NO_ANSWER, Normaliser

VERSION_HEADER = "X-OpenStack-Manila-API-Version"
NEWEST = "2.99"
EXPERIMENTAL = {"X-OpenStack-Manila-API-Experimental": "true"}
PASSWORD = "secret"
PROJECTS = {
    "admin": "admin", "demo": "demo", "demo_manager": "demo", "demo_reader": "demo", "alt_demo": "alt_demo",
    "manila": "service",
}  # fmt: skip
CONSTANTS = {
    "unknown_id": "11111111-2222-4333-8444-555555555555",
    "long_text": "x" * 256,
    "longest_text": "x" * 255,
    "long_value": "y" * 1024,
}
_FORCED = {"force_delete": None}
# What a scenario leaves behind, in the order in which it can go: path, key of the answer, body of a forced deletion.
_LEFTOVERS = (
    ("resource-locks", "resource_lock", None),
    ("share-transfers", "transfer", None),
    ("share-backups", "share_backup", None),
    ("share-group-snapshots", "share_group_snapshot", _FORCED),
    ("share-replicas", "share_replica", _FORCED),
    ("snapshots", "snapshot", _FORCED),
    ("shares", "share", _FORCED),
    ("share-groups", "share_group", _FORCED),
    ("share-servers", "share_server", None),
    ("share-networks", "share_network", None),
    ("security-services", "security_service", None),
    ("share-group-types", "share_group_type", None),
    ("types", "share_type", None),
    ("qos-types", "qos_type", None),
)


class FailedError(Exception):
    """The scenario cannot go on: a preparation was refused, or what it waits for doesn't come."""


@dataclass(frozen=True)
class Identity:
    """A user's token and ids."""

    token: str
    user_id: str
    project_id: str


@dataclass
class Server:
    """A Manila and its Keystone, polled every `interval` seconds, at most `polls` times."""

    url: str
    auth_url: str
    interval: float = 0.1
    polls: int = 300
    timeout: float = 60.0
    _session: requests.Session = field(default_factory=requests.Session)
    _identities: dict[str, Identity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/")
        self._session.trust_env = False

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def identity(self, user: str) -> Identity:
        """Who `user` is, with a token for the project of PROJECTS; asked for once."""
        if user not in self._identities:
            domain = {"id": "default"}
            credentials: dict[str, Any] = {"name": user, "domain": domain, "password": PASSWORD}
            answer = self._session.post(
                f"{self.auth_url.rstrip('/')}/auth/tokens",
                json={
                    "auth": {
                        "identity": {"methods": ["password"], "password": {"user": credentials}},
                        "scope": {"project": {"name": PROJECTS[user], "domain": domain}},
                    }
                },
                timeout=self.timeout,
            )
            answer.raise_for_status()
            token = answer.json()["token"]
            self._identities[user] = Identity(
                answer.headers["X-Subject-Token"], token["user"]["id"], token["project"]["id"]
            )
        return self._identities[user]

    def variables(self) -> dict[str, str]:
        """The ids of users and projects, as `{demo_user}` and `{demo_project}`."""
        found: dict[str, str] = {}
        for user, project in PROJECTS.items():
            found[f"{user}_user"] = self.identity(user).user_id
            found[f"{project}_project"] = self.identity(user).project_id
        return found

    def send(
        self, method: str, path: str, *, user: str = "admin", version: str | None = NEWEST, body: Any = NOTHING,
        raw_body: str | None = None, headers: Mapping[str, str | None] | None = None, service: str | None = None,
    ) -> requests.Response:  # fmt: skip
        """Sends a request exactly as given: no redirects followed, no path tidied. `service` asks for `user`."""
        sent: dict[str, str | None] = {"Accept": "application/json", VERSION_HEADER: version}
        if user != "nobody":
            sent["X-Auth-Token"] = self.identity(user).token
        if service is not None:
            sent["X-Service-Token"] = self.identity(service).token
        data = raw_body
        if body is not NOTHING:
            data = json.dumps(body, ensure_ascii=False)
        if data is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        request = requests.Request(
            method,
            self.url,
            headers={name: value for name, value in sent.items() if value is not None},
            data=None if data is None else data.encode(),
        )
        prepared = self._session.prepare_request(request)
        prepared.url = self.url + path
        try:
            return self._session.send(prepared, timeout=self.timeout, allow_redirects=False)
        except requests.ConnectionError:
            # A worker of the real server dies of a few requests; status 0 stands for that.
            nothing = requests.Response()
            nothing.status_code = NO_ANSWER
            nothing._content = b""
            return nothing

    def wait(self, wait: Wait) -> None:
        """Polls until what `wait` says is so; raises FailedError when it never is."""
        answer = None
        for _ in range(self.polls):
            answer = self.send("GET", wait.path, headers=EXPERIMENTAL)
            if wait.gone:
                if answer.status_code == 404:
                    return
            elif answer.ok and all(pick(answer.json(), path) == value for path, value in wait.until.items()):
                return
            time.sleep(self.interval)
        text = answer.text if answer is not None else "nothing"
        raise FailedError(f"waited in vain for {wait.path} to be {'gone' if wait.gone else wait.until}: {text}")


@dataclass(frozen=True)
class Outcome:
    """One exchange as it went: the answer normalised (what is recorded and compared), and its text for reading."""

    exchange: Exchange
    request: str
    answer: dict[str, Any]
    text: str


def run(scenario: Scenario, server: Server) -> Iterator[Outcome]:
    """Sends the exchanges of a scenario, gives the recorded ones, and removes what they made."""
    run_id = f"run{uuid4().hex[:8]}"
    variables = {**CONSTANTS, **server.variables(), "run": run_id}
    made: list[tuple[str, str]] = []
    try:
        for exchange in scenario.exchanges:
            path = substitute(exchange.path, variables)
            response = _send(server, exchange, path, variables)
            document = _document(response)
            made += _made(document) if exchange.method == "POST" and response.status_code < 300 else []
            if not exchange.recorded and not 200 <= response.status_code < 300:
                raise FailedError(f"preparation {exchange.method} {path}: {response.status_code} {response.text}")
            for name, dotted in exchange.save.items():
                value = pick(document, dotted)
                if not isinstance(value, str):
                    raise FailedError(f"{exchange.name}: no {dotted} in {response.status_code} {response.text[:500]}")
                variables[name] = value
            if exchange.recorded:
                yield Outcome(
                    exchange,
                    f"{exchange.method} {exchange.path}",
                    _normaliser(exchange, variables, server).answer(
                        response.status_code, response.headers, response.content
                    ),
                    response.text,
                )
            if exchange.wait:
                server.wait(Wait(substitute(exchange.wait.path, variables), exchange.wait.until, exchange.wait.gone))
    except ScriptError as error:
        raise FailedError(f"scenario {scenario.name}: {error}") from error
    finally:
        clean_up(server, made)


def pick(document: Any, dotted: str) -> Any:
    """The field at `shares.0.id` of a document; None where there is none."""
    for part in dotted.split("."):
        if isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        elif isinstance(document, dict):
            document = document.get(part)
        else:
            return None
    return document


def clean_up(server: Server, made: list[tuple[str, str]]) -> None:
    """Deletes what was made, kind by kind and newest first, each once it can go."""
    for collection, _, force in _LEFTOVERS:
        for kind, resource_id in reversed(made):
            if kind != collection:
                continue
            path = f"/v2/{collection}/{resource_id}"
            if server.send("GET", path, headers=EXPERIMENTAL).status_code == 404:
                continue
            if force is None:
                answer = server.send("DELETE", path, headers=EXPERIMENTAL)
            else:
                answer = server.send("POST", f"{path}/action", body=force)
            if collection == "share-replicas" and answer.status_code == 400:
                continue  # it is the active one, which goes with its share
            if collection == "shares" and answer.status_code == 409:
                remove_replicas(server, resource_id)
                answer = server.send("POST", f"{path}/action", body=force)
            if answer.ok or force is not None:
                server.wait(Wait(path, gone=True))


def remove_replicas(server: Server, share_id: str) -> None:
    """Removes all replicas of a share but the active one."""
    for replica in server.send("GET", f"/v2/share-replicas?share_id={share_id}").json()["share_replicas"]:
        path = f"/v2/share-replicas/{replica['id']}"
        if replica["replica_state"] != "active" and server.send("POST", f"{path}/action", body=_FORCED).ok:
            server.wait(Wait(path, gone=True))


def _send(server: Server, exchange: Exchange, path: str, variables: Mapping[str, str]) -> requests.Response:
    raw_body = exchange.raw_body
    return server.send(
        exchange.method,
        path,
        user=exchange.user,
        version=exchange.version,
        body=exchange.body if exchange.body is NOTHING else substitute(exchange.body, variables),
        raw_body=None if raw_body is None else substitute(raw_body, variables, lenient=True),
        headers=substitute(exchange.headers, variables),
        service=exchange.service,
    )


def _normaliser(exchange: Exchange, variables: Mapping[str, str], server: Server) -> Normaliser:
    names: dict[str, str] = {server.url: "{url}", urlsplit(server.url).netloc: "{netloc}"}
    for name, value in variables.items():
        names.setdefault(value, f"{{{name}}}")
    return Normaliser(names, racy=exchange.racy, compare=exchange.compare, unordered=exchange.unordered)


def _document(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _made(document: Any) -> list[tuple[str, str]]:
    if not isinstance(document, dict):
        return []
    return [
        (collection, document[key]["id"])
        for collection, key, _ in _LEFTOVERS
        if isinstance(document.get(key), dict) and "id" in document[key]
    ]
