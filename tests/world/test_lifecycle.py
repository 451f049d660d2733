"""Transitions as data, and the queue of those under way, without a world."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.world.durations import Delay
from fakemanila.world.lifecycle import (
    ERROR,
    STUCK,
    SUCCEEDS,
    Outcome,
    Pending,
    Phase,
    Scheduler,
    Transition,
    phase_names,
)
from fakemanila.world.seeded import Seeded

NOON = datetime(2026, 1, 1, 12)
SECOND = timedelta(seconds=1)


@pytest.fixture
def scheduler() -> Scheduler:
    return Scheduler(Seeded("seed"))


def start(
    scheduler: Scheduler,
    delay: dict[str, int] | int | str = 0,
    *,
    record: str = "a",
    outcome: Outcome = SUCCEEDS,
    now: datetime = NOON,
    lag: timedelta | None = None,
) -> Pending:
    pending = Pending("shares.create", "shares", record, outcome=outcome)
    scheduler.start(pending, now, Delay.parse(delay), lag=lag)
    return pending


def due(scheduler: Scheduler, now: datetime) -> list[Pending]:
    """What comes due by then, taken out."""
    found = []
    while (pending := scheduler.take_due(now)) is not None:
        found.append(pending)
    return found


class TestScheduler:
    def test_what_is_due_first_comes_first_and_of_two_the_older(self, scheduler: Scheduler) -> None:
        late, first, second = (start(scheduler, delay) for delay in ("2s", "1s", "1s"))
        assert scheduler.pending() == [first, second, late]
        assert scheduler.next_due() == NOON + SECOND
        assert due(scheduler, NOON + SECOND) == [first, second]
        assert due(scheduler, NOON + SECOND) == []
        assert due(scheduler, NOON + 2 * SECOND) == [late]
        assert (scheduler.next_due(), len(scheduler)) == (None, 0)

    def test_it_says_what_is_under_way_on_a_record(self, scheduler: Scheduler) -> None:
        slow, other, quick = start(scheduler, "9s"), start(scheduler, record="b"), start(scheduler)
        assert scheduler.of("a") == [slow, quick]
        assert scheduler.of("b") == [other]
        assert scheduler.of("c") == []
        scheduler.take(slow)
        assert scheduler.of("a") == [quick]

    def test_each_has_an_id_of_its_own_and_keeps_it(self, scheduler: Scheduler) -> None:
        one, other = start(scheduler), start(scheduler)
        assert one.id != other.id
        id = one.id
        scheduler.take(one)
        scheduler.start(one, NOON, Delay.parse("1s"))
        assert (one.id, scheduler.get(id)) == (id, one)

    def test_one_that_is_queued_again_is_the_youngest_and_comes_once(self, scheduler: Scheduler) -> None:
        first, second = start(scheduler, "5s"), start(scheduler, "5s")
        scheduler.take(first)
        scheduler.start(first, NOON, Delay.parse("5s"))
        assert due(scheduler, NOON + 5 * SECOND) == [second, first]

    def test_what_is_stuck_never_ends_until_it_is_let_go(self, scheduler: Scheduler) -> None:
        stuck = start(scheduler, "1s", outcome=Outcome(STUCK))
        assert due(scheduler, NOON + 100 * SECOND) == []
        scheduler.release(stuck, NOON + 100 * SECOND)
        assert due(scheduler, NOON + 100 * SECOND) == [stuck]
        assert stuck.outcome is SUCCEEDS

    def test_what_is_held_lets_time_pass(self, scheduler: Scheduler) -> None:
        held = start(scheduler, "1s")
        scheduler.hold(held)
        assert scheduler.next_due() is None
        assert due(scheduler, NOON + 9 * SECOND) == []
        scheduler.release(held, NOON + 9 * SECOND)
        assert held.due == NOON + 9 * SECOND
        assert due(scheduler, NOON + 9 * SECOND) == [held]

    def test_reads_count_where_time_does_not(self, scheduler: Scheduler) -> None:
        pending = start(scheduler, {"reads": 2})
        assert (pending.due, due(scheduler, datetime.max)) == (None, [])
        assert scheduler.read(["b"]) == []
        assert scheduler.read(["a"]) == []
        assert scheduler.read(["a"]) == [pending]
        assert scheduler.of("a") == []

    def test_what_is_held_is_not_read_to_its_end(self, scheduler: Scheduler) -> None:
        pending = start(scheduler, {"reads": 1})
        scheduler.hold(pending)
        assert scheduler.read(["a"]) == []

    def test_a_late_beginning_is_due_before_the_delay_begins(self, scheduler: Scheduler) -> None:
        pending = start(scheduler, "5s", lag=SECOND)
        assert (pending.due, pending.begins) == (NOON + SECOND, True)

    def test_dropping_forgets_everything_of_a_record_or_what_is_stuck(self, scheduler: Scheduler) -> None:
        stuck, running, other = start(scheduler, outcome=Outcome(STUCK)), start(scheduler), start(scheduler, record="b")
        scheduler.drop("a", stuck_only=True)
        assert scheduler.pending() == [running, other]
        scheduler.drop("a")
        assert scheduler.pending() == [other]
        assert scheduler.get(stuck.id) is None

    @given(st.lists(st.integers(0, 20), max_size=20), st.integers(0, 20))
    def test_whatever_is_due_comes_in_order(self, delays: list[int], seconds: int) -> None:
        scheduler = Scheduler(Seeded("seed"))
        for delay in delays:
            start(scheduler, delay)
        came = due(scheduler, NOON + seconds * SECOND)
        assert [pending.due for pending in came] == [NOON + d * SECOND for d in sorted(delays) if d <= seconds]
        assert len(scheduler) == len([d for d in delays if d > seconds])


class TestProgress:
    @pytest.mark.parametrize(("seconds", "progress"), [(-1, 0), (0, 0), (1, Fraction(1, 4)), (4, 1), (9, 1)])
    def test_it_is_the_part_of_the_time_that_is_over(
        self, scheduler: Scheduler, seconds: int, progress: Fraction | int
    ) -> None:
        assert start(scheduler, "4s").progress(NOON + seconds * SECOND) == progress

    def test_what_takes_no_time_is_over(self, scheduler: Scheduler) -> None:
        assert start(scheduler).progress(NOON) == 1

    @pytest.mark.parametrize("delay", [{"reads": 2}])
    def test_time_does_not_always_tell(self, scheduler: Scheduler, delay: dict[str, int]) -> None:
        assert start(scheduler, delay).progress(NOON) is None
        assert start(scheduler, "1s", outcome=Outcome(STUCK)).progress(NOON) is None
        held = start(scheduler, "1s")
        scheduler.hold(held)
        assert held.progress(NOON) is None


QUEUED, BY_HAND, BY_MACHINE = (
    Phase("queued", "queued", instant=True),
    Phase("working", "by_hand", when=lambda arguments: bool(arguments["by_hand"])),
    Phase("working", "by_machine", when=lambda arguments: not arguments["by_hand"]),
)
PHASED = Transition("queued", "done", "error", phases=(QUEUED, BY_HAND, BY_MACHINE))


class TestPhases:
    def test_the_arguments_say_which_a_transition_goes_through(self) -> None:
        assert PHASED.course({"by_hand": True}) == (QUEUED, BY_HAND)
        assert PHASED.course({"by_hand": False}) == (QUEUED, BY_MACHINE)
        assert Transition("creating", "available", "error").course({}) == ()

    def test_each_has_one_name(self) -> None:
        transitions = {"things.make": PHASED, "things.delete": Transition("deleting", None, "error")}
        assert phase_names(transitions) == {"things.make/queued", "things.make/working"}

    def test_an_outcome_is_of_the_first_that_takes_time_unless_it_says_which(self) -> None:
        assert [Outcome(ERROR).ends(phase) for phase in (QUEUED, BY_HAND)] == [False, True]
        assert [Outcome(ERROR, phase="queued").ends(phase) for phase in (QUEUED, BY_HAND)] == [True, False]
        assert [Outcome(ERROR, phase="*").ends(phase) for phase in (QUEUED, BY_HAND)] == [True, True]
