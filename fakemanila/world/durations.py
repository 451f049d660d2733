"""Durations and distributions of them, as people write them in JSON and YAML."""

from __future__ import annotations

import math
import random
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

LONGEST = timedelta(days=36500)
"""A hundred years: added to any world's time it still gives a date."""

_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_PATTERN = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|m|h|d)?", re.ASCII)


def parse_duration(value: object, field: str = "duration") -> timedelta:
    """Reads seconds (``2``, ``0.25``) or a number with a unit (``"250ms"``, ``"2s"``, ``"5m"``, ``"1h"``, ``"1d"``).

    Raises ValueError that names `field` and the value for anything else: negative ones, and those over a hundred years.
    """
    number, unit = math.nan, timedelta(seconds=1)
    if isinstance(value, str) and (match := _PATTERN.fullmatch(value.strip())):
        number, unit = float(match[1]), _UNITS[match[2] or "s"]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = value
    if not 0 <= number <= LONGEST / unit:
        raise ValueError(
            f"{field}: {value!r} is not a valid duration: expected seconds or a string such as '250ms', '2s', '5m',"
            " '1h' or '1d', from 0 to 36500d"
        )
    return number * unit


def format_duration(value: timedelta) -> str | int:
    """The shortest text that `parse_duration` reads back as `value`; 0 for none."""
    if not value:
        return 0
    for name, unit in _UNITS.items():
        if not value % unit:
            return f"{value // unit}{name}"
    milliseconds, microseconds = divmod(value // timedelta(microseconds=1), 1000)
    return f"{milliseconds}.{microseconds:03}".rstrip("0") + "ms"


class Delay(ABC):
    """How long something takes: a duration, a distribution of durations, or a number of reads."""

    __slots__ = ()

    @property
    def reads(self) -> int | None:
        """After how many reads it is over; None where time decides."""
        return None

    @staticmethod
    def parse(value: object, field: str = "delay") -> Delay:
        """Reads what `to_json` writes. Raises ValueError that names the field, the value and what would be right.

        A duration, ``{"uniform": [low, high]}``, ``{"lognormal": {"median": duration, "sigma": number}}`` or
        ``{"reads": n}``.
        """
        if isinstance(value, Delay):
            return value
        if not isinstance(value, dict):
            return Fixed(parse_duration(value, field))
        match value:
            case {"uniform": [low, high], **rest} if not rest:
                return Uniform._parse(low, high, f"{field}.uniform")
            case {"lognormal": {"median": median, "sigma": sigma, **more}, **rest} if not rest and not more:
                return LogNormal._parse(median, sigma, f"{field}.lognormal")
            case {"reads": count, **rest} if not rest:
                return Reads._parse(count, f"{field}.reads")
        raise ValueError(
            f"{field}: {value!r} is not a valid delay: expected a duration, {{'uniform': [low, high]}},"
            " {'lognormal': {'median': duration, 'sigma': number}} or {'reads': count}"
        )

    @abstractmethod
    def draw(self, rng: random.Random) -> timedelta:
        """One duration. What is fixed takes nothing from `rng`."""

    @abstractmethod
    def to_json(self) -> Any:
        """The JSON that `parse` reads back."""


@dataclass(frozen=True, slots=True)
class Fixed(Delay):
    """Always the same."""

    duration: timedelta

    def draw(self, rng: random.Random) -> timedelta:
        return self.duration

    def to_json(self) -> Any:
        return format_duration(self.duration)


@dataclass(frozen=True, slots=True)
class Uniform(Delay):
    """Any duration between two, each as likely as another."""

    low: timedelta
    high: timedelta

    @classmethod
    def _parse(cls, low: object, high: object, field: str) -> Uniform:
        parsed = cls(parse_duration(low, f"{field}[0]"), parse_duration(high, f"{field}[1]"))
        if parsed.low > parsed.high:
            raise ValueError(f"{field}: {[low, high]!r} is the wrong way round: expected [low, high]")
        return parsed

    def draw(self, rng: random.Random) -> timedelta:
        return self.low + (self.high - self.low) * rng.random()

    def to_json(self) -> Any:
        return {"uniform": [format_duration(self.low), format_duration(self.high)]}


@dataclass(frozen=True, slots=True)
class LogNormal(Delay):
    """Mostly about `median`, at times much longer: the shape of real services' delays.

    Two draws of three lie between ``median / e**sigma`` and ``median * e**sigma``.
    """

    median: timedelta
    sigma: float

    @classmethod
    def _parse(cls, median: object, sigma: object, field: str) -> LogNormal:
        if isinstance(sigma, bool) or not isinstance(sigma, (int, float)) or not 0 <= sigma <= 10:
            raise ValueError(f"{field}.sigma: {sigma!r} is not a valid spread: expected a number from 0 to 10")
        return cls(parse_duration(median, f"{field}.median"), sigma)

    def draw(self, rng: random.Random) -> timedelta:
        seconds = self.median.total_seconds() * rng.lognormvariate(0, self.sigma)
        return timedelta(seconds=min(seconds, LONGEST.total_seconds()))

    def to_json(self) -> Any:
        return {"lognormal": {"median": format_duration(self.median), "sigma": self.sigma}}


@dataclass(frozen=True, slots=True)
class Reads(Delay):
    """Over at the `count`-th read, whatever time it is.

    Whoever waits looks at `reads` first; `draw` gives the longest duration there is, since time alone doesn't end it.
    """

    count: int

    @property
    def reads(self) -> int | None:
        return self.count

    @classmethod
    def _parse(cls, count: object, field: str) -> Reads:
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"{field}: {count!r} is not a valid number of reads: expected a whole number from 1")
        return cls(count)

    def draw(self, rng: random.Random) -> timedelta:
        return LONGEST

    def to_json(self) -> Any:
        return {"reads": self.count}
