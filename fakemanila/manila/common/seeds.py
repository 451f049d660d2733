"""What the makers of seeded records have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ...contract.declared import Keywords
from ...contract.documents import DocumentError
from ..errors import ManilaError
from .attributes import reference as reference

if TYPE_CHECKING:
    from ...world.rows import Record

Fields = dict[str, Any]

UNPLACED = ("creating", "creating_from_snapshot")
"""Statuses of what no backend has yet."""


def one_of(statuses: tuple[str, ...], default: str = "available") -> Keywords:
    """What is said of a field that is a status."""
    return Keywords(enum=sorted(statuses), description=f"Default: {default}.")


Reference = Annotated[str, Keywords(minLength=1)]
Project = Annotated[Reference, reference("project")]
User = Annotated[Reference, reference("user"), "The owner; default: demo."]
Types = Annotated[list[Reference], reference("share_type")]
Projects = Annotated[list[Reference], reference("project"), "Who may use a type that isn't public."]


class SeedFields(TypedDict, total=False):
    """What every kind is seeded from."""

    repeat: Annotated[
        int, Keywords(minimum=1, maximum=100_000), "So many of them; {n} in texts is the number of each, from 1."
    ]
    created_at: Annotated[str, "A time such as 2026-01-01T00:00:00, UTC unless it says otherwise."]


class Identified(SeedFields, total=False):
    """The same, and an id."""

    id: Annotated[
        str,
        Keywords(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
        "a UUID with dashes, in small letters",
    ]


@contextmanager
def refused(field: str) -> Iterator[None]:
    """Says of which field a refusal is that comes from the code of the API."""
    try:
        yield
    except ManilaError as error:
        raise DocumentError((field,), error.message) from None
    except ValueError as error:
        raise DocumentError((field,), str(error).removeprefix(f"{field}: ")) from None


def either(given: Fields) -> tuple[str, Record]:
    """Takes the share or the snapshot that something is about out of the fields."""
    share, snapshot = given.pop("share", None), given.pop("snapshot", None)
    if (share is None) == (snapshot is None):
        raise DocumentError(("share",), "expected either share or snapshot")
    return ("share", share) if share is not None else ("snapshot", snapshot)
