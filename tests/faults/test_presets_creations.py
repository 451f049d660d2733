"""Presets of creations that are accepted and then fail, as clients find out afterwards."""

from __future__ import annotations

from typing import Any

import openstack.exceptions
import pytest
from manilaclient import exceptions

from ..clients.cloud import Cloud
from .observing import create, is_gone, message, status, used
from .trying import names, tries


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
