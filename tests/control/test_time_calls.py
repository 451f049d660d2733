"""Amounts of time that no world takes are refused by the control plane, with the field's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.world.clock import LATEST
from fakemanila.world.durations import LONGEST

from ..api import Api

ADVANCE = "/_fakemanila/clock/advance"


@pytest.mark.parametrize("field", ["seconds", "duration"])
@pytest.mark.parametrize("value", [-1, -0.001, "-1s", 1e300, float("nan"), float("inf"), True, None, [], "36501d"])
def test_only_some_time_is_an_amount_of_time(api: Api, field: str, value: Any) -> None:
    before = api.world.clock.now()
    answer = api.post(ADVANCE, {field: value})
    assert answer.status == 400
    assert answer.json["error"].startswith(f"{field}: ")
    assert api.world.clock.now() == before


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_time_ends(api: Api, rate: float) -> None:
    api.world.set_clock(LATEST - timedelta(days=1), rate=rate)
    answer = api.post(ADVANCE, {"duration": "2d"})
    assert answer.status == 400
    assert answer.json["error"] == "duration: '2d' goes past 9000, the last year of the clock"


@pytest.mark.parametrize("to", ["next", "idle"])
def test_what_is_due_after_the_end_of_time_is_never_reached(api: Api, to: str) -> None:
    api.world.set_clock(LATEST - timedelta(days=1))
    api.world.delays.replace({"shares.create": LONGEST.days * 86400})
    api.make_share()
    answer = api.post(ADVANCE, {"to": to})
    assert answer.status == 400
    assert answer.json["error"] == "to: a transition is due in the year 9099, after 9000, the last year of the clock"
    assert api.get("/v2/shares/detail").json["shares"][0]["status"] == "creating"


def test_a_clock_at_the_end_of_time_is_a_state_as_any_other(api: Api) -> None:
    api.world.set_clock(LATEST)
    state = api.get("/_fakemanila/state").json
    assert api.put("/_fakemanila/state", state).status == 200
    assert api.world.clock.now() == LATEST
