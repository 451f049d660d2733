"""``openstack share snapshot …`` and what else the command does with snapshots."""

from __future__ import annotations

from typing import Any

import pytest

from .cloud import UNKNOWN, Cloud, needs


def create(cloud: Cloud, name: str, *options: str) -> Any:
    return cloud.shown("share", "snapshot", "create", "data", "--name", name, *options)


def listed(cloud: Cloud, *options: str, user: str = "demo") -> list[str]:
    rows = cloud.shown("share", "snapshot", "list", *options, user=user)
    return [row["Name"] for row in rows]


def row_of(cloud: Cloud, name: str) -> Any:
    """The row of a snapshot in the detailed list, by an administrator, who sees everything."""
    rows = cloud.shown("share", "snapshot", "list", "--all-projects", "--detail", "--name", name, user="admin")
    return rows[0] if rows else None


@pytest.fixture
def week(cloud: Cloud, share: Any) -> None:
    """Three snapshots, the second in error."""
    made = {
        name: cloud.manila().share_snapshots.create(share, name=name, description=f"of {name}", metadata={"tier": tier})
        for name, tier in (("monday", "gold"), ("tuesday", "tin"), ("wednesday", "gold"))
    }
    cloud.manila("admin").share_snapshots.reset_state(made["tuesday"], "error")


# Create


def test_create_shows_the_new_snapshot(cloud: Cloud, share: Any) -> None:
    made = create(cloud, "monday", "--description", "d", "--property", "tier=gold", "--property", "owner=ann")
    assert (made["name"], made["description"], made["status"]) == ("monday", "d", "creating")
    assert made["metadata"] == {"tier": "gold", "owner": "ann"}
    assert (made["share_id"], made["share_size"], made["size"], made["share_proto"]) == (share.id, 1, 1, "NFS")
    assert made.keys() == {
        "id", "share_id", "share_size", "created_at", "status", "name", "description", "size", "share_proto",
        "user_id", "project_id", "metadata",
    }  # fmt: skip


def test_create_by_force(cloud: Cloud, share: Any) -> None:
    create(cloud, "monday", "--force")
    assert listed(cloud) == ["monday"]


def test_create_and_wait_until_it_is_there(cloud: Cloud, share: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.delay(snapshots__create="12s")
    monkeypatch.setattr("osc_lib.utils.time", cloud.clock)
    assert create(cloud, "monday", "--wait")["status"] == "available"


def test_create_of_an_unknown_share_says_so(cloud: Cloud) -> None:
    ran = cloud.run("share", "snapshot", "create", "nothing")
    assert (ran.status, ran.out) == (1, "")
    assert "No share with a name or ID of 'nothing' exists." in ran.err


def test_create_by_a_reader_is_forbidden(cloud: Cloud, share: Any) -> None:
    ran = cloud.run("share", "snapshot", "create", "data", user="demo_reader")
    assert ran.status == 1
    assert "HTTP 403" in ran.err


# List


def test_list_has_ids_and_names(cloud: Cloud, snapshot: Any) -> None:
    assert cloud.shown("share", "snapshot", "list") == [{"ID": snapshot.id, "Name": "monday"}]


def test_list_with_details(cloud: Cloud, snapshot: Any) -> None:
    (row,) = cloud.shown("share", "snapshot", "list", "--detail")
    assert row.pop("Created At").startswith("20")
    assert row == {
        "ID": snapshot.id,
        "Name": "monday",
        "Status": "available",
        "Description": "d",
        "Size": 1,
        "Share ID": snapshot.share_id,
        "Share Proto": "NFS",
        "Share Size": 1,
        "User ID": snapshot.user_id,
    }


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", ["monday", "tuesday", "wednesday"]),
        ("--name monday", ["monday"]),
        ("--name~ day", ["monday", "tuesday", "wednesday"]),
        ("--description~ tues", ["tuesday"]),
        ("--status error", ["tuesday"]),
        ("--status available --detail", ["monday", "wednesday"]),
        ("--share data", ["monday", "tuesday", "wednesday"]),
        ("--property tier=gold", ["monday", "wednesday"]),
        ("--property tier=gold --name monday", ["monday"]),
        ("--property tier=silver", []),
        ("--limit 2", ["tuesday", "wednesday"]),
        ("--limit 2 --marker 1", ["monday", "tuesday"]),
        ("--limit 1 --marker 2 --detail", ["monday"]),
        ("--sort name:desc", ["wednesday", "tuesday", "monday"]),
    ],
)
@pytest.mark.usefixtures("week")
def test_list_is_filtered(cloud: Cloud, options: str, found: list[str]) -> None:
    assert listed(cloud, *options.split()) == found


