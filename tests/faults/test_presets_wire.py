"""Presets that disturb the connection, with the clients' own sockets at the other end."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from keystoneauth1 import exceptions as keystone_exceptions

from ..api import there
from ..clients.cloud import Cloud
from .trying import tries


def ask(cloud: Cloud, *, timeout: float = 5) -> tuple[int, bytes]:
    """Lists the shares with nothing but the standard library."""
    token = there(cloud.session().get_token())
    parts = urlsplit(cloud.url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request("GET", f"{parts.path}/v2/shares", headers={"X-Auth-Token": token})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("preset", "raised"),
    [
        ("conn-reset", ConnectionResetError),
        ("empty", http.client.RemoteDisconnected),
        ("truncate", http.client.IncompleteRead),
    ],
)
@tries("conn-reset", "empty", "truncate")
def test_the_connection_breaks_once(cloud: Cloud, share: Any, preset: str, raised: type[Exception]) -> None:
    cloud.world.faults.add(preset, times=1)
    with pytest.raises(raised):
        ask(cloud)
    assert ask(cloud)[0] == 200


@tries("truncate")
def test_half_of_the_body_arrives(cloud: Cloud, share: Any) -> None:
    whole = ask(cloud)[1]
    cloud.world.faults.add("truncate", times=1)
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(cloud)
    assert whole.startswith(caught.value.partial)
    assert len(caught.value.partial) == len(whole) // 2


@pytest.mark.parametrize("preset", ["conn-reset", "empty"])
@tries("conn-reset", "empty")
def test_keystoneauth_tries_again_when_told_to(cloud: Cloud, share: Any, preset: str) -> None:
    session = cloud.session()
    session.get_token()
    cloud.world.faults.add(preset, times=3)
    endpoint = {"service_type": "sharev2"}
    with pytest.raises(keystone_exceptions.ConnectFailure):
        session.get("/shares", endpoint_filter=endpoint)
    retried = session.get("/shares", endpoint_filter=endpoint, connect_retries=2, connect_retry_delay=0.001)
    assert [found["id"] for found in retried.json()["shares"]] == [share.id]


@pytest.mark.parametrize("preset", ["conn-reset", "empty", "truncate"])
@tries("conn-reset", "empty", "truncate")
def test_whether_it_was_done_is_another_matter(cloud: Cloud, preset: str) -> None:
    """Only of a truncated answer it is known that the request got through."""
    cloud.world.faults.add(preset, operation="shares.create", times=1)
    with pytest.raises((keystone_exceptions.ClientException, requests.RequestException)):
        cloud.manila().shares.create("NFS", 1)
    assert len(cloud.manila().shares.list()) == (1 if preset == "truncate" else 0)


@tries("malformed")
def test_bytes_that_are_no_json(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("malformed", times=2)
    status, body = ask(cloud)
    assert status == 200
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    with pytest.raises((ValueError, TypeError, AttributeError)):
        cloud.manila().shares.get(share.id)
    assert cloud.manila().shares.get(share.id).id == share.id


@tries("dribble")
def test_a_byte_at_a_time_is_the_whole_answer_in_the_end(cloud: Cloud) -> None:
    cloud.world.faults.add("dribble", times=1)
    status, body = ask(cloud)
    assert (status, json.loads(body)) == (200, {"shares": []})


@tries("hang")
def test_silence_until_the_client_gives_up(cloud: Cloud, share: Any) -> None:
    cloud.world.faults.add("hang", times=2)
    with pytest.raises(TimeoutError):
        ask(cloud, timeout=0.1)
    with pytest.raises(keystone_exceptions.ConnectTimeout):
        cloud.session().get("/shares", endpoint_filter={"service_type": "sharev2"}, timeout=0.1)
    assert [found.id for found in cloud.manila().shares.list()] == [share.id]
