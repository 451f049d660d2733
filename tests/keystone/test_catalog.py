from __future__ import annotations

from typing import Any

import pytest

from fakemanila.keystone.service import Identity
from fakemanila.world.clock import Clock
from fakemanila.world.seeded import Seeded

from .asking import ask
from .conftest import auth, login

BASES = ["http://127.0.0.1:8786", "http://127.0.0.1:8786/worlds/x"]


def urls(catalog: list[dict[str, Any]], kind: str) -> set[str]:
    return {end["url"] for service in catalog if service["type"] == kind for end in service["endpoints"]}


@pytest.mark.parametrize("base", BASES)
def test_every_address_is_below_the_world(identity: Identity, base: str) -> None:
    body = ask(identity, "POST", "/v3/auth/tokens", auth("demo", "demo"), base_url=base).body["token"]
    assert urls(body["catalog"], "sharev2") == urls(body["catalog"], "shared-file-system") == {f"{base}/v2"}
    assert urls(body["catalog"], "sharev2_legacy") == {f"{base}/v2/{body['project']['id']}"}
    assert urls(body["catalog"], "identity") == {f"{base}/identity"}


def test_every_service_has_three_interfaces_in_the_region(identity: Identity) -> None:
    catalog = ask(identity, "POST", "/v3/auth/tokens", auth("demo", "demo")).body["token"]["catalog"]
    for service in catalog:
        assert [end["interface"] for end in service["endpoints"]] == ["public", "internal", "admin"]
        assert {end["region"] for end in service["endpoints"]} == {"RegionOne"}


def test_without_a_project_there_are_no_endpoints_that_want_one(identity: Identity) -> None:
    catalog = ask(identity, "POST", "/v3/auth/tokens", auth("admin", system={"all": True})).body["token"]["catalog"]
    assert urls(catalog, "sharev2_legacy") == set()
    assert urls(catalog, "sharev2")


@pytest.mark.parametrize("path", ["/", ""])
@pytest.mark.parametrize("base", BASES)
def test_versions_lead_to_v3(identity: Identity, base: str, path: str) -> None:
    reply = ask(identity, "GET", path, base_url=base)
    [version] = reply.body["versions"]["values"]
    assert reply.status == 300
    assert reply.headers["Location"] == version["links"][0]["href"] == f"{base}/identity/v3/"
    assert ask(identity, "GET", "/v3", base_url=base).body == {"version": version}


@pytest.mark.parametrize("base", BASES)
def test_links_are_below_the_world(identity: Identity, base: str) -> None:
    token = login(identity, "admin", "admin")
    body = ask(identity, "GET", "/v3/projects?name=demo", token=token, base_url=base).body
    assert body["links"]["self"] == f"{base}/identity/v3/projects?name=demo"
    assert body["projects"][0]["links"]["self"] == f"{base}/identity/v3/projects/{body['projects'][0]['id']}"


def test_pages_follow_each_other_to_the_end(identity: Identity) -> None:
    token = login(identity, "admin", "admin")
    path, seen = "/v3/users?limit=3", []
    while path:
        body = ask(identity, "GET", path, token=token).body
        seen += [user["name"] for user in body["users"]]
        path = (body["links"]["next"] or "").partition("/identity")[2]
    assert seen == [user["name"] for user in identity.users.values()]


def test_ids_of_what_is_built_in_are_the_same_everywhere(clock: Clock) -> None:
    first, second = Identity(clock, Seeded(1)), Identity(clock, Seeded(2))
    for table in ("projects", "users", "roles", "services", "endpoints"):
        assert list(first.state.table(table)) == list(second.state.table(table))


def test_projects_and_users_are_found_by_name_and_by_id(identity: Identity) -> None:
    demo = identity.find_project("demo")
    assert demo is not None
    assert identity.find_project(demo["id"]) is demo
    assert identity.find_project("nowhere") is None
    user = identity.find_user("demo")
    assert user is not None
    assert identity.find_user(user["id"]) is user
