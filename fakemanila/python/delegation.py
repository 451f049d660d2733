"""Logins that somebody gives others in the place of a password, made on a running server by its own Keystone."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from ..control import trust as certificates
from ..control.client import TIMEOUT, ControlFailure
from ..keystone.builtin import DOMAIN, PASSWORD, project_of
from .environment import Login

NAME = "fakemanila-env"
"""Of the one application credential that a user gets here. Its secret is that of everybody."""


class _Keystone:
    """A built-in user in their own project."""

    def __init__(self, url: str, user: str, cacert: str | None) -> None:
        """Raises LookupError for no such user, ControlFailure where nobody lets them in."""
        self._url = f"{url}/identity/v3"
        handlers = [HTTPSHandler(context=certificates.context(cacert))] if url.startswith("https:") else []
        self._opener = build_opener(ProxyHandler({}), *handlers)
        domain = {"id": DOMAIN}
        who = {"name": user, "domain": domain, "password": PASSWORD}
        scope = {"project": {"name": project_of(user), "domain": domain}}
        self._headers = {"Content-Type": "application/json"}
        answer, self._headers["X-Auth-Token"] = self._send(
            "POST",
            "/auth/tokens",
            {"auth": {"identity": {"methods": ["password"], "password": {"user": who}}, "scope": scope}},
        )
        self.token: dict[str, Any] = answer["token"]
        self.user_id: str = self.token["user"]["id"]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self._send(method, path, body)[0]

    def _send(self, method: str, path: str, body: Any) -> tuple[Any, str]:
        """The body of an answer, and the token that it brings."""
        data = None if body is None else json.dumps(body).encode()
        try:
            with self._opener.open(
                Request(self._url + path, data, self._headers, method=method), timeout=TIMEOUT
            ) as answer:
                return json.load(answer), answer.headers.get("X-Subject-Token", "")
        except HTTPError as error:
            with error:
                raise ControlFailure(f"{self._url} answered {method} {path} with {error.code}", error.code) from None
        except (OSError, ValueError) as error:
            raise ControlFailure(f"cannot use {self._url}: {error}") from error


def application_credential(url: str, user: str, cacert: str | None = None) -> Login:
    """The application credential of a user, in their project with all their roles; made where there is none yet.

    Raises LookupError for no such user, ControlFailure where the server doesn't do that, ValueError for `cacert`.
    """
    keystone = _Keystone(url, user, cacert)
    place = f"/users/{keystone.user_id}/application_credentials"
    found = keystone.ask("GET", f"{place}?name={quote(NAME)}")["application_credentials"]
    wanted = {"application_credential": {"name": NAME, "secret": PASSWORD}}
    made = found[0] if found else keystone.ask("POST", place, wanted)["application_credential"]
    return Login(
        {"application_credential_id": made["id"], "application_credential_secret": PASSWORD},
        auth_type="v3applicationcredential",
    )


def trust(url: str, user: str, cacert: str | None = None) -> Login:
    """A trust by a user, in their project with all their roles, that a user of another project may use in their name.

    Raises as `application_credential`.
    """
    keystone = _Keystone(url, user, cacert)
    trustee = _Keystone(url, "demo" if project_of(user) == "alt_demo" else "alt_demo", cacert)
    wanted = {
        "trustor_user_id": keystone.user_id,
        "trustee_user_id": trustee.user_id,
        "project_id": keystone.token["project"]["id"],
        "impersonation": True,
        "roles": [{"id": role["id"]} for role in keystone.token["roles"]],
    }
    made = keystone.ask("POST", "/OS-TRUST/trusts", {"trust": wanted})["trust"]
    return Login({"user_id": trustee.user_id, "password": PASSWORD, "trust_id": made["id"]})
