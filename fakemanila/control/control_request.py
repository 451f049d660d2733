"""A control request on its way to its handler, and how handlers read what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..faults import fields
from ..world.world import World
from ..world.worlds import Worlds
from .control_errors import ControlError

MAX_BODY = 256 * 1024 * 1024
"""Bytes that a control request's body may have: a state of a hundred thousand records fits."""


@dataclass(slots=True, eq=False, repr=False)
class ControlCall:
    """What a handler gets. `args` are the path's, `query` has the last value of each parameter."""

    worlds: Worlds
    world_name: str
    args: dict[str, str]
    query: dict[str, str]
    raw_body: bytes
    base_url: str
    """With the world's prefix, without a slash at its end."""

    @property
    def world(self) -> World:
        """The world that the path names, made if this is its first use. Raises ControlError, 400."""
        with asked():
            return self.worlds.get(self.world_name)

    def body(self) -> Any:
        """The JSON of the body, whatever its content type says. Raises ControlError, 400."""
        if not self.raw_body:
            raise ControlError(400, "body: it is missing; this call needs JSON")
        try:
            return json.loads(self.raw_body)
        except (ValueError, RecursionError) as error:
            raise ControlError(400, f"body: it is not valid JSON: {error}") from None

    def fields(self, *names: str) -> dict[str, Any]:
        """The body as an object with no fields but `names`. Raises ControlError, 400."""
        with asked():
            return fields.mapping(self.body(), "body", names)


@contextmanager
def asked() -> Iterator[None]:
    """Turns the ValueError of whatever reads the request into a 400 with its message."""
    try:
        yield
    except ValueError as error:
        raise ControlError(400, str(error)) from None


def whole(text: str, field: str, least: int = 0, most: int | None = None) -> int:
    """A whole number of a query. Raises ValueError."""
    number = int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1
    if number < least or (most is not None and number > most):
        raise ValueError(f"{field}: {text!r} is not a whole number from {least}{'' if most is None else f' to {most}'}")
    return number


def one_of(value: object, field: str, words: Mapping[str, Any] | tuple[str, ...]) -> str:
    """A string out of a few. Raises ValueError."""
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"{field}: {value!r} is not one of {', '.join(words)}")
    return value
