"""The control plane over a socket, through its client and bare."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from openapi_spec_validator import validate

from fakemanila.app import application
from fakemanila.control.access import Access
from fakemanila.control.client import ControlClient, ControlFailure
from fakemanila.control.control_token import TOKEN_HEADER
from fakemanila.world.worlds import Worlds

from ..conftest import Running


@pytest.fixture
def control(server: Running) -> Iterator[ControlClient]:
    control = ControlClient(server.url).world("control")
    yield control
    control.worlds.drop("control")


def test_time_stands_still_and_moves_on_request(control: ControlClient) -> None:
    control.clock.set("2026-01-01T00:00:00", mode="manual")
    control.clock.advance("90s")
    assert control.clock.show() == {
        "now": "2026-01-01T00:01:30.000000",
        "mode": "manual",
        "rate": 0.0,
        "pending": 0,
        "next": None,
    }


def test_a_bad_request_changes_nothing_and_says_what_would_be_right(control: ControlClient) -> None:
    before = control.delays.show()
    with pytest.raises(ControlFailure, match=r"snapshots\.create") as caught:
        control.delays.update({"snapshots.creat": "3s"})
    assert caught.value.status == 400
    assert control.delays.show() == before


def test_one_request_is_told_with_its_reason(control: ControlClient, server: Running) -> None:
    requests.get(f"{server.url}/worlds/control/v2/shares", timeout=30)
    (listed,) = control.requests.list()
    explained = control.requests.explain(listed["id"])
    assert explained == control.requests.explain()
    assert explained == {**listed, "explanation": ["It came without a token (X-Auth-Token)."]}
    with pytest.raises(ControlFailure, match="'req-x'") as caught:
        control.requests.explain("req-x")
    assert caught.value.status == 404
    with pytest.raises(ControlFailure, match="colour"):
        control.call("GET", "/requests.har", query={"colour": "red"})


def test_reset_takes_away_what_was_set(control: ControlClient) -> None:
    control.delays.update({"snapshots.create": "30s"})
    control.faults.add("lb-502")
    control.reset()
    assert control.delays.show() == {"default": 0}
    assert control.faults.list() == []


def test_a_state_goes_out_and_in_again(control: ControlClient) -> None:
    control.clock.set(mode="manual")
    control.faults.add("lb-502", times=3)
    state = control.state.dump()
    control.reset()
    control.state.load(state)
    assert control.state.dump() == state


def test_a_scenario_gives_a_world_what_it_says(control: ControlClient) -> None:
    share, rule = control.scenario.apply(
        {
            "resources": [
                {"kind": "share", "name": "db", "size": 5},
                {"kind": "access_rule", "share": "db", "access_to": "10.0.0.1"},
            ]
        }
    )
    assert (share["kind"], share["name"], share["size"], share["status"]) == ("share", "db", 5, "available")
    assert (rule["kind"], rule["name"], rule["share_id"]) == ("access_rule", None, share["id"])
    kept = control.state.dump()["records"]
    assert [record["id"] for record in kept["shares"]] == [share["id"]]


def test_a_scenario_that_is_wrong_changes_nothing(control: ControlClient) -> None:
    with pytest.raises(ControlFailure, match=r"resources\[1\]\.share: .*'bd'.* 'db'") as caught:
        control.scenario.apply({"resources": [{"kind": "share", "name": "db"}, {"kind": "snapshot", "share": "bd"}]})
    assert caught.value.status == 400
    assert "shares" not in control.state.dump()["records"]


def test_worlds_are_listed_and_dropped(server: Running, control: ControlClient) -> None:
    control.clock.show()
    assert "control" in control.worlds.list()
    control.worlds.drop("control")
    assert "control" not in control.worlds.list()


def test_it_describes_itself(server: Running) -> None:
    document = requests.get(f"{server.url}/_fakemanila/control.json", timeout=5).json()
    validate(document)
    records = {path: calls["get"]["parameters"] for path, calls in document["paths"].items() if "/records/" in path}
    for parameters in records.values():  # any attribute, as a parameter of its own
        (attributes,) = (each for each in parameters if each["name"] == "attributes")
        assert (attributes["style"], attributes["explode"], attributes["schema"]["type"]) == ("form", True, "object")
    assert len(records) == 2


def test_metrics_are_prometheus_text(server: Running, control: ControlClient) -> None:
    requests.get(f"{server.url}/worlds/control/identity/v3", timeout=5)
    text = control.metrics()
    assert "# TYPE fakemanila_requests_total counter" in text
    assert 'fakemanila_requests_total{operation="identity.' in text


@pytest.mark.parametrize(
    "headers",
    [{"Host": "manila.example.org"}, {"Origin": "http://manila.example.org"}],
    ids=["a rebound name", "another origin"],
)
def test_a_web_page_cannot_reach_it(server: Running, headers: dict[str, str]) -> None:
    answer = requests.get(f"{server.url}/_fakemanila/clock", headers=headers, timeout=5)
    assert answer.status_code == 403


def test_a_token_is_wanted_where_there_is_one() -> None:
    client = application(Worlds(), Access.bound_to("127.0.0.1", "sesame")).test_client()
    assert client.get("/_fakemanila/health").status_code == 401
    assert client.get("/_fakemanila/health", headers={TOKEN_HEADER: "sesame"}).status_code == 200
