"""A test that freezes time moves the world with it, whichever way and through whatever it calls; nothing hangs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from freezegun import freeze_time

from fakemanila import FakeManila

# Clients schedule by the real clock, of which freezegun leaves nothing: only what they ask for and get counts here.
pytestmark = pytest.mark.filterwarnings("ignore")

START = "2030-01-01"


def by_manilaclient(manila: FakeManila, share_id: str) -> Callable[[], str]:
    client = manila.client()
    snapshot = client.share_snapshots.create(share_id)
    return lambda: str(client.share_snapshots.get(snapshot.id).status)


def by_openstacksdk(manila: FakeManila, share_id: str) -> Callable[[], str]:
    connection = manila.connect()
    snapshot = connection.share.create_share_snapshot(share_id=share_id)
    return lambda: str(connection.share.get_share_snapshot(snapshot.id).status)


def by_session(manila: FakeManila, share_id: str) -> Callable[[], str]:
    session = manila.session()
    endpoint: dict[str, Any] = {"endpoint_filter": {"service_type": "sharev2"}, "microversion": "2.65"}
    body = {"snapshot": {"share_id": share_id}}
    path = f"/snapshots/{session.post('/snapshots', json=body, **endpoint).json()['snapshot']['id']}"
    return lambda: str(session.get(path, **endpoint).json()["snapshot"]["status"])


CLIENTS = [by_manilaclient, by_openstacksdk, by_session]


@pytest.mark.parametrize("serve", [True, False], ids=["socket", "wsgi"])
@pytest.mark.parametrize("ask", CLIENTS)
def test_a_tick_moves_the_world(ask: Callable[..., Any], serve: bool) -> None:
    with freeze_time(START) as frozen, FakeManila(serve=serve, delays={"snapshots.create": "30s"}) as manila:
        status = ask(manila, manila.create("share").id)
        assert manila.clock.now() == datetime(2030, 1, 1)
        frozen.tick(29)
        assert status() == "creating"
        frozen.tick(1)
        assert status() == "available"


@pytest.mark.parametrize("serve", [True, False], ids=["socket", "wsgi"])
def test_a_server_from_before_is_moved_too(serve: bool) -> None:
    with FakeManila(serve=serve) as manila:
        before = manila.clock.now()
        with freeze_time(START) as frozen:
            assert manila.clock.now() == datetime(2030, 1, 1)
            frozen.tick(60)
            assert manila.clock.now() == datetime(2030, 1, 1, 0, 1)
        assert abs((manila.clock.now() - before).total_seconds()) < 60


@pytest.mark.parametrize("how", [{"tick": True}, {"auto_tick_seconds": 7}], ids=str)
def test_time_that_is_frozen_but_runs_is_followed(how: dict[str, Any]) -> None:
    with freeze_time(START, **how), FakeManila(delays={"snapshots.create": "5s"}) as manila:
        status = by_session(manila, manila.create("share").id)
        assert manila.clock.now() >= datetime(2030, 1, 1)
        if "tick" in how:
            assert status() == "creating"
        else:
            assert status() == "available"


def test_tokens_expire_by_frozen_time() -> None:
    with freeze_time(START) as frozen, FakeManila(token_ttl="1h") as manila:
        token = manila.session().get_token()
        headers = {"X-Auth-Token": str(token)}
        assert requests.get(f"{manila.url}/v2/shares", headers=headers, timeout=30).status_code == 200
        frozen.tick(3600)
        assert requests.get(f"{manila.url}/v2/shares", headers=headers, timeout=30).status_code == 401


def test_faults_that_wait_do_wait_and_end() -> None:
    with freeze_time(START), FakeManila() as manila:
        manila.faults.add({"do": {"delay": "50ms"}}, operation="shares.list")
        manila.faults.add({"do": {"hang": True}}, operation="snapshots.list")
        headers = {"X-Auth-Token": str(manila.session().get_token())}
        assert requests.get(f"{manila.url}/v2/shares", headers=headers, timeout=30).status_code == 200
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{manila.url}/v2/snapshots", headers=headers, timeout=0.2)
