"""Backends that a scenario describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakemanila.scenario.scenario import Scenario, ScenarioError
from fakemanila.world.state import document as state
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds

from ..api import Api
from ..manila.backend.deployed import Json, api_of, locations, make, paths

NAS: Json = {"name": "nas", "protocols": ["NFS"]}
CEPH: Json = {"name": "ceph", "protocols": ["CEPHFS"]}


def pools(api: Api, **query: str) -> dict[str, Json]:
    found = api.get("/v2/scheduler-stats/pools/detail", user="admin", query=query).json["pools"]
    return {each["name"]: each["capabilities"] for each in found}


def services(api: Api) -> list[tuple[str, str, str]]:
    found = api.get("/v2/services", user="admin").json["services"]
    return [(each["binary"], each["host"], each["zone"]) for each in found]


def test_they_take_the_place_of_the_built_in_ones() -> None:
    api = api_of(NAS, {**CEPH, "availability_zone": "east", "total_capacity_gb": 500})
    assert services(api) == [
        ("manila-scheduler", "oracle", "nova"),
        ("manila-data", "oracle", "nova"),
        ("manila-share", "oracle@nas", "nova"),
        ("manila-share", "oracle@ceph", "east"),
    ]
    zones = api.get("/v2/availability-zones").json["availability_zones"]
    assert sorted(zone["name"] for zone in zones) == ["east", "nova"]
    assert pools(api).keys() == {"oracle@nas#nas", "oracle@ceph#cephfs"}
    assert pools(api)["oracle@ceph#cephfs"]["total_capacity_gb"] == 500
    assert pools(api, backend="ceph").keys() == {"oracle@ceph#cephfs"}


def test_the_protocols_are_those_that_any_backend_serves() -> None:
    api = api_of(CEPH, {"name": "hadoop", "protocols": ["HDFS"]})
    refused = api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS"}})
    assert refused.fault == (400, "badRequest")
    assert "['HDFS', 'CEPHFS']" in refused.text
    assert make(api, "HDFS")["status"] == make(api, "CEPHFS")["status"] == "available"
    for protocol in ("CEPHFS", "HDFS", "WEKAFS"):
        built_in = Api().post("/v2/shares", {"share": {"size": 1, "share_proto": protocol}})
        assert built_in.fault == (400, "badRequest")
        assert "['NFS', 'CIFS']" in built_in.text


def test_the_built_in_types_ask_for_no_more_than_the_backends_have() -> None:
    api = api_of(CEPH, {**NAS, "capabilities": {"snapshot_support": False}})
    types = api.get("/v2/types", user="admin").json["share_types"]
    asked = {each["name"]: each["extra_specs"].keys() for each in types}
    assert asked["default"] == {"driver_handles_share_servers", "create_share_from_snapshot_support"}
    assert "revert_to_snapshot_support" in asked["dhss_true"]  # of whose kind there are none
    assert {make(api, protocol)["status"] for protocol in ("NFS", "CEPHFS")} == {"available"}


def test_a_type_finds_the_backend_that_has_what_it_asks_for() -> None:
    quick = {"name": "quick", "protocols": ["NFS"], "capabilities": {"disk": "ssd"}}
    types = [{"kind": "share_type", "name": "quick", "extra_specs": {"disk": "ssd"}}]
    api = api_of(NAS, quick, {"resources": types})
    assert pools(api, share_type="quick").keys() == {"oracle@quick#quick"}
    assert make(api.at(user="admin"), "NFS", share_type="quick")["host"] == "oracle@quick#quick"


def test_one_has_the_pools_that_it_names() -> None:
    named = {"fast": {"total_capacity_gb": 5, "capabilities": {"disk": "ssd"}}, "slow": None}
    api = api_of({**NAS, "total_capacity_gb": 50, "capabilities": {"disk": "hdd", "site": "a"}, "pools": named})
    found = {host: (each["total_capacity_gb"], each["disk"], each["site"]) for host, each in pools(api).items()}
    assert found == {"oracle@nas#fast": (5, "ssd", "a"), "oracle@nas#slow": (50, "hdd", "a")}
    assert services(api)[2:] == [("manila-share", "oracle@nas", "nova")]


def test_one_may_run_on_a_host_of_its_own() -> None:
    assert services(api_of({**NAS, "name": "node7@nas"}))[-1] == ("manila-share", "node7@nas", "nova")


def test_one_may_make_share_servers_and_replicate() -> None:
    api = api_of({**NAS, "driver_handles_share_servers": True, "replication_domain": "d"})
    assert pools(api)["oracle@nas#nas"]["replication_domain"] == "d"
    network = api.post("/v2/share-networks", {"share_network": {"name": "n"}}).json["share_network"]
    share = make(api, "NFS", share_type="dhss_true", share_network_id=network["id"])
    assert share["status"] == "available"
    assert api.get("/v2/share-servers", user="admin").json["share_servers"]


# Export locations


def test_locations_are_as_their_templates_say() -> None:
    templates = [
        {"path": "192.0.2.1:{path}", "preferred": True},
        {"path": "[fd00::1]:{path}", "metadata": {"family": "6", "project": "{project_id}"}},
        {"path": "admin.example:/exports/{share_id}/{instance_id}", "is_admin_only": True},
        {"path": "nas:/{{{share_id}}}"},
    ]
    api = api_of({**NAS, "export_locations": templates})
    share = make(api, "NFS")
    found = locations(api, share, user="admin")
    instance = found[0]["share_instance_id"]
    path = f"/path/to/fake/share/share_{share['id']}_{instance}".replace("-", "_")
    assert [each["path"] for each in found] == [
        f"192.0.2.1:{path}",
        f"[fd00::1]:{path}",
        f"admin.example:/exports/{share['id']}/{instance}",
        f"nas:/{{{share['id']}}}",
    ]
    assert [each["preferred"] for each in found] == [True, False, False, False]
    assert found[1]["metadata"] == {"family": "6", "project": share["project_id"]}
    assert [each["is_admin_only"] for each in found] == [False, False, True, False]
    assert len(paths(api, share)) == 3


def test_on_share_servers_there_is_one_for_each_address() -> None:
    templates = [{"path": "{address}:/{share_id}", "preferred": True}, {"path": "{service_address}:/admin"}]
    dhss = {**NAS, "driver_handles_share_servers": True, "export_locations": templates}
    api = api_of(dhss)
    network = api.post("/v2/share-networks", {"share_network": {"name": "n"}}).json["share_network"]
    subnet = {"share-network-subnet": {"neutron_net_id": "a", "neutron_subnet_id": "b"}}
    api.post(f"/v2/share-networks/{network['id']}/subnets", subnet)
    share = make(api, "NFS", share_type="dhss_true", share_network_id=network["id"])
    found = paths(api, share)
    assert found[0].endswith(":/admin")
    assert {path.partition(":")[2] for path in found[1:]} == {f"/{share['id']}"}
    assert len(set(found)) == len(found) == 3


def test_snapshots_are_mounted_by_the_ways_that_lead_to_any_path() -> None:
    templates = [{"path": "192.0.2.1:{path}"}, {"path": "192.0.2.2:/{share_id}"}]
    api = api_of({**NAS, "export_locations": templates})
    snapshot = api.make_snapshot(make(api, "NFS")["id"])
    api.world.settle()
    found = api.get(f"/v2/snapshots/{snapshot['id']}/export-locations").json["share_snapshot_export_locations"]
    (path,) = [each["path"] for each in found]
    assert path.startswith("192.0.2.1:/path/to/fake/snapshot/")


# Together, later, and kept


def test_of_two_scenarios_both_count_and_the_later_word_is_the_last() -> None:
    api = api_of(
        {"backends": [NAS, CEPH]},
        {"backends": [{"name": "nas", "total_capacity_gb": 7}], "pools": {"ceph": {"total_capacity_gb": 8}}},
    )
    assert {host: each["total_capacity_gb"] for host, each in pools(api).items()} == {
        "oracle@nas#nas": 7,
        "oracle@ceph#cephfs": 8,
    }
    assert make(api, "NFS")["status"] == "available"


def test_a_world_as_it_is_gets_them_besides() -> None:
    api = Api()
    before = pools(api)
    answer = api.post("/_fakemanila/scenario", {"backends": [CEPH, {"name": "alpha", "total_capacity_gb": 9}]})
    assert answer.status < 300, answer
    assert pools(api).keys() == {*before, "oracle@ceph#cephfs"}
    assert pools(api)["oracle@alpha#fake_pool_for_ALPHA"]["total_capacity_gb"] == 9
    assert make(api.at(user="admin"), "NFS")["status"] == "available"
    api.post("/_fakemanila/reset")
    assert [pool["host"] for pool in api.world.store["pools"]] == list(before)


def test_a_backend_that_is_there_gets_another_pool_like_those_it_has() -> None:
    api = api_of({**NAS, "availability_zone": "east", "capabilities": {"disk": "hdd"}})
    another = {"name": "nas", "pools": {"fast": {"total_capacity_gb": 5, "capabilities": {"disk": "ssd"}}}}
    answer = api.post("/_fakemanila/scenario", {"backends": [another]})
    assert answer.status < 300, answer
    found = pools(api)
    assert {host: each["disk"] for host, each in found.items()} == {"oracle@nas#nas": "hdd", "oracle@nas#fast": "ssd"}
    assert {each["storage_protocol"] for each in found.values()} == {"NFS"}
    zones = {pool["availability_zone"] for pool in api.world.store["pools"]}
    assert zones == {"east"}


def test_a_backend_that_is_there_may_get_another_driver() -> None:
    api = api_of({**NAS, "export_locations": [{"path": "192.0.2.1:{path}"}]})
    types = [{"kind": "share_type", "name": "plain"}]
    changed = {"backends": [{"name": "nas", "protocols": ["CEPHFS"]}], "resources": types}
    answer = api.post("/_fakemanila/scenario", changed)
    assert answer.status < 300, answer
    assert pools(api)["oracle@nas#nas"]["vendor_name"] == "Ceph"
    assert paths(api, make(api, "CEPHFS", share_type="plain"))[0].startswith("192.0.2.1:/volumes/")


def test_another_address_comes_to_shares_when_their_backend_looks_after_them() -> None:
    api = api_of(CEPH)
    share = make(api, "CEPHFS")
    (before,) = paths(api, share)
    moved = {
        "name": "ceph",
        "availability_zone": "east",
        "export_locations": [{"path": "mon9:3300:{path}"}],
        "options": {"cephfs_filesystem_name": "b"},
    }
    api.post("/_fakemanila/scenario", {"backends": [moved]})
    assert paths(api, share) == [before]
    body = {"ensure_shares": {"host": "oracle@ceph"}}
    assert api.post("/v2/services/ensure-shares", body, user="admin").status == 202
    api.world.settle()
    assert paths(api, share) == [f"mon9:3300:{before.rpartition(':')[2]}"]
    assert api.get(f"/v2/shares/{share['id']}").json["share"]["metadata"] == {"__mount_options": "fs=b"}
    assert services(api)[-1] == ("manila-share", "oracle@ceph", "east")


def test_a_reset_with_backends_has_these_and_no_others() -> None:
    api = Api()
    api.post("/_fakemanila/reset", {"backends": [CEPH]})
    assert pools(api).keys() == {"oracle@ceph#cephfs"}


def test_a_state_keeps_them() -> None:
    api = api_of(CEPH, {**NAS, "export_locations": [{"path": "192.0.2.1:{path}"}]})
    share = make(api, "NFS")
    other = Worlds(Settings()).get()
    state.load(other, state.dump(api.world))
    assert other.store["pools"].get("oracle@nas#nas") == api.world.store["pools"].get("oracle@nas#nas")
    assert paths(api, share) == [each for each in paths(api, share) if each.startswith("192.0.2.1:")]


# What is wrong


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        ({"protocols": ["NFS"]}, "backends[0].name: is missing"),
        ({"name": "a#b"}, "backends[0].name: 'a#b' is not valid: a name such as ceph or node1@ceph"),
        ({"name": "a", "protocols": ["SMB"]}, "backends[0].protocols[0]: 'SMB' is not one of"),
        ({"name": "a", "protocols": ["NFS", "CEPHFS"]}, "backends[0].protocols: no driver serves NFS and CEPHFS: each"),
        ({"name": "a", "driver": "cephfs", "protocols": ["NFS"]}, "the driver 'cephfs' serves CEPHFS, not NFS"),
        ({"name": "a", "driver": "ceph"}, "backends[0].driver: 'ceph' is not one of"),
        (
            {"name": "a", "driver": "cephfs", "driver_handles_share_servers": True},
            "backends[0].driver_handles_share_servers: the driver 'cephfs' makes no share servers",
        ),
        (
            {"name": "a", "driver": "cephfs", "options": {"cephfs_auth": "x"}},
            "backends[0].options.cephfs_auth: the driver 'cephfs' has no such option; did you mean 'cephfs_auth_id'?",
        ),
        ({"name": "a", "options": {"x": "y"}}, "the driver 'dummy' has no such option; it has none"),
        ({"name": "a", "total_capacity_gb": float("nan")}, "backends[0].total_capacity_gb: nan is not between"),
        ({"name": "a", "pools": {"p": {"total_capacity_gb": 1e13}}}, "backends[0].pools.p.total_capacity_gb"),
        ({"name": "a", "export_locations": [{}]}, "backends[0].export_locations[0].path: is missing"),
        (
            {"name": "a", "export_locations": [{"path": "x:{pth}"}]},
            "backends[0].export_locations[0].path: {pth} is not known; did you mean 'path'?",
        ),
        ({"name": "a", "export_locations": [{"path": "{path.x}"}]}, "{path.x} is not known"),
        ({"name": "a", "export_locations": [{"path": "{path!r}"}]}, "is not known"),
        ({"name": "a", "export_locations": [{"path": "{path"}]}, "has a brace without the other one"),
        (
            {"name": "a", "export_locations": [{"path": "x", "metadata": {"k": "{y}"}}]},
            "backends[0].export_locations[0].metadata.k: {y} is not known",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named(backend: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        Worlds(Scenario.load({"backends": [backend]}).settings(Settings())).get()
    assert message in str(raised.value)


def test_what_is_wrong_is_named_with_its_line_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "backends.yaml"
    file.write_text(
        "description: d\nbackends:\n  - name: nas\n  - name: ceph\n    driver: cephfs\n    options: {x: y}\n"
    )
    with pytest.raises(ScenarioError, match=r"backends.yaml:6: backends\[1\].options.x: "):
        Worlds(Scenario.load(file).settings(Settings())).get()
    api = Api()
    api.make_share()
    api.world.settle()
    before = state.dump(api.world)
    answer = api.post("/_fakemanila/scenario", {"backends": [CEPH, {"name": "a", "options": {"x": "y"}}]})
    assert answer.status == 400
    assert state.dump(api.world) == before
