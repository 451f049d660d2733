"""Calls that wait for something to happen, and the stream of what does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator

import pytest
import requests
from jsonschema import Draft202012Validator

from fakemanila import FakeManila
from fakemanila.control.client import ControlFailure
from fakemanila.control.components import SCHEMAS
from fakemanila.world import waiting


@pytest.fixture(scope="module")
def running() -> Iterator[FakeManila]:
    with FakeManila(clock="manual", delays={"shares.create": "10s"}) as manila:
        yield manila


@pytest.fixture
def manila(running: FakeManila) -> FakeManila:
    running.reset()
    return running


@pytest.fixture
def meanwhile(running: FakeManila) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Does something in another thread, once somebody waits."""
    threads: list[threading.Thread] = []
    events = running.app.extensions["fakemanila"].worlds.get().events

    def do(what: Callable[[], object]) -> None:
        def work() -> None:
            while not events.waiting:
                threading.Event().wait(0.001)
            what()

        threads.append(threading.Thread(target=work))
        threads[-1].start()

    yield do
    for thread in threads:
        thread.join(10)


def url(manila: FakeManila, path: str) -> str:
    return f"{manila.url}/_fakemanila{path}"


class TestRecords:
    def test_a_record_is_waited_for_until_it_is_as_was_asked(
        self, manila: FakeManila, meanwhile: Callable[[Callable[[], object]], None]
    ) -> None:
        manila.client().shares.create("NFS", 1, name="db")
        [share] = manila.records("share")
        meanwhile(lambda: manila.clock.advance("10s"))
        assert share.wait(status="available").status == "available"

    def test_what_never_comes_says_what_there_is(self, manila: FakeManila) -> None:
        share = manila.create("share", is_public=True)
        with pytest.raises(TimeoutError, match=r"its status is 'available', not 'error' and its is_public is 'true'"):
            share.wait(0, status="error", is_public=False)
        answer = requests.get(url(manila, f"/records/shares/{share.id}?status=error&wait=1ms"), timeout=10)
        assert answer.status_code == 408
        assert answer.json()["record"]["status"] == "available"

    def test_a_record_may_be_waited_for_to_go(
        self, manila: FakeManila, meanwhile: Callable[[Callable[[], object]], None]
    ) -> None:
        share, client = manila.create("share"), manila.client()
        with pytest.raises(TimeoutError, match="it is still there"):
            share.wait_gone(0)
        meanwhile(lambda: client.shares.delete(share.id))
        share.wait_gone()

    def test_one_that_is_not_there_is_not_found(self, manila: FakeManila) -> None:
        share = manila.create("share")
        assert manila.control.records.get("share", "none") is None
        manila.reset()
        with pytest.raises(LookupError):
            share.wait(0, status="available")

    def test_any_attribute_is_a_filter(self, manila: FakeManila) -> None:
        manila.create("share", name="a")
        manila.create("share", name="b", status="error")
        found = manila.control.records.list("share", status="error")
        assert [each["name"] for each in found] == ["b"]
        assert manila.control.records.list("shares", snapshot_id=None, name="a")

    @pytest.mark.parametrize(
        ("path", "status", "said"),
        [
            ("/records/shars", 404, "kind: there is no 'shars'; did you mean 'share"),
            ("/records/share?stats=error", 400, "query: 'stats' is not an attribute of shares; did you mean 'status'"),
            ("/records/share/x?status=error&wait=soon", 400, "wait: 'soon' is not a valid duration"),
            ("/records/share/x?wait=2m", 400, "wait: '2m' is longer than the 60s"),
            ("/requests?count=x", 400, "count: 'x' is not a whole number"),
            ("/transitions?wait=busy", 400, "wait: 'busy' is not one of idle"),
            ("/transitions?timeout=1s", 400, "timeout: '1s' is for wait=idle"),
            ("/events?kind=share", 400, "kind: 'share' is not a kind of event"),
            ("/events?since=-1", 400, "since: '-1' is not the id of an event"),
            ("/events?format=xml", 400, "format: 'xml' is not one of sse, json"),
            ("/events?wait=1s", 400, "wait: '1s' is for format=json"),
        ],
    )
    def test_a_bad_call_is_told_what_is_wrong(self, manila: FakeManila, path: str, status: int, said: str) -> None:
        answer = requests.get(url(manila, path), timeout=10)
        assert (answer.status_code, said in answer.json()["error"]) == (status, True), answer.text


