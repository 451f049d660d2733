"""How the conversation with Keystone is written down: one function for a call, one for a login, and their parts."""

from __future__ import annotations

from typing import Any

Exchange = dict[str, Any]
DEFAULT = {"id": "default"}


def call(
    name: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = "admin",
    subject: str | None = None,
    raw: str | None = None,
    headers: dict[str, str] | None = None,
    **save: str,
) -> Exchange:
    exchange: Exchange = {"name": name, "method": method, "path": path, "token": token}
    if body is not None:
        exchange["body"] = body
    if raw is not None:
        exchange["raw"] = raw
    if headers is not None:
        exchange["headers"] = headers
    if subject is not None:
        exchange["subject"] = subject
    return saving(exchange, save)


def saving(exchange: Exchange, save: dict[str, str]) -> Exchange:
    """An exchange of whose answer something is kept, by the names it gets."""
    return {**exchange, "save": save} if save else exchange


def who(user: str, password: str = "secret", domain: Any = DEFAULT) -> dict[str, Any]:
    return {"methods": ["password"], "password": {"user": {"name": user, "password": password, "domain": domain}}}


def project(name: str, domain: Any = DEFAULT) -> dict[str, Any]:
    return {"project": {"name": name, "domain": domain}}


def login(name: str, identity: Any, scope: Any = None, *, path: str = "/v3/auth/tokens", **save: str) -> Exchange:
    auth = {"identity": identity} if scope is None else {"identity": identity, "scope": scope}
    return saving(call(name, "POST", path, {"auth": auth}, token=None), save)


def sign(what: str) -> dict[str, str]:
    return {what: "header X-Subject-Token"}


NOCATALOG = "/v3/auth/tokens?nocatalog"
TOKEN = {"methods": ["token"], "token": {"id": "${demo}"}}
PU = "/v3/projects/${project}/users/${user}/roles"
APPCRED = "/v3/users/${demo_id}/application_credentials"


def application_credential(**fields: Any) -> dict[str, Any]:
    return {"methods": ["application_credential"], "application_credential": fields}
