"""``stale_list``: lists lag behind."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from ...world.durations import parse_duration
from ..plan import Effect, Plan


class StaleList(Effect):
    """``"5s"``: lists show the world as it was that long ago, in its own time; a show is up to date.

    What was before the rule was added nobody remembers: until then lists show the world as it was at that moment.
    """

    REMEMBERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        self.age = parse_duration(value, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        if plan.stale is None:
            plan.stale = self.age
