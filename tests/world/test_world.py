"""A world on its own: with transitions made up here, and without anything of Manila's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from fakemanila.contract.documents import DocumentError
from fakemanila.faults import Plan
from fakemanila.world.durations import Delay, Fixed
from fakemanila.world.journal import Entry
from fakemanila.world.lifecycle import ERROR, STUCK, SUCCESS, Message, Outcome, Phase, Transition
from fakemanila.world.state import transitions as lifecycle_state
from fakemanila.world.world import Settings, World

from ..api import there

NOON = datetime(2026, 1, 1, 12)
SECOND = timedelta(seconds=1)
KIND = "share_backups"


def _effect(name: str) -> Any:
    def effect(world: World, record: dict[str, Any], arguments: dict[str, Any]) -> Outcome | None:
        record["seen"] = [*record["seen"], name]
        return Outcome(ERROR) if arguments.get("fails_in") == name else None

    return effect


def _undo(world: World, record: dict[str, Any], arguments: dict[str, Any], outcome: Outcome) -> None:
    record["seen"] = [*record["seen"], f"undone by {outcome.status}"]


TRANSITIONS = {
    "shares.create": Transition("creating", "available", "error", effect=_effect("whole"), undo=_undo),
    "shares.delete": Transition("deleting", None, "error_deleting"),
    "shares.force_delete": Transition("deleting", None, None, message=Message("007", "001")),
    "share_replicas.promote": Transition("replication_change", "active", "error", attribute="replica_state"),
    "shares.allow_access": Transition(
        "queued_to_apply",
        "active",
        "error",
        effect=_effect("whole"),
        undo=_undo,
        attribute="state",
        phases=(
            Phase("queued", "queued_to_apply", instant=True, effect=_effect("queued")),
            Phase("applying", "applying", effect=_effect("applying")),
        ),
    ),
    "shares.migration_start": Transition(
        "migrating",
        "migrating",
        "available",
        effect=_effect("whole"),
        undo=_undo,
        phases=tuple(
            Phase(name, f"data_{name}", "task_state", effect=_effect(name)) for name in ("copying", "checking")
        ),
    ),
}


def new(**settings: Any) -> World:
    return World("test", Settings(**{"rate": 0.0, "start": NOON, **settings}), TRANSITIONS)


@pytest.fixture
def world() -> World:
    return new(delays={"default": "10s"})


def add(world: World, **attributes: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": "1",
        "status": "available",
        "state": None,
        "task_state": None,
        "replica_state": None,
        "seen": [],
    }
    added: dict[str, Any] = world.store[KIND].add({**record, "project_id": "p", **attributes})
    return added


def begin(world: World, operation: str, outcome: Outcome | None = None, **arguments: Any) -> dict[str, Any]:
    record = add(world)
    world.begin(operation, KIND, record, asked_by=asking(outcome), **arguments)
    return record


@dataclass
class Asked:
    """A request that begins something."""

    entry: Entry
    plan: Plan | None


def asking(outcome: Outcome | None, **plan: Any) -> Asked:
    return Asked(Entry("req-1", "", "POST", "/"), Plan(outcome=outcome, **plan))


class TestWithoutManila:
    def test_a_world_holds_what_it_is_made_with(self) -> None:
        def filled_with(world: World) -> None:
            add(world, id="there from the start")

        assert new().store.kinds() == {}
        filled = World("test", Settings(rate=0.0), TRANSITIONS, filled_with)
        assert "there from the start" in filled.store[KIND]
        filled.store[KIND].remove("there from the start")
        filled.reset()
        assert "there from the start" in filled.store[KIND]

    def test_it_knows_no_phases_but_those_of_its_transitions(self) -> None:
        with pytest.raises(ValueError, match=r"no phase is called 'shares\.migration_start/preparing'"):
            new(delays={"shares.migration_start/preparing": 1})


class TestOneStep:
    @pytest.mark.parametrize(
        ("outcome", "status", "seen"),
        [
            (None, "available", ["whole"]),
            (Outcome(SUCCESS), "available", ["whole"]),
            (Outcome(ERROR), "error", ["undone by error"]),
            (Outcome("inactive"), "inactive", ["undone by inactive"]),
        ],
    )
    def test_it_ends_as_its_outcome_says(
        self, world: World, outcome: Outcome | None, status: str, seen: list[str]
    ) -> None:
        record = begin(world, "shares.create", outcome)
        assert record["status"] == "creating"
        world.advance(9 * SECOND)
        assert record["status"] == "creating"
        (ran,) = world.advance(SECOND)
        assert (record["status"], record["seen"]) == (status, seen)
        assert (ran.status, ran.phase, ran.time) == (status, None, NOON + 10 * SECOND)

    def test_an_effect_that_fails_fails_it(self, world: World) -> None:
        record = begin(world, "shares.create", fails_in="whole")
        world.advance(10 * SECOND)
        assert (record["status"], record["seen"]) == ("error", ["whole", "undone by error"])

    def test_a_record_may_be_gone_afterwards(self, world: World) -> None:
        begin(world, "shares.delete")
        (ran,) = world.advance(10 * SECOND)
        assert (ran.status, len(world.store[KIND])) == (None, 0)

    def test_what_is_forced_is_done_whatever_happens(self, world: World) -> None:
        begin(world, "shares.force_delete", Outcome(ERROR))
        world.advance(10 * SECOND)
        assert len(world.store[KIND]) == 0
        assert len(world.store["messages"]) == 1

    def test_it_moves_the_attribute_that_it_names(self, world: World) -> None:
        record = begin(world, "share_replicas.promote")
        assert (record["replica_state"], record["status"]) == ("replication_change", "available")
        world.advance(10 * SECOND)
        assert (record["replica_state"], record["status"]) == ("active", "available")

    def test_its_beginning_may_be_seen_late(self, world: World) -> None:
        record = begin(world, "shares.create", Outcome(SUCCESS, lag=3 * SECOND))
        assert record["status"] == "available"
        world.advance(3 * SECOND)
        assert record["status"] == "creating"
        world.advance(10 * SECOND)
        assert record["status"] == "available"

    def test_an_outcome_may_have_another_after_it(self, world: World) -> None:
        record = begin(world, "shares.create", Outcome(ERROR, then=Outcome(SUCCESS)))
        world.advance(10 * SECOND)
        assert record["status"] == "error"
        world.advance(10 * SECOND)
        assert record["status"] == "available"

    def test_a_deadline_is_no_work(self) -> None:
        week = Transition("kept", None, "kept", deadline=Fixed(timedelta(days=7)))
        world = World("test", Settings(rate=0.0, start=NOON, delays={"default": 1}), {"shares.soft_delete": week})
        record = add(world)
        pending = world.begin("shares.soft_delete", KIND, record)
        assert (pending.due, world.work(), world.advance_to_idle()) == (NOON + timedelta(days=7), [], [])
        world.advance_to_next()
        assert len(world.store[KIND]) == 0


class TestPhases:
    OPERATION = "shares.migration_start"

    def test_they_take_the_operations_delay_together(self, world: World) -> None:
        record = begin(world, self.OPERATION)
        seen = []
        for _ in range(3):
            seen.append((record["status"], record["task_state"], [p.phase for p in world.scheduler.of("1")]))
            world.advance(5 * SECOND)
        assert seen == [
            ("migrating", "data_copying", ["copying"]),
            ("migrating", "data_checking", ["checking"]),
            ("migrating", "data_checking", []),
        ]
        assert record["seen"] == ["copying", "checking", "whole"]

    def test_what_ran_tells_which_it_was(self, world: World) -> None:
        begin(world, self.OPERATION)
        ran = world.advance(10 * SECOND)
        assert [(each.phase, each.status) for each in ran] == [("copying", "migrating"), ("checking", "migrating")]
        assert len({each.id for each in ran}) == 1

    @pytest.mark.parametrize("key", ["shares.migration_start/copying", "*/copying", "shares.*/c[o]py*"])
    def test_one_may_have_a_delay_of_its_own(self, world: World, key: str) -> None:
        world.delays.patch({key: "1h"})
        begin(world, self.OPERATION)
        assert [each.time for each in world.advance_to_idle()] == [
            NOON + timedelta(hours=1),
            NOON + timedelta(hours=1, seconds=5),
        ]

    def test_a_pattern_of_operations_is_none_of_phases(self, world: World) -> None:
        world.delays.replace({"shares.*": "20s", "*/*": "1s"})
        assert world.delays.of(self.OPERATION).to_json() == "20s"
        begin(world, self.OPERATION)
        assert [each.time for each in world.advance_to_idle()] == [NOON + SECOND, NOON + 2 * SECOND]

    def test_reads_are_shared_out_too(self, world: World) -> None:
        world.delays.replace({"shares.migration_start": {"reads": 4}})
        record = begin(world, self.OPERATION)
        seen = []
        for _ in range(4):
            world.read("1")
            seen.append((record["task_state"], len(world.scheduler)))
        assert seen == [("data_copying", 1), ("data_checking", 1), ("data_checking", 1), ("data_checking", 0)]

    @pytest.mark.parametrize(
        ("phase", "seen"),
        [
            (None, ["undone by error"]),
            ("copying", ["undone by error"]),
            ("checking", ["copying", "undone by error"]),
            ("ch*", ["copying", "undone by error"]),
        ],
    )
    def test_an_outcome_is_of_the_phase_that_it_says(self, world: World, phase: str | None, seen: list[str]) -> None:
        record = begin(world, self.OPERATION, Outcome(ERROR, phase=phase))
        world.advance(10 * SECOND)
        assert (record["status"], record["seen"]) == ("available", seen)

    def test_an_outcomes_delay_is_of_its_phase_alone(self, world: World) -> None:
        begin(world, self.OPERATION, Outcome(SUCCESS, after=Delay.parse("1s"), phase="checking"))
        assert [each.time for each in world.advance_to_idle()] == [NOON + 5 * SECOND, NOON + 6 * SECOND]

    def test_an_outcome_of_no_phase_of_it_is_not_taken(self, world: World) -> None:
        fired = []
        asked = asking(Outcome(ERROR, phase="packing"), on_outcome=lambda: fired.append(True))
        record = add(world)
        world.begin(self.OPERATION, KIND, record, asked_by=asked)
        world.advance(10 * SECOND)
        assert (record["status"], fired) == ("migrating", [])

    def test_an_effect_that_fails_ends_all_of_it(self, world: World) -> None:
        record = begin(world, self.OPERATION, fails_in="copying")
        world.advance(5 * SECOND)
        assert (record["status"], record["seen"]) == ("available", ["copying", "undone by error"])
        assert world.scheduler.of("1") == []

    def test_stuck_in_one_it_can_be_let_go(self, world: World) -> None:
        record = begin(world, self.OPERATION, Outcome(STUCK, phase="checking"))
        world.advance(100 * SECOND)
        assert record["task_state"] == "data_checking"
        (pending,) = world.scheduler.of("1")
        world.decide(pending.id, "release")
        assert record["seen"] == ["copying", "checking", "whole"]

    def test_whoever_moves_what_a_phase_shows_calls_it_off(self, world: World) -> None:
        record = begin(world, self.OPERATION)
        record["task_state"] = None
        world.advance(10 * SECOND)
        assert (record["status"], record["task_state"], record["seen"]) == ("migrating", None, [])

    def test_success_is_decided_of_one_and_error_of_all(self, world: World) -> None:
        record = begin(world, self.OPERATION)
        (pending,) = world.scheduler.of("1")
        ran = world.decide(pending.id, "success")
        assert (ran.phase, record["task_state"]) == ("copying", "data_checking")
        assert pending.due == NOON + 5 * SECOND
        world.decide(pending.id, "error")
        assert (record["status"], record["seen"], len(world.scheduler)) == (
            "available",
            ["copying", "undone by error"],
            0,
        )

    def test_one_that_takes_no_time_is_over_at_once(self, world: World) -> None:
        record = begin(world, "shares.allow_access")
        assert (record["state"], record["seen"]) == ("applying", ["queued"])
        world.advance(10 * SECOND)
        assert (record["state"], record["seen"]) == ("active", ["queued", "applying", "whole"])

    def test_unless_it_has_a_delay_of_its_own(self, world: World) -> None:
        world.delays.patch({"shares.allow_access/queued": "1m"})
        record = begin(world, "shares.allow_access")
        assert record["state"] == "queued_to_apply"
        world.advance(timedelta(minutes=1))
        assert record["state"] == "applying"
        world.advance(10 * SECOND)
        assert record["state"] == "active"

    @pytest.mark.parametrize(
        ("phase", "during"), [(None, "applying"), ("applying", "applying"), ("queued", "queued_to_apply")]
    )
    def test_or_an_outcome(self, world: World, phase: str | None, during: str) -> None:
        record = begin(world, "shares.allow_access", Outcome(STUCK, phase=phase))
        world.advance(100 * SECOND)
        assert record["state"] == during

    def test_a_late_beginning_hides_the_transitions_own_attribute(self, world: World) -> None:
        record = begin(world, self.OPERATION, Outcome(SUCCESS, lag=2 * SECOND))
        assert (record["status"], record["task_state"]) == ("available", "data_copying")
        world.advance(2 * SECOND)
        assert record["status"] == "migrating"
        assert [each.time for each in world.advance_to_idle()] == [NOON + 7 * SECOND, NOON + 12 * SECOND]

    def test_deciding_one_whose_beginning_is_late_begins_it_first(self, world: World) -> None:
        record = begin(world, self.OPERATION, Outcome(SUCCESS, lag=2 * SECOND))
        (pending,) = world.scheduler.of("1")
        world.decide(pending.id, "success")
        assert (record["status"], record["task_state"]) == ("migrating", "data_checking")


class TestTime:
    def test_each_transition_runs_at_its_own_time(self, world: World) -> None:
        record = begin(world, "shares.create")
        world.advance(timedelta(hours=1))
        assert record["updated_at"] == "2026-01-01T12:00:10.000000"

    @pytest.mark.parametrize("by", [-SECOND, timedelta.min, timedelta.max])
    def test_an_absurd_amount_of_it_changes_nothing(self, world: World, by: timedelta) -> None:
        record = begin(world, "shares.create")
        with pytest.raises(ValueError, match=r"^by: "):
            world.advance(by)
        assert (world.now(), record["status"]) == (NOON, "creating")

    def test_setting_it_back_undoes_nothing(self, world: World) -> None:
        record = begin(world, "shares.create")
        world.advance(10 * SECOND)
        world.set_clock(NOON)
        assert (world.now(), record["status"]) == (NOON, "available")

    def test_lists_may_show_the_records_of_before(self, world: World) -> None:
        record = add(world)
        world.remember()
        world.advance(10 * SECOND)
        record["status"] = "error"
        (before,) = world.as_it_was(5 * SECOND).store[KIND]
        assert before["status"] == "available"
        assert there(world.store[KIND].get("1"))["status"] == "error"


def test_what_is_under_way_comes_out_of_a_state_as_it_went_in(world: World) -> None:
    for operation in ("shares.migration_start", "shares.allow_access"):
        record = add(world, id=operation)
        world.begin(operation, KIND, record, asked_by=asking(Outcome(ERROR, phase="checking")))
    world.advance(SECOND)
    dumped = lifecycle_state.dump(world.scheduler)
    again = lifecycle_state.load(dumped, world.store, TRANSITIONS, world.seeded)
    assert lifecycle_state.dump(again) == dumped
    assert [doc["phase"] for doc in dumped] == ["copying", "applying"]
    assert [doc["planned"] and doc["planned"]["phase"] for doc in dumped] == ["checking", None]
    assert again.of("shares.migration_start")[0].progress(world.now()) == Fraction(1, 5)
    with pytest.raises(DocumentError, match=r"transitions\[0\].phase: .* did you mean 'copying'"):
        lifecycle_state.load([{**dumped[0], "phase": "copyin"}], world.store, TRANSITIONS, world.seeded)
