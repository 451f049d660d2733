"""``gone``: somebody else was faster."""

from __future__ import annotations

from random import Random

from .. import fields
from ..plan import Effect, Plan


class Gone(Effect):
    """``true``: what the request names is deleted just before it, with all that depends on it; then it is carried out.

    That is the share, snapshot, access rule, replica, group, backup, transfer or lock of its path, for a creation the
    share that it is for. Other records stay.
    """

    def __init__(self, value: object, field: str) -> None:
        fields.true(value, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.gone = True
