"""What there is to know of a kind of record, whoever serves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from .rows import Row

R = TypeVar("R", bound=Row)


class Shown(NamedTuple):
    """What records show of others: of several instances the active one's facts."""

    of: str
    """The kind that owns the facts."""
    attributes: tuple[str, ...]
    active: str
    """The attribute that has the active one's id."""
    back: str
    """The attribute of the active one that has the id of the record that it is of."""


class Kind(str, Generic[R]):
    """A kind of record: the name of its table, and what is the same for all of them."""

    row: type[R]
    shows: Shown | None
    counts: Callable[[R], Mapping[str, int]] | None
    """How much of each quota a record takes; None where it takes none."""
    message_type: str | None
    """What user messages call it, such as ``SHARE``."""

    def __new__(
        cls,
        table: str,
        row: type[R],
        *,
        shows: Shown | None = None,
        counts: Callable[[R], Mapping[str, int]] | None = None,
        message_type: str | None = None,
    ) -> Kind[R]:
        self = super().__new__(cls, table)
        self.row, self.shows, self.counts, self.message_type = row, shows, counts, message_type
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)  # a copy is the name and no more


Kinds = Mapping[str, Kind[Any]]
"""By the name of the table."""
