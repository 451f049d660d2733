"""What clients see at old and new microversions, and how they agree on one."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import api_versions, exceptions
from manilaclient.common.apiclient import exceptions as api_exceptions

from .cloud import NEWEST, Cloud

ALWAYS = {"id", "share_id", "share_size", "created_at", "status", "name", "description", "size", "share_proto", "links"}


@pytest.mark.parametrize(
    ("version", "added"),
    [
        ("2.7", set()),
        ("2.16", set()),
        ("2.17", {"project_id", "user_id"}),
        ("2.60", {"project_id", "user_id"}),
        ("2.73", {"project_id", "user_id", "metadata"}),
        (NEWEST, {"project_id", "user_id", "metadata"}),
    ],
)
def test_a_snapshot_shows_what_its_microversion_has(cloud: Cloud, snapshot: Any, version: str, added: set[str]) -> None:
    shown = cloud.manila(version=version).share_snapshots.get(snapshot)
    assert shown.to_dict().keys() == ALWAYS | added


@pytest.mark.parametrize("version", ["2.7", "2.60", NEWEST])
def test_a_snapshot_lives_and_dies_at_any_microversion(cloud: Cloud, version: str) -> None:
    manila = cloud.manila(version=version)
    share = manila.shares.create("NFS", 1)
    made = manila.share_snapshots.create(share, name="monday")
    assert manila.share_snapshots.get(made).status == "available"
    assert [found.name for found in manila.share_snapshots.list()] == ["monday"]
    manila.share_snapshots.update(made, display_name="tuesday")
    cloud.manila("admin", version).share_snapshots.reset_state(made, "error")
    assert manila.share_snapshots.get(made).status == "error"
    manila.share_snapshots.delete(made)
    assert manila.share_snapshots.list() == []
    assert {entry.version for entry in cloud.world.journal if entry.version} == {version}


@pytest.mark.parametrize("version", ["2.6", "2.7"])
def test_actions_by_their_old_and_new_names(cloud: Cloud, snapshot: Any, version: str) -> None:
    admin = cloud.manila("admin", version)
    admin.share_snapshots.reset_state(snapshot, "error")
    admin.share_snapshots.force_delete(snapshot)
    assert len(cloud.asked("snapshots.reset_status")) == len(cloud.asked("snapshots.force_delete")) == 1


def test_snapshots_have_no_metadata_at_260(cloud: Cloud, snapshot: Any) -> None:
    manila = cloud.manila(version="2.60")
    with pytest.raises(exceptions.NotFound):
        manila.share_snapshots.get_metadata(snapshot)


def test_a_count_of_snapshots_is_not_given_at_260(cloud: Cloud, snapshot: Any) -> None:
    answer = cloud.session().get(
        f"{cloud.url}/v2/snapshots?with_count=true", headers={"X-OpenStack-Manila-API-Version": "2.60"}
    )
    assert "count" not in answer.json()


def test_a_client_agrees_with_the_server_on_a_microversion(cloud: Cloud) -> None:
    agreed = api_versions.discover_version(cloud.manila(), api_versions.APIVersion("2.65"))
    assert agreed == api_versions.APIVersion("2.65")


def test_a_microversion_above_the_newest_is_not_acceptable(cloud: Cloud) -> None:
    manila = cloud.manila()
    manila.client.api_version = manila.api_version = api_versions.APIVersion("2.100")
    manila.client.default_headers["X-Openstack-Manila-Api-Version"] = "2.100"
    with pytest.raises(api_exceptions.HttpError) as caught:
        manila.share_snapshots.list()
    assert caught.value.http_status == 406
