"""How a resource module says which operations it serves and how their statuses move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ...http.reply import Reply
from ...world.lifecycle import Transition
from ...world.store import Record

if TYPE_CHECKING:
    from ..context import Call


@dataclass(slots=True)
class Page:
    """A page of records, and how many there are in all when the caller asked with ``with_count``."""

    records: list[Record]
    count: int | None = None


Answer: TypeAlias = "Record | Page | Reply | None"
"""A record to render, a page of them, a ready reply, or nothing to show."""

Handler: TypeAlias = "Callable[[Call], Answer]"
View: TypeAlias = "Callable[[Call, Record], Mapping[str, Any]]"


@dataclass(slots=True)
class Resource:
    """What one module of ``resources/`` serves. The module makes one of these and decorates its handlers with it."""

    name: str
    handlers: dict[str, Handler] = field(default_factory=dict)
    transitions: dict[str, Transition] = field(default_factory=dict)
    view: View | None = None
    """Adds to a record the attributes that come from elsewhere: links, names of related records."""

    def handles(self, operation: str, transition: Transition | None = None) -> Callable[[Handler], Handler]:
        """Registers a handler, and the transition that the operation starts, under the operation's id."""

        def register(handler: Handler) -> Handler:
            self.handlers[operation] = handler
            if transition is not None:
                self.transitions[operation] = transition
            return handler

        return register


def linked(path: str) -> View:
    """The view of records that have nothing else but links, below that path."""
    return lambda call, record: {**record, "links": call.links(path, record["id"])}
