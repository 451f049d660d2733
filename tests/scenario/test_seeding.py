"""Resources put straight into a world are as the API's own, and what is wrong with them is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakemanila.all_resources import SEEDS
from fakemanila.contract.documents import properties
from fakemanila.package_data import schemas_dir
from fakemanila.scenario.seeding import schema_of, seed
from fakemanila.world.state import document as state

from ..api import Api

EXPERIMENTAL = {"X-OpenStack-Manila-API-Experimental": "True"}
UUID = "0b6f6c4e-6f0a-4d5e-9b8e-0d4b7f1a2c3d"


def shown(api: Api, path: str, envelope: str, **options: Any) -> Any:
    answer = api.get(path, **options)
    assert answer.status == 200, answer
    return answer.json[envelope]


def without_ids(doc: dict[str, Any]) -> dict[str, Any]:
    """What of a resource doesn't differ between two that were made alike."""
    gone = ("id", "links", "name", "host", "availability_zone", "export_location", "export_locations")
    return {key: value for key, value in doc.items() if key not in gone}


# What is made


def test_a_share_is_what_the_api_would_have_made(api: Api) -> None:
    made = api.make_share(name="made", size=2, metadata={"tier": "gold"})
    record = seed(api.world, "share", name="seeded", size=2, metadata={"tier": "gold"})
    seeded = shown(api, f"/v2/shares/{record['id']}", "share")
    assert without_ids(seeded) == without_ids(shown(api, f"/v2/shares/{made['id']}", "share"))
    assert (seeded["name"], seeded["status"]) == ("seeded", "available")


def test_a_share_is_exported_by_the_pool_that_it_lives_on(api: Api) -> None:
    record = seed(api.world, "share", host="beta")
    share = shown(api, f"/v2/shares/{record['id']}", "share", user="admin")
    assert (share["host"], share["availability_zone"]) == ("oracle@beta#fake_pool_for_BETA", "manila-zone-1")
    locations = shown(api, f"/v2/shares/{record['id']}/export_locations", "export_locations", user="admin")
    (instance,) = shown(api, f"/v2/shares/{record['id']}/instances", "share_instances", user="admin")
    assert {location["share_instance_id"] for location in locations} == {instance["id"]}


def test_a_snapshot_is_what_the_api_would_have_made(api: Api) -> None:
    seed(api.world, "share", name="db", size=3)
    record = seed(api.world, "snapshot", share="db", name="before")
    made = api.make_snapshot(record["share_id"])
    seeded = shown(api, f"/v2/snapshots/{record['id']}", "snapshot")
    assert without_ids(seeded) == without_ids(shown(api, f"/v2/snapshots/{made['id']}", "snapshot"))
    assert (seeded["name"], seeded["size"], seeded["share_id"]) == ("before", 3, record["share_id"])


def test_what_is_seeded_counts_against_the_quota(api: Api) -> None:
    seed(api.world, "share", name="db", size=7)
    seed(api.world, "snapshot", share="db")
    usage = shown(api, f"/v2/quota-sets/{api.project_id()}/detail", "quota_set")
    taken = {name: usage[name]["in_use"] for name in ("shares", "gigabytes", "snapshots", "snapshot_gigabytes")}
    assert taken == {"shares": 1, "gigabytes": 7, "snapshots": 1, "snapshot_gigabytes": 7}


@pytest.mark.parametrize(
    ("fields", "user"),
    [
        ({}, "demo"),
        ({"user": "demo_manager"}, "demo_manager"),
        ({"user": "alt_demo"}, "alt_demo"),
        ({"project": "alt_demo"}, "alt_demo"),
        ({"user": "admin"}, "admin"),
    ],
    ids=str,
)
def test_the_owner_is_demo_unless_a_user_or_project_is_named(api: Api, fields: dict[str, str], user: str) -> None:
    record = seed(api.world, "share", **fields)
    assert (record["user_id"], record["project_id"]) == (api.user_id(user), api.project_id(user))


def test_an_owner_may_be_named_by_id(api: Api) -> None:
    record = seed(api.world, "share", user=api.user_id("demo_reader"), project=api.project_id("alt_demo"))
    assert (record["user_id"], record["project_id"]) == (api.user_id("demo_reader"), api.project_id("alt_demo"))


