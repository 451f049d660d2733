"""``ignore_microversion``: the header is not honoured."""

from __future__ import annotations

from random import Random

from .. import fields
from ..plan import Effect, Plan


class IgnoreMicroversion(Effect):
    """``true``: the request is answered as if it had asked for no microversion, that is at 2.0."""

    def __init__(self, value: object, field: str) -> None:
        fields.true(value, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.ignore_microversion = True
