"""Talking to a Manila and its Keystone as one of several users."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from .script import NOTHING, Wait
from .shape import NO_ANSWER

VERSION_HEADER = "X-OpenStack-Manila-API-Version"
NEWEST = "2.99"
EXPERIMENTAL = {"X-OpenStack-Manila-API-Experimental": "true"}
PASSWORD = "secret"
PROJECTS = {
    "admin": "admin", "demo": "demo", "demo_manager": "demo", "demo_reader": "demo", "alt_demo": "alt_demo",
    "manila": "service",
}  # fmt: skip


REMOVAL = 60.0
"""How many seconds what nobody can remove is waited for, more or less."""


class FailedError(Exception):
    """The scenario cannot go on: a preparation was refused, or what it waits for doesn't come.

    `brief` says so without what the server has to say of it; `at` is the number of the exchange.
    """

    def __init__(self, brief: str, text: str = "") -> None:
        super().__init__(f"{brief} {text}".strip())
        self.brief = brief
        self.at = -1


class UnansweredError(Exception):
    """The server doesn't answer, or somebody else does in its place."""


class StoppedError(Exception):
    """Somebody has stopped all this."""


@dataclass(frozen=True)
class Identity:
    """A user's token and ids."""

    token: str
    user_id: str
    project_id: str


@dataclass
class Server:
    """A Manila and its Keystone, polled every `interval` seconds, at most `polls` times.

    What isn't wanted and in an error is waited for `hopeless` seconds only. `settle` is how many seconds anything may
    take to settle, or to go. What is asked at NEWEST is asked at `newest`.
    """

    url: str
    auth_url: str
    interval: float = 0.1
    polls: int = 300
    timeout: float = 60.0
    hopeless: float = math.inf
    settle: float = 60.0
    newest: str = NEWEST
    _session: requests.Session = field(default_factory=requests.Session)
    _identities: dict[str, Identity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/")
        self._session.trust_env = False

    def __enter__(self) -> Server:
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
        sent: dict[str, str | None] = {
            "Accept": "application/json",
            VERSION_HEADER: self.newest if version == NEWEST else version,
        }
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
        return self.dispatch(prepared)

    def dispatch(self, request: requests.PreparedRequest) -> requests.Response:
        try:
            return self._session.send(request, timeout=self.timeout, allow_redirects=False)
        except requests.ConnectionError:
            return self.nothing()

    @staticmethod
    def nothing() -> requests.Response:
        """Status 0 stands for no answer: a worker of the real server dies of a few requests."""
        response = requests.Response()
        response.status_code = NO_ANSWER
        response._content = b""
        return response

    def go_on(self) -> None:
        """Raises StoppedError where nothing more is to be played."""

    def pauses(self, most: float = math.inf) -> Iterator[float]:
        """The seconds between two looks at the same thing, until it is time to give up, in `most` seconds."""
        yield from [self.interval] * self.polls

    def wait(self, wait: Wait, *, removing: bool = False) -> None:
        """Polls until what `wait` says is so; raises FailedError when it never is, StoppedError unless `removing`."""
        answer = None
        failing: float | None = None
        for pause in self.pauses(REMOVAL if removing else math.inf):
            if not removing:
                self.go_on()
            answer = self.send("GET", wait.path, headers=EXPERIMENTAL)
            document = document_of(answer)
            if wait.gone:
                if answer.status_code == 404:
                    return
            elif answer.ok and all(pick(document, path) == value for path, value in wait.until.items()):
                return
            if _has_failed(document, wait):
                failing = failing or time.monotonic()
                if time.monotonic() - failing > self.hopeless:
                    break
            else:
                failing = None
            time.sleep(pause)
        text = answer.text if answer is not None else "nothing"
        raise FailedError(f"gave up waiting for {wait.path} to be {'gone' if wait.gone else dict(wait.until)}:", text)


def document_of(answer: requests.Response) -> Any:
    """An answer as JSON; None where it isn't."""
    try:
        return answer.json()
    except ValueError:
        return None


def _has_failed(document: Any, wait: Wait) -> bool:
    """Whether what is waited for is in an error instead."""
    found = [pick(document, path) for path in wait.until]
    if wait.gone and isinstance(document, dict):
        found = [pick(each, "status") for each in document.values()]
    return any(isinstance(each, str) and "error" in each and each not in wait.until.values() for each in found)


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
