"""``pause``: the request is held until somebody lets it go."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from ...text.suggestions import nearest
from ...world.durations import format_duration, parse_duration
from .. import fields
from ..plan import ANSWER, ARRIVAL, Effect, Pause, Plan

KEYS = ("at", "max")
DEFAULT = timedelta(seconds=30)
LONGEST = timedelta(minutes=10)


class PauseRequest(Effect):
    """``true``, or ``{"at": "arrival", "max": "30s"}``: held before anything is done, or with ``answer`` before its
    answer is sent. After `max`, in real time, it goes on as if it had been let go.
    """

    def __init__(self, value: object, field: str) -> None:
        spec = {} if value is True else fields.mapping(value, field, KEYS)
        self._at, self._longest = place(spec, field), longest(spec, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.pauses.append(Pause(self._at, self._longest))


def place(spec: dict[str, object], field: str) -> str:
    """Where requests are held. Raises ValueError."""
    at = spec.get("at", ARRIVAL)
    if at not in (ARRIVAL, ANSWER):
        raise ValueError(f"{field}.at: {at!r} is neither 'arrival' nor 'answer'{nearest(str(at), (ARRIVAL, ANSWER))}")
    return str(at)


def longest(spec: dict[str, object], field: str) -> timedelta:
    """How long one is held at most. Raises ValueError."""
    found = parse_duration(spec.get("max", format_duration(DEFAULT)), f"{field}.max")
    if not timedelta(0) < found <= LONGEST:
        raise ValueError(f"{field}.max: {spec['max']!r} is not more than 0 and up to {format_duration(LONGEST)}")
    return found
