"""Presets of changes of size, of reverting and of access rules that are accepted and then fail."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.scenario.scenario import Scenario

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


@pytest.fixture
def ceph(cloud: Cloud) -> Any:
    """A share on CephFS."""
    cloud.world.reset(Scenario.load("cephfs").settings(cloud.world.settings))
    return cloud.manila().shares.create("CEPHFS", 1)


@tries("cephx-key-late")
def test_the_key_of_a_rule_is_there_from_the_fourth_look_on(cloud: Cloud, ceph: Any) -> None:
    shared = cloud.connect().shared_file_system
    shared.create_access_rule(ceph.id, access_type="cephx", access_to="alice", access_level="rw")
    cloud.world.faults.add("cephx-key-late")
    rules = [next(shared.access_rules(shared.get_share(ceph.id))) for _ in range(4)]
    assert [rule.state for rule in rules] == ["active"] * 4
    assert [rule.access_key for rule in rules[:3]] == [None] * 3
    assert rules[3].access_key


@tries("cephx-key-never")
def test_the_key_of_a_rule_never_comes(cloud: Cloud, ceph: Any) -> None:
    manila = cloud.manila()
    made = manila.shares.allow(ceph, "cephx", "alice", "rw")
    fault = cloud.world.faults.add("cephx-key-never")
    rules = [manila.share_access_rules.get(made["id"]) for _ in range(5)]
    assert {(rule.state, rule.access_key) for rule in rules} == {("active", None)}
    cloud.world.faults.remove(fault.id)
    assert manila.share_access_rules.get(made["id"]).access_key  # it was only not shown
    cloud.world.faults.add("cephx-key-never")
    manila.share_access_rules.get(made["id"])


@tries("cephx-id-taken")
def test_an_id_that_somebody_else_has_ends_in_error_and_no_other_does(cloud: Cloud, ceph: Any) -> None:
    manila = cloud.manila()
    cloud.world.faults.add("cephx-id-taken", times=1)
    manila.shares.allow(ceph, "ip", "10.0.0.1", "rw")  # refused by the backend, with a message
    manila.shares.allow(ceph, "cephx", "alice", "rw")
    manila.shares.allow(ceph, "cephx", "bob", "rw")
    rules = {
        rule.access_to: (rule.state, bool(rule.access_key)) for rule in manila.share_access_rules.access_list(ceph)
    }
    assert rules == {"10.0.0.1": ("error", False), "alice": ("error", False), "bob": ("active", True)}
    assert [each.detail_id for each in manila.messages.list()] == ["021"]
