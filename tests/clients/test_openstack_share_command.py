"""``openstack share …``, share types and availability zones."""

from __future__ import annotations

from typing import Any

import pytest

from ..api import there
from .cloud import Cloud, needs


def listed(cloud: Cloud, *options: str, user: str = "demo") -> list[str]:
    return [row["Name"] for row in cloud.shown("share", "list", *options, user=user)]


def type_names(cloud: Cloud, *options: str, user: str = "admin") -> list[str]:
    return sorted(row["Name"] for row in cloud.shown("share", "type", "list", *options, user=user))


# Shares


def test_create_shows_the_new_share(cloud: Cloud) -> None:
    made = cloud.shown("share", "create", "nfs", "2", "--name", "data", "--description", "d", "--property", "a=b")
    assert (made["name"], made["description"], made["size"], made["status"]) == ("data", "d", 2, "creating")
    assert (made["share_proto"], made["share_type_name"], made["metadata"]) == ("NFS", "default", {"a": "b"})


def test_create_and_wait_until_it_is_there(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.delay(shares__create="12s")
    monkeypatch.setattr("osc_lib.utils.time", cloud.clock)
    made = cloud.shown("share", "create", "nfs", "1", "--availability-zone", "manila-zone-1", "--wait")
    assert (made["status"], made["availability_zone"]) == ("available", "manila-zone-1")


def test_create_that_cannot_be_says_why(cloud: Cloud) -> None:
    ran = cloud.run("share", "create", "nfs", "1", "--availability-zone", "nowhere")
    assert (ran.status, ran.out) == (1, "")
    assert "nowhere" in ran.err
    assert "HTTP 404" in ran.err


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", ["a", "b", "c"]),
        ("--name b", ["b"]),
        ("--name~ c", ["c"]),
        ("--property tier=gold", ["a"]),
        ("--status available", ["a", "b", "c"]),
        ("--share-type dhss_false", []),
        ("--limit 2", ["b", "c"]),
        ("--limit 1 --marker 1", ["b"]),
        ("--sort name:desc", ["c", "b", "a"]),
    ],
)
def test_list_is_filtered(cloud: Cloud, options: str, found: list[str]) -> None:
    shares = cloud.manila().shares
    for name, metadata in (("a", {"tier": "gold"}), ("b", {}), ("c", {})):
        shares.create("NFS", 1, name=name, metadata=metadata)
    assert listed(cloud, *options.split()) == found


def test_list_with_everything_about_a_share(cloud: Cloud, share: Any) -> None:
    (row,) = cloud.shown("share", "list", "--long")
    assert (row["ID"], row["Status"], row["Project ID"]) == (share.id, "available", share.project_id)


def test_list_of_all_projects_is_for_administrators(cloud: Cloud, share: Any) -> None:
    (row,) = cloud.shown("share", "list", "--all-projects", user="admin")
    assert (row["Name"], row["Host"]) == ("data", "oracle@alpha#fake_pool_for_ALPHA")
    assert listed(cloud, "--project", "demo", user="admin") == ["data"]
    assert listed(cloud, "--project", "alt_demo", user="admin") == []
    assert listed(cloud, "--all-projects", user="alt_demo") == []


@needs("share_export_locations.list")
def test_show(cloud: Cloud, share: Any) -> None:
    shown = cloud.shown("share", "show", "data")
    assert (shown["id"], shown["status"], shown["progress"]) == (share.id, "available", "100%")
    assert "10.0.0.10:/path" in shown["export_locations"]


@needs("shares.reset_task_state")
def test_set_by_an_administrator(cloud: Cloud, share: Any) -> None:
    """The command resets the task state whatever it is asked to set; that is for administrators."""
    cloud.openstack("share", "set", share.id, "--name", "new", "--description", "e", user="admin")
    cloud.openstack("share", "set", share.id, "--property", "a=b", "--status", "error", user="admin")
    shown = cloud.manila().shares.get(share)
    assert (shown.name, shown.description, shown.metadata, shown.status) == ("new", "e", {"a": "b"}, "error")


@needs("shares.reset_task_state")
def test_set_by_a_member_does_what_it_may_and_reports_the_rest(cloud: Cloud, share: Any) -> None:
    ran = cloud.run("share", "set", "data", "--name", "new", "--property", "a=b")
    assert ran.status == 1
    assert "Failed to update share task state" in ran.err
    assert "HTTP 403" in ran.err
    shown = cloud.manila().shares.get(share)
    assert (shown.name, shown.metadata) == ("new", {"a": "b"})


