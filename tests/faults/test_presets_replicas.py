"""Presets of what goes wrong between the replicas of a share."""

from __future__ import annotations

from typing import Any

import pytest

from ..clients.cloud import Cloud
from .observing import create, status, used
from .trying import tries


@pytest.fixture
def replicated(cloud: Cloud) -> Any:
    """A share that can have replicas."""
    share_type = cloud.manila("admin").share_types.create("copied", False, extra_specs={"replication_type": "readable"})
    share = create(cloud, share_type=share_type.id, availability_zone="manila-zone-0")
    assert status(cloud, share) == "available"
    return share


def state(cloud: Cloud, replica: Any) -> tuple[str, str]:
    found = cloud.manila().share_replicas.get(replica.id)
    return found.status, found.replica_state


@tries("replica-create-error")
def test_a_replica_ends_in_error_and_its_quota_stays_held(cloud: Cloud, replicated: Any) -> None:
    cloud.world.faults.add("replica-create-error", times=1)
    replica = cloud.manila().share_replicas.create(replicated)
    assert state(cloud, replica) == ("error", "error")
    assert used(cloud, "share_replicas") == 2
    (told,) = cloud.manila().messages.list()
    assert (told.resource_type, told.resource_id, told.action_id) == ("SHARE_REPLICA", replica.id, "002")
    cloud.manila().share_replicas.delete(replica)
    assert state(cloud, cloud.manila().share_replicas.create(replicated)) == ("available", "in_sync")
    assert used(cloud, "share_replicas") == 2


@tries("replica-never-syncs")
def test_a_replica_stays_out_of_sync_and_administrators_alone_promote_it(cloud: Cloud, replicated: Any) -> None:
    cloud.world.faults.add("replica-never-syncs")
    replica = cloud.manila().share_replicas.create(replicated)
    cloud.advance(50 * 60)
    assert state(cloud, replica) == ("available", "out_of_sync")
    admin = cloud.manila("admin").share_replicas
    admin.resync(replica)
    cloud.advance(5 * 60)
    assert state(cloud, replica) == ("available", "out_of_sync")
    admin.reset_replica_state(replica, "in_sync")
    assert state(cloud, replica) == ("available", "in_sync")
    assert not cloud.world.scheduler.pending()


@tries("promotion-error")
def test_after_a_promotion_that_failed_the_share_is_in_error(cloud: Cloud, replicated: Any) -> None:
    replica = cloud.manila().share_replicas.create(replicated)
    assert state(cloud, replica) == ("available", "in_sync")
    cloud.world.faults.add("promotion-error", times=1)
    cloud.manila().share_replicas.promote(replica)
    assert state(cloud, replica) == ("error", "in_sync")
    assert status(cloud, replicated) == "error"
    assert [told.action_id for told in cloud.manila().messages.list()] == ["004", "004"]
    admin = cloud.manila("admin").share_replicas
    for each in cloud.manila().share_replicas.list(replicated):
        admin.reset_state(each, "available")
    cloud.manila().share_replicas.promote(replica)
    assert state(cloud, replica) == ("available", "active")
    assert status(cloud, replicated) == "available"


@tries("stuck")
def test_a_promotion_never_ends(cloud: Cloud, replicated: Any) -> None:
    replica = cloud.manila().share_replicas.create(replicated)
    assert state(cloud, replica) == ("available", "in_sync")
    cloud.world.faults.add("stuck:replication_change", times=1)
    cloud.manila().share_replicas.promote(replica)
    cloud.advance(50 * 60)
    assert status(cloud, replicated) == "replication_change"
    cloud.manila("admin").share_replicas.reset_state(replica, "available")
    assert status(cloud, replicated) == "available"
    assert state(cloud, replica) == ("available", "in_sync")
