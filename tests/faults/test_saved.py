"""Rules as part of a world's state: what is put back goes on as if nothing had been in between."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from fakemanila.contract.documents import DocumentError
from fakemanila.faults import Faults, Subject, saved

from ..api import START, Api

MARKED = {"fakemanila:fault": "double-delete"}


def faults() -> Faults:
    """Rules of every kind, some of which have fired."""
    made = Faults(lambda: START, "seed")
    made.add("quota:snapshots", times=2, name="full", project="demo")
    made.add({"do": {"delay": {"uniform": [0, "1s"]}}}, probability=0.5, must_fire=True)
    marked = Subject("manila", "DELETE", "/v2/shares/1", operation="shares.delete")
    marked.resources = ({"id": "1", "metadata": MARKED},)
    made.idle(json.dumps(MARKED).encode())
    made.pick(marked)
    return made


def dumped() -> Any:
    return json.loads(json.dumps(saved.dump(faults())))


def test_everything_comes_back() -> None:
    again = saved.load(dumped(), lambda: START)
    assert saved.dump(again) == saved.dump(faults())
    assert [rule.to_json() for rule in again] == [{**rule.to_json(), "near_misses": []} for rule in faults()]


def test_the_same_requests_meet_the_same_faults_afterwards() -> None:
    one, other = faults(), saved.load(dumped(), lambda: START)
    subject = Subject("manila", "GET", "/v2/shares", operation="shares.list")
    for _ in range(30):
        (plan, rules), (other_plan, other_rules) = one.pick(subject), other.pick(subject)
        assert plan.before == other_plan.before
        assert [rule.id for rule in rules] == [rule.id for rule in other_rules]


def test_a_new_rule_gets_an_id_of_its_own() -> None:
    again = saved.load(dumped(), lambda: START)
    again.add("lb-502")
    assert len({rule.id for rule in again}) == len(list(again))


@pytest.mark.parametrize(
    ("where", "what", "message"),
    [
        (("rules", 0, "rule", "preset"), "quota:snapshotz", "did you mean 'snapshots'"),
        (("rules", 0, "rule", "does"), True, "is not a known field"),
        (("rules", 1, "id"), "fault-1", "same id"),
        (("brought", 0, "id"), "fault-1", "same id"),
        (("brought", 0, "rule"), {"do": {"reset": True}}, "preset"),
    ],
)
def test_a_state_that_was_meddled_with_is_refused(where: tuple[Any, ...], what: Any, message: str) -> None:
    doc = copy.deepcopy(dumped())
    holder = doc
    for step in where[:-1]:
        holder = holder[step]
    holder[where[-1]] = what
    with pytest.raises(DocumentError, match=message):
        saved.load(doc, lambda: START)


def test_what_is_under_way_keeps_how_it_ends(api: Api) -> None:
    then = {"status": "success", "after": "1m"}
    outcome = {"status": "deferred_deleting", "after": "10s", "message": False, "then": then}
    share = api.make_share()
    api.get("/v2/shares")
    api.world.faults.add({"match": {"operation": "shares.delete"}, "do": {"outcome": outcome}})
    api.delete(f"/v2/shares/{share['id']}")
    state = api.client.get("/_fakemanila/state").get_json()
    other = Api()
    assert other.client.put("/_fakemanila/state", json=state).status_code == 200
    seen = []
    for _ in range(3):
        answer = other.get(f"/v2/shares/{share['id']}", user="admin")
        seen.append(answer.json["share"]["status"] if answer.status == 200 else None)
        other.world.clock.advance(timedelta(seconds=35))
    assert seen == ["deleting", "deferred_deleting", None]
