"""``barrier``: requests are held until so many are there, and then go on as they are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeAlias

from .. import fields
from ..match import Match
from ..plan import Barrier, Effect, Pause, Plan
from ..subject import Subject
from .pause import longest, place

KEYS = ("count", "order", "at", "max")
MOST = 100
_WORDS = ("arrival", "reverse")

Order: TypeAlias = Callable[[Sequence[Subject]], list[int]]


class BarrierOf(Effect):
    """``{"count": 2, "order": "reverse", "at": "arrival", "max": "30s"}``.

    Without `order` all go on at once. With one, each is carried out, and its answer made, before the next one goes on:
    ``arrival`` is as they came, ``reverse`` the other way round, and a list of matches as in ``match`` says which comes
    first whoever came first. `max` is, in real time, how long the first one waits for the others; then they go on with
    fewer.
    """

    def __init__(self, value: object, field: str) -> None:
        spec = fields.mapping(value, field, KEYS)
        if "count" not in spec:
            raise ValueError(f"{field}: {value!r} has no count")
        count = fields.whole(spec["count"], f"{field}.count", 2)
        if count > MOST:
            raise ValueError(f"{field}.count: {count!r} is more than the {MOST} requests that can be held")
        self._barrier = Barrier(count, _order(spec.get("order"), f"{field}.order"))
        self._at, self._longest = place(spec, field), longest(spec, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.pauses.append(Pause(self._at, self._longest, self._barrier))


def _order(value: Any, field: str) -> Order | None:
    if value is None:
        return None
    if value == "arrival":
        return lambda subjects: [*range(len(subjects))]
    if value == "reverse":
        return lambda subjects: [*reversed(range(len(subjects)))]
    if not isinstance(value, list) or not value:
        raise ValueError(f"{field}: {value!r} is not one of {', '.join(_WORDS)}, or a list of matches")
    from ..registry import operations  # which knows the rules, and so this effect

    matches = [Match.parse(each, operations(), f"{field}[{position}]") for position, each in enumerate(value)]

    def order(subjects: Sequence[Subject]) -> list[int]:
        """Each has the place of the first match that it meets; who meets none comes last."""

        def rank(position: int) -> int:
            met = (rank for rank, match in enumerate(matches) if not match.failures(subjects[position]))
            return next(met, len(matches))

        return sorted(range(len(subjects)), key=rank)

    return order
