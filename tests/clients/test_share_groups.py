"""Share groups, their types and snapshots through the real clients."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from .cloud import Cloud


def test_manilaclient_fills_and_snaps_a_group(cloud: Cloud) -> None:
    manila = cloud.manila()
    group = manila.share_groups.create(name="trio", description="together")
    share = manila.shares.create("NFS", 1, name="member", share_group_id=group.id)
    assert manila.shares.get(share.id).share_group_id == group.id
    snapshot = manila.share_group_snapshots.create(group.id, name="monday")
    (member,) = manila.share_group_snapshots.get(snapshot.id).members
    assert member["share_id"] == share.id
    copy = manila.share_groups.create(name="copy", source_share_group_snapshot=snapshot.id)
    assert len(manila.shares.list(search_opts={"share_group_id": copy.id})) == 1
    with pytest.raises(exceptions.Conflict):
        manila.share_groups.delete(group)
    manila.share_group_snapshots.delete(snapshot)
    manila.shares.delete(share, share_group_id=group.id)
    manila.share_groups.delete(group)
    assert [one.id for one in manila.share_groups.list()] == [copy.id]


def test_manilaclient_makes_group_types(cloud: Cloud) -> None:
    manila = cloud.manila("admin")
    kind = manila.share_group_types.create("gold", ["default"], is_public=False, group_specs={"tier": "gold"})
    assert kind.get_keys() == {"tier": "gold"}
    kind.set_keys({"tier": "silver"})
    assert kind.get_keys(prefer_resource_data=False) == {"tier": "silver"}
    project = cloud.session().get_project_id()
    manila.share_group_type_access.add_project_access(kind, project)
    assert [one.project_id for one in manila.share_group_type_access.list(kind)] == [project]
    assert {one.name for one in cloud.manila().share_group_types.list()} == {"default", "gold"}
    manila.share_group_types.delete(kind)


def test_openstacksdk_makes_groups(cloud: Cloud) -> None:
    shared = cloud.connect().shared_file_system
    group = shared.create_share_group(name="trio")
    assert [one.id for one in shared.share_groups()] == [group.id]
    assert shared.update_share_group(group.id, description="together").description == "together"
    snapshot = shared.create_share_group_snapshot(group.id, name="monday")
    assert shared.get_share_group_snapshot(snapshot.id).name == "monday"
    shared.delete_share_group_snapshot(snapshot.id)
    shared.delete_share_group(group.id)
    assert list(shared.share_groups()) == []


def test_the_command_makes_groups(cloud: Cloud) -> None:
    made = cloud.shown("share", "group", "create", "--name", "trio", "--wait")
    assert cloud.shown("share", "group", "show", "trio")["status"] == "available"
    cloud.openstack("share", "create", "NFS", "1", "--name", "member", "--share-group", "trio", "--wait")
    snapshot = cloud.shown("share", "group", "snapshot", "create", "trio", "--name", "monday", "--wait")
    assert len(cloud.shown("share", "group", "snapshot", "members", "list", snapshot["id"])) == 1
    cloud.openstack("share", "group", "snapshot", "delete", "monday", "--wait")
    cloud.openstack("share", "delete", "member", "--share-group", "trio", "--wait")
    cloud.openstack("share", "group", "delete", made["id"], "--wait")
    assert cloud.shown("share", "group", "list") == []


def test_the_command_makes_group_types(cloud: Cloud) -> None:
    made: Any = cloud.shown("share", "group", "type", "create", "gold", "default", user="admin")
    cloud.openstack("share", "group", "type", "set", "gold", "--group-specs", "tier=gold", user="admin")
    shown = cloud.shown("share", "group", "type", "show", "gold", user="admin")
    assert "tier" in str(shown["group_specs"])
    cloud.openstack("share", "group", "type", "delete", made["id"], user="admin")
    listed = cloud.shown("share", "group", "type", "list")
    assert [one["Name"] for one in listed] == ["default"]
