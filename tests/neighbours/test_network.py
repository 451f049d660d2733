"""Neutron's networks, subnets and ports, call by call."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.neighbours.offers import parse
from fakemanila.scenario.seeding import seed
from fakemanila.world.state import document as state

from ..api import UNKNOWN, Api

NETWORKS, SUBNETS, PORTS = "/network/v2.0/networks", "/network/v2.0/subnets", "/network/v2.0/ports"


@pytest.fixture
def api() -> Api:
    return Api(services=parse("network")).at(version=None)


def network(api: Api, *, user: str = "demo", **fields: Any) -> dict[str, Any]:
    answer = api.post(NETWORKS, {"network": fields}, user=user)
    assert answer.status == 201, answer
    made: dict[str, Any] = answer.json["network"]
    return made


def subnet(api: Api, network_id: str, cidr: str = "10.1.0.0/24", **fields: Any) -> dict[str, Any]:
    body = {"subnet": {"network_id": network_id, "cidr": cidr, "ip_version": 4, **fields}}
    answer = api.post(SUBNETS, body)
    assert answer.status == 201, answer
    made: dict[str, Any] = answer.json["subnet"]
    return made


def port(api: Api, network_id: str, *, user: str = "demo", **fields: Any) -> Any:
    return api.post(PORTS, {"port": {"network_id": network_id, **fields}}, user=user)


def error(answer: Any) -> tuple[int, str]:
    assert answer.json["NeutronError"].keys() == {"type", "message", "detail"}
    return answer.status, answer.json["NeutronError"]["type"]


class TestNetworks:
    def test_are_made_changed_and_deleted(self, api: Api) -> None:
        made = network(api, name="private", admin_state_up="true")
        assert (made["status"], made["admin_state_up"], made["subnets"]) == ("ACTIVE", True, [])
        assert made["project_id"] == made["tenant_id"] == api.project_id()
        one = f"{NETWORKS}/{made['id']}"
        changed = api.put(one, {"network": {"name": "new", "mtu": "1400"}}).json["network"]
        assert (changed["name"], changed["mtu"], changed["revision_number"]) == ("new", 1400, 2)
        assert api.get(one).json["network"] == changed
        assert api.delete(one).status == 204
        assert error(api.get(one)) == (404, "NetworkNotFound")

    def test_are_other_projects_where_they_are_shared_or_external(self, api: Api) -> None:
        network(api, name="own")
        for name, fields in {"shared": {"shared": True}, "outside": {"router:external": True}, "hidden": {}}.items():
            network(api, user="admin", name=name, **fields)
        assert {each["name"] for each in api.get(NETWORKS).json["networks"]} == {"own", "shared", "outside"}
        assert len(api.get(NETWORKS, user="admin").json["networks"]) == 4
        shared = api.get(NETWORKS, query={"name": "shared"}).json["networks"][0]
        assert error(api.delete(f"{NETWORKS}/{shared['id']}")) == (403, "PolicyNotAuthorized")

    @pytest.mark.parametrize("field", ["shared", "router:external", "provider:network_type"])
    def test_are_shared_and_placed_by_administrators_only(self, api: Api, field: str) -> None:
        value = "flat" if field.startswith("provider") else True
        assert error(api.post(NETWORKS, {"network": {field: value}})) == (403, "PolicyNotAuthorized")
        assert network(api, user="admin", **{field: value})[field] == value
        if value is True:
            made = api.post(NETWORKS, {"network": {field: False}}).json["network"]
            assert error(api.put(f"{NETWORKS}/{made['id']}", {"network": {field: False}}))[0] == 403
        assert field.startswith("provider") != (field in network(api))

    def test_belong_to_somebody_else_by_administrators_only(self, api: Api) -> None:
        other = api.project_id("alt_demo")
        assert error(api.post(NETWORKS, {"network": {"project_id": other}})) == (400, "HTTPBadRequest")
        assert network(api, user="admin", tenant_id=other)["project_id"] == other

    def test_refuse_what_is_not_a_field_of_theirs(self, api: Api) -> None:
        answer = api.post(NETWORKS, {"network": {"nmae": "x"}})
        assert error(answer) == (400, "HTTPBadRequest")
        assert "did you mean 'name'" in answer.json["NeutronError"]["message"]

    def test_stay_while_a_port_is_on_them_and_take_their_subnets_along(self, api: Api) -> None:
        made = network(api)
        subnet(api, made["id"])
        there = port(api, made["id"]).json["port"]
        assert error(api.delete(f"{NETWORKS}/{made['id']}")) == (409, "NetworkInUse")
        api.delete(f"{PORTS}/{there['id']}")
        assert api.delete(f"{NETWORKS}/{made['id']}").status == 204
        assert api.get(SUBNETS).json == {"subnets": []}

    def test_are_limited_by_a_quota(self, api: Api) -> None:
        project = api.project_id()
        quota = f"/network/v2.0/quotas/{project}"
        assert api.get(quota).json["quota"]["network"] == 100
        assert api.put(quota, {"quota": {"network": 1}}, user="admin").json["quota"]["network"] == 1
        network(api)
        assert error(api.post(NETWORKS, {"network": {}})) == (409, "OverQuota")
        assert api.get(f"{quota}/details.json").json["quota"]["network"] == {"limit": 1, "used": 1, "reserved": 0}
        assert api.delete(quota, user="admin").status == 204
        network(api)
        assert error(api.get("/network/v2.0/quotas/other")) == (403, "PolicyNotAuthorized")


class TestLists:
    @pytest.fixture
    def made(self, api: Api) -> list[str]:
        for name, tags in {"a": ["x", "y"], "b": ["x"], "c": []}.items():
            id = network(api, name=name, admin_state_up=name != "c")["id"]
            api.put(f"{NETWORKS}/{id}/tags", {"tags": tags})
        return sorted(each["id"] for each in api.get(NETWORKS).json["networks"])

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("name=a", "a"),
            ("name=a&name=c", "ac"),
            ("name=A", "a"),
            ("admin_state_up=False", "c"),
            ("status=ACTIVE&name=b", "b"),
            ("tags=x", "ab"),
            ("tags=x,y", "a"),
            ("tags-any=y,z", "a"),
            ("not-tags=x", "c"),
            ("not-tags-any=y", "bc"),
            ("mtu=1450", "abc"),
            ("description=", "abc"),
            ("shared=true", ""),
        ],
    )
    def test_find_what_is_asked_for(self, api: Api, made: list[str], query: str, names: str) -> None:
        found = api.get(NETWORKS, query=query).json["networks"]
        assert "".join(sorted(each["name"] for each in found)) == names

    def test_come_in_order_and_with_the_fields_that_are_asked_for(self, api: Api, made: list[str]) -> None:
        assert [each["id"] for each in api.get(NETWORKS).json["networks"]] == made
        query = "sort_key=name&sort_dir=desc&fields=name"
        assert api.get(NETWORKS, query=query).json == {"networks": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}

    def test_come_in_pages_that_link_to_each_other(self, api: Api, made: list[str]) -> None:
        first = api.get(NETWORKS, query="limit=2").json
        links = {each["rel"]: each["href"] for each in first["networks_links"]}
        assert [each["id"] for each in first["networks"]] == made[:2]
        second = api.get(links["next"].removeprefix("http://localhost")).json
        assert [each["id"] for each in second["networks"]] == made[2:]
        (back,) = second["networks_links"]
        assert back["rel"] == "previous"
        assert api.get(back["href"].removeprefix("http://localhost")).json["networks"] == first["networks"]

    @pytest.mark.parametrize("query", ["nmae=a", "sort_key=nmae&sort_dir=asc", "sort_key=name", "limit=-1", "mtu=many"])
    def test_refuse_what_nobody_knows(self, api: Api, made: list[str], query: str) -> None:
        assert api.get(NETWORKS, query=query).status == 400


class TestSubnets:
    def test_have_a_gateway_and_pools_of_their_own(self, api: Api) -> None:
        id = network(api)["id"]
        made = subnet(api, id, "10.1.0.7/29")
        assert (made["cidr"], made["gateway_ip"]) == ("10.1.0.0/29", "10.1.0.1")
        assert made["allocation_pools"] == [{"start": "10.1.0.2", "end": "10.1.0.6"}]
        assert subnet(api, id, "10.2.0.0/29", gateway_ip="10.2.0.3")["allocation_pools"] == [
            {"start": "10.2.0.1", "end": "10.2.0.2"},
            {"start": "10.2.0.4", "end": "10.2.0.6"},
        ]
        alone = subnet(api, id, "10.3.0.0/30", gateway_ip=None)
        assert (alone["gateway_ip"], alone["allocation_pools"]) == (None, [{"start": "10.3.0.1", "end": "10.3.0.2"}])
        six = subnet(api, id, "fd00::/64", ip_version=6)
        assert (six["gateway_ip"], six["allocation_pools"][0]["start"]) == ("fd00::1", "fd00::2")
        assert api.get(f"{NETWORKS}/{id}").json["network"]["subnets"][0] == made["id"]

    @pytest.mark.parametrize(
        ("fields", "called"),
        [
            ({"cidr": "10.1.0.0/25"}, "InvalidInput"),
            ({"cidr": "nonsense"}, "InvalidInput"),
            ({"cidr": "fd00::/64"}, "InvalidInput"),
            ({"cidr": None}, "BadRequest"),
            ({"ip_version": 5}, "InvalidInput"),
            ({"gateway_ip": "here"}, "InvalidInput"),
            ({"allocation_pools": [{"start": "10.2.0.9", "end": "10.2.0.3"}]}, "BadRequest"),
            ({"allocation_pools": [{"start": "10.3.0.1", "end": "10.3.0.2"}]}, "BadRequest"),
            ({"dns_nameservers": ["here"]}, "InvalidInput"),
            ({"host_routes": [{"destination": "10.9.0.0/24"}]}, "InvalidInput"),
        ],
    )
    def test_refuse_addresses_that_make_no_sense(self, api: Api, fields: dict[str, Any], called: str) -> None:
        id = network(api)["id"]
        subnet(api, id)
        body = {"network_id": id, "ip_version": 4, "cidr": "10.2.0.0/24", **fields}
        assert error(api.post(SUBNETS, {"subnet": body})) == (400, called)

    def test_are_not_made_of_pools_yet(self, api: Api) -> None:
        body = {"network_id": network(api)["id"], "ip_version": 4, "subnetpool_id": UNKNOWN}
        assert error(api.post(SUBNETS, {"subnet": body})) == (501, "HTTPNotImplemented")

    def test_change_and_stay_while_an_address_is_taken(self, api: Api) -> None:
        id = network(api)["id"]
        one = f"{SUBNETS}/{subnet(api, id)['id']}"
        body = {"name": "new", "gateway_ip": None, "dns_nameservers": ["8.8.8.8"], "enable_dhcp": False}
        changed = api.put(one, {"subnet": body}).json["subnet"]
        assert {name: changed[name] for name in body} == body
        assert error(api.put(one, {"subnet": {"cidr": "10.4.0.0/24"}})) == (400, "HTTPBadRequest")
        there = port(api, id).json["port"]
        assert error(api.delete(one)) == (409, "SubnetInUse")
        api.delete(f"{PORTS}/{there['id']}")
        assert api.delete(one).status == 204

    def test_are_for_those_whose_network_it_is(self, api: Api) -> None:
        hidden, shared = network(api, user="admin"), network(api, user="admin", shared=True)
        for id, expected in ((hidden["id"], (404, "NetworkNotFound")), (shared["id"], (403, "PolicyNotAuthorized"))):
            body = {"network_id": id, "ip_version": 4, "cidr": "10.2.0.0/24"}
            assert error(api.post(SUBNETS, {"subnet": body})) == expected


class TestPorts:
    def test_take_the_next_address(self, api: Api) -> None:
        id = network(api)["id"]
        of = subnet(api, id, "10.1.0.0/29")["id"]
        found = [port(api, id).json["port"]["fixed_ips"] for _ in range(2)]
        assert found == [[{"subnet_id": of, "ip_address": f"10.1.0.{last}"}] for last in (2, 3)]
        assert port(api, id, fixed_ips=[]).json["port"]["fixed_ips"] == []
        twice = port(api, id, fixed_ips=[{"subnet_id": of}, {"subnet_id": of}]).json["port"]
        assert [each["ip_address"] for each in twice["fixed_ips"]] == ["10.1.0.4", "10.1.0.5"]

    def test_take_the_address_that_is_asked_for_once(self, api: Api) -> None:
        id = network(api)["id"]
        subnet(api, id)
        wanted = [{"ip_address": "10.1.0.77"}]
        made = port(api, id, fixed_ips=wanted).json["port"]
        assert made["fixed_ips"][0]["ip_address"] == "10.1.0.77"
        assert error(port(api, id, fixed_ips=wanted)) == (409, "IpAddressInUse")
        assert error(port(api, id, fixed_ips=[{"ip_address": "10.9.0.1"}])) == (400, "InvalidIpForSubnet")
        assert error(port(api, id, fixed_ips=[{"subnet_id": UNKNOWN}])) == (400, "InvalidInput")
        again = api.put(f"{PORTS}/{made['id']}", {"port": {"fixed_ips": wanted}})
        assert again.json["port"]["fixed_ips"] == made["fixed_ips"]

    def test_run_out_of_addresses(self, api: Api) -> None:
        id = network(api)["id"]
        subnet(api, id, "10.1.0.0/30")
        assert port(api, id).status == 201
        assert error(port(api, id)) == (409, "IpAddressGenerationFailure")

    def test_are_bound_by_administrators(self, api: Api) -> None:
        made = port(api, network(api)["id"]).json["port"]
        assert made["status"] == "DOWN"
        body = {"port": {"binding:host_id": "here"}}
        assert error(api.put(f"{PORTS}/{made['id']}", body)) == (403, "PolicyNotAuthorized")
        bound = api.put(f"{PORTS}/{made['id']}", body, user="admin").json["port"]
        assert (bound["status"], bound["binding:vif_type"]) == ("ACTIVE", "ovs")

    def test_are_found_by_what_has_them(self, api: Api) -> None:
        id = network(api)["id"]
        of = subnet(api, id)["id"]
        for device in ("one", "two"):
            port(api, id, device_id=device)
        assert [each["device_id"] for each in api.get(PORTS, query="device_id=two").json["ports"]] == ["two"]
        assert len(api.get(PORTS, query=f"fixed_ips=subnet_id={of}").json["ports"]) == 2
        assert len(api.get(PORTS, query="fixed_ips=ip_address=10.1.0.2").json["ports"]) == 1

    def test_of_other_services_are_not_taken_away(self, api: Api) -> None:
        made = port(api, network(api)["id"], device_owner="compute:nova").json["port"]
        assert error(api.delete(f"{PORTS}/{made['id']}")) == (403, "PolicyNotAuthorized")
        assert api.delete(f"{PORTS}/{made['id']}", user="admin").status == 204


def test_tags_come_and_go_one_by_one(api: Api) -> None:
    tags = f"{NETWORKS}/{network(api)['id']}/tags"
    assert api.put(f"{tags}/red").status == 201
    assert api.get(tags).json == {"tags": ["red"]}
    assert api.get(f"{tags}/red").status == 204
    assert error(api.get(f"{tags}/blue")) == (404, "TagNotFound")
    assert error(api.put(tags, {"tags": ["a", "a"]})) == (400, "InvalidInput")
    assert api.delete(f"{tags}/red").status == 204
    assert api.put(tags, {"tags": ["a", "b"]}).json == {"tags": ["a", "b"]}
    assert api.delete(tags).status == 204
    assert api.get(tags).json == {"tags": []}


def test_the_documents_lead_to_the_calls(api: Api) -> None:
    (version,) = api.get("/network/", user="nobody").json["versions"]
    assert version["links"] == [{"rel": "self", "href": "http://localhost/network/v2.0/"}]
    assert api.get("/network/v2.0/").status == 200
    named = {each["alias"]: each["name"] for each in api.get("/network/v2.0/extensions").json["extensions"]}
    assert named["provider"] == "Provider Network"
    assert api.get("/network/v2.0/extensions/provider").json["extension"]["alias"] == "provider"
    assert error(api.get("/network/v2.0/extensions/nothing")) == (404, "ExtensionNotFound")
    assert api.get("/network/v2.0/networks.json").status == 200


def test_a_world_is_written_down_and_read_back_with_its_networks(api: Api) -> None:
    id = network(api, name="private")["id"]
    subnet(api, id)
    port(api, id)
    document = state.dump(api.world)
    other = Api(services=parse("network")).at(version=None)
    state.load(other.world, document)
    assert other.get(PORTS).json == api.get(PORTS).json


def test_networks_are_seeded_with_their_subnets(api: Api) -> None:
    seed(api.world, "network", name="private", tags=["blue"])
    seed(api.world, "subnet", network="private", cidr="10.1.0.0/24", name="first")
    (made,) = api.get(NETWORKS, query="tags=blue").json["networks"]
    (first,) = api.get(SUBNETS).json["subnets"]
    assert made["subnets"] == [first["id"]]
    with pytest.raises(ValueError, match=r"cidr: .*overlaps"):
        seed(api.world, "subnet", network="private", cidr="10.1.0.0/25")
    with pytest.raises(ValueError, match="cidr: "):
        seed(api.world, "subnet", network="private", cidr="here")


def test_an_access_rule_lets_a_credential_in(api: Api) -> None:
    rules = [{"service": "network", "method": "GET", "path": "/v2.0/networks"}]
    body = {"application_credential": {"name": "reads", "access_rules": rules}}
    made = api.post(f"/identity/v3/users/{api.user_id()}/application_credentials", body).json["application_credential"]
    auth = {
        "identity": {
            "methods": ["application_credential"],
            "application_credential": {"id": made["id"], "secret": made["secret"]},
        }
    }
    token = api.post("/identity/v3/auth/tokens", {"auth": auth}, user="nobody").headers["X-Subject-Token"]
    assert api.get(NETWORKS, user="nobody", headers={"X-Auth-Token": token}).status == 200
    assert api.get(SUBNETS, user="nobody", headers={"X-Auth-Token": token}).status == 401
