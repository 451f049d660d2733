"""Shares with replicas, which no call makes yet."""

from __future__ import annotations

from typing import Any

from fakemanila.world.world import World


def add_replica(world: World, share_id: str) -> Any:
    """Gives a share of any type a second replica, on another host; the one that it has is the active one."""
    share, instances = world.store["shares"].get(share_id), world.store["share_instances"]
    assert share is not None
    active = instances.get(share["instance_id"])
    assert active is not None
    share["replication_type"], active["replica_state"] = "readable", "active"
    other = {"id": world.seeded.uuid(), "replica_state": "in_sync", "host": "oracle@beta#fake_pool_for_BETA"}
    return instances.add({**active, **other})
