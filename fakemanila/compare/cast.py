"""Projects and users of a history's own on a real server, so that its lists and quotas hold nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from .server import PASSWORD, PROJECTS, Identity, Server

ROLES: Mapping[str, str] = {
    "admin": "admin", "demo": "member", "demo_manager": "manager", "demo_reader": "reader", "alt_demo": "member",
}  # fmt: skip
"""The users of histories, by the names that scenarios have for them, and their roles."""
_DOMAIN = "default"


class Keystone:
    """The identity service of the real server, asked by its administrator. `prefix` begins all names."""

    def __init__(self, auth_url: str, prefix: str) -> None:
        self._url = auth_url.rstrip("/")
        self._prefix = prefix
        self._session = requests.Session()
        self._session.trust_env = False
        answer = self._token("admin", {"name": "admin", "domain": {"id": _DOMAIN}})
        self._session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
        self._roles = {role["name"]: role["id"] for role in self._call("GET", "roles")["roles"]}
        self._users: dict[str, str] = {}

    def __enter__(self) -> Keystone:
        for user in ROLES:
            body = {"user": {"name": f"{self._prefix}_{user}", "password": PASSWORD, "domain_id": _DOMAIN}}
            self._users[user] = self._call("POST", "users", body)["user"]["id"]
        return self

    def __exit__(self, *_: object) -> None:
        for id in self._users.values():
            self._call("DELETE", f"users/{id}")
        self._session.close()

    def projects(self, number: int) -> dict[str, str]:
        """New projects for a history, by the names that scenarios have for them."""
        made = {}
        for name in sorted({PROJECTS[user] for user in ROLES}):
            body = {"project": {"name": f"{self._prefix}_{number}_{name}", "domain_id": _DOMAIN}}
            made[name] = self._call("POST", "projects", body)["project"]["id"]
        for user, role in ROLES.items():
            self._call("PUT", f"projects/{made[PROJECTS[user]]}/users/{self._users[user]}/roles/{self._roles[role]}")
        return made

    def identity(self, user: str, project_id: str) -> Identity:
        answer = self._token(f"{self._prefix}_{user}", {"id": project_id})
        return Identity(answer.headers["X-Subject-Token"], self._users[user], project_id)

    def remove(self, projects: Mapping[str, str]) -> None:
        for id in projects.values():
            self._call("DELETE", f"projects/{id}")

    def _token(self, user: str, project: Mapping[str, Any]) -> requests.Response:
        credentials = {"name": user, "domain": {"id": _DOMAIN}, "password": PASSWORD}
        identity: Any = {"methods": ["password"], "password": {"user": credentials}}
        answer = self._session.post(
            f"{self._url}/auth/tokens", json={"auth": {"identity": identity, "scope": {"project": project}}}, timeout=60
        )
        answer.raise_for_status()
        return answer

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self._url}/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None


class CastServer(Server):
    """A real server, on which the users of scenarios are those of a history's own."""

    def __init__(self, url: str, keystone: Keystone, number: int) -> None:
        super().__init__(url, "", interval=0.1)
        self._keystone = keystone
        self.projects = keystone.projects(number)

    def variables(self) -> dict[str, str]:
        """The ids of a history's users and projects only."""
        found: dict[str, str] = {}
        for user in ROLES:
            who = self.identity(user)
            found |= {f"{user}_user": who.user_id, f"{PROJECTS[user]}_project": who.project_id}
        return found

    def identity(self, user: str) -> Identity:
        if user not in self._identities:
            self._identities[user] = self._keystone.identity(user, self.projects[PROJECTS[user]])
        return self._identities[user]

    def __enter__(self) -> CastServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._keystone.remove(self.projects)
        super().__exit__()
