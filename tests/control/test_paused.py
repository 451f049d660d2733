"""Waiting for requests that are held, and deciding on them: over HTTP, in Python, and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from keystoneauth1.exceptions import ConnectFailure

from fakemanila import ControlFailure, FakeManila
from fakemanila.cli.program import main
from fakemanila.control.components import SCHEMAS

from ..api import Api
from ..faults.holding.conversing import LONG, Caller, status, threads

PAUSE = {"match": {"operation": "shares.create"}, "do": {"pause": True}}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeManila]:
    with FakeManila(clock="manual") as server:
        yield server


@pytest.fixture
def manila(server: FakeManila) -> Iterator[FakeManila]:
    """A world of its own, whose name every call has to carry."""
    yield server.world("paused")
    server.control.worlds.drop("paused")


@pytest.fixture
def caller(manila: FakeManila) -> Iterator[Caller]:
    with threads() as pool:
        yield Caller(manila, pool)


def fits(name: str, value: Any) -> None:
    """Raises ValidationError for what isn't as control.json says."""
    Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}).validate(value)


class TestOverHttp:
    def test_nothing_is_held_at_first(self, api: Api) -> None:
        assert api.get("/_fakemanila/paused").json == {"paused": []}

    @pytest.mark.parametrize("at", ["arrival", "answer"])
    def test_what_is_listed_and_decided_on_is_as_it_is_described(
        self, manila: FakeManila, caller: Caller, at: str
    ) -> None:
        manila.faults.add({"match": PAUSE["match"], "do": {"barrier": {"count": 2, "at": at}}})
        answer = caller.create()
        found = manila.control.call("GET", "/paused", query={"wait": "10s"})
        fits("PausedRequests", found)
        [request] = found["paused"]
        fits("PausedRequest", manila.control.call("POST", f"/paused/{request['id']}", {"do": "continue"}))
        assert status(answer) == 200
        assert manila.paused == []
        for entry in manila.requests:
            fits("Request", entry)

    def test_it_waits_for_as_many_as_are_wanted_of_one_rule(self, manila: FakeManila, caller: Caller) -> None:
        manila.faults.add(PAUSE, name="mine", times=2)
        manila.faults.add({"do": {"pause": True}}, operation="shares.list")
        begun = [caller.create("a"), caller.begin("GET", "/shares"), caller.create("b")]
        found = manila.control.call("GET", "/paused", query={"rule": "mine", "count": 2, "wait": "10s"})["paused"]
        assert {each["request"]["body"]["share"]["name"] for each in found} == {"a", "b"}
        assert {each["rule"] for each in found} == {"fault-1"}
        manila.faults.clear()
        assert [status(answer) for answer in begun] == [200] * 3

    def test_what_does_not_come_in_time_is_a_408_that_says_what_did(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint("shares.create") as point:
            answer = caller.create()
            point.wait()
            with pytest.raises(ControlFailure) as failed:
                manila.control.call("GET", "/paused", query={"count": 2, "wait": "10ms"})
            assert failed.value.status == 408
            assert str(failed.value) == "1 of 2 requests are held"
        assert status(answer) == 200

    @pytest.mark.parametrize(
        ("query", "hint"),
        [
            ("wait=61s", "wait: '61s' is longer than the 60s that a call may wait"),
            ("wait=soon", "wait: 'soon' is not a valid duration"),
            ("count=0", "count: '0' is not a whole number from 1 to 100"),
            ("count=101", "count: '101'"),
            ("cuont=1", "did you mean 'count'"),
        ],
    )
    def test_a_wrong_query_is_refused(self, api: Api, query: str, hint: str) -> None:
        refused = api.get(f"/_fakemanila/paused?{query}")
        assert refused.status == 400
        assert hint in refused.json["error"]

    def test_a_count_alone_does_not_wait(self, api: Api) -> None:
        refused = api.get("/_fakemanila/paused?count=2")
        assert (refused.status, refused.json) == (408, {"error": "0 of 2 requests are held", "paused": []})

    def test_what_is_not_held_is_not_found(self, api: Api) -> None:
        refused = api.post("/_fakemanila/paused/paused-9", {"do": "continue"})
        assert refused.status == 404
        assert refused.json["error"] == "no request 'paused-9' is held in the world 'default'"

    @pytest.mark.parametrize(
        ("body", "hint"),
        [
            ({}, "do: None is not one of continue, drop, or an object with respond"),
            ({"do": "go"}, "do: 'go' is not one of"),
            ({"do": {"respond": {"status": 99}}}, "do.respond.status: 99 is not an HTTP status"),
            ({"do": {"respond": {}}}, "do.respond: {} has no status"),
            ({"do": {"reset": True}}, "do: {'reset': True} is not one of"),
            ({"did": "drop"}, "'did' is not a known field"),
        ],
    )
    def test_a_wrong_decision_is_refused_and_changes_nothing(
        self, manila: FakeManila, caller: Caller, body: dict[str, Any], hint: str
    ) -> None:
        with manila.breakpoint("shares.create") as point:
            answer = caller.create()
            point.wait()
            with pytest.raises(ControlFailure) as failed:
                manila.control.call("POST", "/paused/paused-1", body)
            assert failed.value.status == 400
            assert hint in str(failed.value)
            point.release()
            assert status(answer) == 200

    def test_no_connection_is_dropped_that_cannot_be_reached(self) -> None:
        api = Api(wire=False)
        api.token()
        api.world.faults.add({"match": {"operation": "shares.list"}, "do": {"pause": True}})
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(api.get, "/v2/shares")
            [request] = api.get("/_fakemanila/paused?wait=10s").json["paused"]
            refused = api.post(f"/_fakemanila/paused/{request['id']}", {"do": "drop"})
            assert (refused.status, "needs the connection itself" in refused.json["error"]) == (400, True)
            assert api.post(f"/_fakemanila/paused/{request['id']}", {"do": "continue"}).json["ended"] == "continue"
            assert answer.result(LONG).status == 200


class TestInPython:
    def test_they_are_read_as_a_list(self, manila: FakeManila, caller: Caller) -> None:
        assert not manila.paused
        with manila.breakpoint("shares.create") as point:
            answer = caller.create()
            request = point.wait()
            assert manila.paused == [request]
            assert manila.paused[0] == manila.paused["paused-1"] == request
            with pytest.raises(KeyError):
                manila.paused["paused-2"]
            assert "  POST /v2/shares at arrival, by fault-1" in manila.report().splitlines()
            assert repr(request) == "<paused-1 POST /v2/shares held at arrival>"
            manila.paused.respond("paused-1", status=404)
            assert status(answer) == 404

    def test_waiting_for_what_does_not_come_is_a_time_out(self, manila: FakeManila) -> None:
        with manila.breakpoint("shares.create") as point:
            with pytest.raises(TimeoutError, match="0 of 1 requests are held"):
                point.wait(0.01)
            with pytest.raises(TimeoutError):
                manila.paused.wait(timeout="10ms")
            with pytest.raises(LookupError, match="no request is held by fault-1"):
                point.release()

    def test_what_is_held_no_longer_cannot_be_decided_on(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint("shares.create") as point:
            answer = caller.create()
            request = point.wait()
            request.release()
            with pytest.raises(ControlFailure, match="no request 'paused-1' is held in the world 'paused'"):
                request.release()
            assert status(answer) == 200

    def test_those_of_a_breakpoint_are_its_own_and_the_first_one_is_meant(
        self, manila: FakeManila, caller: Caller
    ) -> None:
        with manila.breakpoint("shares.create") as point, manila.breakpoint("shares.list") as other:
            first = caller.create("first")
            point.wait()
            second, listing = caller.create("second"), caller.begin("GET", "/shares")
            point.wait(count=2)
            other.wait()
            assert [request.body["share"]["name"] for request in point] == ["first", "second"]
            point.respond(status=409)
            assert status(first) == 409
            point.drop()
            with pytest.raises(ConnectFailure):
                second.result(LONG)
            other.release()
            assert status(listing) == 200

    def test_a_breakpoint_outlives_a_reset_and_is_set_once(self, manila: FakeManila) -> None:
        point = manila.breakpoint("shares.create")
        with point:
            with pytest.raises(RuntimeError, match="set already"):
                point.__enter__()
            manila.reset()
        with point:
            assert len(manila.faults) == 1
        assert manila.faults == []


class TestOnTheCommandLine:
    @pytest.fixture(autouse=True)
    def _here(self, manila: FakeManila, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FAKEMANILA_URL", manila.url)

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["paused", *arguments])

    def test_they_are_listed_let_go_and_dropped(self, manila: FakeManila, caller: Caller) -> None:
        assert self.run().output == ""
        manila.faults.add(PAUSE, name="look")
        kept = caller.create("kept")
        manila.paused.wait()
        lost = caller.create("lost")
        lines = self.run("--wait", "10s", "--count", "2").output.splitlines()
        assert lines[0].split() == ["paused-1", "arrival", "shares.create", "POST", "/v2/shares", "demo", "look"]
        assert [each["id"] for each in json.loads(self.run("list", "--format", "json").output)] == [
            "paused-1",
            "paused-2",
        ]
        assert self.run("continue", "paused-1").exit_code == self.run("drop", "paused-2").exit_code == 0
        assert status(kept) == 200
        with pytest.raises(ConnectFailure):
            lost.result(LONG)
        late = self.run("--wait", "0s")
        assert (late.exit_code, late.stderr) == (1, "fakemanila: 0 of 1 requests are held\n")
        refused = self.run("continue", "paused-1")
        assert refused.exit_code == 1
        assert refused.stderr == "fakemanila: no request 'paused-1' is held in the world 'paused'\n"
