"""Subnets of share networks: in zones, several of them, with metadata, and more of them where servers are already."""

from __future__ import annotations

from typing import Any

import pytest

from ...api import Answer, Api
from .serving import DELTA, SLOW, add_server, fail, make_network, server, shown

NEUTRON = {"neutron_net_id": "c", "neutron_subnet_id": "d"}


def path(network: dict[str, Any]) -> str:
    return f"/v2/share-networks/{network['id']}/subnets"


def add(api: Api, network: dict[str, Any], version: str = "2.99", **fields: Any) -> Answer:
    return api.post(path(network), {"share-network-subnet": fields}, version=version)


def check(api: Api, network: dict[str, Any], user: str = "admin", **fields: Any) -> Any:
    body = {"share_network_subnet_create_check": {**NEUTRON, **fields}}
    answer = api.post(f"/v2/share-networks/{network['id']}/action", body, user=user)
    assert answer.status == 202, answer
    return answer.json


def test_a_zone_has_several_since_2_70(api: Api) -> None:
    network = make_network(api)
    assert add(api, network, "2.69").fault == (409, "conflictingRequest")
    assert add(api, network, "2.70").status == 200
    assert add(api, network, "2.69", availability_zone="manila-zone-1").status == 200


def test_they_are_deleted_one_by_one(api: Api) -> None:
    network = make_network(api)
    (subnet,) = shown(api, network)["share_network_subnets"]
    assert api.call("DELETE", f"{path(network)}/{subnet['id']}").status == 202
    assert shown(api, network)["share_network_subnets"] == []


def test_metadata_leaves_the_subnets_date_alone(api: Api) -> None:
    network = make_network(api)
    subnet = add(api, network, metadata={"tier": "gold"}).json["share_network_subnet"]
    own = f"{path(network)}/{subnet['id']}"
    assert api.post(f"{own}/metadata", {"metadata": {"color": "blue"}}).json == {"metadata": {"color": "blue"}}
    found = api.get(own).json["share_network_subnet"]
    assert (found["metadata"], found["updated_at"]) == ({"tier": "gold", "color": "blue"}, None)


def test_others_read_metadata_and_cannot_change_it(api: Api) -> None:
    network = make_network(api)
    (subnet,) = shown(api, network)["share_network_subnets"]
    own = f"{path(network)}/{subnet['id']}/metadata"
    assert api.get(own, user="alt_demo").json == {"metadata": {}}
    assert api.post(own, {"metadata": {"a": "b"}}, user="alt_demo").fault == (403, "forbidden")


def test_where_no_server_is_there_is_nothing_to_check(api: Api) -> None:
    assert check(api, make_network(api)) == {"compatible": True, "hosts_check_result": {}}
    assert check(api, make_network(api), user="demo") == {"compatible": True}


def test_backends_are_asked_before_servers_get_another_subnet() -> None:
    api = Api(delays=SLOW)
    network = make_network(api)
    ids = [add_server(api, network), add_server(api, network, DELTA)]
    assert add(api, network, **NEUTRON).fault == (400, "badRequest")
    asked = check(api, network)
    assert asked == {"compatible": None, "hosts_check_result": {"oracle@gamma": None, "oracle@delta": None}}
    assert add(api, network, **NEUTRON).fault == (400, "badRequest")
    api.world.advance_to_idle()
    assert check(api, network)["compatible"] is True
    subnet = add(api, network, **NEUTRON).json["share_network_subnet"]
    assert shown(api, network)["status"] == "network_change"
    assert [server(api, id)["status"] for id in ids] == ["network_change", "network_change"]
    api.world.advance_to_idle()
    assert shown(api, network)["status"] == "active"
    assert api.get(f"{path(network)}/{subnet['id']}").json["share_network_subnet"]["cidr"] is not None
    for id in ids:
        assert server(api, id)["status"] == "active"
        assert subnet["id"] in server(api, id)["share_network_subnet_ids"]
    assert add(api, network, **NEUTRON).fault == (400, "badRequest")  # what was said is used up


def test_a_check_is_of_one_zone(api: Api) -> None:
    network = make_network(api)
    add_server(api, network)
    check(api, network)
    assert check(api, network, availability_zone="manila-zone-1") == {"compatible": True, "hosts_check_result": {}}


def test_a_backend_that_cannot_says_so_until_it_is_asked_anew() -> None:
    api = Api(delays=SLOW)
    network = make_network(api)
    add_server(api, network)
    fail(api, "share_networks.share_network_subnet_create_check", when={"times": 1})
    check(api, network)
    api.world.advance_to_idle()
    assert check(api, network) == {"compatible": False, "hosts_check_result": {"oracle@gamma": False}}
    assert add(api, network, **NEUTRON).fault == (400, "badRequest")
    assert check(api, network, reset_operation=True)["compatible"] is None
    api.world.advance_to_idle()
    assert check(api, network)["compatible"] is True


def test_a_change_that_fails_leaves_the_servers_in_error(api: Api) -> None:
    network = make_network(api)
    id = add_server(api, network)
    check(api, network)
    api.world.advance_to_idle()
    fail(api, "share_network_subnets.create")
    assert add(api, network, **NEUTRON).status == 200
    api.world.advance_to_idle()
    assert server(api, id)["status"] == "error"
    assert shown(api, network)["status"] == "active"


@pytest.mark.parametrize(
    "attributes", [{"status": "error"}, {"network_allocation_update_support": False}, {"host": "oracle@nowhere"}]
)
def test_servers_that_could_not_change_are_not_asked(api: Api, attributes: dict[str, Any]) -> None:
    network = make_network(api)
    add_server(api, network, **attributes)
    body = {"share_network_subnet_create_check": NEUTRON}
    assert api.post(f"/v2/share-networks/{network['id']}/action", body).fault == (400, "badRequest")
