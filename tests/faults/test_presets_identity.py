"""Presets of Keystone's side: tokens that end too early, catalogs that say something else."""

from __future__ import annotations

from typing import Any

import openstack.exceptions
import pytest
import requests
from keystoneauth1 import exceptions as keystone_exceptions

from ..api import there
from ..clients.cloud import Cloud, access_of
from .trying import tries


@tries("token-expires-after")
def test_after_so_many_requests_a_new_token_is_fetched_without_a_word(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("token-expires-after:2")
    manila = cloud.manila()
    for _ in range(4):
        assert [found.id for found in manila.shares.list()] == [share.id]
    assert [entry.status for entry in cloud.asked("shares.detail")] == [200, 200, 401, 200, 200]


@tries("token-expires-after")
def test_after_so_long_the_token_is_refused_for_good_and_a_new_one_works(cloud: Cloud) -> None:
    cloud.world.faults.add("token-expires-after:5m")
    headers = {"X-Auth-Token": there(cloud.session().get_token())}

    def status() -> int:
        return requests.get(f"{cloud.url}/v2/shares", headers=headers, timeout=5).status_code

    assert status() == 200
    cloud.advance(5 * 60)
    assert [status(), status()] == [401, 401]
    headers["X-Auth-Token"] = there(cloud.session().get_token())
    assert status() == 200


@tries("token-expires-after")
def test_a_request_that_changes_something_is_carried_out_once(cloud: Cloud) -> None:
    cloud.world.faults.add("token-expires-after:0", operation="shares.create")
    cloud.connect().share.create_share(share_protocol="NFS", size=1)
    assert [entry.status for entry in cloud.asked("shares.create")] == [401, 200]
    assert len(cloud.manila().shares.list()) == 1


@tries("catalog-missing")
def test_without_an_endpoint_nobody_finds_manila(cloud: Cloud) -> None:
    cloud.world.faults.add("catalog-missing")
    with pytest.raises(keystone_exceptions.EndpointNotFound):
        cloud.manila().shares.list()
    with pytest.raises((openstack.exceptions.SDKException, keystone_exceptions.EndpointNotFound)):
        list(cloud.connect().share.shares())
    failed = cloud.run("share", "list")
    assert failed.status != 0
    catalog = access_of(cloud.session()).service_catalog
    assert catalog.get_endpoints(service_type="identity")


@tries("catalog-missing")
def test_an_endpoint_of_ones_own_needs_no_catalog(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("catalog-missing")
    found = cloud.session().get(f"{cloud.url}/v2/shares").json()["shares"]
    assert [one["id"] for one in found] == [share.id]


@tries("catalog-v1-first")
def test_whoever_takes_the_first_endpoint_finds_an_api_that_is_gone(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("catalog-v1-first")
    session = cloud.session()
    first = access_of(session).service_catalog.catalog[0]
    assert first["type"] == "share"
    gone = session.get("/shares", endpoint_filter={"service_type": "share"}, raise_exc=False)
    assert "/v1/shares" in gone.url
    assert gone.status_code == 404
    assert [found.id for found in cloud.manila().shares.list()] == [share.id]