def test_a_snapshot_belongs_to_the_owner_of_its_share(api: Api) -> None:
    share = seed(api.world, "share", user="alt_demo")
    snapshot = seed(api.world, "snapshot", share=share["id"])
    assert (snapshot["user_id"], snapshot["project_id"]) == (share["user_id"], share["project_id"])


def test_what_is_being_made_is_on_no_backend_yet(api: Api) -> None:
    share = seed(api.world, "share", name="db", status="creating")
    snapshot = seed(api.world, "snapshot", share="db", status="creating")
    assert (share["host"], share["progress"]) == ("", None)
    assert snapshot["provider_location"] is None
    assert shown(api, f"/v2/shares/{share['id']}/export_locations", "export_locations") == []


def test_a_share_made_from_a_snapshot_lives_where_its_source_does(api: Api) -> None:
    source = seed(api.world, "share", name="db", size=4, host="beta")
    snapshot = seed(api.world, "snapshot", share="db", name="before")
    share = seed(api.world, "share", snapshot="before")
    assert (share["host"], share["size"], share["snapshot_id"]) == (source["host"], 4, snapshot["id"])


def test_a_share_type_is_for_the_projects_that_are_named(api: Api) -> None:
    seed(api.world, "share_type", name="gold", projects=["alt_demo"])
    seed(api.world, "share_type", name="silver", extra_specs={"snapshot_support": True})
    names = {
        user: {each["name"] for each in shown(api, "/v2/types", "share_types", user=user)}
        for user in ("demo", "alt_demo")
    }
    assert names["alt_demo"] - names["demo"] == {"gold"}
    assert seed(api.world, "share", share_type="silver")["snapshot_support"] is True
    assert seed(api.world, "share", share_type="gold")["snapshot_support"] is False


def test_access_rules_are_of_shares_and_of_snapshots(api: Api) -> None:
    share = seed(api.world, "share", name="db")
    snapshot = seed(api.world, "snapshot", share="db", name="before")
    seed(api.world, "access_rule", share="db", access_to="10.0.0.1", access_level="ro", metadata={"who": "web"})
    seed(api.world, "access_rule", share="db", access_type="user", access_to="somebody")
    seed(api.world, "access_rule", snapshot="before", access_to="10.0.0.2")
    rules = shown(api, f"/v2/share-access-rules?share_id={share['id']}", "access_list")
    found = {rule["access_to"]: (rule["access_level"], rule["state"], rule["metadata"]) for rule in rules}
    # The backends take no users for NFS.
    assert found == {"10.0.0.1": ("ro", "active", {"who": "web"}), "somebody": ("rw", "error", {})}
    (rule,) = shown_by_action(api, snapshot["id"])
    assert (rule["access_to"], rule["state"]) == ("10.0.0.2", "active")


def shown_by_action(api: Api, snapshot_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v2/snapshots/{snapshot_id}/access-list").json["snapshot_access_list"]
    return found


def test_a_backup_is_kept_by_the_data_service_or_by_the_backend(api: Api) -> None:
    seed(api.world, "share", name="db", size=3, host="beta")
    seed(api.world, "share_backup", share="db", name="one")
    seed(api.world, "share_backup", share="db", name="two", backup_type="by-backend", status="error")
    backups = {
        each["name"]: each
        for each in shown(api, "/v2/share-backups/detail", "share_backups", user="demo_admin", headers=EXPERIMENTAL)
    }
    assert {name: (each["status"], each["size"], each["progress"]) for name, each in backups.items()} == {
        "one": ("available", 3, "100"),
        "two": ("error", 3, "100"),
    }
    assert backups["two"]["host"] == "oracle@beta"
    assert backups["one"]["backup_type"] is None


def test_a_share_has_further_replicas(api: Api) -> None:
    seed(api.world, "share_type", name="replicated", extra_specs={"replication_type": "readable"})
    share = seed(api.world, "share", name="db", share_type="replicated", host="alpha")
    replica = seed(api.world, "share_replica", share="db", metadata={"tier": "gold"})
    (found, active) = shown(api, f"/v2/share-replicas/detail?share_id={share['id']}", "share_replicas", user="admin")
    assert (found["id"], found["host"]) == (replica["id"], "oracle@beta#fake_pool_for_BETA")
    assert (found["status"], found["replica_state"], found["metadata"]) == ("available", "in_sync", {"tier": "gold"})
    assert (active["replica_state"], api.get(f"/v2/shares/{share['id']}").json["share"]["has_replicas"]) == (
        "active",
        True,
    )
    api.delete(f"/v2/share-replicas/{replica['id']}")
    assert api.get(f"/v2/share-replicas/{replica['id']}").status == 404
    other = seed(api.world, "share_replica", share="db", replica_state="active", host="beta")
    assert api.get(f"/v2/share-replicas/{active['id']}").json["share_replica"]["replica_state"] == "in_sync"
    assert api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]["host"] == other["host"]


