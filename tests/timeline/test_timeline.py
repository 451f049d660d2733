"""A world's past as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import timedelta

import pytest

from fakemanila import ControlFailure, FakeManila
from fakemanila.control.ui.records import tone
from fakemanila.timeline import draw, lanes, timeline

from ..api import Api


@pytest.fixture
def slow() -> Api:
    return Api(delays={"default": "10s"})


def test_a_lane_has_a_bar_for_each_state_and_ends_with_the_resource(slow: Api) -> None:
    share = slow.make_share(name="db")
    slow.world.advance(timedelta(seconds=10))
    slow.delete(f"/v2/shares/{share['id']}")
    slow.world.advance(timedelta(seconds=10))
    [lane] = timeline(slow.world).lanes
    assert (lane.kind, lane.id, lane.name) == ("shares", share["id"], "db")
    bars = [(bar.status, bar.start.time.second, bar.end and bar.end.time.second) for bar in lane.bars]
    assert bars == [("creating", 0, 10), ("available", 10, 10), ("deleting", 10, 20)]


def test_a_replica_is_a_lane_of_its_own_by_its_replica_state(api: Api) -> None:
    share = api.make_replicated_share()
    api.make_replica(share["id"])
    states = {lane.kind: {bar.status for bar in lane.bars} for lane in timeline(api.world).lanes}
    assert "out_of_sync" in states["share_instances"]


def test_a_request_is_a_mark_on_the_lane_that_it_is_about(slow: Api) -> None:
    share = slow.make_share()
    slow.get(f"/v2/shares/{share['id']}")
    slow.get("/v2/shares")
    marks = [(mark.operation, mark.resource) for mark in timeline(slow.world).marks]
    assert marks[-3:] == [("shares.create", share["id"]), ("shares.show", share["id"]), ("shares.list", None)]


def test_filters_choose_lanes_and_marks(slow: Api) -> None:
    share = slow.make_share(name="db")
    slow.make_share(name="www", user="alt_demo")
    slow.world.advance_to_idle()
    slow.make_snapshot(share["id"])
    assert [lane.name for lane in timeline(slow.world, {"name": "W"}).lanes] == ["www"]
    assert [lane.kind for lane in timeline(slow.world, {"kind": "snapshots"}).lanes] == ["snapshots"]
    assert {mark.operation for mark in timeline(slow.world, {"operation": "snapshots.*"}).marks} == {"snapshots.create"}
    assert {mark.user for mark in timeline(slow.world, {"user": "alt_demo"}).marks} == {"alt_demo"}


def test_no_more_is_drawn_than_can_be_read(slow: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MAX_LANES", 2)
    monkeypatch.setattr(lanes, "MAX_MARKS", 3)
    for number in range(4):
        slow.make_share(name=f"share-{number}")
    found = timeline(slow.world)
    assert [lane.name for lane in found.lanes] == ["share-2", "share-3"]
    assert len(found.marks) == 3
    assert found.left_out >= 2 + 1


def test_a_picture_shows_states_requests_faults_and_moves_of_the_clock(slow: Api) -> None:
    slow.world.faults.add("lb-502", operation="shares.list", name="bad gateway")
    slow.make_share(name="a < b & c")
    slow.world.advance(timedelta(minutes=10))
    slow.get("/v2/shares")
    picture = draw(timeline(slow.world), tone, lambda id: f"/journal/{id}")
    root = ET.fromstring(picture)
    classes = [each.get("class", "").split()[0] for each in root.iter() if each.get("class")]
    assert {"bar", "mark", "jump", "fault", "grid"} <= set(classes)
    titles = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any(text.startswith("a < b & c: creating from 2026-01-01T00:00:00") for text in titles)
    assert any("shares.list: 502 to demo, by bad gateway" in text for text in titles)
    assert any("the clock was moved from" in text for text in titles)
    assert all(link.get("href", "").startswith("/journal/req-") for link in root.iter("{http://www.w3.org/2000/svg}a"))


def test_marks_stand_apart_though_time_stands_still_and_within_the_picture(slow: Api) -> None:
    for _ in range(5):
        slow.get("/v2/shares")
    root = ET.fromstring(draw(timeline(slow.world), tone))
    places = [float(each.get("cx", "")) for each in root.iter("{http://www.w3.org/2000/svg}circle")]
    assert places == sorted(places)
    assert len(set(places)) == len(places) == 6, "and the token"
    assert 0 < places[0] < places[-1] < 1100


def test_an_empty_world_has_an_empty_picture(api: Api) -> None:
    assert not timeline(api.world).lanes
    ET.fromstring(draw(timeline(api.world), tone))


@pytest.fixture(scope="module")
def manila() -> Iterator[FakeManila]:
    with FakeManila(serve=False, clock="manual") as running:
        yield running


def test_a_picture_is_had_by_name(manila: FakeManila) -> None:
    manila.client().shares.create("NFS", 1, name="db")
    assert "share db" in manila.timeline(kind="shares")
    assert "share db" not in manila.timeline(name="other")


def test_a_filter_that_there_is_not_is_refused(manila: FakeManila) -> None:
    with pytest.raises(ControlFailure, match=r"'color' is not a parameter of GET /timeline\.svg"):
        manila.timeline(color="red")
