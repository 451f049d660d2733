"""Refusals because nothing is served under a path, an action or a microversion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from .reason import Facts, joined

if TYPE_CHECKING:
    from ..contract.model import Operation, Route
    from ..versions import Microversion


class NoRoute(NamedTuple):
    """A path that nobody serves, or not by that method."""

    method: str
    path: str
    service: str | None = None
    """The service beside Manila that the path belongs to, which this server doesn't offer."""
    kind: str = "route"

    def facts(self) -> Facts:
        from ..manila.routes import methods_of

        return {
            "method": self.method,
            "path": self.path,
            "methods": methods_of(self.path),
            "service_not_offered": self.service,
        }

    def explain(self) -> list[str]:
        methods = self.facts()["methods"]
        if self.service is not None:
            return [f"The path belongs to the service {self.service}, which this server doesn't offer (--services)."]
        if methods:
            return [f"{self.path} has no method {self.method}; it has {joined(methods, 'and')}."]
        lines = [f"No route leads to {self.path}."]
        if not self.path.startswith("/v2/"):
            lines.append("The paths of Manila begin with /v2/, those of Keystone with /identity/v3/.")
        return lines


class NoAction(NamedTuple):
    """An action that the resource doesn't have, at any microversion."""

    asked: str | None
    candidates: Sequence[tuple[Route, Operation]] = ()
    kind: str = "action"

    def facts(self) -> Facts:
        return {"asked": self.asked, "actions": [_way(*each) for each in self.candidates]}

    def explain(self) -> list[str]:
        names = sorted({route.action for route, _ in self.candidates if route.action is not None})
        asked = "The body names no action" if self.asked is None else f"There is no action {self.asked!r}"
        return [f"{asked} here.", *([f"There are {joined(names, 'and')}."] if names else [])]


class NoOperation(NamedTuple):
    """The path is there, but not at this microversion, or only for who asks for what is experimental."""

    version: Microversion
    candidates: Sequence[tuple[Route, Operation]] = ()
    kind: str = "microversion"

    def facts(self) -> Facts:
        return {
            "problem": "experimental" if self._experimental else "not_in_range",
            "asked": str(self.version),
            "min": None,
            "max": None,
            "operations": [_way(*each) for each in self.candidates],
        }

    @property
    def _experimental(self) -> bool:
        return any(self.version in route.versions for route, _ in self.candidates)

    def explain(self) -> list[str]:
        if self._experimental:
            return [
                f"The call is experimental at {self.version}: it needs the header "
                "X-OpenStack-Manila-API-Experimental: true."
            ]
        ranges = [
            f"{operation.id} {_range(str(low) if low else None, str(high) if high else None)}"
            for low, high, operation in ((*route.versions, operation) for route, operation in self.candidates)
        ]
        return [f"Nothing is served here at microversion {self.version}: there is {joined(ranges, 'and')}."]


def _range(low: str | None, high: str | None) -> str:
    if low is None and high is None:
        return "at every microversion"
    parts = [f"from {low}" if low else "", f"up to {high}" if high else ""]
    return " ".join(part for part in parts if part)


def _way(route: Route, operation: Operation) -> Facts:
    low, high = route.versions
    return {
        "operation": operation.id,
        "action": route.action,
        "min": None if low is None else str(low),
        "max": None if high is None else str(high),
        "experimental": route.experimental,
    }


class WrongMicroversion(NamedTuple):
    """A header that names no microversion, or one that isn't served."""

    problem: Literal["malformed", "not_served"]
    asked: str
    min: Microversion
    max: Microversion
    kind: str = "microversion"

    def facts(self) -> Facts:
        return {
            "problem": self.problem,
            "asked": self.asked,
            "min": str(self.min),
            "max": str(self.max),
            "operations": [],
        }

    def explain(self) -> list[str]:
        what = "is not a microversion" if self.problem == "malformed" else "is not served"
        return [f"{self.asked!r} {what}; served are {self.min} to {self.max}."]


class NotServed(NamedTuple):
    """A call of the real service that this release of fakemanila doesn't have."""

    call: str
    """The operation, or the method and the path."""
    kind: str = "not_implemented"

    def facts(self) -> Facts:
        return {"call": self.call}

    def explain(self) -> list[str]:
        return [f"fakemanila doesn't implement {self.call}."]
