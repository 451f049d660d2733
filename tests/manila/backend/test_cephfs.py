"""CephFS: who may mount shares with which key, and from where."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest

from ...api import Api
from .deployed import allow, api_of, applied, locations, make, messages, paths, shown

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MONITORS = "10.0.0.10:6789,10.0.0.11:6789,10.0.0.12:6789"


@pytest.fixture
def api() -> Api:
    return api_of("cephfs")


def test_a_share_is_mounted_from_the_monitors_with_the_name_of_its_file_system(api: Api) -> None:
    share = make(api, "CEPHFS", share_type="cephfs", metadata={"tier": "gold"})
    assert share["status"] == "available"
    assert share["metadata"] == {"tier": "gold", "__mount_options": "fs=cephfs"}
    (location,) = locations(api, share, user="admin")
    instance = location["share_instance_id"]
    assert re.fullmatch(f"{MONITORS}:/volumes/_nogroup/{instance}/{UUID}", location["path"])
    assert (location["is_admin_only"], location["preferred"], location["metadata"]) == (False, False, {})


def test_a_share_of_a_group_lies_in_the_groups_folder(api: Api) -> None:
    body = {"share_group": {"name": "g"}}
    group = api.post("/v2/share-groups", body).json["share_group"]
    api.world.settle()
    share = make(api, "CEPHFS", share_group_id=group["id"])
    assert f":/volumes/{group['id']}/" in paths(api, share)[0]


def test_a_clients_key_comes_when_its_rule_is_active_and_goes_with_it() -> None:
    api = api_of("cephfs", delays={"shares.allow_access": "10s"})
    share = make(api, "CEPHFS")
    rule = allow(api, share, "cephx", "alice")
    assert (rule["state"], rule["access_key"]) == ("queued_to_apply", None)
    assert (shown(api, rule)["state"], shown(api, rule)["access_key"]) == ("applying", None)
    api.world.clock.advance(timedelta(seconds=10))
    active = shown(api, rule)
    assert active["state"] == "active"
    key = base64.b64decode(active["access_key"], validate=True)
    assert (len(key), key[:2], key[10:12]) == (28, b"\x01\x00", b"\x10\x00")
    api.action(f"/v2/shares/{share['id']}", "deny_access", {"access_id": rule["id"]})
    assert api.get(f"/v2/share-access-rules/{rule['id']}").status == 404
    api.world.clock.advance(timedelta(seconds=10))
    again = allow(api, share, "cephx", "alice")
    api.world.clock.advance(timedelta(seconds=10))
    assert shown(api, again)["access_key"] not in (None, active["access_key"])


def test_a_client_has_one_key_for_all_shares_of_its_project(api: Api) -> None:
    one, other = make(api, "CEPHFS"), make(api, "CEPHFS")
    rules = [applied(api, one, "cephx", "alice"), applied(api, other, "cephx", "alice", "ro")]
    assert len({rule["access_key"] for rule in rules}) == 1
    assert applied(api, other, "cephx", "bob")["access_key"] != rules[0]["access_key"]


def test_another_level_leaves_the_key_as_it_is(api: Api) -> None:
    rule = applied(api, make(api, "CEPHFS"), "cephx", "alice")
    answer = api.put(f"/v2/share-access-rules/{rule['id']}", {"update_access": {"access_level": "ro"}})
    assert answer.status == 200, answer
    changed = shown(api, rule)
    assert (changed["access_level"], changed["state"], changed["access_key"]) == ("ro", "active", rule["access_key"])


@pytest.mark.parametrize("version", ["2.20", "2.21"])
def test_keys_are_shown_since_2_21(api: Api, version: str) -> None:
    share = make(api, "CEPHFS")
    rule = applied(api, share, "cephx", "alice")
    (listed,) = api.action(f"/v2/shares/{share['id']}", "access_list", version=version).json["access_list"]
    assert listed.get("access_key") == (rule["access_key"] if version == "2.21" else None)


def test_a_lock_hides_the_key(api: Api) -> None:
    share = make(api, "CEPHFS")
    body = {"access_type": "cephx", "access_to": "alice", "access_level": "rw", "lock_visibility": True}
    rule = api.action(f"/v2/shares/{share['id']}", "allow_access", body).json["access"]
    seen = api.get(f"/v2/share-access-rules/{rule['id']}", user="demo_reader").json["access"]
    assert (seen["access_to"], seen["access_key"]) == ("******", "******")
    assert shown(api, rule)["access_key"] not in (None, "******")


@pytest.mark.parametrize(
    ("type", "to", "detail"),
    [("ip", "10.0.0.1", "021"), ("user", "alice", "021"), ("cert", "alice", "021"),
     ("cephx", "manila", "020"), ("cephx", "admin", "020")],
)  # fmt: skip
def test_a_refused_rule_ends_in_error_and_its_user_is_told(api: Api, type: str, to: str, detail: str) -> None:
    share = make(api, "CEPHFS")
    rule = applied(api, share, type, to)
    assert (rule["state"], rule["access_key"]) == ("error", None)
    assert messages(api) == [("010", detail, share["id"])]
    assert api.get(f"/v2/shares/{share['id']}").json["share"]["access_rules_status"] == "error"
    assert applied(api, share, "cephx", "alice")["state"] == "active"  # beside the one in error


def test_an_id_belongs_to_the_project_that_uses_it(api: Api) -> None:
    mine, theirs = make(api, "CEPHFS"), make(api.at(user="alt_demo"), "CEPHFS")
    rule = applied(api, mine, "cephx", "alice")
    taken = applied(api.at(user="alt_demo"), theirs, "cephx", "alice")
    assert (taken["state"], taken["access_key"]) == ("error", None)
    assert messages(api, user="alt_demo") == []  # as Ceph says nothing that the driver would look for
    api.action(f"/v2/shares/{mine['id']}", "deny_access", {"access_id": rule["id"]})
    body = {"access_level": "ro"}
    api.put(f"/v2/share-access-rules/{taken['id']}", {"update_access": body}, user="alt_demo")
    assert shown(api.at(user="alt_demo"), taken)["state"] == "active"


def test_the_drivers_own_id_and_file_system_are_options() -> None:
    options = {"cephfs_auth_id": "openstack", "cephfs_filesystem_name": "main"}
    api = api_of({"name": "ceph", "driver": "cephfs", "options": options})
    share = make(api, "CEPHFS")
    assert share["metadata"] == {"__mount_options": "fs=main"}
    assert applied(api, share, "cephx", "manila")["state"] == "active"
    assert applied(api, share, "cephx", "openstack")["state"] == "error"


def test_a_share_with_rules_goes_to_no_other_project(api: Api) -> None:
    share = make(api, "CEPHFS")
    applied(api, share, "cephx", "alice")
    transfer = api.post("/v2/share-transfers", {"transfer": {"share_id": share["id"]}}).json["transfer"]
    accept = {"accept": {"auth_key": transfer["auth_key"], "clear_access_rules": False}}
    answer = api.post(f"/v2/share-transfers/{transfer['id']}/accept", accept, user="alt_demo")
    assert answer.fault == (400, "badRequest")
    assert messages(api, user="alt_demo") == [("026", "026", share["id"])]
    accept["accept"]["clear_access_rules"] = True
    assert api.post(f"/v2/share-transfers/{transfer['id']}/accept", accept, user="alt_demo").status == 202


def test_seeded_rules_have_keys_where_they_are_active() -> None:
    rules = [("alice", {}), ("bob", {"status": "applying"}), ("carol", {"access_key": "given"}), ("manila", {})]
    resources = [{"kind": "share", "name": "db"}]
    resources += [
        {"kind": "access_rule", "share": "db", "access_type": "cephx", "access_to": to, **more} for to, more in rules
    ]
    api = api_of("cephfs", {"resources": resources})
    (share,) = api.get("/v2/shares").json["shares"]
    found = api.get("/v2/share-access-rules", query={"share_id": share["id"]}).json["access_list"]
    keys = {rule["access_to"]: (rule["state"], rule["access_key"]) for rule in found}
    assert keys["alice"][1] is not None
    assert keys == {
        "alice": ("active", keys["alice"][1]),
        "bob": ("applying", None),
        "carol": ("active", "given"),
        "manila": ("error", None),
    }


def test_a_share_from_a_snapshot_is_there_before_its_data_is() -> None:
    api = api_of("cephfs", delays={"shares.create/cloning": "1m"})
    snapshot = api.make_snapshot(make(api, "CEPHFS")["id"])
    api.world.settle()
    (instance,) = api.get("/v2/snapshot-instances/detail", user="admin").json["snapshot_instances"]
    assert instance["provider_location"] == snapshot["id"]
    clone = make(api, "CEPHFS", snapshot_id=snapshot["id"])
    assert (clone["status"], clone["progress"]) == ("creating_from_snapshot", "0%")
    assert (clone["metadata"], paths(api, clone)) == ({"__mount_options": "fs=cephfs"}, [])
    shown_before = api.get(f"/v2/shares/{clone['id']}", version="2.53").json["share"]["status"]
    assert shown_before == "creating"
    api.world.clock.advance(timedelta(minutes=1))
    clone = api.get(f"/v2/shares/{clone['id']}").json["share"]
    assert (clone["status"], clone["progress"], len(paths(api, clone))) == ("available", "100%", 1)


# Behind NFS


def test_behind_nfs_a_share_is_mounted_from_the_service_and_opened_to_addresses() -> None:
    api = api_of("cephfs-nfs")
    share = make(api, "NFS", share_type="cephfs-nfs")
    assert share["metadata"] == {}
    (location,) = locations(api, share)
    assert re.fullmatch(f"10\\.0\\.0\\.10:/volumes/_nogroup/{UUID}/{UUID}", location["path"])
    assert location["preferred"] is True
    assert applied(api, share, "ip", "10.0.0.1", "ro")["state"] == "active"
    rule = applied(api, share, "cephx", "alice")
    assert (rule["state"], rule["access_key"]) == ("error", None)
    assert messages(api) == []


def test_both_ways_go_together_and_each_protocol_finds_its_own() -> None:
    api = api_of("cephfs", "cephfs-nfs")
    hosts = {each["name"] for each in api.get("/v2/scheduler-stats/pools", user="admin").json["pools"]}
    assert hosts == {"oracle@ceph#cephfs", "oracle@ceph-nfs#cephfs"}
    for protocol, host in (("CEPHFS", "oracle@ceph#cephfs"), ("NFS", "oracle@ceph-nfs#cephfs")):
        share = make(api.at(user="admin"), protocol)
        assert (share["status"], share["host"]) == ("available", host)
