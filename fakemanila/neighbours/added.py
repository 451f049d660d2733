"""A service beside Manila that an installed package brings: all that is said of one, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import responses
from typing import TYPE_CHECKING

from ..http.reply import Reply
from ..manila.common.registry import Resource
from . import served
from .envelopes import ENVELOPES, Envelope
from .offers import OFFERS, Offer
from .service import Neighbour, Operation

if TYPE_CHECKING:
    from ..manila.context import Call


def plain_envelope(status: int, message: str, name: str | None = None) -> Reply:
    """``{"error": {"code": 404, "title": "Not Found", "message": …}}``."""
    return Reply(
        status, {"error": {"code": status, "title": name or responses.get(status, "Error"), "message": message}}
    )


@dataclass(frozen=True)
class Service:
    """A service beside Manila: its entry in the catalog, its calls, what it keeps, and how it refuses.

    A deployment offers it where somebody asks for it by its `type`, as in ``--services tape``, or for all.
    """

    type: str
    """As the catalog has it: small letters, digits and dashes.

    The ids of its operations begin with it, with ``_`` in place of ``-``: ``tape.copies.list``.
    """
    name: str
    """As the catalog has it."""
    path: str
    """Of its endpoint, below the address of the world, such as ``/tape/v1``. All that begins with ``/tape`` is its."""
    operations: tuple[Operation, ...]
    """Their paths are below the first part of `path`: ``/v1/copies``."""
    resources: tuple[Resource, ...] = ()
    """The kinds of records that it keeps, and how they are seeded."""
    envelope: Envelope = plain_envelope
    """How it writes an error: gets the status, the message, and the service's own name for the error or None."""
    negotiate: Callable[[Call], Mapping[str, str]] | None = None
    """For a service with microversions: finds the one that a request asks for, and says which headers answers have."""

    @property
    def offer(self) -> Offer:
        return Offer(self.type, self.name, self.path)

    def add(self) -> None:
        """Serves it in this process."""
        OFFERS[self.type], ENVELOPES[self.type] = self.offer, self.envelope
        served.add(Neighbour(self.type, self.name, "", self.operations, self.resources, negotiate=self.negotiate))
