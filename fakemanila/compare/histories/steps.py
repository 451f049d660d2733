"""What a history consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..script import NOTHING, Exchange, variables_in


@dataclass(frozen=True)
class Look:
    """How an administrator sees one thing."""

    kind: str
    name: str
    path: str


@dataclass(frozen=True)
class Step:
    """One request of a history, and what is looked at once it has been taken.

    `settles` says whether the servers go on working after they have answered.
    """

    operation: str
    exchange: Exchange
    looks: tuple[Look, ...] = ()
    settles: bool = False
    looks_at_all: bool = False
    """Whether it is time to look at everything, also where the request is refused."""

    @property
    def uses(self) -> set[str]:
        """The variables in the request."""
        body = None if self.exchange.body is NOTHING else self.exchange.body
        return variables_in([self.exchange.path, body])

    @property
    def makes(self) -> set[str]:
        return set(self.exchange.save)


def playable(steps: Sequence[Step], given: set[str]) -> list[Step]:
    """The steps whose variables are `given`, or made by an earlier one."""
    known, kept = set(given), []
    for step in steps:
        if step.uses <= known:
            kept.append(step)
            known |= step.makes
    return kept
