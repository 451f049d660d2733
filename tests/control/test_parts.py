"""What stands for a table behaves like Python's own collections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from datetime import datetime, timedelta

import pytest

from fakemanila import ControlFailure, FakeManila


@pytest.fixture(scope="module")
def server() -> Iterator[FakeManila]:
    with FakeManila(serve=False, clock="manual") as server:
        yield server


@pytest.fixture
def manila(server: FakeManila) -> FakeManila:
    server.reset()
    return server


class TestDelays:
    def test_one_is_set_read_and_deleted(self, manila: FakeManila) -> None:
        manila.delays["snapshots.create"] = "30s"
        manila.delays["shares.*"] = {"uniform": ["1s", "3s"]}
        assert manila.delays["snapshots.create"] == "30s"
        assert "shares.*" in manila.delays
        assert list(manila.delays) == ["default", "snapshots.create", "shares.*"]
        assert len(manila.delays) == 3
        del manila.delays["shares.*"]
        assert dict(manila.delays) == {"default": 0, "snapshots.create": "30s"}
        snapshot = manila.client().share_snapshots.create(manila.create("share").id)
        manila.clock.advance("29s")
        assert manila.client().share_snapshots.get(snapshot.id).status == "creating"

    def test_pythons_times_are_durations(self, manila: FakeManila) -> None:
        manila.delays["snapshots.create"] = timedelta(minutes=1)
        manila.delays.update({"shares.create": {"uniform": [timedelta(seconds=1), timedelta(seconds=2)]}})
        manila.delays.replace({**manila.delays, "shares.delete": timedelta(seconds=3)})
        assert manila.delays == {
            "default": 0,
            "snapshots.create": "1m",
            "shares.create": {"uniform": ["1s", "2s"]},
            "shares.delete": "3s",
        }

    def test_it_is_a_mutable_mapping(self, manila: FakeManila) -> None:
        delays = manila.delays
        assert isinstance(delays, MutableMapping)
        assert delays == {"default": 0}
        assert not {"default": 1}.items() <= delays.items()
        assert delays != {"default": 1}
        assert delays.get("shares.create") is None
        assert delays.setdefault("shares.create", "1s") == "1s"
        assert delays.setdefault("shares.create", "2s") == "1s"
        assert dict(delays.items()) == {"default": 0, "shares.create": "1s"}
        assert (list(delays.keys()), list(delays.values())) == (["default", "shares.create"], [0, "1s"])
        assert delays | {"shares.delete": 1} == {"default": 0, "shares.create": "1s", "shares.delete": 1}
        assert {"default": 5, "x": 1} | delays == {"default": 0, "x": 1, "shares.create": "1s"}
        assert delays.pop("shares.create") == "1s"
        assert delays.pop("shares.create", None) is None
        delays.update([("shares.create", "1s")], default=2)
        assert delays.popitem() == ("shares.create", "1s")
        with pytest.raises(KeyError):
            delays.popitem()
        delays.clear()
        assert delays == {"default": 0}
        assert repr(delays) == "<Delays {'default': 0}>"

    def test_in_place_it_is_updated_and_an_assignment_replaces_it(self, manila: FakeManila) -> None:
        manila.delays |= {"snapshots.create": "30s"}
        manila.delays |= {"shares.create": 1}
        assert manila.delays == {"default": 0, "snapshots.create": "30s", "shares.create": "1s"}
        manila.delays = {"shares.delete": "1s"}
        manila.control.delays |= {"shares.create": "2s"}
        assert manila.delays == {"default": 0, "shares.delete": "1s", "shares.create": "2s"}
        manila.world("other").delays = manila.delays
        assert manila.world("other").delays == manila.delays
        manila.control.worlds.drop("other")

    def test_update_and_replace_answer_what_is_set(self, manila: FakeManila) -> None:
        assert manila.delays.update({"shares.create": "1s"}) == {"default": 0, "shares.create": "1s"}
        assert manila.delays.update({"shares.create": None}) == {"default": 0}
        assert manila.delays.replace({"default": "1s"}) == {"default": "1s"}

    def test_what_is_not_set_is_a_key_error_and_what_is_wrong_is_refused(self, manila: FakeManila) -> None:
        with pytest.raises(KeyError, match="shares"):
            manila.delays["shares.create"]
        with pytest.raises(KeyError, match="shares"):
            del manila.delays["shares.create"]
        with pytest.raises(ControlFailure, match=r"no operation is called 'share\.create'"):
            manila.delays["share.create"] = 1
        with pytest.raises(ControlFailure, match="soon"):
            manila.delays |= {"shares.create": 1, "shares.delete": "soon"}
        assert manila.delays == {"default": 0}

    def test_the_default_is_always_there(self, manila: FakeManila) -> None:
        manila.delays["default"] = "5s"
        del manila.delays["default"]
        assert manila.delays["default"] == 0


class TestFaults:
    def test_they_are_read_as_a_list(self, manila: FakeManila) -> None:
        assert not manila.faults
        assert manila.faults == []
        first = manila.faults.add("lb-502")
        second = manila.faults.add("quota:shares", name="no room")
        assert len(manila.faults) == 2
        assert manila.faults == [first, second] == list(manila.faults)
        assert manila.faults != [second, first]
        assert (manila.faults[0], manila.faults[-1], manila.faults[1:]) == (first, second, [second])
        assert list(reversed(manila.faults)) == [second, first]
        assert first in manila.faults
        with pytest.raises(IndexError):
            manila.faults[2]

    def test_one_is_found_and_deleted_by_id_and_by_name(self, manila: FakeManila) -> None:
        first = manila.faults.add("lb-502")
        second = manila.faults.add("quota:shares", name="no room")
        assert (manila.faults[first["id"]], manila.faults["no room"]) == (first, second)
        assert first["id"] in manila.faults
        assert "no room" in manila.faults
        assert "another" not in manila.faults
        del manila.faults["no room"]
        del manila.faults[0]
        assert manila.faults == []
        with pytest.raises(KeyError):
            manila.faults["no room"]


def test_requests_are_read_as_a_list(manila: FakeManila) -> None:
    assert not manila.requests
    client = manila.client()
    client.shares.list()
    client.shares.list()
    assert len(manila.requests) == manila.requests.count() >= 3
    last = manila.requests.last()
    assert last is not None
    assert manila.requests[-1] == manila.requests[last["id"]] == last
    assert last["id"] in manila.requests
    assert last in manila.requests
    assert "req-none" not in manila.requests
    assert [each["operation"] for each in manila.requests[-2:]] == ["shares.detail"] * 2


def test_transitions_are_read_as_a_list(manila: FakeManila) -> None:
    assert not manila.transitions
    manila.delays = {"snapshots.create": "30s"}
    manila.client().share_snapshots.create(manila.create("share").id)
    [snapshot] = manila.transitions
    assert len(manila.transitions) == 1
    assert manila.transitions[0] == manila.transitions[snapshot["id"]] == snapshot


def test_the_state_is_read_as_a_mapping(manila: FakeManila) -> None:
    assert isinstance(manila.state, Mapping)
    assert manila.state == manila.state.dump()
    assert manila.state["records"].keys() >= {"share_types"}
    assert "records" in manila.state
    assert len(manila.state) == len(dict(manila.state)) > 3
    with pytest.raises(KeyError):
        manila.state["none"]


def test_worlds_are_read_as_a_list(manila: FakeManila) -> None:
    worlds = manila.control.worlds
    assert (len(worlds), worlds[0], list(worlds)) == (1, "default", ["default"])
    assert "default" in worlds
    assert "other" not in worlds
    with pytest.raises(TypeError, match="'default'"):
        worlds["default"]


def test_what_is_gone_can_still_be_shown() -> None:
    with FakeManila(serve=False) as manila:
        delays, faults = manila.delays, manila.faults
        assert repr(faults) == "<Faults []>"
    assert repr(delays).startswith("<Delays: this FakeManila has been stopped")
    assert repr(faults).startswith("<Faults: this FakeManila has been stopped")


def test_times_go_into_any_order_as_pythons_own(manila: FakeManila) -> None:
    manila.scenario.apply({"clock": {"start": datetime(2030, 1, 1)}, "delays": {"shares.create": timedelta(seconds=5)}})
    assert manila.clock.now() == datetime(2030, 1, 1)
    assert manila.delays["shares.create"] == "5s"
    with pytest.raises(TypeError, match="cannot be sent as JSON"):
        manila.delays["shares.create"] = object()