@pytest.mark.usefixtures("week")
def test_list_with_a_description(cloud: Cloud) -> None:
    assert listed(cloud, "--description", "of wednesday") == ["wednesday"]


@pytest.mark.usefixtures("week")
def test_list_with_a_count_counts_what_the_limit_leaves_out(cloud: Cloud) -> None:
    out = cloud.openstack("share", "snapshot", "list", "--count", "--limit", "1")
    assert "Total number of snapshots: 3" in out
    assert "wednesday" in out
    assert "monday" not in out


def test_list_of_an_unknown_share_says_so(cloud: Cloud) -> None:
    ran = cloud.run("share", "snapshot", "list", "--share", "nothing")
    assert ran.status == 1
    assert "No share with a name or ID of 'nothing' exists." in ran.err


def test_list_of_all_projects_is_for_administrators(cloud: Cloud, snapshot: Any) -> None:
    (row,) = cloud.shown("share", "snapshot", "list", "--all-projects", user="admin")
    assert row == {"ID": snapshot.id, "Name": "monday", "Project ID": snapshot.project_id}
    assert listed(cloud, user="admin") == []
    assert listed(cloud, "--all-projects", user="alt_demo") == []


# Show


@needs("snapshot_export_locations.list")
def test_show_by_name_and_by_id(cloud: Cloud, snapshot: Any) -> None:
    by_name = cloud.shown("share", "snapshot", "show", "monday")
    assert by_name == cloud.shown("share", "snapshot", "show", snapshot.id)
    assert (by_name["status"], by_name["properties"]) == ("available", {"tier": "gold"})
    assert by_name["export_locations"]


def test_show_of_nothing_says_so(cloud: Cloud) -> None:
    ran = cloud.run("share", "snapshot", "show", UNKNOWN)
    assert ran.status == 1
    assert f"No sharesnapshot with a name or ID of '{UNKNOWN}' exists." in ran.err


def test_a_name_that_two_snapshots_have_is_not_enough(cloud: Cloud, share: Any) -> None:
    create(cloud, "twin")
    create(cloud, "twin")
    ran = cloud.run("share", "snapshot", "show", "twin")
    assert ran.status == 1
    assert "More than one sharesnapshot exists with the name 'twin'." in ran.err


# Set and unset


def test_set_and_unset_name_description_and_properties(cloud: Cloud, snapshot: Any) -> None:
    manila = cloud.manila()
    cloud.openstack("share", "snapshot", "set", "monday", "--name", "new", "--description", "e")
    cloud.openstack("share", "snapshot", "set", "new", "--property", "owner=ann", "--property", "tier=tin")
    shown = manila.share_snapshots.get(snapshot)
    assert (shown.name, shown.description, shown.metadata) == ("new", "e", {"owner": "ann", "tier": "tin"})
    cloud.openstack("share", "snapshot", "unset", "new", "--property", "owner", "--description")
    cloud.openstack("share", "snapshot", "unset", "new", "--name")
    shown = manila.share_snapshots.get(snapshot)
    assert (shown.name, shown.description, shown.metadata) == (None, None, {"tier": "tin"})


def test_unset_of_a_property_that_is_not_there_says_so(cloud: Cloud, snapshot: Any) -> None:
    ran = cloud.run("share", "snapshot", "unset", "monday", "--property", "nothing")
    assert ran.status == 1
    assert "Failed to unset snapshot property 'nothing'" in ran.err
    assert "HTTP 404" in ran.err


def test_set_of_the_status_is_for_administrators(cloud: Cloud, snapshot: Any) -> None:
    ran = cloud.run("share", "snapshot", "set", "monday", "--status", "error")
    assert ran.status == 1
    assert "Failed to update snapshot status to 'error'" in ran.err
    assert "HTTP 403" in ran.err
    cloud.openstack("share", "snapshot", "set", snapshot.id, "--status", "error", user="admin")
    assert row_of(cloud, "monday")["Status"] == "error"


# Delete


def test_delete_of_several_at_once(cloud: Cloud, share: Any) -> None:
    for name in ("monday", "tuesday", "wednesday"):
        create(cloud, name)
    cloud.openstack("share", "snapshot", "delete", "monday", "wednesday")
    assert listed(cloud) == ["tuesday"]


