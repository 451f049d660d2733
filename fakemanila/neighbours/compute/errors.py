"""Nova's errors, by their codes."""

from __future__ import annotations

from typing import ClassVar

from ..service import NeighbourError


class NovaError(NeighbourError):
    service: ClassVar[str] = "compute"


class BadRequest(NovaError):
    status = 400


class Forbidden(NovaError):
    status = 403


class NotFound(NovaError):
    status = 404

    def __init__(self, what: str = "") -> None:
        super().__init__(what or "The resource could not be found.")


class NotAcceptable(NovaError):
    status = 406


class Conflict(NovaError):
    status = 409


class InWrongState(Conflict):
    """A server can't be asked for this as it is."""

    def __init__(self, verb: str, server_id: str, state: str) -> None:
        super().__init__(f"Cannot '{verb}' instance {server_id} while it is in vm_state {state}")


class NotServed(NovaError):
    status = 501
