"""Presets of operations that are accepted and then go wrong, as clients find out afterwards."""

from __future__ import annotations

from typing import Any

import openstack.exceptions
import pytest
from manilaclient import exceptions

from ..clients.cloud import Cloud, needs
from .trying import names, tries


def create(cloud: Cloud, size: int = 1, **options: Any) -> Any:
    return cloud.manila().shares.create("NFS", size, **options)


def status(cloud: Cloud, resource: Any) -> str:
    """What its owner reads."""
    resource = resource.manager.get(resource.id)
    return str(resource.status)


def message(cloud: Cloud) -> Any:
    """The only user message that the project finds."""
    (found,) = cloud.manila().messages.list()
    assert found.message_level == "ERROR"
    return found


def used(cloud: Cloud, resource: str = "shares", how: str = "in_use") -> int:
    """What the project's quota has in use of a resource, or reserved."""
    manila = cloud.manila()
    project_id = manila.client.get_project_id()
    return int(getattr(manila.quotas.get(project_id, detail=True), resource)[how])


def is_gone(cloud: Cloud, resource: Any) -> bool:
    try:
        resource.manager.get(resource.id)
    except exceptions.NotFound:
        return True
    return False


# Creations


@tries("share-create-error")
@pytest.mark.parametrize("preset", names("share-create-error"))
def test_a_share_ends_in_error_with_a_message_and_can_be_deleted(cloud: Cloud, preset: str) -> None:
    rule = cloud.world.faults.add(preset)
    share = create(cloud)
    assert share.status == "creating"
    assert status(cloud, share) == "error"
    told = message(cloud)
    assert told.detail_id == rule.do["outcome"]["message"]
    assert (told.resource_type, told.resource_id) == ("SHARE", share.id)
    assert told.request_id == cloud.asked("shares.create")[0].id
    assert used(cloud) == 1
    share.delete()
    assert is_gone(cloud, share)
    assert used(cloud) == 0


@tries("share-create-error")
def test_the_command_reports_the_error_and_shows_the_message(cloud: Cloud) -> None:
    cloud.world.faults.add("share-create-error:capacity-filter")
    made = cloud.run("share", "create", "NFS", "1", "--name", "data", "--wait")
    assert "ERROR" in made.out + made.err
    (told,) = cloud.shown("share", "message", "list")
    assert told["Action ID"] == "001"
    assert told["Detail ID"] == "009"
    assert "Capacity" in told["User Message"]


@tries("share-create-error")
def test_openstacksdk_stops_waiting_at_the_error(cloud: Cloud) -> None:
    cloud.world.faults.add("share-create-error:no-share-server")
    shared = cloud.connect().shared_file_system
    made = shared.create_share(share_protocol="NFS", size=1)
    with pytest.raises(openstack.exceptions.ResourceFailure):
        shared.wait_for_status(made, "available", interval=0, wait=5)
    (told,) = shared.user_messages()
    assert (told.action_id, told.detail_id, told.resource_id) == ("002", "004", made.id)


@tries("share-create-slow-error")
def test_a_share_is_creating_for_minutes_and_then_fails(cloud: Cloud) -> None:
    cloud.world.faults.add("share-create-slow-error")
    share = create(cloud)
    cloud.advance(4 * 60)
    assert status(cloud, share) == "creating"
    cloud.advance(60)
    assert status(cloud, share) == "error"
    assert message(cloud).detail_id == "002"
    assert not is_gone(cloud, create(cloud, name="at the second attempt"))


@tries("create-from-snapshot-error")
def test_a_share_from_a_snapshot_fails_where_a_new_one_does_not(cloud: Cloud, share: Any, snapshot: Any) -> None:
    share_type = cloud.manila("admin").share_types.list()[0]
    cloud.manila("admin").share_types.get(share_type.id).set_keys({"create_share_from_snapshot_support": "True"})
    cloud.world.faults.add("create-from-snapshot-error")
    source = create(cloud, name="source")
    assert status(cloud, source) == "available"
    taken = cloud.manila().share_snapshots.create(source)
    assert status(cloud, taken) == "available"
    made = create(cloud, snapshot_id=taken.id)
    assert status(cloud, made) == "error"
    assert (message(cloud).action_id, message(cloud).detail_id) == ("005", "017")
    made.delete()
    assert is_gone(cloud, made)


@tries("snapshot-create-error")
def test_a_snapshot_ends_in_error_and_can_be_deleted(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("snapshot-create-error")
    snapshot = cloud.manila().share_snapshots.create(share)
    assert status(cloud, snapshot) == "error"
    assert (message(cloud).action_id, message(cloud).resource_type) == ("002", "SHARE_SNAPSHOT")
    assert used(cloud, "snapshots") == 1
    snapshot.delete()
    assert is_gone(cloud, snapshot)
    assert used(cloud, "snapshots") == 0


@tries("snapshot-never-ready")
def test_a_snapshot_is_never_ready_until_its_status_is_reset(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("snapshot-never-ready")
    snapshot = cloud.manila().share_snapshots.create(share)
    cloud.advance(50 * 60)
    assert status(cloud, snapshot) == "creating"
    with pytest.raises(exceptions.BadRequest):
        snapshot.delete()
    cloud.manila("admin").share_snapshots.reset_state(snapshot.id, "error")
    snapshot.delete()
    assert is_gone(cloud, snapshot)


# What is stuck


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


@pytest.fixture
def revertible(cloud: Cloud) -> Any:
    """A snapshot to which its share can be reverted."""
    admin = cloud.manila("admin")
    specs = {"snapshot_support": "True", "revert_to_snapshot_support": "True"}
    share_type = admin.share_types.create("gold", False, extra_specs=specs)
    share = create(cloud, share_type=share_type.id)
    status(cloud, share)
    return cloud.manila().share_snapshots.create(share)


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


# Deletions


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


# Changes of size, reverting


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
