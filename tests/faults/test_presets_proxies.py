"""Presets of what stands in front of Manila: balancers, limiters, and a deployment on a bad day."""

from __future__ import annotations

from typing import Any

import openstack.exceptions
import pytest
import requests
from keystoneauth1 import exceptions as keystone_exceptions
from manilaclient import exceptions

from fakemanila.faults import Faults

from ..api import there
from ..clients.cloud import Cloud
from .trying import names, tries


@pytest.mark.parametrize(
    ("preset", "status", "raised"),
    [
        ("lb-502", 502, exceptions.BadGateway),
        ("lb-503-html", 503, exceptions.ServiceUnavailable),
        ("lb-504", 504, exceptions.GatewayTimeout),
    ],
)
@tries("lb-502", "lb-503-html", "lb-504")
def test_a_proxys_page_is_an_error_and_nothing_was_done(
    cloud: Cloud, preset: str, status: int, raised: type[Exception]
) -> None:
    cloud.world.faults.add(preset, operation="shares.create", times=2)
    with pytest.raises(raised):
        cloud.manila().shares.create("NFS", 1)
    with pytest.raises(openstack.exceptions.HttpException) as caught:
        cloud.connect().share.create_share(share_protocol="NFS", size=1)
    answer = there(caught.value.response)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html")
    assert "X-OpenStack-Manila-API-Version" not in answer.headers
    assert cloud.manila().shares.list() == []
    assert cloud.manila().shares.create("NFS", 1).status == "creating"


@tries("lb-502")
def test_manilaclient_with_retries_gets_through(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manilaclient.common.httpclient.sleep", cloud.advance)
    cloud.world.faults.add("lb-502", operation="shares.detail", sequence=["fail", "fail", "succeed"])
    manila = cloud.manila()
    manila.client.retries = 3
    assert manila.shares.list() == []
    assert [entry.status for entry in cloud.asked("shares.detail")] == [502, 502, 200]


@tries("lb-504-after-commit")
def test_a_timeout_hides_that_the_request_was_carried_out(cloud: Cloud) -> None:
    cloud.world.faults.add("lb-504-after-commit", operation="shares.create", times=1)
    with pytest.raises(exceptions.GatewayTimeout):
        cloud.manila().shares.create("NFS", 1, name="once")
    (made,) = cloud.manila().shares.list()
    assert (made.name, made.status) == ("once", "available")


@tries("rate-limit")
@pytest.mark.parametrize("preset", names("rate-limit"))
def test_too_many_requests(cloud: Cloud, share: Any, preset: str) -> None:
    cloud.world.faults.add(preset, operation="shares.detail", times=1)
    shared = cloud.connect().share
    with pytest.raises(openstack.exceptions.HttpException) as caught:
        list(shared.shares())
    refused = there(caught.value.response)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429 if preset.endswith("429") else 413, "6")
    assert [found.id for found in shared.shares()] == [share.id]


@tries("rate-limit")
def test_manilaclient_is_told_how_long_to_wait(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("rate-limit", times=1)
    with pytest.raises(exceptions.RequestEntityTooLarge, match="rate-limited") as caught:
        cloud.manila().shares.list()
    assert caught.value.retry_after == 6


@tries("rate-limit")
def test_manilaclient_stumbles_over_a_429_that_says_how_long_to_wait(cloud: Cloud, share: Any) -> None:
    """Its exception for that code takes no ``retry_after``: worth knowing for whoever catches its exceptions."""
    cloud.world.faults.add("rate-limit:429", times=1)
    with pytest.raises(TypeError, match="retry_after"):
        cloud.manila().shares.list()


@tries("write-rate-limit")
@pytest.mark.parametrize("preset", names("write-rate-limit"))
def test_only_what_changes_something_is_limited(cloud: Cloud, share: Any, preset: str) -> None:
    cloud.world.faults.add(preset, times=1)
    own = not preset.endswith("429")
    assert [found.id for found in cloud.manila().shares.list()] == [share.id]
    token = there(cloud.session().get_token())
    refused = requests.delete(f"{cloud.url}/v2/shares/{share.id}", headers={"X-Auth-Token": token}, timeout=5)
    assert (refused.status_code, refused.headers["Retry-After"]) == (413 if own else 429, "6")
    if own:
        assert refused.json()["overLimitFault"]["code"] == 413
    else:
        assert refused.headers["Content-Type"] == "text/html"
    share.delete()
    assert cloud.manila().shares.list() == []


@tries("flaky")
def test_calls_fail_now_and_then_and_the_seed_says_which(cloud: Cloud, share: Any) -> None:
    cloud.world.faults = Faults(cloud.world.now, "the same each time")
    cloud.world.faults.add("flaky:0.5")
    headers = {"X-Auth-Token": there(cloud.session().get_token())}

    def outcome() -> int | str:
        try:
            return requests.get(f"{cloud.url}/v2/shares", headers=headers, timeout=5).status_code
        except requests.ConnectionError:
            return "reset"

    seen = [outcome() for _ in range(60)]
    assert set(seen) == {200, 500, 502, 503, "reset"}
    assert 15 <= seen.count(200) <= 45


@tries("flaky")
def test_a_certain_failure_is_a_failure_each_time(cloud: Cloud) -> None:
    cloud.world.faults.add("flaky:1")
    for _ in range(5):
        with pytest.raises((openstack.exceptions.SDKException, keystone_exceptions.ClientException)):
            list(cloud.connect().share.shares())


def test_a_delay_is_too_long_for_one_client_and_none_for_another(cloud: Cloud, share: Any) -> None:
    session = cloud.session()
    session.get_token()
    cloud.world.faults.add({"match": {"operation": "shares.list"}, "do": {"delay": "1h"}}, times=1)
    cloud.world.faults.add({"match": {"operation": "shares.list"}, "do": {"delay": {"after": "1ms"}}}, after=1)
    with pytest.raises(keystone_exceptions.ConnectTimeout):
        session.get("/shares", endpoint_filter={"service_type": "sharev2"}, timeout=0.1)
    found = session.get("/shares", endpoint_filter={"service_type": "sharev2"}, timeout=5).json()["shares"]
    assert [one["id"] for one in found] == [share.id]
    assert [rule.fired for rule in cloud.world.faults] == [1, 1]
