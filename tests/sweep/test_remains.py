"""Worlds are compared by shape: what differs is told, and what differs on each run isn't."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila import FakeManila
from fakemanila.sweep.remains import Difference, differences, remains


def left(seed: int, *steps: Callable[[FakeManila], Any]) -> dict[str, Any]:
    with FakeManila(serve=False, seed=seed) as manila:
        for step in steps:
            step(manila)
        records: dict[str, Any] = manila.state.dump()["records"]
        return records


def share(name: str | None = "db", **fields: Any) -> Callable[[FakeManila], Any]:
    return lambda manila: manila.create("share", name=name, **fields)


def between(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [str(each) for each in differences(remains(then), remains(now))]


def snapshot(manila: FakeManila) -> None:
    manila.create("snapshot", share="db", name="x")


def rule(manila: FakeManila) -> None:
    manila.create("access_rule", share="db", access_to="10.0.0.1", access_type="ip")


def test_ids_dates_and_places_are_not_compared() -> None:
    elsewhere = share(host="oracle@beta#fake_pool_for_BETA")
    assert left(1, share()) != left(2, elsewhere)
    assert between(left(1, share(), snapshot, rule), left(2, elsewhere, snapshot, rule)) == []


def test_neither_is_the_order() -> None:
    assert between(left(1, share("a"), share("b")), left(1, share("b"), share("a"))) == []


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ((share(),), (share(), share()), ["one share 'db' too many"]),
        ((share(), share()), (share(),), ["no share 'db'"]),
        ((share(),), (), ["no share 'db'"]),
        ((), (share(None),), ["one share too many"]),
        ((share(),), (share(status="error"),), ["share 'db': status 'error', not 'available'"]),
        ((share(),), (share(), snapshot), ["one snapshot 'x' of share 'db' too many"]),
        ((share(), rule), (share(),), ["no share access rule '10.0.0.1' of share 'db'"]),
        (
            (share(), share()),
            (share(), share(size=2), share()),
            ["one share 'db' too many"],
        ),
    ],
)
def test_what_is_other_is_told_once(then: tuple[Any, ...], now: tuple[Any, ...], expected: list[str]) -> None:
    assert between(left(1, *then), left(1, *now)) == expected


def test_a_difference_says_the_same_to_programs() -> None:
    (found,) = differences(remains(left(1, share())), remains(left(1, share(size=2))))
    assert found == Difference("shares", "share 'db'", "different", {"size": (1, 2)})
    assert found.to_json() == {
        "kind": "shares",
        "record": "share 'db'",
        "change": "different",
        "attributes": {"size": {"undisturbed": 1, "now": 2}},
    }


def test_an_id_in_an_attribute_is_the_record_that_it_names() -> None:
    def clone(name: str) -> Callable[[FakeManila], Any]:
        return lambda manila: manila.create("share", name="clone", snapshot=manila.records("snapshot")[0].id)

    assert between(left(1, share(), snapshot, clone("a")), left(2, share(), snapshot, clone("a"))) == []


A_WORLD = json.dumps(
    left(1, share("a"), share("db"), snapshot, rule, lambda manila: manila.create("share_group", name="g"))
)
IDS = sorted(set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", A_WORLD)))


@given(st.data())
def test_other_ids_and_another_order_make_no_difference(data: st.DataObject) -> None:
    text = A_WORLD
    for number, id in enumerate(data.draw(st.permutations(IDS))):
        new = f"00000000-0000-4000-8000-{number:012x}"
        text = text.replace(id, new).replace(id.replace("-", "_"), new.replace("-", "_"))
    records = json.loads(text)
    now = {kind: data.draw(st.permutations(records[kind])) for kind in data.draw(st.permutations(list(records)))}
    assert between(json.loads(A_WORLD), now) == []


@given(st.data())
def test_whatever_is_taken_away_is_told(data: st.DataObject) -> None:
    then = json.loads(A_WORLD)
    kind = data.draw(st.sampled_from(["shares", "snapshots", "share_access_rules", "share_groups"]))
    gone = data.draw(st.sampled_from(then[kind]))
    now = {**then, kind: [record for record in then[kind] if record is not gone]}
    assert any(each.kind == kind and each.change == "less" for each in differences(remains(then), remains(now)))
    assert any(each.kind == kind and each.change == "more" for each in differences(remains(now), remains(then)))


def test_messages_are_not_debris() -> None:
    def failed(manila: FakeManila) -> None:
        manila.faults.add("share-create-error:no-valid-host")
        manila.client().shares.create("NFS", 1, name="lost")

    then = left(1)
    now = left(1, failed)
    assert now["messages"]
    assert between(then, now) == ["one share 'lost' too many"]
