"""Presets of other releases: an older one, one that ignores the header, one that lacks a call."""

from __future__ import annotations

from typing import Any

import openstack.exceptions
import pytest
from manilaclient import api_versions, exceptions

from ..api import there
from ..clients.cloud import Cloud
from .trying import tries


@tries("max-microversion")
def test_above_the_newest_microversion_there_is_406(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("max-microversion:2.65")
    with pytest.raises(exceptions.NotAcceptable):
        cloud.manila(version="2.66").shares.list()
    assert [found.id for found in cloud.manila(version="2.65").shares.list()] == [share.id]
    headers = {"X-OpenStack-Manila-API-Version": "2.66"}
    refused = cloud.session().get(f"{cloud.url}/v2/shares", headers=headers, raise_exc=False)
    assert refused.json()["computeFault"]["code"] == 406
    with pytest.raises(openstack.exceptions.ConfigException, match=r"maximum of 2\.65"):
        list(cloud.connect(version="2.98").share.shares())


@tries("max-microversion")
def test_clients_that_discover_the_newest_microversion_get_along(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("max-microversion:2.65")
    agreed = api_versions.discover_version(cloud.manila(), api_versions.APIVersion("2.98"))
    assert agreed == api_versions.APIVersion("2.65")
    endpoint = there(cloud.session().get_endpoint_data(service_type="shared-file-system"))
    assert endpoint.max_microversion == (2, 65)
    assert [one.id for one in cloud.connect(version=None).share.shares()] == [share.id]


@tries("microversion-ignored")
def test_without_the_header_it_is_the_oldest_microversion(cloud: Cloud, share: Any) -> None:
    new = cloud.manila().shares.get(share)
    assert new.access_rules_status == "active"
    cloud.world.faults.add("microversion-ignored", times=1)
    old = cloud.manila().shares.get(share)
    assert not hasattr(old, "access_rules_status")
    assert hasattr(old, "export_location")
    assert cloud.manila().shares.get(share).access_rules_status == "active"


@tries("method-absent")
def test_a_call_that_an_older_release_lacks(cloud: Cloud, share: Any, snapshot: Any) -> None:
    cloud.world.faults.add("method-absent", operation="snapshots.*", times=2)
    with pytest.raises(exceptions.NotFound):
        cloud.manila().share_snapshots.list()
    with pytest.raises(openstack.exceptions.NotFoundException):
        cloud.connect().share.get_share_snapshot(snapshot.id)
    assert [found.id for found in cloud.manila().shares.list()] == [share.id]
    assert [found.id for found in cloud.manila().share_snapshots.list()] == [snapshot.id]
