"""Presets of what never ends, unless an administrator sees to it."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from ..clients.cloud import Cloud, needs
from .observing import create, is_gone, status, used
from .trying import tries


@tries("stuck")
@pytest.mark.parametrize("kind", ["share", "snapshot"])
def test_stuck_creating(cloud: Cloud, share: Any, kind: str) -> None:
    cloud.world.faults.add("stuck:creating")
    manila, admin = cloud.manila(), cloud.manila("admin")
    made = manila.shares.create("NFS", 1) if kind == "share" else manila.share_snapshots.create(share)
    cloud.advance(50 * 60)
    assert status(cloud, made) == "creating"
    with pytest.raises(exceptions.Forbidden if kind == "share" else exceptions.BadRequest):
        made.delete()
    with pytest.raises(exceptions.Forbidden):
        made.reset_state("error")
    (admin.shares if kind == "share" else admin.share_snapshots).reset_state(made.id, "error")
    made.delete()
    assert is_gone(cloud, made)


@tries("stuck")
@pytest.mark.parametrize("kind", ["share", "snapshot"])
def test_stuck_deleting(cloud: Cloud, share: Any, kind: str) -> None:
    cloud.world.faults.add("stuck:deleting", times=1)
    target = share if kind == "share" else cloud.manila().share_snapshots.create(share)
    target.delete()
    cloud.advance(50 * 60)
    assert status(cloud, target) == "deleting"
    admin = cloud.manila("admin")
    (admin.shares if kind == "share" else admin.share_snapshots).reset_state(target.id, "error")
    target.delete()
    assert is_gone(cloud, target)


OTHERS = {
    "share_groups": lambda manila, share: manila.share_groups.create(name="trio"),
    "share_group_snapshots": lambda manila, share: manila.share_group_snapshots.create(
        manila.share_groups.create(name="trio").id
    ),
    "share_backups": lambda manila, share: manila.share_backups.create(share),
}


@tries("stuck")
@pytest.mark.parametrize("kind", OTHERS)
def test_others_are_stuck_until_an_administrator_resets_their_status(cloud: Cloud, share: Any, kind: str) -> None:
    status(cloud, share)
    target = OTHERS[kind](cloud.manila(), share)
    if kind == "share_backups":
        target = cloud.manila().share_backups.get(target.id)
    assert status(cloud, target) == "available"
    cloud.world.faults.add("stuck:deleting", times=1)
    target.manager.delete(target)
    cloud.advance(50 * 60)
    assert status(cloud, target) == "deleting"
    everything = getattr(cloud.manila("admin"), kind)
    getattr(everything, "reset_status" if kind == "share_backups" else "reset_state")(target.id, "error")
    target.manager.delete(target)
    assert is_gone(cloud, target)


@tries("stuck")
@pytest.mark.parametrize("kind", OTHERS)
def test_others_are_stuck_in_the_making(cloud: Cloud, share: Any, kind: str) -> None:
    status(cloud, share)
    cloud.world.faults.add("stuck:creating", operation=f"{kind}.create")
    target = OTHERS[kind](cloud.manila(), share)
    cloud.advance(50 * 60)
    assert status(cloud, getattr(cloud.manila(), kind).get(target.id)) == "creating"


@tries("stuck")
@pytest.mark.parametrize(
    ("verb", "shown"),
    [
        pytest.param("extend", "extending", marks=needs("shares.extend")),
        pytest.param("shrink", "shrinking", marks=needs("shares.shrink")),
    ],
)
def test_stuck_resizing(cloud: Cloud, verb: str, shown: str) -> None:
    cloud.world.faults.add(f"stuck:{shown}", times=1)
    share = create(cloud, 2)
    status(cloud, share)
    size = 3 if verb == "extend" else 1
    getattr(cloud.manila().shares, verb)(share, size)
    cloud.advance(50 * 60)
    assert status(cloud, share) == shown
    assert (used(cloud, "gigabytes"), used(cloud, "gigabytes", "reserved")) == (2, 1 if verb == "extend" else 0)
    with pytest.raises(exceptions.Forbidden):
        share.delete()
    cloud.manila("admin").shares.reset_state(share.id, "available")
    getattr(cloud.manila().shares, verb)(share, size)
    assert status(cloud, share) == "available"
    assert cloud.manila().shares.get(share).size == size


@tries("stuck")
def test_stuck_reverting(cloud: Cloud, revertible: Any) -> None:
    cloud.world.faults.add("stuck:reverting", times=1)
    manila, admin = cloud.manila(), cloud.manila("admin")
    share = manila.shares.get(revertible.share_id)
    share.revert_to_snapshot(revertible)
    cloud.advance(50 * 60)
    assert (status(cloud, share), status(cloud, revertible)) == ("reverting", "restoring")
    with pytest.raises(exceptions.Conflict):
        share.revert_to_snapshot(revertible)
    admin.shares.reset_state(share.id, "available")
    admin.share_snapshots.reset_state(revertible.id, "available")
    share.revert_to_snapshot(revertible)
    assert (status(cloud, share), status(cloud, revertible)) == ("available", "available")


@tries("stuck")
@needs("services.ensure_shares")
def test_stuck_ensuring(cloud: Cloud, share: Any) -> None:
    admin = cloud.manila("admin")
    host = admin.shares.get(share.id).host.partition("#")[0]
    cloud.world.faults.add("stuck:ensuring")
    # python-manilaclient 6.3 sends this call without its envelope, which Manila refuses
    headers = {"X-OpenStack-Manila-API-Version": "2.98"}
    body = {"ensure_shares": {"host": host}}
    cloud.session("admin").post(f"{cloud.url}/v2/services/ensure-shares", json=body, headers=headers)
    cloud.advance(50 * 60)
    assert status(cloud, share) == "ensuring"
    assert [service.host for service in admin.services.list({"ensuring": "True"})] == [host]
    admin.shares.reset_state(share.id, "available")
    assert status(cloud, share) == "available"