def test_unset_and_properties_show(cloud: Cloud) -> None:
    share = cloud.manila().shares.create("NFS", 1, name="data", description="d", metadata={"a": "b", "c": "d"})
    cloud.openstack("share", "unset", "data", "--description", "--property", "a")
    assert cloud.shown("share", "properties", "show", "data") == {"c": "d"}
    assert cloud.manila().shares.get(share).description is None


def test_delete_of_several_tells_which_failed(cloud: Cloud, share: Any) -> None:
    ran = cloud.run("share", "delete", "data", "nothing")
    assert ran.status == 1
    assert "No share with a name or ID of 'nothing' exists." in ran.err
    assert "1 of 2 shares failed to delete." in ran.err
    assert listed(cloud) == []


def test_delete_and_wait_until_it_is_gone(cloud: Cloud, share: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.delay(shares__delete="12s")
    monkeypatch.setattr("osc_lib.utils.time", cloud.clock)
    cloud.openstack("share", "delete", "data", "--wait")
    assert listed(cloud) == []


def test_delete_of_a_share_with_a_snapshot_is_forbidden(cloud: Cloud, snapshot: Any) -> None:
    ran = cloud.run("share", "delete", "data")
    assert ran.status == 1
    assert "dependent snapshots" in ran.err
    assert "HTTP 403" in ran.err


def test_delete_by_force_is_for_administrators(cloud: Cloud, share: Any) -> None:
    ran = cloud.run("share", "delete", "data", "--force")
    assert (ran.status, "HTTP 403" in ran.err) == (1, True)
    cloud.openstack("share", "delete", share.id, "--force", user="admin")
    assert listed(cloud) == []


# Share types


def test_types_of_a_new_world(cloud: Cloud) -> None:
    assert type_names(cloud, user="demo") == ["default", "dhss_false", "dhss_true"]
    shown = cloud.shown("share", "type", "show", "default")
    assert (shown["name"], shown["visibility"], shown["is_default"]) == ("default", "public", True)
    assert shown["required_extra_specs"] == {"driver_handles_share_servers": "False"}
    assert shown["optional_extra_specs"]["snapshot_support"] == "True"


def test_a_type_is_made_changed_and_deleted(cloud: Cloud) -> None:
    made = cloud.shown(
        "share", "type", "create", "gold", "false", "--extra-specs", "tier=gold", "--snapshot-support", "true",
        "--description", "d", user="admin",
    )  # fmt: skip
    assert (made["name"], made["visibility"], made["description"]) == ("gold", "public", "d")
    assert made["optional_extra_specs"] == {"tier": "gold", "snapshot_support": "True"}
    cloud.openstack("share", "type", "set", "gold", "--extra-specs", "owner=ann", "tier=tin", user="admin")
    cloud.openstack("share", "type", "set", "gold", "--name", "golden", "--description", "e", user="admin")
    cloud.openstack("share", "type", "unset", "golden", "owner", user="admin")
    shown = cloud.shown("share", "type", "show", "golden", user="admin")
    assert shown["description"] == "e"
    assert shown["optional_extra_specs"] == {"tier": "tin", "snapshot_support": "True"}
    cloud.openstack("share", "type", "delete", "golden", user="admin")
    assert "golden" not in type_names(cloud)


def test_a_private_type_and_who_may_use_it(cloud: Cloud) -> None:
    cloud.openstack("share", "type", "create", "secret", "false", "--public", "false", user="admin")
    project = there(cloud.session().get_project_id())
    assert "secret" not in type_names(cloud)
    assert "secret" in type_names(cloud, "--all")
    cloud.openstack("share", "type", "access", "create", "secret", project, user="admin")
    assert cloud.shown("share", "type", "access", "list", "secret", user="admin") == [{"Project ID": project}]
    assert "secret" in type_names(cloud, user="demo")
    cloud.openstack("share", "type", "access", "delete", "secret", project, user="admin")
    assert "secret" not in type_names(cloud, user="demo")


def test_types_that_cannot_be_say_why(cloud: Cloud) -> None:
    taken = cloud.run("share", "type", "create", "default", "false", user="admin")
    assert (taken.status, "already exists" in taken.err) == (1, True)
    forbidden = cloud.run("share", "type", "create", "gold", "false")
    assert (forbidden.status, "HTTP 403" in forbidden.err) == (1, True)
    missing = cloud.run("share", "type", "show", "nothing")
    assert (missing.status, "No sharetype with a name or ID of 'nothing' exists." in missing.err) == (1, True)


# Availability zones


def test_availability_zones(cloud: Cloud) -> None:
    rows = cloud.shown("share", "availability", "zone", "list")
    assert {row["Name"] for row in rows} >= {f"manila-zone-{number}" for number in range(4)}
