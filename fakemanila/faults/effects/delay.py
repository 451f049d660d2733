"""``delay``: the request waits."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from ...world.durations import Delay
from .. import fields
from ..plan import Effect, Plan

_SIDES = ("before", "after")


class DelayBy(Effect):
    """A duration or distribution before the request is handled, or ``{"before": …, "after": …}`` for both sides."""

    def __init__(self, value: object, field: str) -> None:
        sided = isinstance(value, Mapping) and any(side in value for side in _SIDES)
        sides = fields.mapping(value, field, _SIDES) if sided else {"before": value}
        self._sides = {side: Delay.parse(delay, f"{field}.{side}") for side, delay in sides.items()}
        for side, delay in self._sides.items():
            if delay.reads is not None:
                raise ValueError(f"{field}.{side}: {value!r} counts reads: a request can only wait for time")

    def apply(self, plan: Plan, dice: Random) -> None:
        if "before" in self._sides:
            plan.before += self._sides["before"].draw(dice)
        if "after" in self._sides:
            plan.after += self._sides["after"].draw(dice)
