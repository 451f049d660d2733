"""Presets that refuse a call the way Manila does, as clients tell them apart."""

from __future__ import annotations

from typing import Any

import openstack.exceptions
import pytest
from keystoneauth1 import exceptions as keystone_exceptions
from manilaclient import exceptions

from fakemanila.faults.preset_table import QUOTAS

from ..api import there
from ..clients.cloud import UNKNOWN, Cloud
from .trying import names, tries

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "shares.create": ("/shares", {"share": {"size": 1, "share_proto": "NFS"}}),
    "snapshots.create": ("/snapshots", {"snapshot": {"share_id": UNKNOWN}}),
    "share_networks.create": ("/share-networks", {"share_network": {}}),
    "share_groups.create": ("/share-groups", {"share_group": {}}),
    "share_group_snapshots.create": ("/share-group-snapshots", {"share_group_snapshot": {"share_group_id": UNKNOWN}}),
    "share_replicas.create": ("/share-replicas", {"share_replica": {"share_id": UNKNOWN}}),
    "share_backups.create": ("/share-backups", {"share_backup": {"share_id": UNKNOWN}}),
}


@tries("quota")
@pytest.mark.parametrize("preset", names("quota"))
def test_over_quota_is_413_with_a_retry_after_of_nothing(cloud: Cloud, preset: str) -> None:
    cloud.world.faults.add(preset)
    path, body = CALLS[QUOTAS[preset.partition(":")[2]]]
    with pytest.raises(keystone_exceptions.HttpError) as caught:
        cloud.session().post(
            path, json=body, endpoint_filter={"service_type": "sharev2"}, microversion="2.98",
            headers={"X-OpenStack-Manila-API-Experimental": "True"},
        )  # fmt: skip
    refused = there(caught.value.response)
    assert (refused.status_code, refused.headers["Retry-After"]) == (413, "0")
    (fault,) = refused.json().values()
    assert refused.json() == {"overLimit": {"code": 413, "message": fault["message"], "retryAfter": "0"}}
    assert "exceed" in fault["message"].lower() or "larger than maximum" in fault["message"]


@tries("quota")
def test_manilaclient_and_openstacksdk_say_which_quota(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("quota:snapshots", times=2)
    with pytest.raises(exceptions.RequestEntityTooLarge, match="SnapshotLimitExceeded: Maximum number") as caught:
        cloud.manila().share_snapshots.create(share)
    assert (caught.value.http_status, caught.value.retry_after) == (413, 0)
    with pytest.raises(openstack.exceptions.HttpException, match="Maximum number of snapshots") as raised:
        cloud.connect().share.create_share_snapshot(share_id=share.id)
    assert raised.value.status_code == 413
    assert cloud.manila().share_snapshots.create(share).status == "creating"


@tries("quota")
def test_the_command_prints_the_refusal(cloud: Cloud) -> None:
    cloud.world.faults.add("quota:gigabytes", times=1)
    refused = cloud.run("share", "create", "NFS", "1")
    assert refused.status != 0
    assert "ShareSizeExceedsAvailableQuota" in refused.err
    assert cloud.shown("share", "create", "NFS", "1")["status"] == "creating"


@tries("dependent-snapshots")
def test_a_share_with_snapshots_is_not_deleted(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("dependent-snapshots", times=1)
    with pytest.raises(exceptions.Forbidden, match="dependent snapshots"):
        share.delete()
    share.delete()
    with pytest.raises(exceptions.NotFound):
        cloud.manila().shares.get(share)


@tries("has-replicas")
def test_a_share_with_replicas_is_not_deleted(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("has-replicas", times=1)
    with pytest.raises(openstack.exceptions.ConflictException, match="replicas"):
        cloud.connect().share.delete_share(share.id)
    cloud.connect().share.delete_share(share.id)
    with pytest.raises(exceptions.NotFound):
        cloud.manila().shares.get(share)


@tries("revert-conflict")
def test_a_share_is_not_in_a_state_to_be_reverted(cloud: Cloud, share: Any, snapshot: Any) -> None:
    cloud.world.faults.add("revert-conflict", times=1)
    with pytest.raises(exceptions.Conflict, match="available"):
        share.revert_to_snapshot(snapshot)
    assert cloud.manila().share_snapshots.get(snapshot).status == "available"
