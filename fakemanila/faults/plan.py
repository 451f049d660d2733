"""What faults do to one request, decided at its start."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, ClassVar, Protocol

from ..http.reply import Reply
from ..versions import Microversion
from ..world.lifecycle import Outcome, Phase
from .subject import Subject

if TYPE_CHECKING:
    from .holding import Held
    from .rule import Rule

ARRIVAL, ANSWER = "arrival", "answer"
"""Where a request may be held: before anything is done, or before its response is sent."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Barrier:
    """So many requests wait for each other."""

    count: int
    order: Callable[[Sequence[Subject]], list[int]] | None = None
    """The positions of the requests, as they came, in the order in which they go on one after another; None for all at
    once."""


@dataclass(slots=True, eq=False, repr=False)
class Pause:
    """The request is held until somebody lets it go, or the others of its barrier are there."""

    at: str
    longest: timedelta
    """In real time."""
    barrier: Barrier | None = None
    rule: Rule | None = None
    """The rule that says so."""


@dataclass(slots=True, eq=False, repr=False)
class Plan:
    """Filled by effects, carried out by the pipeline. An empty one changes nothing."""

    instead: Callable[[Subject], Reply] | None = None
    """Answers instead of the request being handled."""
    then: Callable[[Subject, Reply], Reply] | None = None
    """Replaces the answer, or what happens to it on the wire, after the request was carried out."""
    edits: list[Callable[[Subject, Reply], None]] = field(default_factory=list)
    """Changes to the answer's content."""
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    """How long it waits before it is handled, and before its response is sent."""
    pauses: list[Pause] = field(default_factory=list)
    """Where it is held, one after another."""
    turns: list[Held] = field(default_factory=list)
    """Where others may wait until it is carried out."""
    outcome: Outcome | None = None
    """How the transition ends that the operation starts; where it starts several of the same kind, each of them."""
    revoke: bool = False
    """The token is invalid from now on."""
    gone: bool = False
    """What the request names is deleted before it is carried out."""
    max_microversion: Microversion | None = None
    ignore_microversion: bool = False
    stale: timedelta | None = None
    """Lists show the world as it was so long ago."""
    taken_by: str | None = None
    """The transition that has taken the outcome, by its operation."""
    on_outcome: Callable[[], None] | None = None
    """Called when a transition takes the outcome: an operation that starts none has not met the fault."""

    @property
    def changes_arrival(self) -> bool:
        """Whether the request has to be looked at anew: who asks, and at which microversion."""
        return self.revoke or self.ignore_microversion or self.max_microversion is not None

    def take_outcome(self, transition: str, course: Collection[Phase] = ()) -> Outcome | None:
        """The outcome, for the transition of that name; None for those that only follow from the first one.

        None too where it is that of a phase, and the transition goes through no such.
        """
        outcome = self.outcome
        if outcome is None or self.taken_by not in (None, transition):
            return None
        if outcome.phase is not None and not any(map(outcome.ends, course)):
            return None
        if self.taken_by is None and self.on_outcome is not None:
            self.on_outcome()
        self.taken_by = transition
        return outcome


class Effect(ABC):
    """What a rule does: one small class for each kind, each in a file of its own."""

    ANSWERS: ClassVar[bool] = False
    """It decides what is answered: of several such rules the first that fires wins. Others add up."""
    ENDS: ClassVar[bool] = False
    """It decides how a transition ends, and has fired only when a transition has taken that."""
    REMEMBERS: ClassVar[bool] = False
    """It shows how the world was before, so that somebody has to remember that."""

    @property
    def on_the_wire(self) -> bool:
        """Whether it is done to the connection, which not every server lets an application reach."""
        return False

    @abstractmethod
    def apply(self, plan: Plan, dice: Random) -> None:
        """Puts into the plan what is to happen. `dice` is of this rule and this request alone."""


class EffectType(Protocol):
    """How an effect is read from the value beside its name in ``do``."""

    def __call__(self, value: object, field: str) -> Effect:
        """Raises ValueError that names the field, the value and what would be right."""
