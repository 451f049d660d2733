"""Presets of share servers that cannot be set up, moved or deleted."""

from __future__ import annotations

from typing import Any

import pytest

from ..clients.cloud import Cloud, needs
from .observing import is_gone, message, status
from .trying import tries

DELTA = "oracle@delta"


def served(cloud: Cloud) -> Any:
    """A share on a network, on gamma."""
    network = cloud.manila().share_networks.create(name="net")
    return cloud.manila().shares.create(
        "NFS", 1, share_type="dhss_true", share_network=network.id, availability_zone="manila-zone-2"
    )


def server_of(cloud: Cloud, share: Any) -> Any:
    manila = cloud.manila("admin")
    return manila.share_servers.get(manila.shares.get(share.id).share_server_id)


@needs("share_networks.create", "share_servers.show")
@pytest.mark.parametrize(
    ("preset", "detail"), [("server-setup-error", "004"), ("security-service-refused", "023")], ids=lambda value: value
)
@tries("server-setup-error", "security-service-refused")
def test_a_server_that_cannot_be_set_up_takes_its_share_with_it(cloud: Cloud, preset: str, detail: str) -> None:
    cloud.world.faults.add(preset)
    share = served(cloud)
    assert status(cloud, share) == server_of(cloud, share).status == "error"
    assert (message(cloud).action_id, message(cloud).detail_id) == ("002", detail)


@needs("share_networks.create", "share_servers.delete")
@tries("server-delete-error")
def test_a_server_that_was_not_deleted_can_be_deleted_again(cloud: Cloud) -> None:
    share = served(cloud)
    status(cloud, share)
    server = server_of(cloud, share)
    share.delete()
    assert is_gone(cloud, share)
    cloud.world.faults.add("server-delete-error", times=1)
    manila = cloud.manila("admin")
    manila.share_servers.delete(server.id)
    assert manila.share_servers.get(server.id).status == "error"
    manila.share_servers.delete(server.id)
    assert not manila.share_servers.list()


@needs("share_networks.create", "share_servers.migration_start")
@tries("server-migration-hangs")
def test_a_migration_that_hangs_can_be_cancelled(cloud: Cloud) -> None:
    share = served(cloud)
    status(cloud, share)
    server = server_of(cloud, share)
    cloud.world.faults.add("server-migration-hangs")
    manila = cloud.manila("admin")
    manila.share_servers.migration_start(server.id, DELTA, writable=False, nondisruptive=False, preserve_snapshots=True)
    assert manila.share_servers.get(server.id).task_state == "migration_driver_in_progress"
    manila.share_servers.migration_cancel(server.id)
    assert manila.share_servers.get(server.id).task_state == "migration_cancelled"
    assert status(cloud, share) == "available"
