"""Projects and users of a comparison's own on a real cloud, so that its lists and quotas hold nothing else."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any, NamedTuple

from keystoneauth1 import exceptions
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from ..importing.cloud import Cloud, CloudError
from ..importing.turns import Turns
from .cloud_server import CloudServer
from .server import PROJECTS, Identity

PREFIX = "fakemanila-compare-"
"""The names of everything that is made on a cloud begin with it."""
ROLES: Mapping[str, tuple[str, ...]] = {
    "admin": ("admin",), "demo": ("member",), "demo_manager": ("manager",), "demo_reader": ("reader",),
    "alt_demo": ("member",), "manila": ("admin", "service"),
}  # fmt: skip
"""The users of scenarios, and which roles they have in their projects."""
_PASSWORD = "aA1!"
"""Begins every password, for clouds that want some of each."""
_OPTIONS = {"ignore_change_password_upon_first_use": True}
_PROJECTS = sorted({PROJECTS[user] for user in ROLES})


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
                    body: Any = {"name": f"{self.prefix}-{user}", "password": self._password, "domain_id": self.domain}
                    body |= {"options": _OPTIONS}
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


class CastServer(CloudServer):
    """A cloud's Manila, on which the users of scenarios are those of a comparison's own."""

    def __init__(
        self, cloud: Cloud, keystone: Keystone, projects: Mapping[str, str], *, settle: float = 300.0,
        stop: Event | None = None, turns: Turns | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        super().__init__(cloud, settle=settle, stop=stop, turns=turns, sleep=sleep)
        self.projects = projects
        self._keystone = keystone
        self._logins: dict[str, v3.Password] = {}

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
        return Identity(self.token(self._logins[user]), self._keystone.users[user], project)


def grouped(projects: Collection[Record]) -> list[dict[str, str]]:
    """Projects of other runs, by what they were made for together, and then by the names that scenarios have."""
    found: dict[str, dict[str, str]] = {}
    for each in projects:
        group, _, name = each.name.rpartition("-")
        found.setdefault(group, {})[name] = each.id
    return list(found.values())
