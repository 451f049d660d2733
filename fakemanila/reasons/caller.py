"""Refusals because of the token, and of what it was got with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from ..world.clock import format_time
from .reason import Facts, joined

Problem = Literal[
    "missing",
    "unknown",
    "revoked",
    "expired",
    "user",
    "project",
    "domain",
    "application_credential",
    "trust",
    "roles",
    "role",
]

_SENTENCES: Mapping[str, str] = {
    "missing": "It came without a token",
    "unknown": "The token is not known",
    "revoked": "The token was revoked",
    "user": "The token's user was deleted or disabled",
    "project": "The token's project was deleted or disabled",
    "domain": "The token's domain was deleted or disabled",
    "application_credential": "The application credential that the token was got with was deleted",
    "trust": "The trust that the token was got with is gone",
    "roles": "The token's user has no role any more in what it is for",
    "role": "The token isn't one of a user with the role service",
}


class NoToken(NamedTuple):
    """There is no token, or it is good for nothing."""

    problem: Problem
    header: str = "X-Auth-Token"
    """The header that it was looked for in."""
    expired_at: datetime | None = None
    kind: str = "token"

    def facts(self) -> Facts:
        at = None if self.expired_at is None else format_time(self.expired_at)
        return {"problem": self.problem, "header": self.header, "expired_at": at}

    def explain(self) -> list[str]:
        if self.problem == "expired":
            return [f"The token in {self.header} expired at {self.facts()['expired_at']}, by the world's clock."]
        return [f"{_SENTENCES[self.problem]} ({self.header})."]


class NoAccessRule(NamedTuple):
    """The token was got with an application credential whose access rules don't allow the request."""

    method: str
    path: str
    application_credential_id: str | None
    rules: tuple[Mapping[str, Any], ...]
    kind: str = "access_rule"

    def facts(self) -> Facts:
        return {
            "application_credential_id": self.application_credential_id,
            "rules": [{name: rule.get(name) for name in ("service", "method", "path")} for rule in self.rules],
        }

    def explain(self) -> list[str]:
        allowed = [f"{rule.get('method')} {rule.get('path')} of {rule.get('service')}" for rule in self.rules]
        return [
            f"No access rule of the application credential {self.application_credential_id} allows "
            f"{self.method} {self.path}.",
            f"They allow {joined(allowed, 'and')}." if allowed else "It has no access rules, so it allows nothing.",
        ]


class Login(NamedTuple):
    """Keystone didn't give out a token. It tells nobody why; here is why."""

    problem: str
    """Such as ``wrong password``."""
    kind: str = "login"

    def facts(self) -> Facts:
        return {"problem": self.problem}

    def explain(self) -> list[str]:
        return [f"No token was given out: {self.problem}."]


class OtherProject(NamedTuple):
    """The path names another project than the token is scoped to."""

    in_path: str
    of_token: str | None
    kind: str = "scope"

    def facts(self) -> Facts:
        return {"project_in_path": self.in_path, "project_of_token": self.of_token}

    def explain(self) -> list[str]:
        scoped = "is not scoped to a project" if self.of_token is None else f"is scoped to {self.of_token}"
        return [f"The path names the project {self.in_path}, and the token {scoped}."]
