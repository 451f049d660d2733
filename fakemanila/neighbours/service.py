"""What a service beside Manila is made of: a table of calls, the records that it keeps, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from ..contract.documents import Checker, DocumentError
from ..http.reply import Reply
from ..manila.common.registry import Resource
from ..manila.errors import Refusal
from .envelopes import ENVELOPES
from .offers import OFFERS, Offer

if TYPE_CHECKING:
    from ..manila.context import Call
    from ..reasons.reason import Reason
    from ..world.lifecycle import Transition

Handler = Callable[["Call"], Any]
"""Gets the call, checked: `args` has what the path names, `body` the object inside the envelope.

It answers the JSON of the reply's body, None for none, or a ready `Reply`. It raises a `NeighbourError` before it
changes anything.
"""

Who = Literal["nobody", "user", "member", "admin"]
"""Whose token a call wants to see: none, anybody's, that of somebody who isn't only a reader, an administrator's."""


class NeighbourError(Refusal):
    """A refusal in the envelope of its service, under the name that the service has for it, if any."""

    service: ClassVar[str]
    called: ClassVar[str | None] = None

    def reply(self) -> Reply:
        return ENVELOPES[self.service](self.status, self.message, self.called)


class Refused(Refusal):
    """A refusal that every service has, in the envelope of the one that was asked."""

    def __init__(self, service: str, status: int, message: str, *, because: Reason | None = None) -> None:
        super().__init__(message, because=because)
        self.service, self.status, self.code = service, status, status

    def reply(self) -> Reply:
        return ENVELOPES[self.service](self.status, self.message, None)


class Body:
    """What the body of a call has: an object under `envelope`, or at the top where that is None.

    `fields` are the schemas of its members. Others are refused unless `more` allows them.
    """

    def __init__(
        self, envelope: str | None, fields: Mapping[str, Any], required: tuple[str, ...] = (), *, more: bool = False
    ) -> None:
        self.envelope = envelope
        self.fields = fields
        self.required = required
        self._more = more

    @cached_property
    def _checker(self) -> Checker:
        return Checker(
            {
                "type": "object",
                "properties": dict(self.fields),
                "required": list(self.required),
                "additionalProperties": self._more,
            }
        )

    def read(self, document: Any) -> dict[str, Any]:
        """The object inside the envelope. Raises DocumentError for anything else than what the call takes."""
        path = () if self.envelope is None else (self.envelope,)
        if self.envelope is not None:
            if not isinstance(document, dict) or self.envelope not in document:
                raise DocumentError(path, "is missing")
            document = document[self.envelope]
        self._checker.check(document, path)
        content: dict[str, Any] = document
        return content


class Operation(NamedTuple):
    """One call of a service, a line of its table."""

    id: str
    """Such as ``network.networks.list``."""
    method: str
    path: str
    """Below where the service is mounted, its variables in braces."""
    handler: Handler
    success: int = 200
    body: Body | None = None
    """None for a call that takes no body."""
    who: Who = "user"
    transition: Transition | None = None
    """What it starts on a record."""
    action: str | None = None
    """The key of its body, where several calls have one path."""
    omits: str = ""
    """What of the real call is left out, for the documentation."""


@dataclass(frozen=True, eq=False, repr=False)
class Neighbour:
    """A service beside Manila."""

    type: str
    title: str
    """What people call it."""
    reference: str
    """Where its API is described."""
    operations: tuple[Operation, ...]
    resources: tuple[Resource, ...] = ()
    """What it keeps, and how that is seeded."""
    omits: str = ""
    """What is left out of it altogether, for the documentation."""
    negotiate: Callable[[Call], Mapping[str, str]] | None = None
    """For a service with microversions: the headers that its answers have. Raises for a version that isn't served."""

    @property
    def offer(self) -> Offer:
        return OFFERS[self.type]

    @property
    def mount(self) -> str:
        return self.offer.mount

    @property
    def blueprint(self) -> str:
        """The name of its blueprint, with which the ids of its calls begin."""
        return self.type.replace("-", "_")

    @cached_property
    def actions(self) -> Mapping[tuple[str, str], Mapping[str, Operation]]:
        """By method and path: the calls that the body's key tells apart."""
        found: dict[tuple[str, str], dict[str, Operation]] = {}
        for operation in self.operations:
            if operation.action is not None:
                found.setdefault((operation.method, operation.path), {})[operation.action] = operation
        return found

    @cached_property
    def by_id(self) -> Mapping[str, Operation]:
        return {operation.id: operation for operation in self.operations}
