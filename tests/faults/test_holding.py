"""The place where requests are held, without any requests: threads, and who goes on when."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.faults import Rule, Subject
from fakemanila.faults.effects import parse
from fakemanila.faults.holding import ALL_THERE, CONTINUE, FULL, MAX, RESET, STOP, Held, Holding
from fakemanila.faults.plan import Plan
from fakemanila.world.journal import Entry, Message
from fakemanila.world.seeded import Seeded
from fakemanila.world.waiting import Room

from ..api import START

LONG = 10


def request(do: Mapping[str, object], rule: Rule | None = None, name: str = "") -> Held:
    """One that the rule is about to hold."""
    plan = Plan()
    parse(do).apply(plan, Seeded("dice"))
    [pause] = plan.pauses
    rule = rule or Rule.parse({"do": do})
    subject = Subject("manila", "POST", "/v2/shares", body={"name": name})
    return Held(pause, rule, subject, Entry("req-1", "", "POST", "/v2/shares"), Message(), None, START)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_places_share_their_room_and_give_it_back() -> None:
    room = Room(1)
    here, there = Holding(room), Holding(room)
    first, second = request({"pause": True}), request({"pause": True})
    assert here.take(first)
    assert not there.take(second)
    assert second.ended == FULL
    here.decide(first.id, CONTINUE)
    here.wait(first)
    assert there.take(request({"pause": True}))


def test_whoever_is_held_waits_for_a_decision(pool: ThreadPoolExecutor) -> None:
    place = Holding()
    held = request({"pause": True})
    place.take(held)
    waiting = pool.submit(place.wait, held)
    assert list(place) == [held]
    assert not waiting.done()
    place.decide("paused-1", CONTINUE)
    waiting.result(LONG)
    assert list(place) == []
    with pytest.raises(KeyError):
        place.decide("paused-1", CONTINUE)


def test_the_end_of_the_server_ends_all_waiting(pool: ThreadPoolExecutor) -> None:
    stopping = threading.Event()
    place, held = Holding(stopping=stopping), request({"pause": {"max": "10m"}})
    place.take(held)
    waiting = pool.submit(place.wait, held)
    stopping.set()
    waiting.result(LONG)
    assert held.ended == STOP


def test_after_max_those_of_a_barrier_go_on_in_their_order(pool: ThreadPoolExecutor) -> None:
    place, do = Holding(), {"barrier": {"count": 3, "order": "reverse"}}
    rule = Rule.parse({"do": do})
    first, second = request(do, rule), request(do, rule)
    for held in (first, second):
        place.take(held)
        held.deadline = 0.0  # long ago
    waiting = pool.submit(place.wait, first)
    place.wait(second)
    assert (second.ended, first.ended) == (MAX, None)
    place.done(second)
    waiting.result(LONG)
    assert first.ended == MAX
    assert first.note(START)["barrier"] == {"count": 3, "there": 2}


def test_ids_begin_anew_in_a_new_world() -> None:
    place = Holding()
    for _ in range(2):
        held = request({"pause": True})
        place.take(held)
        assert held.id == "paused-1"
        place.clear()
        assert held.ended == RESET


COUNT = 4
ORDERS = st.sampled_from(["arrival", "reverse", [{"body": {"name": "2"}}], None])
STEPS = st.lists(st.tuples(st.sampled_from(["take", "decide", "done", "remove"]), st.integers(0, 20)), max_size=40)


@given(ORDERS, STEPS)
def test_whatever_happens_nobody_waits_for_somebody_who_is_gone(order: object, steps: list[tuple[str, int]]) -> None:
    """Requests come, are decided on and are done in any order: in the end all have gone on, and one at a time."""
    room = Room(100)
    do: dict[str, object] = {"barrier": {"count": COUNT, "order": order}}
    place = Holding(room)
    rule = Rule.parse({"do": do})
    all_: list[Held] = []
    done: set[int] = set()

    def under_way() -> list[Held]:
        return [held for number, held in enumerate(all_) if held.ended == ALL_THERE and number not in done]

    for step, number in steps:
        if step == "take":
            all_.append(request(do, rule, str(len(all_))))
            assert place.take(all_[-1])
        elif step == "decide" and (waiting := list(place)):
            place.decide(waiting[number % len(waiting)].id, CONTINUE)
        elif step == "done" and all_:
            number %= len(all_)
            if all_[number].ended is not None:
                done.add(number)
                place.done(all_[number])
        elif step == "remove" and number == 0:
            place.let_go(rule)
        groups = {id(held.group) for held in under_way()}
        if order is not None:
            assert len(groups) == len(under_way())
        waiting = [held for held in place if held.group is not None and held.group.goes_on is None]
        assert len(waiting) < COUNT
    while held := next(iter(under_way()), None):
        done.add(all_.index(held))
        place.done(held)
    left = list(place)
    assert len(left) < COUNT
    assert all(held.group is not None and held.group.goes_on is None for held in left)
    place.let_go(rule)
    assert list(place) == []
    assert all(room.acquire(blocking=False) for _ in range(100))
    assert not room.acquire(blocking=False)
