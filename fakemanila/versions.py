"""API microversions and ranges of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

HEADER = "X-OpenStack-Manila-API-Version"
EXPERIMENTAL_HEADER = "X-OpenStack-Manila-API-Experimental"

_PATTERN = re.compile(r"([1-9]\d*)\.([1-9]\d*|0)")


class Microversion(NamedTuple):
    """A microversion such as 2.65; ordered as numbers, so that 2.9 comes before 2.10."""

    major: int
    minor: int

    @classmethod
    @lru_cache(256)
    def parse(cls, text: str) -> Microversion:
        """Reads ``"2.65"``. Raises ValueError for anything else, ``latest`` included, as real Manila does."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a microversion of the form MAJOR.MINOR")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


MINIMUM = Microversion(2, 0)
MAXIMUM = Microversion(2, 99)
DEFAULT = MINIMUM
"""What a request without the header gets."""


class Range(NamedTuple):
    """The microversions from `min` to `max`, both included; None leaves a side open."""

    min: Microversion | None = None
    max: Microversion | None = None

    @classmethod
    def parse(cls, min: str | None, max: str | None) -> Range:
        """Reads the two ends as the contract writes them, None for an open one."""
        return cls(Microversion.parse(min) if min else None, Microversion.parse(max) if max else None)

    def __contains__(self, version: object) -> bool:
        if not isinstance(version, Microversion):
            return False
        return (self.min is None or self.min <= version) and (self.max is None or version <= self.max)
