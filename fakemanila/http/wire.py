"""What can happen to an answer on its way: data that a server with a socket carries out.

In-process, where there is no socket, `WireError` is raised in its place; whoever made the request turns it into what
its HTTP library raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from .reply import Reply


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection ends with a RST; nothing is sent."""


@dataclass(frozen=True, slots=True)
class Empty:
    """The connection ends in order, but nothing is sent."""


class Hang(NamedTuple):
    """Silence until the caller gives up, or for `duration`; then the connection ends without an answer."""

    duration: timedelta | None = None


class Truncate(NamedTuple):
    """The headers promise the whole body, `part` of it (0 to 1) is sent, and the connection ends."""

    part: float


class Dribble(NamedTuple):
    """The body comes `size` bytes at a time, one lot `every` so long."""

    size: int
    every: timedelta


WireFault: TypeAlias = Reset | Empty | Hang | Truncate | Dribble


class WireError(Exception):
    """In-process: the request met `fault`; `reply` is what would have been sent."""

    def __init__(self, fault: WireFault, reply: Reply) -> None:
        super().__init__(f"the answer met {fault}")
        self.fault = fault
        self.reply = reply
