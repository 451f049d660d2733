"""``commit_then``: the request is carried out, then its answer is lost or replaced."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import ClassVar

from ...text.suggestions import nearest
from .. import fields
from ..plan import Effect, EffectType, Plan
from .empty import EmptyAnswer
from .hang import HangUp
from .malformed import Malformed
from .reset import ResetConnection
from .respond import Respond

_ANSWERS: Mapping[str, EffectType] = {
    "respond": Respond,
    "reset": ResetConnection,
    "empty": EmptyAnswer,
    "hang": HangUp,
    "malformed": Malformed,
}


class CommitThen(Effect):
    """``{"reset": true}``, ``{"respond": {…}}``, ``{"hang": true}``, ``{"empty": true}`` or ``{"malformed": true}``."""

    ANSWERS: ClassVar[bool] = True

    def __init__(self, value: object, field: str) -> None:
        spec = fields.mapping(value, field, tuple(_ANSWERS))
        if len(spec) != 1:
            raise ValueError(f"{field}: {value!r} must be an object with exactly one key{nearest('', tuple(_ANSWERS))}")
        ((name, argument),) = spec.items()
        self._answer: Effect = _ANSWERS[name](argument, f"{field}.{name}")

    @property
    def on_the_wire(self) -> bool:
        return self._answer.on_the_wire

    def apply(self, plan: Plan, dice: Random) -> None:
        lost = Plan()
        self._answer.apply(lost, dice)
        instead = lost.instead
        assert instead is not None, "each of the effects above answers"
        plan.then = lambda subject, reply: instead(subject)
