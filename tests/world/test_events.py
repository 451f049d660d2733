"""What a world tells of what happens in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakemanila.control.components import SCHEMAS
from fakemanila.world.events import Events
from fakemanila.world.world import World

from ..api import Api

DESCRIBED = Draft202012Validator({"$ref": "#/components/schemas/Event", "components": {"schemas": SCHEMAS}})


def told(world: World, since: int, *kinds: str) -> list[dict[str, Any]]:
    """What was told, after a look whether it is as the control plane describes it."""
    found = [event.to_json() for event in world.events.since(since)]
    for event in found:
        DESCRIBED.validate(event)
    return [event for event in found if not kinds or event["event"] in kinds]


@pytest.fixture
def slow() -> Api:
    return Api(delays={"shares.create": "10s", "shares.delete": "10s"})


def test_a_share_is_told_of_from_the_request_that_made_it_to_its_end(slow: Api) -> None:
    world = slow.world
    before = world.events.last
    share = slow.make_share(name="db")
    world.advance(timedelta(seconds=10))
    slow.delete(f"/v2/shares/{share['id']}")
    world.advance(timedelta(seconds=10))
    records = [
        (event["time"][17:19], event["record"]["change"], event["record"]["status"])
        for event in told(world, before, "record")
        if event["record"]["kind"] == "shares"
    ]
    assert records == [
        ("00", "made", "creating"),
        ("10", "changed", "available"),
        ("10", "changed", "deleting"),
        ("20", "gone", "deleting"),
    ]
    transitions = [event["transition"] for event in told(world, before, "transition")]
    assert [(each["operation"], each["change"], each["status"]) for each in transitions] == [
        ("shares.create", "began", "creating"),
        ("shares.create", "ended", "available"),
        ("shares.delete", "began", "deleting"),
        ("shares.delete", "ended", None),
    ]


def test_events_come_in_the_order_in_which_things_happened(slow: Api) -> None:
    slow.world.faults.add("lb-502", operation="shares.delete")
    before = slow.world.events.last
    share = slow.make_share(name="db")
    slow.delete(f"/v2/shares/{share['id']}")
    slow.world.advance(timedelta(seconds=10))
    found = told(slow.world, before)
    names = [event["event"] for event in found]
    assert names[0] == "request", "the token"
    assert names.index("fault") < len(names) - 1 - names[::-1].index("request"), "a fault before the request it met"
    assert names.index("clock") < len(names) - 1 - names[::-1].index("record"), "time before what it brings"
    assert [event["id"] for event in found] == list(range(before + 1, before + 1 + len(found)))


def test_a_record_is_told_of_once_for_each_request_however_often_it_changes(slow: Api) -> None:
    share = slow.make_share(name="db")
    before = slow.world.events.last
    slow.put(f"/v2/shares/{share['id']}", {"share": {"display_name": "a", "description": "b"}})
    [event] = [each for each in told(slow.world, before, "record") if each["record"]["kind"] == "shares"]
    assert (event["record"]["change"], event["record"]["name"]) == ("changed", "a")


def test_a_refused_request_is_told_of_and_nothing_else(slow: Api) -> None:
    slow.make_share(name="db")
    before = slow.world.events.last
    slow.get("/v2/shares/none")
    [event] = told(slow.world, before)
    assert (event["event"], event["request"]["status"]) == ("request", 404)


def test_a_reset_forgets_what_was_told_and_ids_go_on(slow: Api) -> None:
    slow.make_share(name="db")
    before = slow.world.events.last
    slow.world.reset()
    [first, *rest] = told(slow.world, 0)
    assert first["world"] == {"change": "reset"}
    assert first["id"] == before + 1
    assert all(event["record"]["change"] == "made" for event in rest)
    assert slow.world.events.missed(before) == 0


def test_a_record_that_was_told_of_is_told_of_again_when_it_changes(slow: Api) -> None:
    before = slow.world.events.last
    for number in range(3):
        slow.make_share(name=f"share-{number}")
    for share in slow.world.store["shares"]:
        slow.world.touch(share, description="later")
        slow.world.touch(share, description="last")
    slow.get("/v2/shares")
    records = [each["record"] for each in told(slow.world, before, "record")]
    assert [each["change"] for each in records if each["kind"] == "shares"] == ["made"] * 3 + ["changed"] * 3


def test_no_more_are_kept_than_there_is_room_for(api: Api) -> None:
    events = Events(api.world.lock, size=3)
    for _ in range(5):
        events.add("clock", api.world.now(), {})
    assert [event.id for event in events.since(0)] == [3, 4, 5]
    assert events.missed(0) == 2
    assert events.missed(4) == 0
    assert [event.id for event in events.since(99)] == [3, 4, 5], "of a world that was there before"


def test_bodies_that_the_journal_drops_are_not_kept_by_events() -> None:
    api = Api(journal_size=0)
    api.make_share(name="db")
    entries = [event.about for event in api.world.events.since(0) if event.kind == "request"]
    assert entries
    assert not any(entry.request.body or entry.response.body for entry in entries)  # type: ignore[union-attr]
