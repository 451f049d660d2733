"""What a `FakeManila` passes on to the control plane as it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ..control import client as verbs


class Orders(ABC):
    """The parts of a world, and orders to it, by the names that the control client has for them."""

    @property
    @abstractmethod
    def control(self) -> verbs.ControlClient:
        """All verbs of the control plane."""

    @property
    def clock(self) -> verbs.Clock:
        """The world's time: ``advance("30s")``, ``set``, ``now``, ``advance_to_next``, ``advance_to_idle``."""
        return self.control.clock

    @property
    def delays(self) -> verbs.Delays:
        """How long operations take, a mapping: ``delays["snapshots.create"] = "30s"``, ``delays |= {…}``."""
        return self.control.delays

    @delays.setter
    def delays(self, delays: Mapping[str, Any]) -> None:
        self.control.delays = delays

    @property
    def faults(self) -> verbs.Faults:
        """The rules: ``add("quota:snapshots", times=1)``, ``len(faults)``, ``faults["no room"]``."""
        return self.control.faults

    @property
    def requests(self) -> verbs.Requests:
        """The journal: ``count(operation="snapshots.create")``, ``assert_called(…)``."""
        return self.control.requests

    @property
    def transitions(self) -> verbs.Transitions:
        """What is under way: ``list()``, ``decide(id, "error")``."""
        return self.control.transitions

    @property
    def state(self) -> verbs.State:
        """The world as one document: ``dump()``, ``load(document)``."""
        return self.control.state

    @property
    def scenario(self) -> verbs.Scenario:
        """``apply({…})``: what the world is given besides."""
        return self.control.scenario

    def metrics(self) -> str:
        """The world's counters as Prometheus reads them."""
        return self.control.metrics()

    def events(
        self, *kinds: str, since: int | None = None, timeout: timedelta | str | float | None = None
    ) -> Iterator[dict[str, Any]]:
        """What happens, as it happens, from now on or after the event of an id; ends when nothing has for `timeout`.

        >>> for event in manila.events("transition", timeout=5):
        ...     print(event["time"], event["transition"]["status"])
        """
        return self.control.events(*kinds, since=since, timeout=timeout)
