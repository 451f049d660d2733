"""Share networks: made with a subnet, shown in two forms, listed, changed, and deleted when nothing is on them."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.scenario.seeding import seed

from ...api import Api
from .serving import add_server, make_network, shown

PATH = "/v2/share-networks"


def names(api: Api, query: str, **options: Any) -> list[str]:
    return [one["name"] for one in api.get(f"{PATH}?{query}", **options).json["share_networks"]]


def put(api: Api, network: dict[str, Any], **fields: Any) -> Any:
    return api.call("PUT", f"{PATH}/{network['id']}", body={"share_network": fields})


def test_one_has_a_subnet_from_the_start(api: Api) -> None:
    network = make_network(api, neutron_net_id="a", neutron_subnet_id="b", availability_zone="manila-zone-1")
    (subnet,) = shown(api, network)["share_network_subnets"]
    assert (subnet["neutron_net_id"], subnet["availability_zone"]) == ("a", "manila-zone-1")
    assert "share_network_id" not in subnet


def test_before_2_51_it_says_where_its_default_subnet_lies(api: Api) -> None:
    everywhere = make_network(api, neutron_net_id="a", neutron_subnet_id="b")
    zoned = make_network(api, neutron_net_id="a", neutron_subnet_id="b", availability_zone="manila-zone-1")
    old = shown(api, everywhere, version="2.50")
    assert old["neutron_net_id"] == "a"
    assert "share_network_subnets" not in old
    assert shown(api, zoned, version="2.50")["neutron_net_id"] is None


@pytest.mark.parametrize(("version", "has"), [("2.77", False), ("2.78", True)])
def test_metadata_of_subnets_is_shown_since_2_78(api: Api, version: str, has: bool) -> None:
    (subnet,) = shown(api, make_network(api), version=version)["share_network_subnets"]
    assert ("metadata" in subnet) is has


def test_how_it_is_carried_out_is_for_administrators(api: Api) -> None:
    network = make_network(api)
    (record,) = api.world.store["share_network_subnets"]
    record.update(network_type="vlan", segmentation_id=1010, cidr="10.0.0.0/24")
    for user, kind in (("demo", None), ("admin", "vlan")):
        (subnet,) = shown(api, network, user=user)["share_network_subnets"]
        assert (subnet["network_type"], subnet["cidr"]) == (kind, "10.0.0.0/24")


def test_half_of_neutron_is_refused(api: Api) -> None:
    assert api.post(PATH, {"share_network": {"neutron_net_id": "a"}}).fault == (400, "badRequest")
    network = make_network(api)
    assert put(api, network, neutron_net_id="a").fault == (400, "badRequest")
    assert put(api, network, neutron_net_id="a", neutron_subnet_id="b").status == 200
    assert put(api, network, neutron_net_id="c").status == 200


def test_an_unknown_zone_is_refused(api: Api) -> None:
    assert api.post(PATH, {"share_network": {"availability_zone": "nowhere"}}).fault == (400, "badRequest")


def test_they_count_against_a_quota(api: Api) -> None:
    project = make_network(api)["project_id"]
    limits = {"quota_set": {"share_networks": 1}}
    assert api.call("PUT", f"/v2/quota-sets/{project}", body=limits, user="admin").status == 200
    assert api.post(PATH, {"share_network": {}}).fault == (413, "overLimit")


def test_any_attribute_of_it_or_of_its_subnets_can_be_searched_for(api: Api) -> None:
    make_network(api, name="one", neutron_net_id="net-1", neutron_subnet_id="b")
    make_network(api, name="two", availability_zone="manila-zone-1")
    assert names(api, "neutron_net_id=net-1") == ["one"]
    assert names(api, "neutron_net_id~=net") == ["one"]
    assert names(api, "neutron_net_id~=net", version="2.35") == []
    assert names(api, "availability_zone=manila-zone-1") == ["two"]
    assert names(api, "bogus=x") == []


def test_only_administrators_search_by_how_it_is_carried_out(api: Api) -> None:
    make_network(api, name="one")
    assert names(api, "segmentation_id=5") == ["one"]
    assert names(api, "segmentation_id=5&all_tenants=1", user="admin") == []
    assert api.get(f"{PATH}?segmentation_id=x", user="admin").fault == (400, "badRequest")


def test_days_are_dates(api: Api) -> None:
    make_network(api, name="one")
    assert names(api, "created_since=2025-12-31") == ["one"]
    assert names(api, "created_before=2025-12-31") == []
    assert api.get(f"{PATH}?created_since=2025-12-31T00:00:00").fault == (400, "badRequest")


def test_administrators_see_anybodys(api: Api) -> None:
    network = make_network(api, name="one")
    assert names(api, "", user="admin") == []
    assert names(api, "all_tenants=1", user="admin") == ["one"]
    assert names(api, f"project_id={network['project_id']}", user="admin") == ["one"]
    assert names(api, f"project_id={network['project_id']}", user="alt_demo") == []
    assert api.get(f"{PATH}/{network['id']}", user="alt_demo").fault == (404, "itemNotFound")


def test_share_servers_keep_all_but_its_name_from_changing(api: Api) -> None:
    network = make_network(api)
    add_server(api, network)
    assert put(api, network, neutron_net_id="a", neutron_subnet_id="b").fault == (403, "forbidden")
    assert put(api, network, name="renamed").status == 200


@pytest.mark.parametrize("what", ["security_service_update_support", "network_allocation_update_support"])
def test_what_one_of_its_servers_cannot_it_cannot(api: Api, what: str) -> None:
    network = make_network(api)
    assert shown(api, network)[what] is True
    add_server(api, network)
    attributes: dict[str, Any] = {what: False}
    add_server(api, network, **attributes)
    assert shown(api, network)[what] is False


def test_one_with_two_subnets_stays(api: Api) -> None:
    network = make_network(api)
    assert api.post(f"{PATH}/{network['id']}/subnets", {"share-network-subnet": {}}).status == 200
    assert api.call("DELETE", f"{PATH}/{network['id']}").fault == (409, "conflictingRequest")


def test_one_whose_server_may_hold_more_than_manila_knows_stays(api: Api) -> None:
    network = make_network(api)
    add_server(api, network, is_auto_deletable=False)
    assert api.call("DELETE", f"{PATH}/{network['id']}").fault == (409, "conflictingRequest")


def test_its_subnets_go_with_it(api: Api) -> None:
    network = make_network(api)
    assert api.call("DELETE", f"{PATH}/{network['id']}").status == 202
    assert len(api.world.store["share_network_subnets"]) == 0


def test_its_status_can_be_reset(api: Api) -> None:
    network = make_network(api)
    path = f"{PATH}/{network['id']}/action"
    assert api.post(path, {"reset_status": {"status": "error"}}, user="admin").status == 202
    assert shown(api, network)["status"] == "error"
    assert api.post(path, {"reset_status": {"status": "available"}}, user="admin").fault == (400, "badRequest")


def test_one_can_be_seeded(api: Api) -> None:
    service = seed(api.world, "security_service", name="directory")
    seeded = seed(
        api.world,
        "share_network",
        name="wired",
        status="error",
        security_services=["directory"],
        availability_zone="manila-zone-0",
    )
    network = shown(api, seeded)
    assert network["status"] == "error"
    assert [each["availability_zone"] for each in network["share_network_subnets"]] == ["manila-zone-0"]
    services = api.get(f"/v2/security-services?share_network_id={seeded['id']}").json["security_services"]
    assert [each["id"] for each in services] == [service["id"]]
    seed(api.world, "share_network_subnet", share_network="wired", metadata={"tier": "gold"})
    assert len(shown(api, seeded)["share_network_subnets"]) == 2
