"""What a client meets, over a real socket, when a rule fires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from fakemanila.control.client import ControlClient, ControlFailure

from ..conftest import Running

MISSING = "11111111-2222-4333-8444-555555555555"


@dataclass
class Client:
    """demo in a world of its own, with a share to take snapshots of."""

    control: ControlClient
    url: str
    headers: dict[str, str]
    share_id: str = ""

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, self.url + path, json=body, headers=self.headers, timeout=5)

    def snapshot(self) -> requests.Response:
        return self.call("POST", "/v2/snapshots", {"snapshot": {"share_id": self.share_id}})

    def snapshots(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/v2/snapshots/detail").json()["snapshots"]
        return found


@pytest.fixture
def client(server: Running, request: pytest.FixtureRequest) -> Iterator[Client]:
    name = f"faults-{abs(hash(request.node.name))}"
    control = ControlClient(server.url).world(name)
    url = f"{server.url}/worlds/{name}"
    auth: dict[str, Any] = {
        "identity": {
            "methods": ["password"],
            "password": {"user": {"name": "demo", "domain": {"id": "default"}, "password": "secret"}},
        },
        "scope": {"project": {"name": "demo", "domain": {"id": "default"}}},
    }
    token = requests.post(f"{url}/identity/v3/auth/tokens", json={"auth": auth}, timeout=5)
    headers = {"X-Auth-Token": token.headers["X-Subject-Token"], "X-OpenStack-Manila-API-Version": "2.99"}
    client = Client(control, url, headers)
    share = client.call("POST", "/v2/shares", {"share": {"share_proto": "NFS", "size": 1}})
    client.share_id = share.json()["share"]["id"]
    yield client
    control.worlds.drop(name)


@pytest.mark.parametrize(
    ("preset", "status"),
    [
        ("quota:snapshots", 413),
        ("rate-limit", 413),
        ("lb-502", 502),
        ("lb-503-html", 503),
        ("lb-504", 504),
        ("max-microversion:2.65", 406),
        ("method-absent", 404),
    ],
)
def test_a_preset_answers_instead_of_manila(client: Client, preset: str, status: int) -> None:
    client.control.faults.add(preset, times=1)
    assert client.snapshot().status_code == status
    assert client.snapshots() == []
    assert client.snapshot().status_code == 202


@pytest.mark.parametrize(
    ("preset", "error"),
    [
        ("conn-reset", requests.ConnectionError),
        ("empty", requests.ConnectionError),
        ("truncate", requests.exceptions.ChunkedEncodingError),
        ("malformed", requests.exceptions.JSONDecodeError),
    ],
)
def test_a_wire_fault_reaches_the_client_and_nobody_else(client: Client, preset: str, error: type[Exception]) -> None:
    client.control.faults.add(preset, times=1)
    with pytest.raises(error):
        client.snapshot().json()
    assert client.snapshot().status_code == 202


def test_silence_lasts_until_the_client_gives_up(client: Client) -> None:
    client.control.faults.add("hang", operation="snapshots.create", times=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{client.url}/v2/snapshots", json={}, headers=client.headers, timeout=0.2)
    assert client.snapshot().status_code == 202


def test_a_dribble_is_the_whole_answer_in_the_end(client: Client) -> None:
    client.control.faults.add({"do": {"dribble": {"bytes": 100, "every": "1ms"}}}, times=1)
    assert client.snapshot().json()["snapshot"]["share_id"] == client.share_id


def test_a_lost_answer_was_carried_out(client: Client) -> None:
    client.control.faults.add({"match": {"operation": "snapshots.create"}, "do": {"commit_then": {"reset": True}}})
    with pytest.raises(requests.ConnectionError):
        client.snapshot()
    assert len(client.snapshots()) == 1


def test_a_failed_creation_ends_in_error_with_a_message(client: Client, server: Running) -> None:
    client.control.faults.add("snapshot-create-error", times=1)
    created = client.snapshot().json()["snapshot"]
    assert created["status"] == "creating"
    assert [snapshot["status"] for snapshot in client.snapshots()] == ["error"]
    assert client.control.state.dump()["records"]["messages"][0]["action_id"] == "002"


def test_what_is_stuck_stays_until_an_administrator_resets_it(client: Client) -> None:
    snapshot_id = client.snapshot().json()["snapshot"]["id"]
    client.control.faults.add("stuck:deleting", times=1)
    assert client.call("DELETE", f"/v2/snapshots/{snapshot_id}").status_code == 202
    client.control.clock.advance("7d")
    assert [transition["outcome"] for transition in client.control.transitions] == ["stuck"]


def test_a_resource_brings_its_fault_with_it(client: Client) -> None:
    metadata = {"fakemanila:fault": "snapshot-create-error"}
    body = {"snapshot": {"share_id": client.share_id, "metadata": metadata}}
    client.call("POST", "/v2/snapshots", body)
    assert [snapshot["status"] for snapshot in client.snapshots()] == ["error"]


def test_a_delayed_caller_holds_up_nobody_else(client: Client) -> None:
    client.control.faults.add({"match": {"operation": "snapshots.create"}, "do": {"hang": True}}, times=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{client.url}/v2/snapshots", json={}, headers=client.headers, timeout=0.2)
    assert client.call("GET", "/v2/shares").status_code == 200


def test_a_revoked_token_is_refused_from_then_on(client: Client) -> None:
    client.control.faults.add({"match": {"operation": "shares.list"}, "do": {"revoke_token": True}})
    assert client.call("GET", "/v2/shares").status_code == 401
    assert client.call("GET", "/v2/snapshots").status_code == 401


def test_a_transition_ends_after_so_many_reads(client: Client) -> None:
    client.control.delays.update({"snapshots.create": {"reads": 3}})
    path = f"/v2/snapshots/{client.snapshot().json()['snapshot']['id']}"
    statuses = [client.call("GET", path).json()["snapshot"]["status"] for _ in range(4)]
    assert statuses == ["creating", "creating", "available", "available"]


def test_lists_lag_behind_while_a_show_is_up_to_date(client: Client) -> None:
    client.control.clock.set(mode="manual")
    client.control.faults.add({"match": {"operation": "snapshots.detail"}, "do": {"stale_list": "5s"}})
    assert client.snapshots() == []
    snapshot_id = client.snapshot().json()["snapshot"]["id"]
    assert client.snapshots() == []
    assert client.call("GET", f"/v2/snapshots/{snapshot_id}").status_code == 200
    client.control.clock.advance("6s")
    assert [snapshot["id"] for snapshot in client.snapshots()] == [snapshot_id]


def test_the_journal_names_the_fault_of_each_request(client: Client) -> None:
    client.control.faults.add("lb-502", name="proxy away", times=1)
    client.snapshot()
    assert [entry["faults"] for entry in client.control.requests.list(fault="any")] == [["proxy away"]]
    assert [(rule["matched"], rule["fired"]) for rule in client.control.faults] == [(1, 1)]


def test_a_wrong_preset_is_refused_with_the_nearest_name(client: Client) -> None:
    with pytest.raises(ControlFailure, match="did you mean 'snapshots'"):
        client.control.faults.add("quota:snapshotz")
    assert list(client.control.faults) == []


def test_an_unknown_key_is_refused_with_the_nearest_one(client: Client) -> None:
    refused = requests.post(
        f"{client.url}/_fakemanila/faults",
        json={"match": {"oparation": "shares.list"}, "do": {"reset": True}},
        timeout=5,
    )
    assert refused.status_code == 400
    assert "did you mean 'operation'" in refused.json()["error"]
    assert list(client.control.faults) == []


def test_a_rule_shows_which_condition_a_request_failed(client: Client) -> None:
    client.control.faults.add("lb-502", operation="shares.list", microversion="<2.50")
    assert client.call("GET", "/v2/shares").status_code == 200
    (rule,) = client.control.faults
    (miss,) = rule["near_misses"]
    assert (miss["operation"], miss["condition"], miss["found"]) == ("shares.list", "microversion", "2.99")
