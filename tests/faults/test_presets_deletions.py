"""Presets of deletions that are accepted and then fail, are put off, or aren't seen at once."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from ..clients.cloud import Cloud
from .observing import is_gone, message, status, used
from .trying import tries


@tries("error-deleting")
@pytest.mark.parametrize("kind", ["share", "snapshot"])
def test_a_failed_deletion_keeps_its_quota_until_one_succeeds(cloud: Cloud, share: Any, kind: str) -> None:
    target = share if kind == "share" else cloud.manila().share_snapshots.create(share)
    cloud.world.faults.add("error-deleting")
    target.delete()
    assert status(cloud, target) == "error_deleting"
    assert used(cloud, f"{kind}s") == 1
    assert (message(cloud).action_id, message(cloud).detail_id) == ("007", "001")
    with pytest.raises(exceptions.Forbidden if kind == "share" else exceptions.BadRequest):
        target.delete()
    admin = cloud.manila("admin")
    (admin.shares if kind == "share" else admin.share_snapshots).reset_state(target.id, "available")
    target.delete()
    assert is_gone(cloud, target)
    assert used(cloud, f"{kind}s") == 0


@tries("deferred-delete")
@pytest.mark.parametrize("kind", ["share", "snapshot"])
def test_a_deferred_deletion_is_over_for_its_owner_at_once(cloud: Cloud, share: Any, kind: str) -> None:
    target = share if kind == "share" else cloud.manila().share_snapshots.create(share)
    cloud.world.faults.add("deferred-delete")
    target.delete()
    assert is_gone(cloud, target)
    assert used(cloud, f"{kind}s") == 0
    everything = cloud.manila("admin").shares if kind == "share" else cloud.manila("admin").share_snapshots
    assert everything.get(target.id).status == "deferred_deleting"
    cloud.advance(5 * 60)
    with pytest.raises(exceptions.NotFound):
        everything.get(target.id)


@tries("deferred-delete-error")
@pytest.mark.parametrize("kind", ["share", "snapshot"])
def test_a_failed_deferred_deletion_is_the_administrators_matter(cloud: Cloud, share: Any, kind: str) -> None:
    target = share if kind == "share" else cloud.manila().share_snapshots.create(share)
    cloud.world.faults.add("deferred-delete-error")
    target.delete()
    cloud.advance(30)
    assert is_gone(cloud, target)
    everything = cloud.manila("admin").shares if kind == "share" else cloud.manila("admin").share_snapshots
    assert everything.get(target.id).status == "error_deferred_deleting"
    assert used(cloud, f"{kind}s") == 0
    everything.force_delete(target.id)
    with pytest.raises(exceptions.NotFound):
        everything.get(target.id)


@tries("delete-stale-status")
@pytest.mark.parametrize("kind", ["share", "snapshot"])
def test_the_status_before_a_deletion_is_read_for_a_while(cloud: Cloud, share: Any, kind: str) -> None:
    target = share if kind == "share" else cloud.manila().share_snapshots.create(share)
    assert status(cloud, target) == "available"
    cloud.world.faults.add("delete-stale-status")
    cloud.delay(shares__delete="10s", snapshots__delete="10s")
    target.delete()
    assert status(cloud, target) == "available"
    cloud.advance(5)
    assert status(cloud, target) == "deleting"
    cloud.advance(10)
    assert is_gone(cloud, target)


@tries("double-delete")
@pytest.mark.parametrize(("kind", "refusal"), [("share", exceptions.Forbidden), ("snapshot", exceptions.BadRequest)])
def test_a_second_deletion_is_refused_while_the_first_is_under_way(
    cloud: Cloud, share: Any, kind: str, refusal: type[Exception]
) -> None:
    target = share if kind == "share" else cloud.manila().share_snapshots.create(share)
    cloud.world.faults.add("double-delete")
    target.delete()
    with pytest.raises(refusal):
        target.delete()
    cloud.advance(30)
    assert is_gone(cloud, target)