def test_messages_are_about_shares_and_snapshots(api: Api) -> None:
    share = seed(api.world, "share", name="db", status="error")
    snapshot = seed(api.world, "snapshot", share="db", name="before")
    seed(api.world, "message", share="db", detail="002", created_at="2025-12-31T00:00:00")
    seed(api.world, "message", snapshot="before", operation="snapshots.delete")
    newer, older = shown(api, "/v2/messages", "messages")
    assert (older["resource_id"], older["action_id"], older["detail_id"]) == (share["id"], "001", "002")
    assert (older["created_at"], older["expires_at"]) == ("2025-12-31T00:00:00.000000", "2026-01-30T00:00:00.000000")
    assert (newer["resource_id"], newer["action_id"], newer["detail_id"]) == (snapshot["instance_id"], "007", "001")
    assert newer["request_id"].startswith("req-")


def test_the_shares_of_a_group_live_in_its_pool_and_are_in_its_snapshots(api: Api) -> None:
    seed(api.world, "share_type", name="gold", extra_specs={"snapshot_support": True})
    seed(api.world, "share_group_type", name="mixed", share_types=["default", "gold"])
    group = seed(api.world, "share_group", name="app", share_group_type="mixed", share_types=["gold"], host="beta")
    share = seed(api.world, "share", name="one", size=2, share_group="app", share_type="gold")
    snapshot = seed(api.world, "share_group_snapshot", share_group="app", name="before")
    assert (share["host"], share["availability_zone"]) == (group["host"], group["availability_zone"])
    options = {"headers": EXPERIMENTAL, "user": "demo_admin"}
    found = shown(api, f"/v2/share-groups/{group['id']}", "share_group", **options)
    assert (found["status"], found["consistent_snapshot_support"], found["host"]) == (
        "available",
        "pool",
        share["host"],
    )
    path = f"/v2/share-group-snapshots/{snapshot['id']}/members"
    (member,) = shown(api, path, "share_group_snapshot_members", **options)
    assert (member["share_id"], member["size"]) == (share["id"], 2)


def test_a_group_that_is_being_made_has_no_pool_yet(api: Api) -> None:
    group = seed(api.world, "share_group", status="creating", availability_zone="manila-zone-1")
    assert (group["host"], group["availability_zone"], group["consistent_snapshot_support"]) == (
        None,
        "manila-zone-1",
        None,
    )
    assert seed(api.world, "share_group", created_at="2020-01-01T00:00:00")["created_at"].startswith("2020")


def test_a_preset_in_the_metadata_does_what_it_says(api: Api) -> None:
    share = seed(api.world, "share", metadata={"fakemanila:fault": "stuck:deleting"})
    assert api.delete(f"/v2/shares/{share['id']}").status == 202
    api.world.advance_to_idle()
    assert shown(api, f"/v2/shares/{share['id']}", "share")["status"] == "deleting"


def test_times_and_ids_may_be_chosen(api: Api) -> None:
    share = seed(api.world, "share", id=UUID, created_at="2020-02-03T04:05:06+01:00")
    assert (share["id"], share["created_at"]) == (UUID, "2020-02-03T03:05:06.000000")


def test_a_state_has_what_was_seeded(api: Api) -> None:
    seed(api.world, "share_type", name="gold", extra_specs={"snapshot_support": True})
    seed(api.world, "share", name="db", share_type="gold", status="error_deleting")
    seed(api.world, "snapshot", share="db", name="before", status="manage_error")
    seed(api.world, "access_rule", share="db", access_to="10.0.0.1", status="denying")
    doc = state.dump(api.world)
    api.world.reset()
    state.load(api.world, doc)
    assert state.dump(api.world) == doc


