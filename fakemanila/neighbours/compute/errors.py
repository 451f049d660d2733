"""Nova's errors, by their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ...reasons.records import WrongStatus
from ..service import NeighbourError

if TYPE_CHECKING:
    from ...reasons.reason import Reason
    from ...world.rows import Record


class NovaError(NeighbourError):
    service: ClassVar[str] = "compute"


class BadRequest(NovaError):
    status = 400


class Forbidden(NovaError):
    status = 403


class NotFound(NovaError):
    status = 404

    def __init__(self, what: str = "", *, because: Reason | None = None) -> None:
        super().__init__(what or "The resource could not be found.", because=because)


class NotAcceptable(NovaError):
    status = 406


class Conflict(NovaError):
    status = 409


class InWrongState(Conflict):
    """A server can't be asked for this as it is."""

    def __init__(self, verb: str, server: Record, state: str, *right: str) -> None:
        message = f"Cannot '{verb}' instance {server['id']} while it is in vm_state {state}"
        super().__init__(message, because=WrongStatus.of(server, *right))


class NotServed(NovaError):
    status = 501
