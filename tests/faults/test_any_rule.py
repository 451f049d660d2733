"""Whatever somebody posts as a rule: it is one, or a ValueError says which field is wrong. Never anything else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.faults import Faults, Rule
from fakemanila.faults.effects import EFFECTS
from fakemanila.faults.holding import Holding
from fakemanila.faults.match import KEYS as MATCH
from fakemanila.faults.presets import families
from fakemanila.faults.registry import operations
from fakemanila.faults.rule import KEYS, SHOWN
from fakemanila.faults.when import KEYS as WHEN
from fakemanila.http.wire import WireError
from fakemanila.world.waiting import Room

from ..api import START, Api

TEXT = st.text(max_size=12) | st.text(st.characters(categories=["Cs", "Cc", "L"]), max_size=4)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
HALF_RIGHT = st.sampled_from(
    [
        "5s", "250ms", "2.65", ">=2.40", "2.0-2.7", "snapshots.create", "shares.*", "*", "[", "GET", "fail", "succeed",
        "error", "stuck", "015", "missing", "v1_first", ["5s", "1m"], ["fail", "succeed"], {"uniform": ["1s", "2s"]},
        {"reads": 3}, {"before": "1s"}, {"status": 503}, {"status": "error", "then": {"status": "success"}},
        "arrival", "answer", "reverse",
        {"metadata": {"tier": "gold"}}, {"reset": True}, [{"reset": True}], {"bytes": 1}, True, 0.5, 1, 413,
    ]
)  # fmt: skip
VALUE = HALF_RIGHT | ANYTHING


def objects(keys: Any, values: st.SearchStrategy[Any] = VALUE) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(sorted(keys)), values, max_size=3)


INSIDE = objects(
    ("status", "after", "message", "lag", "then", "error", "headers", "body", "bytes", "every", "before", "id", "name")
) | objects(("at", "max", "count", "order"))
OUTCOME = st.fixed_dictionaries(
    {"status": st.sampled_from(["error", "stuck", "success", "available"]) | VALUE},
    optional=dict.fromkeys(("after", "message", "lag", "then"), VALUE),
)
RESPOND = st.fixed_dictionaries(
    {"status": st.integers(200, 599) | VALUE},
    optional={"error": VALUE, "message": VALUE, "body": VALUE, "headers": st.dictionaries(st.text(max_size=5), VALUE)},
)
EFFECT = (
    st.fixed_dictionaries({"outcome": OUTCOME})
    | st.fixed_dictionaries({"respond": RESPOND})
    | st.fixed_dictionaries({"commit_then": st.fixed_dictionaries({"respond": RESPOND})})
    | objects(EFFECTS, VALUE | INSIDE)
)
DO = EFFECT | st.fixed_dictionaries({"one_of": st.lists(EFFECT, max_size=2)}) | VALUE
PRESET = st.sampled_from(sorted(families())).flatmap(
    lambda name: st.just(name) | st.text(max_size=6).map(lambda parameter: f"{name}:{parameter}")
)
RULE = st.fixed_dictionaries(
    {},
    optional={
        "match": objects(MATCH, VALUE | INSIDE) | VALUE,
        "when": objects(WHEN) | VALUE,
        "do": DO,
        "preset": PRESET | VALUE,
        "name": VALUE,
        "must_fire": VALUE,
    },
)

CREATE = {"share": {"size": 1, "share_proto": "NFS", "name": "x", "metadata": {}}}


@given(RULE | PRESET | ANYTHING)
def test_it_is_a_rule_or_a_complaint_about_a_field(value: Any) -> None:
    try:
        rule = Rule.parse(value, operations())
    except ValueError as error:
        complaint = str(error)
        assert complaint.startswith("fault")
        return
    again = Rule.parse(rule.spec(), operations())
    assert again.spec() == rule.spec()
    assert Rule.parse(rule.to_json(), operations()).to_json() == rule.to_json()


@pytest.fixture(scope="module")
def api() -> Api:
    api = Api()
    api.client.application.testing = True  # a crash is raised, and no answer
    api.world.stopping = Event()  # type: ignore[assignment]
    api.world.held = Holding(Room(0))
    api.make_share()
    return api


class Event:
    """Stands in for the event on which everything waits."""

    def wait(self, seconds: float) -> bool:
        return False


@given(st.fixed_dictionaries({"do": DO}, optional={"match": objects(MATCH), "when": objects(WHEN)}))
def test_whatever_is_a_rule_can_be_asked(api: Api, value: Any) -> None:
    api.world.faults.clear()
    token = api.login("demo").headers["X-Subject-Token"]  # the last rule may have revoked the one before
    try:
        api.world.faults.add(value)
    except ValueError:
        assert list(api.world.faults) == []
        return
    asks: tuple[Callable[[], object], ...] = (
        lambda: api.get("/v2/shares", headers={"X-Auth-Token": token}),
        lambda: api.post("/v2/shares", CREATE, headers={"X-Auth-Token": token}),
        lambda: api.login("demo"),
    )
    for ask in asks:
        with suppress(WireError):
            ask()
        assert len(api.journal[-1].faults) <= 1


@pytest.mark.parametrize("bottom", [True, {"status": "error"}])
def test_nothing_is_nested_without_end(bottom: Any) -> None:
    nested: Any = bottom
    for _ in range(2000):
        nested = {"one_of": [nested]}
    with pytest.raises(ValueError, match="nested"):
        Rule.parse({"do": nested})


@pytest.mark.parametrize("part", ["", "match", "when", "resource", "do", "outcome", "respond", "delay"])
def test_an_unknown_key_is_refused_with_the_nearest_one(part: str) -> None:
    wrong: dict[str, tuple[Any, str]] = {
        "": ({"does": {"reset": True}}, "did you mean 'do'"),
        "match": ({"match": {"opperation": "shares.list"}, "do": {"reset": True}}, "did you mean 'operation'"),
        "when": ({"when": {"time": 1}, "do": {"reset": True}}, "did you mean 'times'"),
        "resource": ({"match": {"resource": {"metdata": {}}}, "do": {"reset": True}}, "did you mean 'metadata'"),
        "do": ({"do": {"rest": True}}, "did you mean 'reset'"),
        "outcome": ({"do": {"outcome": {"staus": "error"}}}, "did you mean 'status'"),
        "respond": ({"do": {"respond": {"statuscode": 500}}}, "did you mean 'status'"),
        "delay": ({"do": {"delay": {"before": 1, "aftr": 2}}}, "did you mean 'after'"),
    }
    value, hint = wrong[part]
    with pytest.raises(ValueError, match=hint):
        Rule.parse(value, operations())


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"match": {"operation": "snapshot.create"}, "do": {"reset": True}}, "did you mean 'snapshots.create'"),
        ({"preset": "lb-501"}, "did you mean 'lb-50"),
        ({"preset": "stuck"}, "needs a parameter: expected stuck: and one of creating, deleting"),
        ({"preset": "hang:3"}, "hang takes none"),
        ({"preset": "flaky:2"}, "is not a probability from 0 to 1"),
        ({"preset": "lb-502", "do": {"reset": True}}, "not what the preset lb-502 does"),
        ({"do": {"reset": False}}, "clear it, to turn it off"),
        ({"do": {"outcome": "exploded"}}, "is not a Manila status"),
        ({"do": {"outcome": {"status": "error", "message": "036"}}}, "'001' to '035'"),
        ({"do": {"delay": {"reads": 3}}}, "can only wait for time"),
        ({"do": {"truncate": 1}}, "less than 1"),
        ({"do": {"cap_microversion": "latest"}}, "is not a valid microversion"),
        ({"do": {}}, "must be an object with exactly one key"),
        ({"do": {"commit_then": {}}}, "must be an object with exactly one key"),
        ({"do": {"commit_then": {"truncate": 0.5}}}, "is not a known field"),
        ({"do": {"catalog": "empty"}}, "there are missing, v1_first"),
        ({"do": {"respond": {"error": "oops"}}}, "has no status"),
        ({"do": {"respond": {"status": 1000}}}, "is not an HTTP status from 200 to 599"),
        ({"do": {"respond": {"status": 503, "headers": {"Retry After": "1"}}}}, "is not a valid header name"),
        ({"do": {"respond": {"status": 503, "headers": {"X": "a\r\nb"}}}}, "no header can have"),
        ({"match": {"operation": []}, "do": {"reset": True}}, "is empty: expected at least one"),
        ({"when": {"between": "1m"}, "do": {"reset": True}}, "is not a pair of durations"),
        ({"when": {"sequence": []}, "do": {"reset": True}}, "is not a list of 'fail' and 'succeed'"),
        ({"do": {"reset": True, "empty": True}}, "must be an object with exactly one key"),
        ({"when": {"between": ["1m", "10s"]}, "do": {"reset": True}}, "ends before it begins"),
        ({"when": {"sequence": ["fial"]}, "do": {"reset": True}}, "did you mean 'fail'"),
        ({"match": {"microversion": "new"}, "do": {"reset": True}}, "is not a range of microversions"),
        ({"must_fire": "yes", "do": {"reset": True}}, "neither true nor false"),
        ({}, "needs 'do' or 'preset'"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_what_would_be_right(value: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        Rule.parse(value, operations())


def test_what_was_shown_can_be_posted_again() -> None:
    faults = Faults(lambda: START, "seed")
    rule = faults.add("quota:snapshots", times=2, name="full")
    shown = rule.to_json()
    assert set(shown) == {*KEYS, *SHOWN}
    assert faults.add(shown).to_json() == {**shown, "id": "fault-2"}
