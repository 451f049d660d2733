"""``empty``: the connection ends without a byte."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from ...http.reply import Reply
from ...http.wire import Empty
from .. import fields
from ..plan import Effect, Plan


class EmptyAnswer(Effect):
    """``true``: no answer, and nothing carried out."""

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        fields.true(value, field)

    @property
    def on_the_wire(self) -> bool:
        return True

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.instead = lambda subject: Reply(0, wire=Empty())
