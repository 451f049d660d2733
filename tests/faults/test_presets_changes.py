"""Presets of changes of size, of reverting and of access rules that are accepted and then fail."""

from __future__ import annotations

from typing import Any

import pytest

from ..clients.cloud import Cloud, needs
from .observing import create, is_gone, message, status, used
from .trying import tries


@tries("extend-error")
@needs("shares.extend")
def test_a_failed_extension_keeps_the_size_and_gives_the_gigabytes_back(cloud: Cloud, share: Any) -> None:
    status(cloud, share)
    cloud.world.faults.add("extend-error")
    share.extend(5)
    assert status(cloud, share) == "extending_error"
    assert cloud.manila().shares.get(share).size == 1
    assert (used(cloud, "gigabytes"), used(cloud, "gigabytes", "reserved")) == (1, 0)
    assert (message(cloud).action_id, message(cloud).detail_id) == ("008", "015")
    cloud.manila("admin").shares.reset_state(share.id, "error")
    share.delete()
    assert is_gone(cloud, share)


@needs("shares.shrink")
@pytest.mark.parametrize(
    ("preset", "ends_in", "detail"),
    [
        pytest.param(*case, id=case[0])
        for case in (
            ("shrink-refused", "available", "018"),
            ("shrink-unsupported", "available", "019"),
            ("shrink-error", "shrinking_error", "019"),
        )
    ],
)
@tries("shrink-refused", "shrink-unsupported", "shrink-error")
def test_a_share_that_did_not_shrink_is_as_large_as_before(
    cloud: Cloud, preset: str, ends_in: str, detail: str
) -> None:
    share = create(cloud, 3)
    status(cloud, share)
    cloud.world.faults.add(preset)
    share.shrink(1)
    assert status(cloud, share) == ends_in
    assert cloud.manila().shares.get(share).size == 3
    assert used(cloud, "gigabytes") == 3
    assert (message(cloud).action_id, message(cloud).detail_id) == ("009", detail)


@tries("revert-error")
def test_a_failed_revert_gives_the_snapshot_back(cloud: Cloud, revertible: Any) -> None:
    cloud.world.faults.add("revert-error", times=1)
    share = cloud.manila().shares.get(revertible.share_id)
    share.revert_to_snapshot(revertible)
    assert (status(cloud, share), status(cloud, revertible)) == ("reverting_error", "available")
    assert (message(cloud).action_id, message(cloud).detail_id) == ("005", "035")
    cloud.manila("admin").shares.reset_state(share.id, "available")
    share.revert_to_snapshot(revertible)
    assert status(cloud, share) == "available"


# Access


def rule_states(cloud: Cloud, share: Any) -> list[str]:
    return [rule.state for rule in cloud.manila().share_access_rules.access_list(share)]


@tries("access-slow")
def test_a_rule_takes_half_a_minute(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("access-slow")
    made = cloud.manila().shares.allow(share, "ip", "10.0.0.1", "rw")
    assert made["state"] == "queued_to_apply"
    assert rule_states(cloud, share) == ["applying"]
    assert cloud.manila().shares.get(share).access_rules_status == "syncing"
    cloud.advance(30)
    assert rule_states(cloud, share) == ["active"]


@tries("access-error")
def test_a_rule_in_error_can_be_denied_and_made_again(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("access-error", times=1)
    manila = cloud.manila()
    made = manila.shares.allow(share, "ip", "10.0.0.1", "rw")
    assert rule_states(cloud, share) == ["error"]
    assert manila.shares.get(share).access_rules_status == "error"
    manila.shares.deny(share, made["id"])
    manila.shares.allow(share, "ip", "10.0.0.1", "rw")
    assert rule_states(cloud, share) == ["active"]
    assert manila.shares.get(share).access_rules_status == "active"


@tries("cephx-key-late")
def test_the_key_of_a_rule_is_there_from_the_fourth_look_on(cloud: Cloud, share: Any) -> None:
    made = cloud.manila().shares.allow(share, "cephx", "alice", "rw")
    rule = cloud.world.store["share_access_rules"].get(made["id"])
    assert rule is not None
    rule["access_key"] = "AQA8+ANW/4ZWNRAAOtWJMFPEihBA1unFImJczA=="  # the initial world has no Ceph to make one
    cloud.world.faults.add("cephx-key-late")
    shared = cloud.connect().shared_file_system
    keys = [next(shared.access_rules(shared.get_share(share.id))).access_key for _ in range(4)]
    assert keys == [None, None, None, rule["access_key"]]
