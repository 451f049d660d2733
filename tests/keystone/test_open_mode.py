from __future__ import annotations

import pytest

from fakemanila.keystone.service import Identity
from fakemanila.world.clock import Clock
from fakemanila.world.seeded import Seeded

from .asking import ask
from .conftest import auth, login


@pytest.fixture
def opened(clock: Clock) -> Identity:
    return Identity(clock, Seeded(7), mode="open")


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ("somebody", "member"),
        ("admin", "admin"),
        ("ci-admin", "admin"),
        ("some_reader", "reader"),
        ("manager", "manager"),
    ],
)
def test_anybody_is_let_in_with_the_role_their_name_speaks_of(opened: Identity, user: str, role: str) -> None:
    caller = opened.credentials(login(opened, user, "anywhere", password="anything"))
    assert caller is not None
    assert caller.roles[0] == role
    assert (caller.user_name, caller.project_name) == (user, "anywhere")


def test_somebody_who_comes_back_is_the_same(opened: Identity) -> None:
    first, second = (opened.credentials(login(opened, "new", "there", password=p)) for p in ("one", "two"))
    assert first is not None
    assert second is not None
    assert (first.user_id, first.project_id) == (second.user_id, second.project_id)


def test_built_in_users_keep_their_roles(opened: Identity) -> None:
    caller = opened.credentials(login(opened, "demo_admin", "demo", password="x"))
    assert caller is not None
    assert caller.is_admin


def test_users_and_projects_can_be_named_by_id(opened: Identity) -> None:
    user = {"id": "u1", "password": "x"}
    scope = {"project": {"id": "p1"}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
    token = ask(opened, "POST", "/v3/auth/tokens", body).body["token"]
    assert (token["user"]["id"], token["project"]["id"]) == ("u1", "p1")


def test_only_administrators_get_the_system(opened: Identity) -> None:
    assert ask(opened, "POST", "/v3/auth/tokens", auth("ops-admin", system={"all": True})).status == 201
    assert ask(opened, "POST", "/v3/auth/tokens", auth("somebody", system={"all": True})).status == 401


def test_strict_is_the_default_and_other_modes_are_refused(clock: Clock, identity: Identity) -> None:
    assert ask(identity, "POST", "/v3/auth/tokens", auth("somebody", "demo")).status == 401
    with pytest.raises(ValueError, match="ajar"):
        Identity(clock, Seeded(7), mode="ajar")
