"""``revoke_token``: the caller's token is no longer valid."""

from __future__ import annotations

from random import Random

from .. import fields
from ..plan import Effect, Plan


class RevokeToken(Effect):
    """``true``: this request's token is invalid from now on, so this request gets a 401, and a new token works."""

    def __init__(self, value: object, field: str) -> None:
        fields.true(value, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.revoke = True
