"""Why a request was refused, as far as only its whole way tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import reasons
from . import errors

if TYPE_CHECKING:
    from ..reasons.reason import Reason
    from .context import Call
    from .routes import Candidates


def of_call(call: Call, status: int) -> Reason | None:
    """Why the answer is a refusal, or there is none; None for an answer that is neither."""
    if 0 < status < 400:
        return None
    refusal, plan = call.refusal, call.plan
    if plan is not None and (plan.instead is not None or plan.then is not None):
        carried_out = plan.instead is None and refusal is None
        return reasons.Faulted(tuple(call.entry.faults), carried_out, status)
    if refusal is None:
        return None
    if refusal.because is None and isinstance(refusal, errors.Refusal):
        return reasons.Other(type(refusal).__name__, refusal.message)
    return refusal.because


def no_operation(call: Call, candidates: Candidates) -> Reason:
    """Of a path that Manila's router knows, where nothing is served at this microversion, or nothing at all."""
    if not candidates:
        return reasons.NoRoute(call.http.method, call.http.path)
    return reasons.NoOperation(call.version, candidates)
