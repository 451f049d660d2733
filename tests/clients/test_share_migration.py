"""Moving a share through the real clients."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from .cloud import Cloud

HOSTS = ("oracle@alpha#fake_pool_for_ALPHA", "oracle@beta#fake_pool_for_BETA")


def elsewhere(cloud: Cloud, share: Any) -> str:
    """A pool where the share is not."""
    host = cloud.manila("admin").shares.get(share.id).host
    return next(other for other in HOSTS if other != host)


def test_manilaclient_moves_and_completes(cloud: Cloud, share: Any) -> None:
    manila, host = cloud.manila("admin"), elsewhere(cloud, share)
    cloud.delay(shares__migration_start="40s")
    manila.shares.migration_start(share.id, host, False, False, False, False, False)
    assert manila.shares.migration_get_progress(share.id)[1]["task_state"] == "migration_starting"
    with pytest.raises(exceptions.BadRequest, match="not completed"):
        manila.shares.migration_complete(share.id)
    cloud.advance(40)
    assert manila.shares.migration_get_progress(share.id)[1]["total_progress"] == 100
    assert len(manila.shares.list_instances(share.id)) == 2
    manila.shares.migration_complete(share.id)
    moved = manila.shares.get(share.id)
    assert (moved.host, moved.task_state) == (host, "migration_success")


def test_the_command_moves_and_cancels(cloud: Cloud, share: Any) -> None:
    host = elsewhere(cloud, share)
    flags = ("--preserve-metadata", "False", "--preserve-snapshots", "False", "--writable", "False")
    start = ("share", "migration", "start", share.id, host)
    cloud.openstack(*start, *flags, "--nondisruptive", "False", user="admin")
    shown = cloud.shown("share", "migration", "show", share.id, user="admin")
    assert (shown["total_progress"], shown["task_state"]) == (100, "migration_driver_phase1_done")
    cloud.openstack("share", "migration", "cancel", share.id, user="admin")
    assert cloud.shown("share", "show", share.id, user="admin")["task_state"] == "migration_cancelled"
