"""What a `FakeManila` passes on to the control plane as it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from ..control import client as verbs
from .checkpoints import Checkpoint


class Orders(ABC):
    """The parts of a world, and orders to it, by the names that the control client has for them."""

    @property
    @abstractmethod
    def control(self) -> verbs.ControlClient:
        """All verbs of the control plane."""

    @property
    @abstractmethod
    def world_name(self) -> str: ...

    _saved: set[str]
    """Names of the checkpoints that were made."""

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
    def paused(self) -> verbs.Paused:
        """The requests that are held: ``wait()``, ``release(id)``, ``drop(id)``, ``respond(id, status=503)``."""
        return self.control.paused

    def breakpoint(
        self,
        operation: str | Sequence[str],
        *,
        at: Literal["arrival", "answer"] = "arrival",
        max: float | str | timedelta = "30s",
        **said: Any,
    ) -> verbs.Breakpoint:
        """For a ``with`` block: holds requests, as `ControlClient.breakpoint` has it.

        >>> with manila.breakpoint("snapshots.create") as held:
        ...     worker.start()
        ...     held.wait()
        ...     held.release()
        """
        return self.control.breakpoint(operation, at=at, max=max, **said)

    def barrier(
        self,
        operation: str | Sequence[str],
        count: int = 2,
        *,
        order: Literal["arrival", "reverse"] | Sequence[Mapping[str, Any]] | None = None,
        at: Literal["arrival", "answer"] = "arrival",
        max: float | str | timedelta = "30s",
        **said: Any,
    ) -> verbs.Breakpoint:
        """For a ``with`` block: holds requests until so many are there, as `ControlClient.barrier` has it."""
        return self.control.barrier(operation, count, order=order, at=at, max=max, **said)

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

    @property
    def checkpoints(self) -> verbs.Checkpoints:
        """What was saved of the world, by name."""
        return self.control.checkpoints

    def checkpoint(self, name: str | None = None) -> Checkpoint:
        """Saves the world as it is, to be gone back to; in the place of what has that name, if one is given.

        In a ``with`` statement it goes back at the end of the block.
        """
        saved = Checkpoint(self.control, name)
        self._saved.add(saved.name)
        return saved

    def diff(self, before: str | Checkpoint | Orders, after: str | Checkpoint | Orders | None = None) -> verbs.Diff:
        """What differs between a checkpoint, or another world, and `after`, which is this world as it is now unless it
        is given. It is false where no record differs, nor what is under way, and its ``str`` is for people.
        """
        return self.control.diff(reference(before), None if after is None else reference(after))

    def metrics(self) -> str:
        """The world's counters as Prometheus reads them."""
        return self.control.metrics()

    def timeline(self, **filters: str) -> str:
        """The world's past as an SVG picture: resources with their states, requests, faults and moves of the clock.

        Filters are `kind` and `name` of resources, `operation` (or a pattern) and `user` of requests.
        """
        return self.control.timeline(**filters)

    def events(
        self, *kinds: str, since: int | None = None, timeout: timedelta | str | float | None = None
    ) -> Iterator[dict[str, Any]]:
        """What happens, as it happens, from now on or after the event of an id; ends when nothing has for `timeout`.

        >>> for event in manila.events("transition", timeout=5):
        ...     print(event["time"], event["transition"]["status"])
        """
        return self.control.events(*kinds, since=since, timeout=timeout)


def reference(origin: str | Checkpoint | Orders) -> str:
    """How the control plane calls a checkpoint or a world."""
    if isinstance(origin, Orders):
        return f"world:{origin.world_name}"
    return f"checkpoint:{origin.name}" if isinstance(origin, Checkpoint) else origin
