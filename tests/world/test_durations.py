import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.world.durations import (
    LONGEST,
    Delay,
    Fixed,
    LogNormal,
    Reads,
    Uniform,
    format_duration,
    parse_duration,
)

durations = st.timedeltas(min_value=timedelta(0), max_value=LONGEST)
delays = st.one_of(
    st.builds(Fixed, durations),
    st.tuples(durations, durations).map(lambda pair: Uniform(min(pair), max(pair))),
    st.builds(LogNormal, durations, st.floats(0, 10)),
    st.builds(Reads, st.integers(1, 10**6)),
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (0, 0),
        (30, 30),
        (0.25, 0.25),
        ("45", 45),
        ("250ms", 0.25),
        ("2s", 2),
        ("1.5 m", 90),
        ("1h", 3600),
        ("2d", 172800),
    ],
)
def test_a_duration_is_seconds_or_a_number_with_a_unit(text: object, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", ["", "s", "-1s", "1 week", "1h30m", "1e3", -1, True, None, [], 1e999, "9" * 400, "36501d"]
)
def test_a_bad_duration_is_refused_by_field_and_value(value: object) -> None:
    with pytest.raises(ValueError, match=r"^token_ttl: .* is not a valid duration: expected seconds") as refusal:
        parse_duration(value, "token_ttl")
    assert repr(value) in str(refusal.value)


@given(durations)
def test_a_formatted_duration_reads_back(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize("text", ["250ms", "1.5ms", "90s", "5m", "36h", "2d", 0])
def test_a_duration_is_formatted_in_its_largest_whole_unit(text: object) -> None:
    assert format_duration(parse_duration(text)) == text


@given(delays)
def test_a_delay_reads_back(delay: Delay) -> None:
    assert Delay.parse(delay.to_json()) == delay


@given(delays, st.integers())
def test_a_draw_is_a_possible_duration_and_the_seed_decides_it(delay: Delay, seed: int) -> None:
    drawn = delay.draw(random.Random(seed))
    assert timedelta(0) <= drawn <= LONGEST
    assert delay.draw(random.Random(seed)) == drawn


@given(st.integers())
def test_a_uniform_delay_stays_within_its_bounds(seed: int) -> None:
    assert (
        timedelta(seconds=1) <= Delay.parse({"uniform": ["1s", "3s"]}).draw(random.Random(seed)) <= timedelta(seconds=3)
    )


def test_a_lognormal_delay_has_its_median_in_the_middle() -> None:
    rng = random.Random(7)
    delay = Delay.parse({"lognormal": {"median": "2s", "sigma": 0.5}})
    shorter = sum(delay.draw(rng) < timedelta(seconds=2) for _ in range(2000))
    assert 900 < shorter < 1100


def test_what_is_fixed_takes_nothing_from_the_randomness() -> None:
    rng = random.Random(7)
    before = rng.getstate()
    Delay.parse("2s").draw(rng)
    Delay.parse({"reads": 3}).draw(rng)
    assert rng.getstate() == before


def test_reads_count_reads_and_never_end_by_time() -> None:
    delay = Delay.parse({"reads": 3})
    assert delay.reads == 3
    assert delay.draw(random.Random()) == LONGEST
    assert Delay.parse("2s").reads is None


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("soon", "delays.x: 'soon' is not a valid duration"),
        (["1s", "2s"], r"delays.x: \['1s', '2s'\] is not a valid duration"),
        ({}, "delays.x: {} is not a valid delay"),
        ({"uniform": ["1s"]}, "is not a valid delay"),
        ({"uniform": ["1s", "soon"]}, r"delays.x.uniform\[1\]: 'soon' is not a valid duration"),
        ({"uniform": ["2s", "1s"]}, "delays.x.uniform: .* is the wrong way round"),
        ({"uniform": [1, 2], "reads": 2}, "is not a valid delay"),
        ({"lognormal": {"median": "1s"}}, "is not a valid delay"),
        ({"lognormal": {"median": "1s", "sigma": 1, "mean": 2}}, "is not a valid delay"),
        ({"lognormal": {"median": "soon", "sigma": 1}}, "delays.x.lognormal.median: 'soon'"),
        ({"lognormal": {"median": "1s", "sigma": -1}}, "delays.x.lognormal.sigma: -1 is not a valid spread"),
        ({"lognormal": {"median": "1s", "sigma": True}}, "is not a valid spread"),
        ({"reads": 0}, "delays.x.reads: 0 is not a valid number of reads"),
        ({"reads": 1.5}, "delays.x.reads: 1.5 is not a valid number of reads"),
        ({"reads": True}, "delays.x.reads: True is not a valid number of reads"),
    ],
)
def test_a_bad_delay_is_refused_by_field_and_value(value: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Delay.parse(value, "delays.x")
