"""When a rule fires, of all the requests that it matches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.faults import Faults, Subject
from fakemanila.faults.when import When

from ..api import START, Api

RESET = {"do": {"reset": True}}


def fired(requests: int, seed: str = "seed", **when: Any) -> list[int]:
    """The requests, from 1, on which a rule fires."""
    faults = Faults(lambda: START, seed)
    faults.add(RESET, **when)
    return [number for number in range(1, requests + 1) if faults.pick(Subject("manila", "GET", "/v2/shares"))[1]]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"after": 3}, [4, 5, 6, 7, 8]),
        ({"times": 2}, [1, 2]),
        ({"after": 3, "times": 2}, [4, 5]),
        ({"every": 3}, [3, 6]),
        ({"every": 2, "after": 1}, [3, 5, 7]),
        ({"every": 2, "times": 2}, [2, 4]),
        ({"sequence": ["fail", "fail", "succeed"]}, [1, 2]),
        ({"sequence": ["succeed", "fail", "succeed", "fail"]}, [2, 4]),
        ({"sequence": ["succeed", "fail"], "after": 2}, [4]),
        ({"sequence": ["fail", "fail", "fail"], "times": 2}, [1, 2]),
        ({"probability": 0}, []),
        ({"probability": 1, "after": 6}, [7, 8]),
    ],
)
def test_it_fires_on_these_of_eight_requests(when: dict[str, Any], expected: list[int]) -> None:
    assert fired(8, **when) == expected


def test_what_it_does_not_match_does_not_count() -> None:
    faults = Faults(lambda: START, "seed")
    rule = faults.add(RESET, method="GET", after=1)
    for method in ("POST", "GET", "POST", "GET"):
        faults.pick(Subject("manila", method, "/v2/shares"))
    assert (rule.matched, rule.fired) == (2, 1)


class TestProbability:
    def test_is_about_that_part_of_the_requests(self) -> None:
        assert 180 <= len(fired(600, probability=0.35)) <= 240

    def test_comes_from_the_seed(self) -> None:
        first = fired(50, probability=0.5)
        assert fired(50, probability=0.5) == first
        assert fired(50, "another", probability=0.5) != first

    def test_is_not_changed_by_another_rule(self) -> None:
        faults = Faults(lambda: START, "seed")
        one = faults.add({"do": {"delay": 0}}, probability=0.5, name="one")
        faults.add({"do": {"delay": 0}}, probability=0.5)
        picks = [one in faults.pick(Subject("manila", "GET", "/v2/shares"))[1] for _ in range(50)]
        assert [number for number, picked in enumerate(picks, 1) if picked] == fired(50, probability=0.5)

    def test_is_that_of_the_world_and_its_name(self) -> None:
        def statuses(seed: int, world: str) -> list[int]:
            api = Api(seed=seed).at(world=world)
            api.world.faults.add({"do": {"respond": {"status": 503}}}, operation="shares.list", probability=0.5)
            return [api.get("/v2/shares").status for _ in range(30)]

        assert statuses(1, "a") == statuses(1, "a")
        assert statuses(1, "a") != statuses(2, "a")
        assert statuses(1, "a") != statuses(1, "b")


class TestBetween:
    def test_is_in_the_worlds_time_since_the_rule_was_added(self, api: Api) -> None:
        api.world.clock.advance(timedelta(minutes=10))
        api.world.faults.add(
            {"do": {"respond": {"status": 503}}}, operation="shares.list", between=["10s", "1m"]
        )  # fmt: skip
        seen = []
        for _ in range(8):
            seen.append(api.get("/v2/shares").status)
            api.world.clock.advance(timedelta(seconds=10))
        assert seen == [200, 503, 503, 503, 503, 503, 200, 200]

    def test_may_have_no_end(self, api: Api) -> None:
        api.world.faults.add({"do": {"respond": {"status": 503}}}, operation="shares.list", between=["1h", None])
        assert api.get("/v2/shares").status == 200
        api.world.clock.advance(timedelta(minutes=50))  # tokens live for an hour
        assert api.get("/v2/shares").status == 200
        api._tokens.clear()
        api.world.clock.advance(timedelta(minutes=10))
        assert api.get("/v2/shares").status == 503

    def test_passes_with_the_world_not_with_the_wall(self) -> None:
        api = Api(rate=0.0)
        api.world.faults.add({"do": {"respond": {"status": 503}}}, operation="shares.list", between=[0, "1ms"])
        assert [api.get("/v2/shares").status for _ in range(3)] == [503, 503, 503]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "after": st.integers(0, 5),
            "times": st.integers(1, 5),
            "every": st.integers(1, 4),
            "sequence": st.lists(st.sampled_from(["fail", "succeed"]), min_size=1, max_size=6),
            "probability": st.floats(0, 1),
            "between": st.tuples(st.integers(0, 50), st.integers(51, 100)).map(list),
        },
    )
)
def test_more_conditions_never_let_it_fire_more_often(spec: dict[str, Any]) -> None:
    parsed = When.parse(spec)
    assert When.parse(parsed.to_json()) == parsed
    whole = set(fired(20, **spec))
    for key in spec:
        rest = {other: value for other, value in spec.items() if other != key}
        assert len(whole) <= len(fired(20, **rest)) or "probability" in spec
    assert len(whole) <= spec.get("times", 20)
    assert all(number > spec.get("after", 0) for number in whole)
