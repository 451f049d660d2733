from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from fakemanila.http.reply import Reply
from fakemanila.keystone.service import Identity
from fakemanila.world.clock import Clock
from fakemanila.world.seeded import Seeded

from .asking import ask
from .conftest import START, auth, login

Ask = Callable[..., Reply]


@pytest.mark.parametrize(
    ("user", "project", "roles"),
    [
        ("admin", "admin", ("admin", "manager", "member", "reader")),
        ("admin", "demo", ("admin", "manager", "member", "reader")),
        ("admin", "alt_demo", ("admin", "manager", "member", "reader")),
        ("demo", "demo", ("member", "reader")),
        ("demo_manager", "demo", ("manager", "member", "reader")),
        ("demo_reader", "demo", ("reader",)),
        ("demo_admin", "demo", ("admin", "manager", "member", "reader")),
        ("alt_demo", "alt_demo", ("member", "reader")),
        ("alt_demo_reader", "alt_demo", ("reader",)),
        ("manila", "service", ("service", "admin", "manager", "member", "reader")),
    ],
)
def test_built_in_users_have_their_roles_and_what_those_imply(
    identity: Identity, user: str, project: str, roles: tuple[str, ...]
) -> None:
    caller = identity.credentials(login(identity, user, project))
    assert caller is not None
    assert caller.roles == roles
    assert caller.is_admin is ("admin" in roles)
    assert (caller.user_name, caller.project_name) == (user, project)
    assert (caller.user_domain_id, caller.project_domain_id) == ("default", "default")
    assert (caller.domain_id, caller.system_scope) == (None, None)


def test_a_token_for_the_system_has_no_project(identity: Identity) -> None:
    caller = identity.credentials(login(identity, "admin", system={"all": True}))
    assert caller is not None
    assert (caller.system_scope, caller.project_id, caller.is_admin) == ("all", None, True)


def test_an_unscoped_token_has_no_roles(identity: Identity) -> None:
    caller = identity.credentials(login(identity, "admin"))
    assert caller is not None
    assert (caller.project_id, caller.roles, caller.is_admin) == (None, (), False)


@pytest.mark.parametrize("token", [None, "", "garbage"])
def test_what_is_no_token_is_nobody(identity: Identity, token: str | None) -> None:
    assert identity.credentials(token) is None


def test_a_token_is_good_until_its_lifetime_is_over(clock: Clock) -> None:
    identity = Identity(clock, Seeded(7), token_ttl=timedelta(minutes=5))
    token = login(identity, "demo")
    caller = identity.credentials(token)
    assert caller is not None
    assert caller.expires_at == START + timedelta(minutes=5)
    clock.advance(timedelta(minutes=5) - timedelta(microseconds=1))
    assert identity.credentials(token) is not None
    clock.advance(timedelta(microseconds=1))
    assert identity.credentials(token) is None


def test_times_are_written_with_microseconds_and_zone(identity: Identity) -> None:
    body = ask(identity, "POST", "/v3/auth/tokens", auth("demo")).body["token"]
    assert body["issued_at"] == "2026-01-01T00:00:00.000000Z"
    assert body["expires_at"] == "2026-01-01T01:00:00.000000Z"


def test_a_token_got_for_a_token_lives_no_longer_than_that_one(identity: Identity, clock: Clock) -> None:
    first = login(identity, "demo")
    clock.advance(timedelta(minutes=30))
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": first}}}}
    reply = ask(identity, "POST", "/v3/auth/tokens", body)
    assert reply.body["token"]["expires_at"] == "2026-01-01T01:00:00.000000Z"
    assert reply.body["token"]["methods"] == ["token", "password"]
    assert len(reply.body["token"]["audit_ids"]) == 2


def test_expired_tokens_are_kept_for_two_days(identity: Identity, clock: Clock) -> None:
    for _ in range(5):
        login(identity, "demo")
        clock.advance(timedelta(hours=49))
    assert len(identity.dump()["tokens"]) == 1


def test_revoking_a_token_takes_those_got_for_it_along(identity: Identity, admin: Ask) -> None:
    first = login(identity, "demo")
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": first}}}}
    second = ask(identity, "POST", "/v3/auth/tokens", body).headers["X-Subject-Token"]
    other = login(identity, "demo")
    assert admin("DELETE", "/v3/auth/tokens", subject=first).status == 204
    assert identity.credentials(first) is identity.credentials(second) is None
    assert identity.credentials(other) is not None


