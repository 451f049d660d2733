"""``hang``: silence."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from ...http.reply import Reply
from ...http.wire import Hang
from ...world.durations import parse_duration
from ..plan import Effect, Plan


class HangUp(Effect):
    """``true`` until the caller gives up, or a duration after which the connection ends. Nothing is carried out."""

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        self._fault = Hang(None if value is True else parse_duration(value, field))

    @property
    def on_the_wire(self) -> bool:
        return True

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.instead = lambda subject: Reply(0, wire=self._fault)