# What is refused


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("shar", {}, "kind: 'shar' is not a known kind; did you mean 'share'?"),
        ("share", {"siz": 1}, "siz: 'siz' is not a known field; did you mean 'size'?"),
        ("share", {"repeat": 2}, "repeat: "),
        ("share", {"size": 0}, "size: 0 is out of range"),
        ("share", {"size": "5"}, "size: '5' is not an integer"),
        ("share", {"size": 5.0}, "size: 5.0 is not an integer"),
        ("share", {"size": 1000001}, "size: no pool for shares of type 'default' has 1000001 GiB left"),
        ("share", {"name": "x" * 256}, "name: "),
        (
            "share",
            {"status": "availabel"},
            "status: 'availabel' is not one of the allowed values; did you mean 'available'?",
        ),
        ("share", {"share_proto": "HDFS"}, "share_proto: "),
        ("share", {"share_type": "gold"}, "share_type: there is no share_type 'gold'"),
        ("share", {"share_type": "dhss_true"}, "share_type: "),
        ("share", {"availability_zone": "manila-zone-7"}, "availability_zone: there is no availability_zone"),
        ("share", {"availability_zone": "manila-zone-1", "host": "alpha"}, "availability_zone: "),
        ("share", {"host": "omega"}, "host: there is no pool 'omega'"),
        ("share", {"user": "dmeo"}, "user: there is no user 'dmeo'; did you mean 'demo'?"),
        ("share", {"project": "nobody"}, "project: there is no project 'nobody'"),
        ("share", {"metadata": {"a": ""}}, "metadata.a: "),
        ("share", {"metadata": {"fakemanila:fault": "stuck"}}, "metadata.fakemanila:fault: "),
        ("share", {"created_at": "yesterday"}, "created_at: 'yesterday' is not a valid time"),
        ("share", {"id": "db"}, "id: 'db' is not valid: a UUID"),
        ("share", {"id": UUID}, "id: there is a share"),
        ("share", {"name": "new", "snapshot": "before", "size": 1}, "size: 1 is less than the snapshot's 3"),
        ("snapshot", {}, "share: is missing"),
        ("snapshot", {"share": "bd"}, "share: there is no share 'bd'; did you mean 'db'?"),
        ("snapshot", {"share": "twin"}, "share: 'twin' matches 2 of them; give an id"),
        ("snapshot", {"share": "plain"}, "share: "),
        ("snapshot", {"share": "db", "status": "extending"}, "status: 'extending'"),
        ("access_rule", {"access_to": "10.0.0.1"}, "share: expected either share or snapshot"),
        ("access_rule", {"share": "db", "access_to": "10.0.0.1/99"}, "access_to: "),
        ("access_rule", {"share": "db", "access_to": "10.0.0.9"}, "access_to: "),
        ("access_rule", {"share": "db", "access_to": "10.0.0.1", "access_level": "rx"}, "access_level: 'rx'"),
        ("access_rule", {"snapshot": "before", "access_to": "10.0.0.1", "access_level": "ro"}, "access_level: "),
        ("access_rule", {"snapshot": "heir", "access_to": "10.0.0.1"}, "snapshot: "),
        ("share_backup", {}, "share: is missing"),
        ("share_backup", {"share": "smb"}, "backup_type: is missing: the data service backs up no CIFS shares"),
        ("share_backup", {"share": "db", "status": "extending"}, "status: 'extending'"),
        ("share_replica", {}, "share: is missing"),
        ("share_replica", {"share": "db"}, "share: 'db' is not of a type that has replicas"),
        ("share_replica", {"share": "copied", "replica_state": "x"}, "replica_state: 'x'"),
        ("share_replica", {"share": "copied", "host": "alpha"}, "host: oracle@alpha#fake_pool_for_ALPHA has a replica"),
        ("share_replica", {"share": "copied", "availability_zone": "nova"}, "share: no pool is left"),
        ("message", {}, "share: expected either share or snapshot"),
        ("message", {"share": "db", "snapshot": "before"}, "share: expected either share or snapshot"),
        ("message", {"share": "db", "detail": "036"}, "detail: '036' is not a detail from 001 to 035"),
        ("message", {"share": "db", "operation": "shares.creat"}, "operation: no operation is called 'shares.creat'"),
        ("message", {"share": "db", "operation": "shares.shrink"}, "detail: is missing: a failed shares.shrink"),
        ("share_group_type", {"name": "default"}, "name: there is a share_group_type 'default' already"),
        ("share_group_type", {"name": "g", "share_types": ["x"]}, "share_types: there is no share_type 'x'"),
        ("share_group", {"share_group_type": "x"}, "share_group_type: there is no share_group_type 'x'"),
        ("share_group", {"share_types": ["plain"]}, "share_types: 'plain' is not one of those of 'default'"),
        ("share_group", {"availability_zone": "manila-zone-3"}, "share_types: no pool in manila-zone-3 takes shares"),
        ("share_group_snapshot", {}, "share_group: is missing"),
        ("share", {"share_group": "app", "share_type": "plain"}, "share_type: 'plain' is not one of the share_group's"),
        ("share_type", {}, "name: is missing"),
        ("share_type", {"name": "default"}, "name: there is a share_type 'default' already"),
        ("share_type", {"name": "gold", "extra_specs": {"snapshot_support": "maybe"}}, "extra_specs: "),
        ("share_type", {"name": "gold", "projects": ["nobody"]}, "projects: there is no project 'nobody'"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changes(api: Api, kind: str, fields: dict[str, Any], message: str) -> None:
    world = api.world
    seed(world, "share", name="db", size=3, id=UUID)
    seed(world, "snapshot", share="db", name="before")
    seed(world, "access_rule", share="db", access_to="10.0.0.9")
    seed(world, "share_type", name="plain")
    seed(world, "share", name="plain", share_type="plain")
    seed(world, "share", name="smb", share_proto="CIFS")
    mounted = ("snapshot_support", "mount_snapshot_support", "snapshot_inherit_share_access_support")
    seed(world, "share_type", name="heirs", extra_specs=dict.fromkeys(mounted, True))
    seed(world, "share", name="parent", share_type="heirs", host="alpha")
    seed(world, "snapshot", share="parent", name="heir")
    seed(world, "share_type", name="replicated", extra_specs={"replication_type": "readable"})
    seed(world, "share", name="copied", share_type="replicated", host="alpha")
    seed(world, "share_group", name="app")
    for _ in range(2):
        seed(world, "share", name="twin")
    before = state.dump(world)
    with pytest.raises(ValueError, match=r".") as caught:
        seed(world, kind, **fields)
    assert str(caught.value).startswith(message)
    assert state.dump(world) == before


def test_every_status_of_a_kind_can_be_kept_and_shown(api: Api) -> None:
    share = seed(api.world, "share", name="db")
    seed(api.world, "share_group", name="app")
    seed(api.world, "share_type", name="replicated", extra_specs={"replication_type": "readable"})
    seed(api.world, "share_network", name="net")
    needed = {
        **{kind: {"share": "db"} for kind in ("snapshot", "access_rule", "share_backup")},
        "share_server": {"share_network": "net"},
        "share_group_snapshot": {"share_group": "app"},
    }
    for kind in SEEDS:
        for number, status in enumerate(properties(schema_of(kind)).get("status", {}).get("enum", ())):
            fields = {"access_to": f"10.0.1.{number}"} if kind == "access_rule" else {}
            if kind == "share_replica":  # each has to be on another host
                share = seed(api.world, "share", name=f"copied-{number}", share_type="replicated")
                fields = {"share": share["id"]}
            seed(api.world, kind, status=status, **needed.get(kind, {}), **fields)
    doc = state.dump(api.world)
    state.load(api.world, doc)
    for path in (
        "/v2/shares/detail",
        "/v2/snapshots/detail",
        "/v2/share-backups/detail",
        "/v2/share-replicas/detail",
        f"/v2/share-access-rules?share_id={share['id']}",
    ):
        assert api.get(path, headers=EXPERIMENTAL).status == 200


def test_the_schema_has_every_kind() -> None:
    schema = json.loads((schemas_dir() / "scenario.json").read_text(encoding="utf-8"))["$defs"]["resource"]
    told_apart = {
        branch["if"]["properties"]["kind"]["const"]: branch["then"]["$ref"].rpartition("/")[2]
        for branch in schema["allOf"]
    }
    assert told_apart == {kind: kind for kind in SEEDS}
    assert schema["properties"]["kind"]["enum"] == list(SEEDS)


def test_a_text_that_the_database_cannot_store_is_refused(api: Api) -> None:
    with pytest.raises(ValueError, match="cannot store"):
        seed(api.world, "share", name="a😀")
    assert not list(api.world.store["shares"])
