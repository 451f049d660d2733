"""``malformed``: an answer that says it is JSON and isn't."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from ...http.reply import Reply
from .. import fields
from ..plan import Effect, Plan

GARBAGE = b'\x00\xff\xfe{"snapshot": {"id": \xc3\x28, nul'
"""No UTF-8, no JSON, and not even an object that ends."""


class Malformed(Effect):
    """``true``: 200 with bytes that are not JSON; nothing is carried out."""

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        fields.true(value, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.instead = lambda subject: Reply(200, GARBAGE, {"Content-Type": "application/json"})