def test_revoking_without_cascade_spares_them(identity: Identity, admin: Ask) -> None:
    first = login(identity, "demo")
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": first}}}}
    second = ask(identity, "POST", "/v3/auth/tokens", body).headers["X-Subject-Token"]
    assert admin("DELETE", "/v3/auth/tokens?cascade=false", subject=first).status == 204
    assert identity.credentials(first) is None
    assert identity.credentials(second) is not None


def test_a_revoked_token_is_refused_and_revoking_again_does_nothing(identity: Identity) -> None:
    token = login(identity, "demo")
    identity.revoke(token)
    identity.revoke(token)
    assert identity.credentials(token) is None
    assert ask(identity, "GET", "/v3/auth/projects", token=token).status == 401


def test_the_same_seed_and_requests_give_the_same_tokens(clock: Clock) -> None:
    first, second = (Identity(clock, Seeded(3)) for _ in range(2))
    assert login(first, "demo") == login(second, "demo")
    assert login(first, "demo") == login(second, "demo") != login(first, "demo")


def test_token_ids_can_go_into_a_header_and_a_url(identity: Identity) -> None:
    token = login(identity, "demo")
    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_refusal_names_where_to_get_a_token(identity: Identity) -> None:
    reply = ask(identity, "GET", "/v3/users", base_url="http://host/worlds/x")
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == 'Keystone uri="http://host/worlds/x/identity/v3"'
    assert reply.headers["Vary"] == "X-Auth-Token"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/v3/users/{user}", {"user": {"enabled": False}}),
        ("PATCH", "/v3/users/{user}", {"user": {"password": "other"}}),
        ("DELETE", "/v3/users/{user}", None),
        ("PATCH", "/v3/projects/{project}", {"project": {"enabled": False}}),
        ("DELETE", "/v3/projects/{project}", None),
        ("PATCH", "/v3/domains/default", {"domain": {"enabled": False}}),
        ("DELETE", "/v3/projects/{project}/users/{user}/roles/{role}", None),
    ],
)
def test_what_takes_away_the_ground_takes_away_the_token(
    identity: Identity, admin: Ask, method: str, path: str, body: object
) -> None:
    token = login(identity, "demo", "demo")
    caller = identity.credentials(token)
    assert caller is not None
    role = identity.state.named("roles", "member")
    assert role is not None
    path = path.format(user=caller.user_id, project=caller.project_id, role=role["id"])
    assert admin(method, path, body).status in (200, 204)
    assert identity.credentials(token) is None


def test_tokens_have_the_roles_of_now(identity: Identity, admin: Ask) -> None:
    token = login(identity, "demo", "demo")
    caller = identity.credentials(token)
    role = identity.state.named("roles", "manager")
    assert caller is not None
    assert role is not None
    admin("PUT", f"/v3/projects/{caller.project_id}/users/{caller.user_id}/roles/{role['id']}")
    caller = identity.credentials(token)
    assert caller is not None
    assert "manager" in caller.roles


def test_an_application_credential_has_only_the_roles_that_its_user_still_has(identity: Identity, admin: Ask) -> None:
    token = login(identity, "admin", "demo")
    caller = identity.credentials(token)
    assert caller is not None
    path = f"/v3/users/{caller.user_id}/application_credentials"
    credential = {"name": "a", "secret": "s", "roles": [{"name": "member"}]}
    made = ask(identity, "POST", path, {"application_credential": credential}, token=token)
    used = {"id": made.body["application_credential"]["id"], "secret": "s"}
    body = {"auth": {"identity": {"methods": ["application_credential"], "application_credential": used}}}
    got = identity.credentials(ask(identity, "POST", "/v3/auth/tokens", body).headers["X-Subject-Token"])
    assert got is not None
    assert (got.roles, got.project_name) == (("member", "reader"), "demo")


def test_an_application_credential_expires(identity: Identity, clock: Clock) -> None:
    token = login(identity, "demo", "demo")
    caller = identity.credentials(token)
    assert caller is not None
    path = f"/v3/users/{caller.user_id}/application_credentials"
    credential = {"name": "a", "secret": "s", "expires_at": "2026-01-01T00:10:00Z"}
    made = ask(identity, "POST", path, {"application_credential": credential}, token=token)
    assert made.body["application_credential"]["expires_at"] == "2026-01-01T00:10:00.000000"
    used = {"id": made.body["application_credential"]["id"], "secret": "s"}
    body = {"auth": {"identity": {"methods": ["application_credential"], "application_credential": used}}}
    assert ask(identity, "POST", "/v3/auth/tokens", body).status == 201
    clock.advance(timedelta(minutes=10))
    assert ask(identity, "POST", "/v3/auth/tokens", body).status == 401
