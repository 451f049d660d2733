"""Backups through the real clients."""

from __future__ import annotations

from typing import Any

from .cloud import Cloud


def test_manilaclient_keeps_and_restores(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    backup = manila.share_backups.create(share, name="monday", backup_options={"backup_type": "fast"})
    assert [(one.name, one.status) for one in manila.share_backups.list()] == [("monday", "available")]
    manila.share_backups.update(backup, name="tuesday")
    assert manila.share_backups.get(backup.id).name == "tuesday"
    manila.share_backups.restore(backup.id)
    assert manila.shares.get(share.id).source_backup_id == backup.id
    cloud.manila("admin").share_backups.reset_status(backup.id, "error")
    manila.share_backups.delete(backup.id)
    assert manila.share_backups.list() == []


def test_the_command_keeps_waits_and_restores(cloud: Cloud, share: Any) -> None:
    made = cloud.shown("share", "backup", "create", share.id, "--name", "monday")
    (listed,) = cloud.shown("share", "backup", "list", "--detail")
    assert (listed["ID"], listed["Status"]) == (made["id"], "available")
    cloud.openstack("share", "backup", "set", "monday", "--description", "kept")
    assert cloud.shown("share", "backup", "show", "monday")["description"] == "kept"
    cloud.openstack("share", "backup", "restore", "monday", "--wait")
    cloud.openstack("share", "backup", "set", "monday", "--status", "error", user="admin")
    cloud.openstack("share", "backup", "delete", made["id"], "--wait")
    assert cloud.shown("share", "backup", "list") == []


def test_the_command_restores_into_another_share(cloud: Cloud, share: Any) -> None:
    other = cloud.manila().shares.create("NFS", 1, name="other")
    cloud.openstack("share", "backup", "create", share.id, "--name", "monday")
    cloud.openstack("share", "backup", "restore", "monday", "--target-share", "other", "--wait")
    assert cloud.shown("share", "show", other.id)["source_backup_id"] is not None
