"""What share servers have of Neutron where a deployment offers it."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.neighbours.offers import parse
from fakemanila.scenario.seeding import seed

from ..api import UNKNOWN, Api

PORTS = "/network/v2.0/ports"


@pytest.fixture
def api() -> Api:
    return Api(services=parse("network"))


def lie(api: Api, cidr: str = "10.1.0.0/24", **fields: Any) -> dict[str, str]:
    """A new network of Neutron's, as a share network names it."""
    network = seed(api.world, "network", name="private", **fields)
    subnet = seed(api.world, "subnet", network=network["id"], cidr=cidr)
    return {"neutron_net_id": network["id"], "neutron_subnet_id": subnet["id"]}


def share_on(api: Api, place: dict[str, str]) -> dict[str, Any]:
    """A share on a new share network, when all is over."""
    network = api.post("/v2/share-networks", {"share_network": place}).json["share_network"]
    body = {"share": {"share_proto": "NFS", "size": 1, "share_type": "dhss_true", "share_network_id": network["id"]}}
    made = api.post("/v2/shares", body).json["share"]
    share: dict[str, Any] = api.get(f"/v2/shares/{made['id']}").json["share"]
    return share


def ports(api: Api, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(PORTS, user="admin", query=query).json["ports"]
    return found


def told(api: Api) -> list[str]:
    return [message["detail_id"] for message in api.get("/v2/messages").json["messages"]]


def test_have_ports_on_the_subnet_and_their_addresses(api: Api) -> None:
    place = lie(api)
    share = share_on(api, place)
    assert share["status"] == "available"
    (server,) = api.get("/v2/share-servers", user="admin").json["share_servers"]
    found = ports(api, "device_owner=manila:share")
    assert {port["device_id"] for port in found} == {server["id"]}
    assert {port["name"] for port in found} == {f"{server['id']}_0", f"{server['id']}_1"}
    assert {port["project_id"] for port in found} == {api.project_id()}
    addresses = {port["fixed_ips"][0]["ip_address"] for port in found}
    assert addresses == {"10.1.0.2", "10.1.0.3"}
    locations = api.get(f"/v2/shares/{share['id']}/export_locations").json["export_locations"]
    assert {location["path"].partition(":")[0] for location in locations} == addresses


def test_tell_their_share_network_where_it_lies(api: Api) -> None:
    place = lie(api, network_type="vlan", segmentation_id=77, mtu=1400)
    share = share_on(api, place)
    path = f"/v2/share-networks/{share['share_network_id']}"
    (subnet,) = api.get(path, user="admin").json["share_network"]["share_network_subnets"]
    facts = {"network_type": "vlan", "segmentation_id": 77, "mtu": 1400, "cidr": "10.1.0.0/24", "ip_version": 4}
    assert {**subnet, **facts, "gateway": "10.1.0.1"} == subnet


@pytest.mark.parametrize("missing", ["neutron_net_id", "neutron_subnet_id"])
def test_are_not_made_where_neutron_has_no_such_place(api: Api, missing: str) -> None:
    share = share_on(api, {**lie(api), missing: UNKNOWN})
    assert share["status"] == "error"
    assert told(api) == ["004"]
    (server,) = api.get("/v2/share-servers", user="admin").json["share_servers"]
    assert server["status"] == "error"
    assert ports(api) == []


def test_are_not_made_on_a_subnet_of_another_network(api: Api) -> None:
    place = lie(api)
    other = seed(api.world, "network", name="other")
    share = share_on(api, {**place, "neutron_net_id": other["id"]})
    assert share["status"] == "error"
    assert told(api) == ["004"]


def test_are_not_made_without_addresses_and_leave_none_taken(api: Api) -> None:
    share = share_on(api, lie(api, "10.1.0.0/30"))  # one address beside the gateway's
    assert share["status"] == "error"
    assert told(api) == ["027"]
    assert ports(api) == []


def test_are_not_made_over_the_quota_of_ports(api: Api) -> None:
    place = lie(api)
    api.put(f"/network/v2.0/quotas/{api.project_id()}", {"quota": {"port": 1}}, user="admin")
    assert share_on(api, place)["status"] == "error"
    assert told(api) == ["027"]


def test_give_their_ports_back(api: Api) -> None:
    share = share_on(api, lie(api))
    network, own = share["share_network_id"], ports(api)[0]["id"]
    assert api.delete(f"{PORTS}/{own}").status == 403
    api.delete(f"/v2/shares/{share['id']}")
    api.delete(f"/v2/share-networks/{network}")
    assert ports(api) == []


def test_that_are_not_used_any_more_give_theirs_back_too(api: Api) -> None:
    share = share_on(api, lie(api))
    api.delete(f"/v2/shares/{share['id']}")
    assert len(ports(api)) == 2
    api.world.advance_to_next()
    assert ports(api) == []


def test_hold_their_network(api: Api) -> None:
    place = lie(api)
    share_on(api, place)
    assert api.delete(f"/network/v2.0/networks/{place['neutron_net_id']}").status == 409


def test_on_a_network_that_leads_outside_have_ports_that_are_switched_off(api: Api) -> None:
    share_on(api, lie(api, external=True))
    assert {port["admin_state_up"] for port in ports(api)} == {False}


def test_have_addresses_of_the_deployment_where_nothing_of_neutron_is_named(api: Api) -> None:
    share = share_on(api, {})
    assert share["status"] == "available"
    assert ports(api) == []


def test_ask_nobody_where_there_is_no_neutron() -> None:
    api = Api()
    assert share_on(api, {"neutron_net_id": "any", "neutron_subnet_id": "thing"})["status"] == "available"


def test_are_seeded_where_neutron_has_the_place_only(api: Api) -> None:
    seed(api.world, "share_network", name="there", **lie(api))
    seed(api.world, "share_network", name="nowhere", neutron_net_id="a", neutron_subnet_id="b")
    seed(api.world, "share_server", share_network="there")
    assert len(ports(api)) == 2
    with pytest.raises(ValueError, match="share_network: Neutron has no such network"):
        seed(api.world, "share_server", share_network="nowhere")
    with pytest.raises(ValueError, match="share_network: Neutron has no such network"):
        seed(api.world, "share", share_type="dhss_true", share_network="nowhere")
    assert len(api.world.store["share_servers"]) == 1


def test_lie_where_a_scenario_names_a_network_and_a_subnet(api: Api) -> None:
    network = seed(api.world, "network", name="blue")
    subnet = seed(api.world, "subnet", network="blue", name="blue-v4", cidr="10.2.0.0/24")
    place = {"neutron_net_id": "blue", "neutron_subnet_id": "blue-v4"}
    made = seed(api.world, "share_network", **place)
    seed(api.world, "share_network_subnet", share_network=made["id"], availability_zone="manila-zone-1", **place)
    subnets = api.world.store["share_network_subnets"].where(share_network_id=made["id"])
    assert [(each["neutron_net_id"], each["neutron_subnet_id"]) for each in subnets] == [
        (network["id"], subnet["id"])
    ] * 2
    seed(api.world, "network", name="blue")
    with pytest.raises(ValueError, match="neutron_net_id: 'blue' matches 2 of them; give an id"):
        seed(api.world, "share_network", **place)


def test_are_not_seeded_where_there_is_no_address(api: Api) -> None:
    seed(api.world, "share_network", name="small", **lie(api, "10.1.0.0/30"))
    with pytest.raises(ValueError, match="share_network: Neutron has no address left"):
        seed(api.world, "share_server", share_network="small")
    assert len(api.world.store["share_servers"]) == 0
