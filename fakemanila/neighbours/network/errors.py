"""Neutron's errors: the class is what it calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ..service import NeighbourError

if TYPE_CHECKING:
    from ...reasons.reason import Reason


class NeutronError(NeighbourError):
    service: ClassVar[str] = "network"

    def __init_subclass__(cls) -> None:
        cls.called = cls.__dict__.get("called", cls.__name__)


class HTTPBadRequest(NeutronError):
    status = 400


class InvalidInput(NeutronError):
    status = 400

    def __init__(self, problem: str) -> None:
        super().__init__(f"Invalid input for operation: {problem}.")


class BadSubnet(NeutronError):
    """What Neutron calls a bad request about subnets."""

    status = 400
    called = "BadRequest"

    def __init__(self, problem: str) -> None:
        super().__init__(f"Bad subnets request: {problem}.")


class PolicyNotAuthorized(NeutronError):
    status = 403

    def __init__(self, rule: str) -> None:
        super().__init__(f"rule:{rule} is disallowed by policy")


class NotFound(NeutronError):
    """The record of a path, or of a body, is not there, or not for the caller: that is for the kind to name."""

    status = 404

    def __init__(self, what: str, id: str, because: Reason | None = None) -> None:
        super().__init__(f"{what} {id} could not be found.", because=because)
        self.called = f"{what}NotFound"  # type: ignore[misc]  # of this one


class InUse(NeutronError):
    """Something is still used by what is on it."""

    status = 409

    def __init__(self, what: str, id: str, why: str) -> None:
        super().__init__(f"Unable to complete operation on {what.lower()} {id}. {why}")
        self.called = f"{what}InUse"  # type: ignore[misc]  # of this one


class IpAddressInUse(NeutronError):
    status = 409


class MacAddressInUse(NeutronError):
    status = 409


class IpAddressGenerationFailure(NeutronError):
    status = 409

    def __init__(self, network_id: str) -> None:
        super().__init__(f"No more IP addresses available on network {network_id}.")


class InvalidIpForSubnet(NeutronError):
    status = 400


class OverQuota(NeutronError):
    status = 409

    def __init__(self, resource: str, because: Reason | None = None) -> None:
        super().__init__(f"Quota exceeded for resources: ['{resource}'].", because=because)


class HTTPNotImplemented(NeutronError):
    status = 501
