"""Projects and users of a comparison's own on a real cloud, so that its lists and quotas hold nothing else."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple

import requests
from keystoneauth1 import exceptions
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from ..importing.cloud import Cloud, CloudError
from .server import PROJECTS, Identity, Server, StoppedError, UnansweredError
from .turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "fakemanila-compare-"
"""The names of everything that is made on a cloud begin with it."""
ROLES: Mapping[str, tuple[str, ...]] = {
    "admin": ("admin",), "demo": ("member",), "demo_manager": ("manager",), "demo_reader": ("reader",),
    "alt_demo": ("member",), "manila": ("admin", "service"),
}  # fmt: skip
"""The users of scenarios, and which roles they have in their projects."""
TRIES = 4
"""How often a request is sent that may be sent again."""

_PASSWORD = "aA1!"
"""Begins every password, for clouds that want some of each."""
_PROJECTS = sorted({PROJECTS[user] for user in ROLES})
_BUSY = (502, 503, 504)


class Record(NamedTuple):
    """A project or a user."""

    id: str
    name: str


@dataclass
class Keystone:
    """Keystone of a cloud, asked by an administrator. `prefix` begins all names; `missing` are users whose role isn't
    there.

    Raises CloudError where this user may not do what is asked for.
    """

    session: Session
    url: str
    domain: str
    prefix: str
    roles: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    _password: str = field(default_factory=lambda: _PASSWORD + secrets.token_urlsafe(24), repr=False)

    @classmethod
    def of(cls, cloud: Cloud, prefix: str) -> Keystone:
        """The one in the cloud's catalog."""
        if cloud.identity_url is None:
            raise CloudError("the catalog has no Keystone: it has no identity")
        access = cloud.own_access()
        domain = access.project_domain_id or access.user_domain_id or "default"
        return cls(cloud.session, cloud.identity_url, domain, prefix)

    def __enter__(self) -> Keystone:
        """Makes the users."""
        roles = self.call("GET", "/roles")["roles"]
        self.roles = {role["name"].lower(): role["id"] for role in roles}
        self.missing = [user for user, names in ROLES.items() if not self.roles.keys() >= set(names)]
        if "admin" in self.missing or "demo" in self.missing:
            raise CloudError(f"Keystone has no role {ROLES['admin' if 'admin' in self.missing else 'demo'][0]!r}")
        try:
            for user in ROLES:
                if user not in self.missing:
                    body = {"name": f"{self.prefix}-{user}", "password": self._password, "domain_id": self.domain}
                    self.users[user] = self.call("POST", "/users", {"user": body})["user"]["id"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for id in self.users.values():
            self.remove("users", id)

    def projects(self, number: int, given: Mapping[str, str] | None = None) -> dict[str, str]:
        """Projects by the names that scenarios have for them: new ones, but for those that are `given`."""
        found = dict(given or {})
        made: dict[str, str] = {}
        try:
            for name in _PROJECTS:
                if name not in found:
                    body = {"name": f"{self.prefix}-{number}-{name}", "domain_id": self.domain}
                    made[name] = self.call("POST", "/projects", {"project": body})["project"]["id"]
            self._join(found | made)
        except BaseException:
            for id in made.values():
                self.remove("projects", id)
            raise
        return found | made

    def _join(self, projects: Mapping[str, str]) -> None:
        """Gives the users their roles in projects."""
        for user, id in self.users.items():
            for role in ROLES[user]:
                self.call("PUT", f"/projects/{projects[PROJECTS[user]]}/users/{id}/roles/{self.roles[role]}")

    def login(self, user: str, project_id: str) -> v3.Password:
        return v3.Password(auth_url=self.url, user_id=self.users[user], password=self._password, project_id=project_id)

    def remove(self, collection: str, id: str) -> bool:
        """Whether it is gone."""
        try:
            self.call("DELETE", f"/{collection}/{id}")
        except CloudError:
            return False
        return True

    def others(self, collection: str) -> list[Record]:
        """The projects, or the users, of other runs: of one that was ended before it could remove them, most often."""
        key = collection
        found = [Record(each["id"], each["name"]) for each in self.call("GET", f"/{collection}")[key]]
        return [each for each in found if each.name.startswith(PREFIX) and not each.name.startswith(self.prefix)]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What Keystone answers. Raises CloudError where it refuses, save that what is to be deleted may be gone."""
        more = {} if body is None else {"json": body}
        try:
            answer = self.session.request(f"{self.url}{path}", method, authenticated=True, raise_exc=False, **more)
        except exceptions.ClientException as error:
            raise CloudError(f"{method} /v3{path}: {' '.join(str(error).split())[:200]}") from None
        if method == "DELETE" and answer.status_code == 404:
            return None
        if answer.status_code in (401, 403):
            raise CloudError(
                f"this user may not make projects and users of its own there (Keystone answered {answer.status_code} to"
                f" {method} /v3{path.partition('?')[0]}): take an administrator's cloud, or --read-only"
            )
        try:
            if answer.status_code >= 300:
                raise ValueError
            return answer.json() if answer.content else None
        except ValueError:
            raise CloudError(f"{method} /v3{path}: Keystone answered {answer.status_code}") from None


class CastServer(Server):
    """A cloud's Manila, on which the users of scenarios are those of a comparison's own.

    It asks again what may be asked again. Raises UnansweredError where that doesn't help, StoppedError once `stop` is
    set, but for what removes something.
    """

    def __init__(
        self, cloud: Cloud, keystone: Keystone, projects: Mapping[str, str], *, settle: float = 300.0,
        stop: Event | None = None, turns: Turns | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        super().__init__(cloud.url.removesuffix("/v2"), "", interval=0.2, settle=settle, hopeless=10.0)
        self.newest = str(cloud.microversion)
        self.projects = projects
        self._keystone, self._stop = keystone, stop or Event()
        self._turns, self._sleep = turns or Turns(None), sleep
        self._keystone_session = cloud.session
        self._session.close()
        self._session = cloud.session.session
        self._logins: dict[str, v3.Password] = {}

    def __exit__(self, *_: object) -> None:
        """The connections belong to the cloud's session."""

    @property
    def users(self) -> list[str]:
        return list(self._keystone.users)

    def variables(self) -> dict[str, str]:
        """The ids of its own users and projects only."""
        users = {f"{user}_user": id for user, id in self._keystone.users.items()}
        return users | {f"{name}_project": id for name, id in self.projects.items()}

    def identity(self, user: str) -> Identity:
        project = self.projects[PROJECTS[user]]
        if user not in self._logins:
            self._logins[user] = self._keystone.login(user, project)
        try:
            token = self._logins[user].get_token(self._keystone_session)
        except exceptions.ClientException as error:
            raise UnansweredError(f"Keystone lets nobody in: {' '.join(str(error).split())[:200]}") from None
        return Identity(token or "", self._keystone.users[user], project)

    def go_on(self) -> None:
        if self._stop.is_set():
            raise StoppedError

    def pauses(self) -> Iterator[float]:
        end = time.monotonic() + self.settle
        pause = self.interval
        while time.monotonic() < end:
            yield pause
            pause = min(pause * 1.5, 5.0)

    def dispatch(self, request: requests.PreparedRequest) -> requests.Response:
        session = self._keystone_session
        given = self._session.merge_environment_settings(request.url or "", {}, None, session.verify, session.cert)
        problem = ""
        for attempt in range(TRIES):
            self._turns.wait()
            answer: requests.Response | None = None
            try:
                answer = self._session.send(request, timeout=self.timeout, allow_redirects=False, **given)
            except requests.Timeout:
                problem = f"there is no answer within {self.timeout:.0f} s"
            except requests.ConnectionError as error:
                if request.method != "GET" and not _refused(error):
                    return self.nothing()
                problem = "there is no answer"
            else:
                problem = _problem(answer)
                if not problem:
                    return answer
            if request.method != "GET" and (answer is not None or problem.endswith("s")):
                break  # it may have done what it was asked for
            if attempt + 1 < TRIES:
                self._sleep(0.5 * 2**attempt)
        path = (request.url or "").removeprefix(self.url).partition("?")[0]
        raise UnansweredError(f"{request.method} {path}: {problem}")


def _refused(error: requests.ConnectionError) -> bool:
    """Whether nothing was sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


def _problem(answer: requests.Response) -> str:
    """Why an answer isn't one of Manila's. Its own 500 is one, and so are its pages for paths that it doesn't know."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code in _BUSY or (answer.status_code < 300 and kind == "text/html" and answer.content):
        return f"the cloud answered {answer.status_code} with {kind or 'nothing'}"
    return ""


def grouped(projects: Collection[Record]) -> list[dict[str, str]]:
    """Projects of other runs, by what they were made for together, and then by the names that scenarios have."""
    found: dict[str, dict[str, str]] = {}
    for each in projects:
        group, _, name = each.name.rpartition("-")
        found.setdefault(group, {})[name] = each.id
    return list(found.values())
