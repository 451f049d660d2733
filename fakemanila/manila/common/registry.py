"""How a resource module says which operations it serves and how their statuses move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ...http.reply import Reply
from ...world.kinds import Kind
from ...world.lifecycle import Transition
from ...world.rows import Record

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ..context import Call


@dataclass(slots=True, eq=False, repr=False)
class Page:
    """A page of records, and how many there are in all when the caller asked with ``with_count``."""

    records: Sequence[Record]
    count: int | None = None


Answer: TypeAlias = "Record | Page | Reply | None"
"""A record to render, a page of them, a ready reply, or nothing to show."""

Handler: TypeAlias = "Callable[[Call], Answer]"
View: TypeAlias = "Callable[[Call, Record], Mapping[str, Any]]"


Make: TypeAlias = "Callable[[Seeder, dict[str, Any]], Record]"
"""What makes a record from the fields that were given, checked, and with records in place of names.

It raises DocumentError before it changes anything.
"""


class Seed(NamedTuple):
    """How records are put into a world without asking the API."""

    kind: Kind[Any]
    fields: type
    make: Make
    where: str | None = None
    """The attribute that a record of the kind has where it is one of these; None where all of them are."""


@dataclass(slots=True, eq=False, repr=False)
class Resource:
    """What one module of ``resources/`` serves. The module makes one of these and decorates its handlers with it."""

    name: str
    handlers: dict[str, Handler] = field(default_factory=dict)
    transitions: dict[str, Transition] = field(default_factory=dict)
    kinds: tuple[Kind[Any], ...] = ()
    """The kinds of records that it keeps, where no other resource does."""
    seeds: dict[str, Seed] = field(default_factory=dict)
    """What its records are called where they are seeded, and what makes one."""
    view: View | None = None
    """Adds to a record the attributes that come from elsewhere: links, names of related records."""
    operations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The contract of operations that aren't in ``schemas/``, by id, as the files there have it: an installed package
    brings them. What an operation doesn't say is null there."""

    def handles(self, operation: str, transition: Transition | None = None) -> Callable[[Handler], Handler]:
        """Registers a handler, and the transition that the operation starts, under the operation's id."""

        def register(handler: Handler) -> Handler:
            self.handlers[operation] = handler
            if transition is not None:
                self.transitions[operation] = transition
            return handler

        return register

    def seeds_as(self, name: str, kind: Kind[Any], fields: type, *, where: str | None = None) -> Callable[[Make], Make]:
        """Registers what makes a record straight in a world, from the fields that a TypedDict describes."""

        def register(make: Make) -> Make:
            self.seeds[name] = Seed(kind, fields, make, where)
            return make

        return register


def linked(path: str) -> View:
    """The view of records that have nothing else but links, below that path."""
    return lambda call, record: {**record, "links": call.links(path, record["id"])}