class TestRequests:
    def test_requests_are_waited_for_until_there_are_enough(
        self, manila: FakeManila, meanwhile: Callable[[Callable[[], object]], None]
    ) -> None:
        client = manila.client()
        client.shares.list()
        meanwhile(client.shares.list)
        assert len(manila.requests.wait(2, operation="shares.detail")) == 2

    def test_too_few_are_answered_with_those_that_have_come(self, manila: FakeManila) -> None:
        manila.client().shares.list()
        with pytest.raises(TimeoutError, match="1 of 2 such requests have come"):
            manila.requests.wait(2, operation="shares.detail", timeout="1ms")
        answer = requests.get(url(manila, "/requests?operation=shares.detail&count=2&wait=0"), timeout=10)
        assert (answer.status_code, answer.json()["total"]) == (408, 1)


class TestTransitions:
    def test_idle_is_when_nothing_is_under_way_that_time_ends(
        self, manila: FakeManila, meanwhile: Callable[[Callable[[], object]], None]
    ) -> None:
        manila.transitions.wait_idle()
        manila.client().shares.create("NFS", 1)
        with pytest.raises(TimeoutError, match="work is still under way"):
            manila.transitions.wait_idle(0)
        meanwhile(lambda: manila.clock.advance("10s"))
        manila.transitions.wait_idle()

    def test_on_a_clock_that_runs_time_itself_brings_the_end(self, manila: FakeManila) -> None:
        manila.clock.set(mode="real", rate=1000)
        manila.client().shares.create("NFS", 1)
        manila.transitions.wait_idle()
        assert manila.records("share")[0].status == "available"


class TestEvents:
    def test_a_stream_tells_what_happens_and_goes_on_where_it_was_left(self, manila: FakeManila) -> None:
        before = manila.control.call("GET", "/events", query={"format": "json"})["last"]
        manila.create("share", name="db")
        headers = {"Last-Event-ID": str(before)}
        with requests.get(url(manila, "/events?kind=record"), headers=headers, stream=True, timeout=10) as stream:
            assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
            lines = (line.decode() for line in stream.iter_lines())
            data = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
            assert (data["event"], data["record"]["name"], data["id"]) == ("record", "db", before + 1)
            manila.create("share", name="later")
            assert any('"later"' in line for line in lines)

    def test_a_stream_begins_with_what_happens_next(self, manila: FakeManila) -> None:
        manila.create("share", name="before")
        with requests.get(url(manila, "/events"), stream=True, timeout=10) as stream:
            lines = (line.decode() for line in stream.iter_lines())
            assert next(lines).startswith(":")
            manila.create("share", name="after")
            first = next(line for line in lines if line.startswith("data: "))
            assert json.loads(first[6:])["record"]["name"] == "after"

    def test_whoever_comes_back_late_is_told_how_much_they_have_missed(
        self, manila: FakeManila, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = manila.control.call("GET", "/events", query={"format": "json"})["last"]
        manila.reset()
        manila.create("share")
        page = manila.control.call("GET", "/events", query={"format": "json", "since": max(before - 3, 0)})
        assert page["missed"] == 3
        Draft202012Validator({"$ref": "#/components/schemas/Events", "components": {"schemas": SCHEMAS}}).validate(page)
        with requests.get(url(manila, f"/events?since={max(before - 3, 0)}"), stream=True, timeout=10) as stream:
            lines = (line.decode() for line in stream.iter_lines())
            assert "event: missed" in (next(lines), next(lines), next(lines))

    def test_events_end_when_nothing_has_happened_for_so_long(self, manila: FakeManila) -> None:
        events = manila.events("clock", timeout="1ms")
        manila.clock.advance("5s")
        assert [event["clock"]["to"] for event in events] == ["2026-01-01T00:00:05.000000"]

    def test_a_world_that_is_dropped_lets_its_listeners_go(self, manila: FakeManila) -> None:
        other = manila.world("dropped")
        with requests.get(url(other, "/events"), stream=True, timeout=10) as stream:
            lines = stream.iter_lines()
            next(lines)
            manila.control.worlds.drop("dropped")
            list(lines)


def test_no_more_may_wait_than_there_is_room_for(manila: FakeManila, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manila.app.extensions["fakemanila"].worlds, "room", waiting.Room(1))
    with requests.get(url(manila, "/events"), stream=True, timeout=10) as stream:
        assert stream.ok
        with pytest.raises(ControlFailure, match="1 are waiting already") as caught:
            manila.requests.wait(operation="shares.create", timeout=1)
        assert caught.value.status == 503
        assert manila.requests.wait(0, timeout=0) == []


def test_waiting_needs_no_socket() -> None:
    with FakeManila(serve=False, clock="manual", delays={"shares.create": "10s"}) as manila:
        manila.client().shares.create("NFS", 1)
        waiter = threading.Thread(target=lambda: manila.records("share")[0].wait(status="available"))
        waiter.start()
        manila.clock.advance("10s")
        waiter.join(10)
        assert not waiter.is_alive()
