"""Requests that wait for each other, and then go on all at once or one after another."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import requests

from fakemanila import ControlFailure, FakeManila

from .conversing import Caller, held, status

CREATE = "shares.create"


def come(manila: FakeManila, caller: Caller, *names: str) -> Mapping[str, Future[requests.Response]]:
    """Begins creations that come in this order: each is there before the next one is begun, but for the last."""
    begun = {}
    for position, name in enumerate(names, 1):
        begun[name] = caller.create(name)
        if position < len(names):
            manila.paused.wait(position)
    return begun


def carried_out(manila: FakeManila) -> list[str]:
    """The names of the shares in the order in which they were made."""
    return [share.name for share in manila.records("share")]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("arrival", ["a", "b", "c", "d"]),
        ("reverse", ["d", "c", "b", "a"]),
        ([{"body": {"name": "c"}}, {"resource": {"name": "[ab]"}}], ["c", "a", "b", "d"]),
    ],
)
def test_they_go_on_in_the_order_that_is_asked_for(
    manila: FakeManila, caller: Caller, order: Any, expected: list[str]
) -> None:
    with manila.barrier(CREATE, 4, order=order):
        begun = come(manila, caller, "a", "b", "c", "d")
        assert [status(answer) for answer in begun.values()] == [200] * 4
    assert carried_out(manila) == expected
    answered = manila.requests.list(operation=CREATE)
    assert [each["request"]["body"]["share"]["name"] for each in answered] == expected
    assert {each["held"][0]["ended"] for each in answered} == {"all there"}


def test_matches_decide_whoever_comes_first(manila: FakeManila, pool: ThreadPoolExecutor) -> None:
    callers = {user: Caller(manila, pool, user) for user in ("demo", "alt_demo")}
    with manila.barrier(CREATE, order=[{"user": "alt_demo"}, {"user": "demo"}]):
        begun = [caller.create(user) for user, caller in callers.items()]
        assert [status(answer) for answer in begun] == [200, 200]
    assert carried_out(manila) == ["alt_demo", "demo"]


def test_the_world_is_the_same_afterwards_whoever_comes_first(manila: FakeManila, pool: ThreadPoolExecutor) -> None:
    states = []
    for names in (("a", "b"), ("b", "a")):
        manila.reset()
        caller = Caller(manila, pool)
        with manila.barrier(CREATE, order=[{"body": {"name": "a"}}, {"body": {"name": "b"}}]):
            for answer in come(manila, caller, *names).values():
                assert status(answer) == 200
        states.append(manila.state.dump())
    assert states[0] == states[1]


def test_without_an_order_all_go_on_at_once(manila: FakeManila, caller: Caller) -> None:
    with manila.barrier(CREATE, 3) as barrier, manila.breakpoint(CREATE, at="answer") as point:
        begun = come(manila, caller, "a", "b")
        barrier.wait(count=2)
        assert [request["barrier"] for request in barrier] == [{"count": 3, "there": 2}] * 2
        assert carried_out(manila) == []
        last = caller.create("c")
        point.wait(count=3)  # none has waited for the answer to another
        for request in point:
            request.release()
        assert [status(answer) for answer in (*begun.values(), last)] == [200] * 3


def test_the_next_ones_wait_for_each_other_again(manila: FakeManila, caller: Caller) -> None:
    with manila.barrier(CREATE, order="reverse"):
        for names in (("a", "b"), ("c", "d")):
            for answer in come(manila, caller, *names).values():
                assert status(answer) == 200
    assert carried_out(manila) == ["b", "a", "d", "c"]


def test_answers_go_out_in_the_order_that_is_asked_for(manila: FakeManila, caller: Caller) -> None:
    with manila.barrier(CREATE, order="reverse", at="answer") as barrier:
        first = caller.create("a")
        assert barrier.wait().answer["share"]["name"] == "a"
        assert status(caller.create("b")) == status(first) == 200
    assert carried_out(manila) == ["a", "b"]
    assert [each["response"]["body"]["share"]["name"] for each in manila.requests.list(operation=CREATE)] == ["b", "a"]


def test_after_max_they_go_on_with_fewer(manila: FakeManila, caller: Caller) -> None:
    with manila.barrier(CREATE, 3, order="reverse", max="10ms"):
        assert status(caller.create()) == 200
    barrier = {"count": 3, "there": 1}
    assert held(manila) == [{"fault": "fault-1", "at": "arrival", "seconds": 0.0, "ended": "max", "barrier": barrier}]


def test_one_that_is_let_go_by_itself_is_not_waited_for(manila: FakeManila, caller: Caller) -> None:
    with manila.barrier(CREATE) as barrier:
        alone = caller.create("alone")
        barrier.wait().release()
        assert status(alone) == 200
        first = caller.create("a")
        assert barrier.wait()["barrier"] == {"count": 2, "there": 1}
        assert status(caller.create("b")) == status(first) == 200
    assert held(manila)[0]["barrier"] == {"count": 2, "there": 2}


def test_one_that_is_decided_on_while_it_waits_for_its_turn_holds_up_nobody(manila: FakeManila, caller: Caller) -> None:
    with manila.barrier(CREATE, 3, order="arrival"), manila.breakpoint(CREATE, resource={"name": "a"}) as point:
        begun = come(manila, caller, "a", "b", "c")
        assert point.wait().body["share"]["name"] == "a"  # it has its turn, and is held by another rule
        waiting = [request for request in manila.paused if request["rule"] != point.rule]
        assert [request.body["share"]["name"] for request in waiting] == ["b", "c"]
        waiting[0].respond(status=409)
        assert status(begun["b"]) == 409
        point.release()
        assert [status(begun[name]) for name in ("a", "c")] == [200, 200]
    assert carried_out(manila) == ["a", "c"]


def test_with_its_rule_all_of_them_go_on(manila: FakeManila, caller: Caller) -> None:
    with manila.barrier(CREATE, 3) as barrier:
        begun = come(manila, caller, "a", "b")
        barrier.wait(count=2)
    assert [status(answer) for answer in begun.values()] == [200, 200]
    assert held(manila)[0]["ended"] == "rule removed"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({}, "do.barrier: {} has no count"),
        ({"count": 1}, "do.barrier.count: 1 is not a whole number from 2"),
        ({"count": 101}, "do.barrier.count: 101 is more than the 100 requests that can be held"),
        ({"count": 2, "order": "revers"}, "do.barrier.order: 'revers' is not one of arrival, reverse, or a list"),
        ({"count": 2, "order": []}, r"do.barrier.order: \[\] is not"),
        ({"count": 2, "order": [{"usr": "demo"}]}, r"do.barrier.order\[0\]: 'usr' is not a known field; did you mean"),
        ({"count": 2, "order": [{"operation": "share.create"}]}, r"do.barrier.order\[0\].operation: .*did you mean"),
        ({"count": 2, "max": "1h"}, "do.barrier.max: '1h' is not more than 0 and up to 10m"),
    ],
)
def test_a_wrong_value_is_refused(manila: FakeManila, value: Any, hint: str) -> None:
    with pytest.raises(ControlFailure, match=hint):
        manila.faults.add({"do": {"barrier": value}})
