"""``one_of``: any of several effects."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from ..plan import Effect, Plan


class OneOf(Effect):
    """A list of effects, each as likely as another; the world's seed decides."""

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        from . import parse  # the table of effects has this one in it

        if not isinstance(value, list) or not value:
            raise ValueError(f"{field}: {value!r} is not a list of effects")
        self._effects: list[Effect] = [parse(each, f"{field}[{position}]") for position, each in enumerate(value)]

    @property
    def on_the_wire(self) -> bool:
        return any(effect.on_the_wire for effect in self._effects)

    def apply(self, plan: Plan, dice: Random) -> None:
        dice.choice(self._effects).apply(plan, dice)
