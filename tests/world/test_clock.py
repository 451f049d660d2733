"""The clock is arithmetic: its source is a variable here, and nobody waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.world.clock import EARLIEST, LATEST, MAX_RATE, Clock, format_time, parse_time, read_time

NOON = datetime(2026, 1, 1, 12)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


class Source:
    """A wall clock that shows what it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def source() -> Source:
    return Source()


class TestRunning:
    def test_a_real_clock_shows_what_its_source_shows(self, source: Source) -> None:
        clock = Clock(source)
        source.now += HOUR
        assert clock.now() == NOON + HOUR

    def test_it_may_start_elsewhere_and_runs_on_from_there(self, source: Source) -> None:
        clock = Clock(source, start=datetime(2000, 1, 1))
        source.now += HOUR
        assert clock.now() == datetime(2000, 1, 1, 1)

    @pytest.mark.parametrize(("rate", "passed"), [(60, HOUR), (0.5, SECOND * 30), (1, SECOND * 60)])
    def test_another_rate_stretches_what_passes(self, source: Source, rate: float, passed: timedelta) -> None:
        clock = Clock(source, rate=rate)
        source.now += SECOND * 60
        assert clock.now() == NOON + passed

    @given(st.floats(1e-300, MAX_RATE), st.timedeltas(timedelta(0), 1000 * DAY))
    def test_whatever_the_rate_it_shows_a_time(self, rate: float, passed: timedelta) -> None:
        source = Source()
        clock = Clock(source, rate=rate)
        source.now += passed
        assert NOON <= clock.now() <= LATEST

    def test_a_manual_clock_stands_still(self, source: Source) -> None:
        clock = Clock(source, rate=0)
        source.now += HOUR
        assert clock.now() == NOON

    def test_a_source_that_goes_back_takes_the_clock_along(self, source: Source) -> None:
        clock = Clock(source)
        source.now -= HOUR
        assert clock.now() == NOON - HOUR

    def test_the_fastest_clock_stops_where_time_ends(self, source: Source) -> None:
        clock = Clock(source, rate=MAX_RATE)
        source.now += 3 * DAY
        assert clock.now() == LATEST
        source.now += 3000 * DAY
        assert clock.now() == LATEST


class TestAdvance:
    @pytest.mark.parametrize("rate", [0, 1, 60])
    def test_it_moves_forward_by_the_worlds_time(self, source: Source, rate: int) -> None:
        clock = Clock(source, rate=rate)
        clock.advance(HOUR)
        assert clock.now() == NOON + HOUR

    @pytest.mark.parametrize("rate", [0, 1, 60])
    def test_a_running_clock_runs_on_from_there(self, source: Source, rate: int) -> None:
        clock = Clock(source, rate=rate)
        source.now += SECOND
        clock.advance(HOUR)
        source.now += SECOND
        assert clock.now() == NOON + HOUR + 2 * rate * SECOND

    @pytest.mark.parametrize("by", [-SECOND, -timedelta(microseconds=1), timedelta.min])
    def test_time_only_moves_forward(self, source: Source, by: timedelta) -> None:
        clock = Clock(source, rate=0)
        with pytest.raises(ValueError, match=r"by: -\S+ s is negative"):
            clock.advance(by)
        assert clock.now() == NOON

    def test_nothing_is_an_amount_of_time(self, source: Source) -> None:
        clock = Clock(source)
        clock.advance(timedelta(0))
        assert clock.now() == NOON

    @pytest.mark.parametrize("rate", [0, 1, MAX_RATE])
    def test_it_ends_where_time_ends(self, source: Source, rate: float) -> None:
        clock = Clock(source, rate=rate)
        clock.advance(LATEST - NOON)
        assert clock.now() == LATEST
        with pytest.raises(ValueError, match="goes past 9000, the last year of the clock"):
            clock.advance(SECOND)
        assert clock.now() == LATEST

    def test_an_absurd_amount_is_refused(self, source: Source) -> None:
        clock = Clock(source)
        with pytest.raises(ValueError, match="goes past 9000, the last year of the clock"):
            clock.advance(timedelta.max)
        assert clock.now() == NOON

    @given(st.lists(st.timedeltas(timedelta(0), 1000 * DAY), max_size=10), st.sampled_from([0.0, 1.0, 60.0]))
    def test_many_steps_are_as_far_as_one(self, steps: list[Any], rate: float) -> None:
        many, one = Clock(Source(), rate=rate), Clock(Source(), rate=rate)
        for step in steps:
            many.advance(step)
        one.advance(sum(steps, timedelta(0)))
        assert many.now() == one.now()


class TestSet:
    def test_it_may_go_back(self, source: Source) -> None:
        clock = Clock(source)
        clock.set(EARLIEST)
        source.now += SECOND
        assert clock.now() == EARLIEST + SECOND

    def test_another_rate_counts_from_now_on(self, source: Source) -> None:
        clock = Clock(source)
        source.now += HOUR
        clock.set(rate=60)
        assert (clock.now(), clock.rate) == (NOON + HOUR, 60)
        source.now += SECOND
        assert clock.now() == NOON + HOUR + 60 * SECOND

    def test_pausing_and_resuming_loses_nothing_and_jumps_nowhere(self, source: Source) -> None:
        clock = Clock(source)
        clock.set(rate=0)
        source.now += DAY
        clock.set(rate=1)
        source.now += SECOND
        assert clock.now() == NOON + SECOND

    @pytest.mark.parametrize("now", [datetime(1969, 12, 31), datetime(9001, 1, 1), datetime.max])
    def test_a_time_that_no_clock_shows_is_refused(self, source: Source, now: datetime) -> None:
        clock = Clock(source)
        with pytest.raises(ValueError, match=r"now: .* is not from the year 1970 to 9000"):
            clock.set(now, rate=60)
        assert (clock.now(), clock.rate) == (NOON, 1)

    @pytest.mark.parametrize("rate", [-1, float("nan"), float("inf"), 2 * MAX_RATE])
    def test_a_rate_that_no_clock_has_is_refused(self, source: Source, rate: float) -> None:
        clock = Clock(source)
        with pytest.raises(ValueError, match="rate: "):
            clock.set(DAY + NOON, rate=rate)
        assert (clock.now(), clock.rate) == (NOON, 1)


class TestTexts:
    @given(st.datetimes(EARLIEST, LATEST))
    def test_what_is_written_is_read_back(self, moment: datetime) -> None:
        assert parse_time(format_time(moment)) == read_time(format_time(moment)) == moment

    def test_a_zone_is_brought_to_utc(self) -> None:
        assert read_time("2026-01-01T12:00:00+02:00") == datetime(2026, 1, 1, 10)

    @pytest.mark.parametrize(
        "text", ["1969-12-31T23:59:59", "9000-01-01T00:00:01", "2026-02-30T00:00:00", "now", 1, None]
    )
    def test_what_no_clock_may_show_is_refused_by_the_fields_name(self, text: int | str | None) -> None:
        with pytest.raises(ValueError, match=r"^start: "):
            read_time(text, "start")
