"""Requests at a rate."""

from __future__ import annotations

from fakemanila.importing.turns import Turns


def test_requests_come_at_a_rate_whoever_sends_them() -> None:
    slept: list[float] = []
    turns = Turns(0.001, slept.append)
    for _ in range(3):
        turns.wait()
    assert [round(each, -2) for each in slept] == [1000, 2000]
    Turns(None, slept.append).wait()
    assert len(slept) == 2
