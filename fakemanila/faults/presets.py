"""Faults by name: what users of Manila really meet, in one word. ``name`` or ``name:parameter``.

The table itself is in `preset_table`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from ..text.suggestions import nearest


class Preset(NamedTuple):
    """What a name stands for: the parts of a rule."""

    do: Mapping[str, Any]
    match: Mapping[str, Any] = {}
    when: Mapping[str, Any] = {}


class Family(NamedTuple):
    """Presets that differ by a parameter, or a single one without any.

    `build` gets the parameter, None where there is none. It raises ValueError that says what would be right.
    """

    name: str
    summary: str
    build: Callable[[str | None], Preset]
    parameter: str | None = None
    """What the parameter is, for people."""
    values: tuple[str, ...] = ()
    """The parameters there are, where they can be counted."""
    default: str | None = None
    """The parameter without one; None where one has to be given, or there is none."""

    def names(self) -> tuple[str, ...]:
        """Every name that may be written, but for parameters that can't be counted."""
        alone = (self.name,) if self.parameter is None or self.default is not None else ()
        return (*alone, *(f"{self.name}:{value}" for value in self.values))

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name if self.parameter is None else f"{self.name}:<{self.parameter}>",
            "summary": self.summary,
            "values": list(self.values),
            "default": self.default,
        }


@cache
def families() -> dict[str, Family]:
    """All presets by the part of their name before the colon."""
    from .preset_table import TABLE  # it needs the classes above

    return {family.name: family for family in TABLE}


def find(name: object, field: str = "preset") -> Preset:
    """The preset of that name. Raises ValueError that suggests the nearest one."""
    first, colon, parameter = str(name).partition(":")
    family = families().get(first)
    if not isinstance(name, str) or family is None:
        raise ValueError(f"{field}: no preset is called {name!r}{_nearest(name)}")
    if colon and family.parameter is None:
        raise ValueError(f"{field}: {name!r} has a parameter, but {first} takes none")
    if not colon and family.parameter is not None and family.default is None:
        raise ValueError(f"{field}: {name!r} needs a parameter: {_expected(family)}")
    try:
        return family.build(parameter if colon else family.default)
    except ValueError as error:
        raise ValueError(f"{field}: {name!r}: {error}") from None


def _nearest(name: object) -> str:
    everything = [each for family in families().values() for each in (family.name, *family.names())]
    return nearest(name, everything) or f"; there are {', '.join(families())}"


def _expected(family: Family) -> str:
    if family.values:
        return f"expected {family.name}: and one of {', '.join(family.values)}"
    return f"expected {family.name}:<{family.parameter}>"
