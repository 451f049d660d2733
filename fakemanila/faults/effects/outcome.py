"""``outcome``: how the operation's transition ends."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from ...manila.statuses import STATUSES
from ...manila.user_message_texts import DETAILS
from ...text.suggestions import nearest
from ...world.durations import Delay, parse_duration
from ...world.lifecycle import ERROR, STUCK, SUCCESS, Outcome
from .. import fields
from ..plan import Effect, Plan

KEYS = ("status", "after", "message", "lag", "then")
_WORDS = (SUCCESS, ERROR, STUCK, *sorted(STATUSES))


class OutcomeOf(Effect):
    """``"error"``, ``"stuck"``, ``"success"``, any status, or ``{"status": "error", "after": "5s", "message": "015"}``.

    ``error`` is the operation's own error status (``error_deleting`` of a delete). `after` replaces the operation's
    delay. `message` is the detail id of the user message; without it there is the one real Manila would leave, and
    with false there is none. `lag` is how long the status from before is still seen. `then` is what follows.
    """

    ENDS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        self.outcome = _parse(value, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        if plan.outcome is None:
            plan.outcome = self.outcome


def _parse(value: object, field: str) -> Outcome:
    spec = fields.mapping({"status": value} if isinstance(value, str) else value, field, KEYS)
    if "status" not in spec:
        raise ValueError(f"{field}: {value!r} has no status")
    status = fields.text(spec["status"], f"{field}.status")
    if status not in _WORDS:
        raise ValueError(f"{field}.status: {status!r} is not a Manila status{nearest(status, _WORDS)}")
    return Outcome(
        status=status,
        after=Delay.parse(spec["after"], f"{field}.after") if "after" in spec else None,
        message=_message(spec.get("message"), f"{field}.message"),
        silent=spec.get("message") is False,
        lag=parse_duration(spec.get("lag", 0), f"{field}.lag"),
        then=_parse(spec["then"], f"{field}.then") if spec.get("then") is not None else None,
    )


def _message(value: object, field: str) -> str | None:
    if value is None or value is False:
        return None
    if not isinstance(value, str) or value not in DETAILS:
        raise ValueError(f"{field}: {value!r} is not a detail of a user message: expected '001' to '{max(DETAILS)}'")
    return value
