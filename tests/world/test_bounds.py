"""What a world keeps doesn't grow without a bound, however long it is used: objects are counted, not bytes or time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import timedelta
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import pytest

from fakemanila.contract.render import renderer
from fakemanila.contract.validate import body_validator, query_parameters
from fakemanila.keystone import tokens
from fakemanila.world import collation, metrics, world
from fakemanila.world.durations import Fixed
from fakemanila.world.events import Events
from fakemanila.world.journal import Entry, Journal, Message
from fakemanila.world.lifecycle import SLACK, Pending, Scheduler
from fakemanila.world.metrics import Metrics
from fakemanila.world.seeded import Seeded

from ..api import NOBODY, Api

SHARED = (type, ModuleType, FunctionType, BuiltinFunctionType)
"""What all worlds share, and what leads to everything else."""


def objects(of: object) -> int:
    """How many objects there are because of one."""
    seen, found = set[int](), [of]
    while found:
        found = [each for each in gc.get_referents(*found) if not isinstance(each, SHARED)]
        found = list({id(each): each for each in found if id(each) not in seen}.values())
        seen.update(map(id, found))
    return len(seen)


def a_life(api: Api, share: str, number: int) -> None:
    """A snapshot is made, looked at and deleted."""
    snapshot = f"/v2/snapshots/{api.make_snapshot(share, name=f's{number}')['id']}"
    api.get(snapshot)
    api.get("/v2/snapshots/detail")
    api.get(f"/v2/snapshots/detail?name=s{number}&limit=5")
    api.get(f"/v2/nothing/{number}")
    api.get("/v2/shares", version=f"2.{number % 4}")
    assert api.delete(snapshot).status == 202
    api.world.advance(timedelta(seconds=10))
    assert api.get(snapshot).status == 404
    api.login("demo")


def a_disturbed_life(api: Api, share: str, number: int) -> None:
    """One that goes wrong, and is put right."""
    metadata = {"fakemanila:fault": "stuck:deleting"}
    snapshot = f"/v2/snapshots/{api.make_snapshot(share, metadata=metadata)['id']}"
    assert api.delete(snapshot).status == 202
    api.post(f"{snapshot}/action", {"reset_status": {"status": "error"}}, user="admin")
    api.delete(f"{snapshot}/metadata/fakemanila:fault")
    fault = {"name": f"fault {number}", "do": {"stale_list": "5s"}, "match": {"operation": "snapshots.*"}}
    rule = api.post("/_fakemanila/faults", fault, user=NOBODY).json["id"]
    api.get("/v2/snapshots/detail")
    assert api.delete(f"/_fakemanila/faults/{rule}", user=NOBODY).status == 204
    a_life(api, share, number)
    assert api.delete(snapshot).status == 202
    api.world.advance(timedelta(seconds=10))
    assert api.get(snapshot).status == 404


@pytest.mark.parametrize("live", [a_life, a_disturbed_life])
def test_a_world_that_has_what_it_had_is_as_large_as_it_was(
    monkeypatch: pytest.MonkeyPatch, live: Callable[[Api, str, int], None]
) -> None:
    monkeypatch.setattr(tokens, "MOST", 8)
    monkeypatch.setattr(metrics, "FAULTS", 8)
    api = Api(journal_size=20)
    api.world.events = Events(api.world.lock, size=20)
    share = api.make_share()["id"]
    sizes = []
    for number in range(60):
        live(api, share, number)
        if number % 20 == 19:
            sizes.append(objects(api.world))
    assert max(sizes) - min(sizes) <= 20, sizes


class TestTokens:
    def test_fifty_thousand_leave_no_more_than_a_fifth(self) -> None:
        identity, most = Api().world.identity, 0
        user = next(user["id"] for user in identity.users.values() if user["name"] == "demo")
        kept = issue(identity, user)
        for number in range(50_000):
            issue(identity, user)
            most = max(most, len(identity.state.tokens))
            if number % 1000 == 0:
                assert identity.credentials(kept) is not None  # it is in use
        assert most == tokens.MOST == 10_000

    def test_expired_ones_go_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tokens, "MOST", 4)
        api = Api()
        for _ in range(2):
            api.login("demo")
        api.world.advance(timedelta(hours=1))
        young = [api.login("demo").headers["X-Subject-Token"] for _ in range(3)]
        assert list(api.world.identity.state.tokens) == young


def issue(identity: Any, user: str) -> str:
    now, hour = identity._clock.now(), timedelta(hours=1)
    return tokens.issue(identity.state, identity._seeded, now, hour, user_id=user, methods=["password"], scope=None).id


class TestTheJournal:
    def test_has_a_bound_for_paths_and_headers_too(self) -> None:
        journal = Journal(size=1000, heads=1000)
        for number in range(100):
            head = Message({"X-Long": "x" * 50})
            journal.add(Entry(str(number), "", "GET", "/" + "y" * 49, request=head, response=head))
        assert [entry.id for entry in journal] == [str(n) for n in range(94, 100)]
        journal.add(Entry("long", "", "GET", "/" * 5000))
        assert [entry.id for entry in journal] == ["long"]  # the last one is always there
        journal.clear()
        journal.add(Entry("short", "", "GET", "/"))
        journal.add(Entry("other", "", "GET", "/"))
        assert len(journal) == 2


def test_the_queue_forgets_what_was_dropped_long_before_it_is_due() -> None:
    scheduler = Scheduler(Seeded("seed"))
    now = Api().world.now()
    for number in range(10 * SLACK):
        scheduler.start(Pending("snapshots.create", "snapshots", str(number)), now, Fixed(timedelta(days=number + 1)))
        if number >= 3:
            scheduler.drop(str(number))
    assert len(scheduler) == 3
    assert len(scheduler._queue) <= SLACK + 10
    assert [pending.resource_id for pending in iter(lambda: scheduler.take_due(now + timedelta(days=9)), None)] == [
        "0",
        "1",
        "2",
    ]


def test_faults_have_so_many_names_in_the_metrics() -> None:
    counted = Metrics()
    for number in range(3000):
        counted.observe("shares.list", 200, 0.1, [f"fault {number}"])
    lines = [line for line in counted.text(0, {}).splitlines() if line.startswith("fakemanila_faults_fired_total")]
    assert len(lines) == metrics.FAULTS + 1
    assert 'fakemanila_faults_fired_total{fault="other"} 2000' in lines


def test_there_are_so_many_rules() -> None:
    api = Api()
    for _ in range(1000):
        api.world.faults.add("flaky:0.1")
    refused = api.post("/_fakemanila/faults", {"preset": "flaky:0.1"}, user=NOBODY)
    assert (refused.status, len(api.world.faults)) == (400, 1000)
    assert "1000" in refused.json["error"]


class TestThePast:
    def test_has_so_many_records(self, monkeypatch: pytest.MonkeyPatch) -> None:
        api = Api()
        share = api.make_share()["id"]
        monkeypatch.setattr(world, "REMEMBERED", 5 * api.world.store.size())
        rule = api.world.faults.add({"do": {"stale_list": "1h"}})
        for _ in range(20):
            api.make_snapshot(share)
        remembered = sum(store.size() for _, store in api.world._past)
        assert 0 < remembered <= world.REMEMBERED
        api.world.faults.remove(rule.id)
        api.get("/v2/shares")
        assert not api.world._past


@pytest.mark.parametrize("kept", [renderer, body_validator, query_parameters, collation._key, collation._like])
def test_what_is_compiled_for_callers_has_a_bound(kept: Any) -> None:
    assert kept.cache_parameters()["maxsize"] is not None


def test_a_long_text_is_not_kept() -> None:
    before = collation._key.cache_info().currsize
    assert collation.key("é" * 10_000 + " ") == "E" * 10_000
    assert collation._key.cache_info().currsize == before