def test_delete_and_wait_until_it_is_gone(cloud: Cloud, snapshot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.delay(snapshots__delete="12s")
    monkeypatch.setattr("osc_lib.utils.time", cloud.clock)
    cloud.openstack("share", "snapshot", "delete", "monday", "--wait")
    assert listed(cloud) == []


def test_delete_tells_which_of_several_failed(cloud: Cloud, snapshot: Any) -> None:
    ran = cloud.run("share", "snapshot", "delete", "monday", "nothing")
    assert ran.status == 1
    assert "Failed to delete snapshot with name or ID 'nothing'" in ran.err
    assert "1 of 2 snapshots failed to delete." in ran.err
    assert listed(cloud) == []


def test_delete_by_force(cloud: Cloud, snapshot: Any) -> None:
    cloud.openstack("share", "snapshot", "set", snapshot.id, "--status", "creating", user="admin")
    refused = cloud.run("share", "snapshot", "delete", "monday")
    assert (refused.status, "HTTP 400" in refused.err) == (1, True)
    forbidden = cloud.run("share", "snapshot", "delete", "monday", "--force")
    assert (forbidden.status, "HTTP 403" in forbidden.err) == (1, True)
    cloud.openstack("share", "snapshot", "delete", snapshot.id, "--force", user="admin")
    assert listed(cloud) == []


# Adopt and abandon


def test_adopt_takes_over_what_was_abandoned(cloud: Cloud, share: Any, snapshot: Any) -> None:
    location = cloud.manila("admin").share_snapshots.get(snapshot).provider_location
    cloud.openstack("share", "snapshot", "abandon", snapshot.id, user="admin")
    assert listed(cloud) == []
    made = cloud.shown(
        "share", "snapshot", "adopt", share.id, location, "--name", "again", "--description", "d",
        "--driver-option", "a=b", user="admin",
    )  # fmt: skip
    assert (made["status"], made["name"], made["description"]) == ("manage_starting", "again", "d")
    assert row_of(cloud, "again")["Status"] == "available"


def test_adopt_and_abandon_wait(cloud: Cloud, share: Any, snapshot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.delay(snapshots__manage="12s", snapshots__unmanage="12s")
    monkeypatch.setattr("osc_lib.utils.time", cloud.clock)
    location = cloud.manila("admin").share_snapshots.get(snapshot).provider_location
    cloud.openstack("share", "snapshot", "abandon", snapshot.id, "--wait", user="admin")
    made = cloud.shown("share", "snapshot", "adopt", share.id, location, "--wait", user="admin")
    assert made["status"] == "available"


def test_adopt_and_abandon_are_for_administrators(cloud: Cloud, snapshot: Any) -> None:
    for command in (("adopt", "data", "/somewhere"), ("abandon", "monday")):
        ran = cloud.run("share", "snapshot", *command)
        assert (ran.status, "HTTP 403" in ran.err) == (1, True)


# Shares from snapshots, and back to them


def test_revert_to_the_latest_snapshot(cloud: Cloud, share: Any, snapshot: Any) -> None:
    cloud.delay(shares__revert="5s")
    cloud.openstack("share", "revert", "monday")
    assert cloud.shown("share", "list", "--name", "data")[0]["Status"] == "reverting"
    assert row_of(cloud, "monday")["Status"] == "restoring"
    cloud.advance(5)
    assert cloud.shown("share", "list", "--name", "data")[0]["Status"] == "available"
    assert row_of(cloud, "monday")["Status"] == "available"


@pytest.mark.usefixtures("week")
def test_revert_to_an_older_snapshot_is_refused(cloud: Cloud) -> None:
    ran = cloud.run("share", "revert", "monday")
    assert ran.status == 1
    assert "most recent" in ran.err
    assert "HTTP 409" in ran.err


def test_a_share_from_a_snapshot(cloud: Cloud, snapshot: Any) -> None:
    made = cloud.shown("share", "create", "nfs", "1", "--snapshot-id", "monday", "--name", "copy")
    assert (made["snapshot_id"], made["size"]) == (snapshot.id, 1)
    assert [row["Name"] for row in cloud.shown("share", "list", "--snapshot", "monday")] == ["copy"]


# A process of its own


def test_the_command_in_a_shell_prepared_by_fakemanila_env(cloud: Cloud, share: Any) -> None:
    ran = cloud.openstack_process("share", "snapshot", "create", "data", "--name", "monday", "-f", "json")
    assert ran.json["name"] == "monday"
    ran = cloud.openstack_process("share", "snapshot", "list")
    assert ran.status == 0
    (made,) = cloud.shown("share", "snapshot", "list")
    assert made["ID"] in ran.out
    assert "| monday " in ran.out
