"""Asserting on the journal, through the control plane's client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fakemanila.control.asserting import contains
from fakemanila.control.client import ControlClient, ControlFailure
from fakemanila.control.parts import Requests

from ..api import there
from ..conftest import Running


@pytest.fixture
def asked(server: Running) -> Iterator[Requests]:
    """A world of which a share, a snapshot of it and two deletions were asked."""
    control = ControlClient(server.url).world("asserting")
    url = f"{server.url}/worlds/asserting"
    password = {"user": {"name": "demo", "domain": {"id": "default"}, "password": "secret"}}
    scope = {"project": {"name": "demo", "domain": {"id": "default"}}}
    auth: Any = {"auth": {"identity": {"methods": ["password"], "password": password}, "scope": scope}}
    token = requests.post(f"{url}/identity/v3/auth/tokens", json=auth).headers["X-Subject-Token"]
    headers = {"X-Auth-Token": token, "X-OpenStack-Manila-API-Version": "2.99"}
    share = requests.post(
        f"{url}/v2/shares", json={"share": {"share_proto": "NFS", "size": 1, "name": "db"}}, headers=headers
    ).json()["share"]
    requests.post(f"{url}/v2/snapshots", json={"snapshot": {"share_id": share["id"]}}, headers=headers)
    for _ in range(2):
        requests.delete(f"{url}/v2/shares/{share['id']}", headers=headers)
    yield control.requests
    control.worlds.drop("asserting")


def test_what_came_passes(asked: Requests) -> None:
    asked.assert_called("shares.create")
    asked.assert_called("shares.delete", times=2)
    asked.assert_called("shares.*", times=3)
    asked.assert_called("shares.create", json={"name": "db"})
    asked.assert_called("shares.create", json={"share": {"size": 1}})
    asked.assert_called("snapshots.create", before="shares.delete", times=1)
    asked.assert_called("shares.delete", status="4xx", user="demo")
    asked.assert_not_called("snapshots.delete")


def test_a_failure_lists_what_did_come(asked: Requests) -> None:
    with pytest.raises(AssertionError) as caught:
        asked.assert_called("shares.create", json={"name": "other"})
    first, *lines = str(caught.value).splitlines()
    assert first == 'shares.create with {"name": "other"} in its body was not called; the requests:'
    assert len(lines) == 5
    assert "POST /v2/shares -> 200 shares.create demo@demo" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"operation": "shares.delete", "times": 1}, "shares.delete was called 2 times, expected once"),
        ({"operation": "shares.delete", "before": "snapshots.create"}, "came after the first snapshots.create"),
        ({"operation": "shares.create", "before": "snapshots.delete"}, "snapshots.delete was not called"),
        ({"operation": "shares.create", "user": "admin"}, "shares.create user='admin' was not called"),
    ],
)
def test_what_did_not_come_like_that_fails(asked: Requests, arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        asked.assert_called(**arguments)


def test_a_misspelt_operation_is_an_error_and_no_absence(asked: Requests) -> None:
    with pytest.raises(ControlFailure, match="did you mean"):
        asked.assert_not_called("snapshots.delet")


def test_filters_narrow_the_list(asked: Requests) -> None:
    assert asked.count(method="DELETE") == 2
    assert asked.count(path="/v2/sh*") == 3
    assert asked.count(user="nobody") == 0
    assert asked.count(mark="unmatched") == 0
    assert there(asked.last(operation="shares.create"))["response"]["body"]["share"]["name"] == "db"
    assert asked.last(operation="snapshots.delete") is None


def test_a_wrong_mark_is_refused(asked: Requests) -> None:
    with pytest.raises(ControlFailure, match="mark: 'unmached' is not one of"):
        asked.list(mark="unmached")


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, True),
        ({"a": [1, 2]}, {"a": [1]}, False),
        ({"a": True}, {"a": 1}, False),
        (None, {"a": 1}, False),
    ],
)
def test_an_object_contains_the_keys_that_matter(
    found: dict[str, Any] | None, wanted: dict[str, Any], expected: bool
) -> None:
    assert contains(found, wanted) is expected
