"""Keys of encrypted share servers where a deployment has a Barbican."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.keystone.builtin import fixed_id
from fakemanila.neighbours.offers import parse
from fakemanila.scenario.seeding import seed

from ..api import UNKNOWN, Api

SPECS = {"driver_handles_share_servers": "True", "encryption_support": "share_server"}
MANILA = fixed_id("user", "manila")


@pytest.fixture
def api() -> Api:
    api = Api(services=parse("key-manager"))
    api.make_type(
        "encrypted", extra_specs={"driver_handles_share_servers": "True", "encryption_support": "share_server"}
    )
    return api


@pytest.fixture
def network(api: Api) -> str:
    return str(api.post("/v2/share-networks", {"share_network": {}}).json["share_network"]["id"])


def share(api: Api, network: str, key: str, *, user: str = "demo") -> dict[str, Any]:
    """An encrypted share, when all is over."""
    body = {"share_proto": "NFS", "size": 1, "share_type": "encrypted", "share_network_id": network}
    made = api.post("/v2/shares", {"share": {**body, "encryption_key_ref": key}}, user=user)
    assert made.status == 200, made
    shown: dict[str, Any] = api.get(f"/v2/shares/{made.json['share']['id']}").json["share"]
    return shown


def credentials(api: Api) -> list[dict[str, Any]]:
    return list(api.world.identity.state.application_credentials.values())


def told(api: Api) -> list[str]:
    return [message["detail_id"] for message in api.get("/v2/messages").json["messages"]]


def test_a_key_is_handed_over_to_manila_and_to_nobody_else(api: Api, network: str) -> None:
    key = seed(api.world, "secret", name="key", payload="word")["id"]
    assert share(api, network, key)["status"] == "available"
    acl = api.get(f"/key-manager/v1/secrets/{key}/acl").json["read"]
    assert (acl["users"], acl["project-access"]) == ([MANILA], False)
    (credential,) = credentials(api)
    assert credential["user_id"] == MANILA
    assert [rule["path"] for rule in credential["access_rules"]] == [
        f"/key-manager/v1/secrets/{key}",
        f"/key-manager/v1/secrets/{key}/payload",
    ]


def test_the_credential_is_good_for_the_key_and_nothing_else(api: Api, network: str) -> None:
    key, other = (seed(api.world, "secret", name=name, payload=name)["id"] for name in ("key", "other"))
    share(api, network, key)
    (credential,) = credentials(api)
    identity = {
        "methods": ["application_credential"],
        "application_credential": {"id": credential["id"], "secret": credential["secret"]},
    }
    login = api.post("/identity/v3/auth/tokens", {"auth": {"identity": identity}}, user="nobody")
    headers = {"X-Auth-Token": login.headers["X-Subject-Token"], "Accept": "text/plain"}
    assert api.get(f"/key-manager/v1/secrets/{key}/payload", user="nobody", headers=headers).text == "key"
    assert api.get(f"/key-manager/v1/secrets/{other}/payload", user="nobody", headers=headers).status == 401


def test_there_is_no_such_key(api: Api, network: str) -> None:
    assert share(api, network, UNKNOWN)["status"] == "error"
    assert told(api) == ["004"]
    assert api.get("/v2/share-servers", user="admin").json["share_servers"] == []
    assert credentials(api) == []


@pytest.mark.parametrize("fields", [{"user": "alt_demo"}, {"user": "demo_manager", "project_access": False}])
def test_a_key_is_not_the_owners_to_give_away(api: Api, network: str, fields: dict[str, Any]) -> None:
    key = seed(api.world, "secret", **fields)["id"]
    assert share(api, network, key)["status"] == "error"
    assert told(api) == ["004"]


def test_all_ends_with_the_server(api: Api, network: str) -> None:
    key = seed(api.world, "secret")["id"]
    made = share(api, network, key)
    api.delete(f"/v2/shares/{made['id']}")
    api.delete(f"/v2/share-networks/{network}")
    assert api.get(f"/key-manager/v1/secrets/{key}/acl").json["read"]["users"] == []
    assert credentials(api) == []


def test_a_server_whose_credential_is_gone_takes_no_more_shares(api: Api, network: str) -> None:
    key = seed(api.world, "secret")["id"]
    for _ in range(2):  # one for each backend
        assert share(api, network, key)["status"] == "available"
    api.world.identity.state.application_credentials.clear()
    assert share(api, network, key)["status"] == "error"


def test_any_key_will_do_without_a_barbican() -> None:
    api = Api()
    api.make_type(
        "encrypted", extra_specs={"driver_handles_share_servers": "True", "encryption_support": "share_server"}
    )
    network = api.post("/v2/share-networks", {"share_network": {}}).json["share_network"]["id"]
    assert share(api, network, UNKNOWN)["status"] == "available"
