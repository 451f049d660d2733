"""The parts of random histories that need no other server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

from fakemanila.compare.histories.asking import Asker
from fakemanila.compare.histories.comparing import (
    Answer,
    Pairs,
    compare,
    explanations,
    normal,
    signature,
)
from fakemanila.compare.histories.kinds import is_at_rest
from fakemanila.compare.histories.model import Model, Thing
from fakemanila.compare.histories.playing import Pair
from fakemanila.compare.histories.shrinking import Shows, shrink
from fakemanila.compare.histories.steps import Look, Step, playable
from fakemanila.compare.histories.writing import scenario
from fakemanila.compare.others import without_others
from fakemanila.compare.script import Exchange

from ..in_process import InProcess

ONE, TWO, THREE, FOUR = (f"{number}0000000-0000-4000-8000-000000000000" for number in range(1, 5))


def step(name: str, path: str = "/v2/", *, makes: Sequence[str] = (), method: str = "POST") -> Step:
    return Step(name, Exchange(name, path, method=method, save=dict.fromkeys(makes, "share.id")))


def answer(document: Any, status: int = 200) -> Answer:
    return Answer(status, {}, json.dumps(document).encode())


def create_share() -> Step:
    body = {"share": {"share_proto": "NFS", "size": 1, "name": "{run}", "availability_zone": "manila-zone-0"}}
    exchange = Exchange("1", "/v2/shares", method="POST", body=body, save={"share_1": "share.id"})
    return Step("shares.create", exchange, (Look("share", "share_1", "/v2/shares/{share_1}"),), settles=True)


class TestComparing:
    def test_ids_belong_together_by_where_they_first_stood(self) -> None:
        pairs = Pairs()
        assert pairs.align({"a": ONE, "b": [TWO]}, {"a": THREE, "b": [FOUR]}) == (
            {"a": "<uuid>", "b": ["<uuid>"]}, {"a": "<uuid>", "b": ["<uuid>"]},
        )  # fmt: skip
        assert pairs.align({"a": TWO}, {"a": THREE}) == ({"a": "<uuid>"}, {"a": "<another uuid>"})

    def test_things_that_look_alike_are_told_apart_by_ids_that_are_known(self) -> None:
        pairs = Pairs()
        pairs.align(ONE, THREE)
        pairs.align(TWO, FOUR)
        expected, actual = ({"status": 200, "headers": {}, "body": [{"id": id} for id in ids]}
                            for ids in ((ONE, TWO), (FOUR, THREE)))  # fmt: skip
        assert compare(expected, actual, pairs, unordered=True) == []
        assert compare(expected, actual, pairs) != []

    def test_ids_of_what_was_made_have_its_name(self) -> None:
        shown = normal(answer({"share": {"id": ONE, "other": TWO}}), {"share_1": ONE}, "http://here", unordered=False)
        assert shown["body"] == {"share": {"id": "{share_1}", "other": TWO}}

    def test_what_others_made_is_left_out(self) -> None:
        document = {"shares": [{"id": ONE}, {"id": TWO}, {"id": THREE, "project_id": FOUR}], "count": 3}
        assert without_others(document, {"share_1": ONE, "demo_project": FOUR}) == {
            "shares": [{"id": ONE}, {"id": THREE, "project_id": FOUR}], "count": "<any>",
        }  # fmt: skip

    def test_another_code_is_one_line(self) -> None:
        found = compare(
            normal(answer({}, 404), {}, "", unordered=False), normal(answer({}), {}, "", unordered=False), Pairs()
        )
        assert found == ["status: expected 404, got 200 with {}"]

    def test_signatures_leave_numbers_out(self) -> None:
        assert signature("shares.list", "body.shares[3].id: expected {share_12}") == (
            "shares.list body.shares[].id: expected {share}"
        )

    def test_explanations_are_found_by_their_expressions(self, tmp_path: Path) -> None:
        path = tmp_path / "explained.yaml"
        late = {"reason": "later", "after": "shares.extend", "differences": ["^shares.show"]}
        path.write_text(yaml.safe_dump([{"reason": "because", "differences": [r"^shares\.list .*size"]}, late]))
        explain = explanations(path)
        assert explain("shares.list body.shares[].size: missing", ()) == "because"
        assert explain("shares.show body.share.size: missing", ("shares.create",)) is None
        assert explain("shares.show body.share.size: missing", ("shares.create", "shares.extend")) == "later"
        assert explanations()("shares.show nothing of the kind", ()) is None


class TestShrinking:
    STEPS = (
        step("make", makes=["share_1"]),
        step("look", "/v2/shares/{share_1}", method="GET"),
        step("other", makes=["share_2"]),
        step("change", "/v2/shares/{share_1}"),
        step("change other", "/v2/shares/{share_2}"),
        step("show", "/v2/shares/{share_1}", method="GET"),
    )

    def names(self, shows: Shows) -> list[str] | None:
        kept = shrink(self.STEPS, shows, set())
        return None if kept is None else [each.operation for each in kept]

    def test_keeps_what_the_last_step_names(self) -> None:
        assert self.names(lambda steps: True) == ["make", "show"]

    def test_keeps_what_the_difference_needs(self) -> None:
        assert self.names(lambda steps: self.STEPS[3] in steps) == ["make", "change", "show"]
        assert self.names(lambda steps: self.STEPS[4] in steps) == ["make", "other", "change other", "show"]

    def test_gives_up_on_what_does_not_happen_again(self) -> None:
        assert self.names(lambda steps: False) is None

    def test_asks_only_so_often(self) -> None:
        asked = []

        def shows(steps: Sequence[Step]) -> bool:
            asked.append(steps)
            return len(steps) == len(self.STEPS)

        shrink(self.STEPS, shows, set(), most=5)
        assert len(asked) == 5

    def test_steps_without_what_they_name_cannot_be_played(self) -> None:
        assert playable(self.STEPS[2:], set()) == [self.STEPS[2], self.STEPS[4]]
        assert playable(self.STEPS[3:], {"share_1"}) == [self.STEPS[3], self.STEPS[5]]


class TestPlaying:
    def test_the_same_server_twice_shows_no_difference(self) -> None:
        model = Model({})
        pair = Pair(InProcess(rate=1.0, start=None), InProcess(rate=1.0, start=None, seed=5))
        asker = Asker(Random(3), model)
        for _ in range(60):
            played = pair.play(asker.next())
            model.learn(played, pair.known)
            assert played.lines == []
            assert played.expected.status < 500
        assert model.has("share")

    def test_a_difference_is_written_as_a_scenario(self) -> None:
        pair = Pair(InProcess(), InProcess(delays={"*": 60}))
        show = step("shares.show", "/v2/shares/{share_1}", method="GET")
        create = create_share()
        done = [pair.play(Step(create.operation, create.exchange)), pair.play(show)]
        text = scenario("history", done)
        assert '# body.share.status: expected "available", got "creating"' in text
        first, second = yaml.safe_load(text)["history"]["steps"]
        assert first["save"] == {"share_1": "share.id"}
        assert second == {"name": "2 shares.show", "path": "/v2/shares/{share_1}"}

    def test_what_is_forced_into_a_passing_state_is_not_waited_for(self) -> None:
        pair = Pair(InProcess(), InProcess())
        reset = Exchange(
            "2",
            "/v2/shares/{share_1}/action",
            user="admin",
            method="POST",
            body={"reset_status": {"status": "creating"}},
        )
        look = create_share().looks[0]
        pair.play_all([create_share(), Step("shares.reset_status", reset, (look,))])
        answer = pair.expected.settle(look, wait=True)
        assert answer.document["share"]["status"] == "creating"

    def test_things_are_chosen_by_what_succeeds_with_them(self) -> None:
        model = Model({})
        for name, status in (("share_1", "available"), ("share_2", "migrating")):
            model.things[name] = Thing(name, "share", frozenset(), "demo", {"status": status})
        chosen = [
            model.choose("share", Random(seed), lambda fields: fields["status"] == "migrating") for seed in range(9)
        ]
        assert sum(thing is model.things["share_2"] for thing in chosen) > len(chosen) / 2

    def test_steps_are_waited_for(self) -> None:
        pair = Pair(InProcess(), InProcess())
        (played,) = pair.play_all([create_share(), step("shares.show", "/v2/shares/{share_2}")])
        assert not played.lines
        wait = yaml.safe_load(scenario("history", [played]))["history"]["steps"][0]["wait"]
        assert wait["until"]["share.status"] == "available"

    def test_what_is_under_way_is_not_at_rest(self) -> None:
        assert is_at_rest(
            "share", {"share": {"status": "available", "access_rules_status": "active", "task_state": None}}
        )
        assert is_at_rest("share", {"share": {"status": "migrating", "task_state": "data_copying_completed"}})
        assert not is_at_rest("share", {"share": {"task_state": "data_copying_completed"}}, held=False)
        assert not is_at_rest("share", {"share": {"status": "creating"}})
        assert not is_at_rest("share_replica", {"share_replica": {"status": "replication_change"}})
        assert not is_at_rest("access", {"access": {"state": "queued_to_apply"}})
        assert is_at_rest("share", {"itemNotFound": {}})
        moved = {"status": "inactive", "task_state": "migration_success"}
        assert not is_at_rest("share_server", {"share_server": moved})
        assert is_at_rest("share_server", {"share_server": {**moved, "status": "active"}})
