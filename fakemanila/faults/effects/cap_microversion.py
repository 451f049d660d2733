"""``cap_microversion``: an older release."""

from __future__ import annotations

from random import Random

from ...versions import Microversion
from ..plan import Effect, Plan


class CapMicroversion(Effect):
    """``"2.65"``: the newest microversion there is, in version documents too; above it 406."""

    def __init__(self, value: object, field: str) -> None:
        try:
            self._version = Microversion.parse(str(value))
        except ValueError:
            raise ValueError(f"{field}: {value!r} is not a valid microversion: expected one such as '2.65'") from None

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.max_microversion = min(self._version, plan.max_microversion or self._version)
