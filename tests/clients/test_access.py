"""Access rules and export locations through the real clients."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from .cloud import Cloud


def test_manilaclient_grants_and_revokes(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    rule = manila.shares.allow(share, "ip", "10.0.0.1", "ro")
    assert rule["state"] == "queued_to_apply"
    (listed,) = manila.share_access_rules.access_list(share)
    assert (listed.access_to, listed.access_level, listed.state) == ("10.0.0.1", "ro", "active")
    with pytest.raises(exceptions.BadRequest, match=r"Share access ip:10\.0\.0\.1 exists"):
        manila.shares.allow(share, "ip", "10.0.0.1", "rw")
    manila.shares.deny(share, rule["id"])
    assert manila.share_access_rules.access_list(share) == []


def test_manilaclient_grants_in_the_old_way(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila(version="2.6", service_type="sharev2")
    rule = manila.shares.allow(share.id, "ip", "10.0.0.1", "rw")
    assert rule["state"] == "new"
    assert [(one.access_to, one.state) for one in manila.shares.access_list(share.id)] == [("10.0.0.1", "active")]
    manila.shares.deny(share.id, rule["id"])


def test_manilaclient_shows_and_marks_a_rule(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    rule = manila.shares.allow(share, "ip", "10.0.0.1", "rw", metadata={"tier": "gold"})
    manila.share_access_rules.set_metadata(rule["id"], {"colour": "red"})
    shown = manila.share_access_rules.get(rule["id"])
    assert shown.metadata == {"tier": "gold", "colour": "red"}
    manila.share_access_rules.unset_metadata(rule["id"], ["tier"])
    assert manila.share_access_rules.get(rule["id"]).metadata == {"colour": "red"}


def test_manilaclient_sees_where_to_mount(cloud: Cloud, share: Any) -> None:
    found = cloud.manila().share_export_locations.list(share)
    assert [one.preferred for one in found] == [True, False]
    assert cloud.manila().share_export_locations.get(share, found[0].id).path == found[0].path
    manila = cloud.manila("admin")
    (instance,) = manila.shares.list_instances(share)
    assert len(manila.share_instance_export_locations.list(instance)) == 3
    assert [one.id for one in cloud.manila().shares.list(search_opts={"export_location": found[0].path})] == [share.id]


def test_manilaclient_grants_access_to_a_snapshot(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    snapshot = manila.share_snapshots.create(share)
    rule = manila.share_snapshots.allow(snapshot, "ip", "10.0.0.1")
    assert [one.state for one in manila.share_snapshots.access_list(snapshot)] == ["active"]
    manila.share_snapshots.deny(snapshot, rule["id"])
    assert manila.share_snapshots.access_list(snapshot) == []
    assert len(manila.share_snapshot_export_locations.list(snapshot)) == 2
    (instance,) = cloud.manila("admin").share_snapshot_instances.list(detailed=True, snapshot=snapshot)
    assert instance.status == "available"


def test_openstacksdk_grants_and_revokes(cloud: Cloud, share: Any) -> None:
    shared = cloud.connect().shared_file_system
    rule = shared.create_access_rule(share.id, access_type="ip", access_to="10.0.0.1", access_level="rw")
    assert [(one.access_to, one.state) for one in shared.access_rules(shared.get_share(share.id))] == [
        ("10.0.0.1", "active")
    ]
    shared.delete_access_rule(rule.id, share.id)
    assert list(shared.access_rules(shared.get_share(share.id))) == []


def test_openstacksdk_sees_where_to_mount(cloud: Cloud, share: Any) -> None:
    shared = cloud.connect().shared_file_system
    found = list(shared.export_locations(share.id))
    assert len(found) == 2
    assert shared.get_export_location(found[0], share.id).path == found[0].path


def test_the_command_grants_and_shows(cloud: Cloud, share: Any) -> None:
    made = cloud.shown("share", "access", "create", share.id, "ip", "10.0.0.1", "--wait")
    assert made["access_to"] == "10.0.0.1"
    (listed,) = cloud.shown("share", "access", "list", share.id)
    assert listed["State"] == "active"
    cloud.openstack("share", "access", "delete", share.id, made["id"])
    assert cloud.shown("share", "access", "list", share.id) == []
    assert len(cloud.shown("share", "export", "location", "list", share.id)) == 2
