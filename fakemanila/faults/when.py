"""When a rule fires, of all the requests that it matches."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from ..text.suggestions import nearest
from ..world.durations import format_duration, parse_duration
from . import fields

KEYS = ("after", "times", "every", "probability", "between", "sequence")
_FAIL = "fail"
_STEPS = (_FAIL, "succeed")


class When(NamedTuple):
    """All of these have to hold; what isn't given always does."""

    after: int = 0
    """So many matching requests are let go first. What follows counts from there."""
    times: int | None = None
    """It fires so often and never again."""
    every: int = 1
    """Only on every n-th request: 3 is the third, the sixth, …"""
    probability: float = 1.0
    """One draw for each request, from the world's seed."""
    between: tuple[timedelta, timedelta | None] = (timedelta(0), None)
    """In the world's time since the rule was added, the end excluded; null for no end."""
    sequence: tuple[str, ...] | None = None
    """``fail`` or ``succeed`` for each request in turn; past the end it doesn't fire."""

    @classmethod
    def parse(cls, value: object, field: str = "when") -> When:
        """Reads the JSON. Raises ValueError that names the field, the value and what would be right."""
        spec = fields.mapping(value, field, KEYS)
        read: dict[str, Any] = {}
        if "after" in spec:
            read["after"] = fields.whole(spec["after"], f"{field}.after")
        if spec.get("times") is not None:
            read["times"] = fields.whole(spec["times"], f"{field}.times", 1)
        if "every" in spec:
            read["every"] = fields.whole(spec["every"], f"{field}.every", 1)
        if "probability" in spec:
            read["probability"] = fields.fraction(spec["probability"], f"{field}.probability")
        if "between" in spec:
            read["between"] = _window(spec["between"], f"{field}.between")
        if "sequence" in spec:
            read["sequence"] = _steps(spec["sequence"], f"{field}.sequence")
        return cls(**read)

    def to_json(self) -> dict[str, Any]:
        """The JSON that `parse` reads back; what is as it would be anyway is left out."""
        low, high = self.between
        shown = {
            "after": self.after or None,
            "times": self.times,
            "every": self.every if self.every != 1 else None,
            "probability": self.probability if self.probability != 1 else None,
            "between": [format_duration(low), high and format_duration(high)] if low or high else None,
            "sequence": list(self.sequence) if self.sequence is not None else None,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def fires(self, matched: int, fired: int, elapsed: timedelta, dice: Random) -> bool:
        """Whether the rule fires on its `matched`-th request (from 1), having fired `fired` times before."""
        count = matched - self.after
        low, high = self.between
        if count < 1 or count % self.every or elapsed < low or (high is not None and elapsed >= high):
            return False
        if self.times is not None and fired >= self.times:
            return False
        if self.sequence is not None and (count > len(self.sequence) or self.sequence[count - 1] != _FAIL):
            return False
        return self.probability >= 1 or dice.random() < self.probability


def _window(value: object, field: str) -> tuple[timedelta, timedelta | None]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError(f"{field}: {value!r} is not a pair of durations, such as ['10s', '1m']")
    low = parse_duration(value[0], f"{field}[0]")
    high = None if value[1] is None else parse_duration(value[1], f"{field}[1]")
    if high is not None and high <= low:
        raise ValueError(f"{field}: {value!r} ends before it begins: expected [begin, end]")
    return low, high


def _steps(value: object, field: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError(f"{field}: {value!r} is not a list of 'fail' and 'succeed'")
    for step in value:
        if step not in _STEPS:
            raise ValueError(f"{field}: {step!r} is neither 'fail' nor 'succeed'{nearest(step, _STEPS)}")
    return tuple(value)
