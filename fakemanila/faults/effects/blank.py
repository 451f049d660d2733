"""``blank``: fields that the answer doesn't know yet."""

from __future__ import annotations

from random import Random
from typing import Any

from ...http.reply import Reply
from .. import fields
from ..plan import Effect, Plan
from ..subject import Subject


class Blank(Effect):
    """A field's name, or a list of them: null wherever they stand in the answer."""

    def __init__(self, value: object, field: str) -> None:
        names = value if isinstance(value, list) and value else [value]
        self._names = frozenset(fields.text(name, field) for name in names)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.edits.append(self._edit)

    def _edit(self, subject: Subject, reply: Reply) -> None:
        if not isinstance(reply.body, bytes):
            reply.body = self._blanked(reply.body)

    def _blanked(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: None if key in self._names else self._blanked(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._blanked(item) for item in value]
        return value
