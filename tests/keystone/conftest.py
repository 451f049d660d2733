"""An identity service on a clock that stands still, and somebody to ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from fakemanila.http.reply import Reply
from fakemanila.keystone.service import Identity
from fakemanila.world.clock import Clock
from fakemanila.world.seeded import Seeded

from .asking import ask

START = datetime(2026, 1, 1)

Login = Callable[..., str]


@pytest.fixture
def clock() -> Clock:
    return Clock(rate=0, start=START)


@pytest.fixture
def identity(clock: Clock) -> Identity:
    return Identity(clock, Seeded(7))


def auth(user: str, project: str | None = None, *, password: str = "secret", **scope: Any) -> dict[str, Any]:
    """The body that asks for a token. `scope` overrules the project."""
    user_doc = {"name": user, "password": password, "domain": {"id": "default"}}
    doc: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user_doc}}}
    if project is not None:
        doc["scope"] = {"project": {"name": project, "domain": {"id": "default"}}}
    if scope:
        doc["scope"] = scope
    return {"auth": doc}


def login(identity: Identity, user: str, project: str | None = None, **rest: Any) -> str:
    """A token."""
    reply = ask(identity, "POST", "/v3/auth/tokens", auth(user, project, **rest))
    assert reply.status == 201, reply.body
    return reply.headers["X-Subject-Token"]


@pytest.fixture
def admin(identity: Identity) -> Callable[..., Reply]:
    """Asks as the administrator."""
    token = login(identity, "admin", "admin")

    def asking(method: str, path: str, body: Any = None, **rest: Any) -> Reply:
        return ask(identity, method, path, body, token=token, **rest)

    return asking
