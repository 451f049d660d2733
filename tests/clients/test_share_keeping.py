"""Resizing, the recycle bin, managing and locks through the real clients."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from .cloud import Cloud

ALPHA = "oracle@alpha#fake_pool_for_ALPHA"


class TestResizing:
    def test_manilaclient(self, cloud: Cloud, share: Any) -> None:
        manila = cloud.manila()
        manila.shares.extend(share.id, 3)
        assert manila.shares.get(share.id).size == 3
        manila.shares.shrink(share.id, 2)
        assert manila.shares.get(share.id).size == 2
        with pytest.raises(exceptions.Forbidden):
            manila.shares.extend(share.id, 100000)

    def test_the_command_waits(self, cloud: Cloud, share: Any) -> None:
        cloud.openstack("share", "resize", share.id, "3", "--wait")
        assert cloud.shown("share", "show", share.id)["size"] == 3
        cloud.openstack("share", "resize", share.id, "1", "--wait")
        assert cloud.shown("share", "show", share.id)["size"] == 1

    def test_openstacksdk(self, cloud: Cloud, share: Any) -> None:
        shared = cloud.connect().shared_file_system
        shared.resize_share(share.id, 4)
        assert shared.get_share(share.id).size == 4


class TestRecycleBin:
    def test_the_command(self, cloud: Cloud, share: Any) -> None:
        cloud.openstack("share", "delete", "--soft", share.id)
        assert cloud.shown("share", "list") == []
        assert [one["ID"] for one in cloud.shown("share", "list", "--soft-deleted")] == [share.id]
        cloud.openstack("share", "restore", share.id)
        assert [one["ID"] for one in cloud.shown("share", "list")] == [share.id]

    def test_manilaclient(self, cloud: Cloud, share: Any) -> None:
        manila = cloud.manila()
        manila.shares.soft_delete(share.id)
        assert manila.shares.get(share.id).is_soft_deleted
        with pytest.raises(exceptions.Forbidden):
            manila.shares.extend(share.id, 3)
        manila.shares.restore(share.id)
        assert not manila.shares.get(share.id).is_soft_deleted


class TestManaging:
    def test_the_command(self, cloud: Cloud) -> None:
        made = cloud.manila().shares.create("NFS", 2, availability_zone="manila-zone-0")
        path = cloud.manila("admin").share_export_locations.list(made.id)[0].path
        cloud.openstack("share", "abandon", made.id, user="admin")
        assert cloud.shown("share", "list") == []
        adopted = cloud.shown("share", "adopt", ALPHA, "nfs", path, "--name", "back", "--wait", user="admin")
        shown = cloud.shown("share", "show", adopted["id"], user="admin")
        assert (shown["name"], shown["size"], shown["status"]) == ("back", 2, "available")


class TestLocks:
    def test_the_command(self, cloud: Cloud, share: Any) -> None:
        made = cloud.shown("share", "lock", "create", share.id, "share", "--lock-reason", "kept")
        assert (made["lock_reason"], made["resource_action"]) == ("kept", "delete")
        assert [one["ID"] for one in cloud.shown("share", "lock", "list")] == [made["id"]]
        assert cloud.run("share", "delete", share.id).status != 0
        cloud.openstack("share", "lock", "set", made["id"], "--lock-reason", "still")
        assert cloud.shown("share", "lock", "show", made["id"])["Lock Reason"] == "still"
        cloud.openstack("share", "lock", "unset", made["id"], "--lock-reason")
        assert cloud.shown("share", "lock", "show", made["id"])["Lock Reason"] is None
        cloud.openstack("share", "lock", "delete", made["id"])
        cloud.openstack("share", "delete", share.id)

    def test_openstacksdk(self, cloud: Cloud, share: Any) -> None:
        shared = cloud.connect().shared_file_system
        lock = shared.create_resource_lock(resource_id=share.id, resource_type="share")
        assert [one.id for one in shared.resource_locks(resource_id=share.id)] == [lock.id]
        assert shared.update_resource_lock(lock.id, lock_reason="kept").lock_reason == "kept"
        shared.delete_resource_lock(lock.id)
        assert list(shared.resource_locks()) == []
