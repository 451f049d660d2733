"""What a timeline shows, from the events of a world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from ..world.clock import parse_time
from ..world.events import CLOCK, RECORD, REQUEST, Event
from ..world.telling import GONE
from ..world.world import World

MAX_LANES = 60
MAX_MARKS = 400
"""Requests that are drawn: more would be neither read nor pressed."""
_NOT_LANES = frozenset(("share_instances", "snapshot_instances", "services"))
"""Kinds with a status that say what another kind says already."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: the world's time, and its place among the events, which tells more on a clock that
    stands still."""

    time: datetime
    order: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A state that a resource was in. `end` None: it still is."""

    status: str
    start: Moment
    end: Moment | None


@dataclass(slots=True)
class Lane:
    """One resource. `bars` are in their order, and each begins where the one before ends."""

    kind: str
    id: str
    name: str
    bars: list[Bar] = field(default_factory=list)

    def become(self, status: str, at: Moment) -> None:
        """Enters a state."""
        if self.bars and self.bars[-1].end is None:
            if self.bars[-1].status == status:
                return
            self.close(at)
        self.bars.append(Bar(status, at, None))

    def close(self, at: Moment) -> None:
        """Is gone."""
        last = self.bars[-1]
        self.bars[-1] = Bar(last.status, last.start, at)


@dataclass(frozen=True, slots=True)
class Mark:
    """A request."""

    at: Moment
    id: str
    operation: str
    """Its method and path where it was for no operation."""
    status: int | None
    user: str
    faults: tuple[str, ...]
    resource: str | None
    """The id of the resource that it is about, where that has a lane."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Somebody has moved the clock, from `before` on."""

    at: Moment
    before: datetime


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of it, from the first event that is kept to now."""

    start: Moment
    end: Moment
    lanes: list[Lane]
    marks: list[Mark]
    jumps: list[Jump]
    left_out: int
    """Lanes and marks that there would be more."""


def timeline(world: World, filters: Mapping[str, str] | None = None) -> Timeline:
    """What has happened since the world began, as far as events of it are kept. The caller holds the world's lock.

    `filters`: ``kind`` (of lanes), ``name`` (of lanes, a part of it or an id), ``operation`` (of marks, a pattern) and
    ``user``.
    """
    wanted, events = filters or {}, world.events.since()
    now = Moment(world.now(), world.events.last + 1)
    lanes = [lane for lane in _lanes(events) if _meets(lane, wanted)]
    shown = {lane.id: lane for lane in lanes[-MAX_LANES:]}
    marks = [mark for mark in _marks(events, shown) if _is_meant(mark, wanted)]
    jumps = [
        Jump(Moment(event.time, event.id), parse_time(event.facts["from"])) for event in events if event.kind == CLOCK
    ]
    starts = [lane.bars[0].start for lane in shown.values()] + [mark.at for mark in marks] + [now]
    starts += [jump.at for jump in jumps]
    start = Moment(min(each.time for each in starts), min(each.order for each in starts) - 1)
    left_out = len(lanes) - len(shown) + max(0, len(marks) - MAX_MARKS)
    return Timeline(start, now, list(shown.values()), marks[-MAX_MARKS:], jumps, left_out)


def _lanes(events: Iterable[Event]) -> list[Lane]:
    """In the order in which the resources were made."""
    found: dict[tuple[str, str], Lane] = {}
    for event in events:
        if event.kind != RECORD:
            continue
        facts, at = event.facts, Moment(event.time, event.id)
        kind, id, status = facts["kind"], facts["id"], facts["status"]
        if kind in _NOT_LANES and "replica_state" not in facts:
            continue
        lane = found.get((kind, id))
        if lane is None:
            if status is None or facts["change"] == GONE:
                continue
            lane = found[kind, id] = Lane(kind, id, "")
        lane.name = facts["name"] or lane.name
        if facts["change"] == GONE:
            lane.close(at)
        elif status is not None:
            lane.become(str(facts.get("replica_state") or status), at)
    return list(found.values())


def _meets(lane: Lane, wanted: Mapping[str, str]) -> bool:
    name = wanted.get("name", "").lower()
    return wanted.get("kind") in (None, "", lane.kind) and (name in lane.name.lower() or name == lane.id)


def _marks(events: Iterable[Event], lanes: Mapping[str, Lane]) -> Iterable[Mark]:
    for event in events:
        if event.kind == REQUEST:
            facts = event.facts
            yield Mark(
                Moment(event.time, event.id),
                facts["id"],
                facts["operation"] or f"{facts['method']} {facts['path']}",
                facts["status"],
                facts["user_name"] or "",
                tuple(facts["faults"]),
                _about(facts, lanes),
            )


def _about(facts: Mapping[str, Any], lanes: Mapping[str, Lane]) -> str | None:
    """The resource that a request has begun something on, or that its path names."""
    begun = (each["resource_id"] for each in facts["transitions"])
    named = reversed(facts["path"].split("/"))
    return next((id for id in (*begun, *named) if id in lanes), None)


def _is_meant(mark: Mark, wanted: Mapping[str, str]) -> bool:
    operation, user = wanted.get("operation") or "*", wanted.get("user") or mark.user
    return fnmatchcase(mark.operation, operation) and mark.user == user
