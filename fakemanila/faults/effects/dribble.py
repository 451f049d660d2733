"""``dribble``: the body comes in small pieces, slowly."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import ClassVar

from ...http.wire import Dribble
from ...world.durations import parse_duration
from .. import fields
from ..plan import Effect, Plan

KEYS = ("bytes", "every")


class DribbleBody(Effect):
    """``{"bytes": 1, "every": "50ms"}``. The request is carried out, and its answer arrives whole in the end."""

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        spec = fields.mapping(value, field, KEYS)
        size = fields.whole(spec.get("bytes", 1), f"{field}.bytes", 1)
        self._fault = Dribble(size, parse_duration(spec.get("every", "50ms"), f"{field}.every"))

    @property
    def on_the_wire(self) -> bool:
        return True

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.then = lambda subject, reply: replace(reply, wire=self._fault)
