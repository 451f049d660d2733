"""How clients wait: polls and retries."""

from __future__ import annotations

from dataclasses import replace

from fakemanila.conduct import USUAL
from fakemanila.world.journal import Entry

from .journal import ask, evidence, found, ids, show, shows

FAST, STEADY, RETRIES = "polls-too-fast", "polls-without-backoff", "retries-without-backoff"


def every(seconds: float, times: int) -> list[float]:
    return [number * seconds for number in range(times)]


def test_reads_of_what_is_changing_in_less_than_a_second_are_too_fast() -> None:
    polls = [*shows(every(0.25, 4)), show("available", at=1)]
    assert evidence(FAST, *polls) == ids(*polls[1:])
    (finding,) = found(FAST, *polls)
    assert finding.summary == "4 reads of what was changing came 0.25 s after the one before, sooner than 1 s"
    assert (finding.count, finding.operation, finding.user, finding.agent) == (4, "shares.show", "demo", "client/1")


def test_reads_every_second_are_not() -> None:
    assert not evidence(FAST, *shows(every(1, 10)))


def test_how_fast_is_too_fast_can_be_said() -> None:
    assert evidence(FAST, *shows(every(1, 10)), limits=replace(USUAL, poll_interval=5))


def test_a_look_and_the_beginning_of_a_wait_are_not_too_fast() -> None:
    assert not evidence(FAST, *shows([0, 0.1, 0.2, 5.2, 10.2]))


def test_reads_of_what_is_settled_are_not_a_wait() -> None:
    assert not evidence(FAST, *(show("available", at=number / 10) for number in range(20)))


def test_two_waits_are_not_one() -> None:
    polls = [show(at=number / 10, id=f"s{number}") for number in range(20)]
    assert not evidence(FAST, *polls)


def test_two_programs_are_not_one() -> None:
    polls = [show(at=number / 2, agent=f"client/{number % 2}") for number in range(20)]
    assert not evidence(FAST, *polls)


def test_a_list_is_polled_as_well() -> None:
    polls = [
        ask(
            "GET",
            "/v2/shares/detail",
            at=number / 10,
            operation="shares.detail",
            got={"shares": [{"status": "creating"}]},
        )
        for number in range(5)
    ]
    assert evidence(FAST, *polls) == ids(*polls[1:])


def test_while_time_stands_still_only_very_many_reads_are_told() -> None:
    assert not evidence(FAST, *shows([0.0] * 29))
    (finding,) = found(FAST, *shows([0.0] * 30))
    assert finding.summary == "30 reads of what was changing while the clock stood still"
    assert not evidence(FAST, *shows([0.0] * 20 + [1.0] * 20))


def test_a_clock_that_goes_back_tells_nothing() -> None:
    assert not evidence(FAST, *shows([9, 8, 7, 6, 5, 4, 3]))


def test_many_reads_in_one_rhythm_are_told() -> None:
    assert len(found(STEADY, *shows(every(2, 61)))) == 1
    assert len(found(STEADY, *shows([number * 2 + (number % 3) / 10 for number in range(61)]))) == 1


def test_few_of_them_are_not_and_nor_are_pauses_that_grow_up_to_a_limit() -> None:
    assert not found(STEADY, *shows(every(2, 60)))
    assert not found(STEADY, *shows([0, 1, 3, 7, *(7 + number * 8 for number in range(1, 80))]))


def retries(*times: float, status: int | None = 503, last: int = 202) -> list[Entry]:
    body = {"share": {"name": "db"}}
    return [
        ask("POST", "/v2/shares", last if at == times[-1] else status, at=at, operation="shares.create", sent=body)
        for at in times
    ]


def test_retries_in_one_rhythm_are_told() -> None:
    for status in (0, None, 413, 429, 500, 503):
        attempts = retries(0, 1, 2, 3, status=status)
        assert evidence(RETRIES, *attempts) == ids(*attempts[1:]), status


def test_retries_with_shrinking_pauses_are_told() -> None:
    assert found(RETRIES, *retries(0, 4, 6, 7))


def test_two_retries_and_growing_pauses_are_not() -> None:
    assert not found(RETRIES, *retries(0, 1, 2))
    assert not found(RETRIES, *retries(0, 1, 3, 7, 11))


def test_a_refusal_is_not_for_the_moment() -> None:
    assert not found(RETRIES, *retries(0, 1, 2, 3, 4, status=400))


def test_requests_whose_bodies_were_dropped_are_not_the_same() -> None:
    attempts = retries(0, 1, 2, 3)
    for attempt in attempts:
        attempt.request.body = None
    assert not found(RETRIES, *attempts)


def test_the_time_that_an_answer_took_is_no_pause() -> None:
    slow = [
        ask("GET", "/v2/shares", 504, at=at, duration=duration, operation="shares.list")
        for at, duration in ((0, 0.5), (1, 0.5), (2.5, 0.5), (5, 0.5))
    ]
    assert not found(RETRIES, *slow)
    steady = [ask("GET", "/v2/shares", 504, at=at, duration=d) for at, d in ((0, 1), (2, 2), (5, 4), (10, 1))]
    assert found(RETRIES, *steady)


def test_a_status_that_is_not_text_says_nothing() -> None:
    odd = [ask("GET", "/v2/shares/s1", at=number / 10, got={"share": {"status": []}}) for number in range(9)]
    assert not found(FAST, *odd)
