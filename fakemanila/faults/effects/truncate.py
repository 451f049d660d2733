"""``truncate``: a part of the body under the full Content-Length."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import ClassVar

from ...http.wire import Truncate
from .. import fields
from ..plan import Effect, Plan


class TruncateBody(Effect):
    """The part that is sent, from 0 to 1. The request is carried out."""

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        part = fields.fraction(value, field)
        if part == 1:
            raise ValueError(f"{field}: {value!r} is the whole body: expected less than 1")
        self._fault = Truncate(part)

    @property
    def on_the_wire(self) -> bool:
        return True

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.then = lambda subject, reply: replace(reply, wire=self._fault)
