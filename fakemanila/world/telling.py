"""What a world tells of what happens in it: as events, and to hooks. Whoever calls these holds the world's lock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .clock import format_time
from .events import CLOCK, FAULT, RECORD, REQUEST, TRANSITION, WORLD
from .hooks import BEGIN, END
from .journal import Entry
from .lifecycle import Pending, Ran
from .rows import Record, Row

if TYPE_CHECKING:
    from ..faults import Rule
    from .world import World

BEGAN, WENT_ON, ENDED = "began", "went on", "ended"
"""What has become of a transition."""
MADE, CHANGED, GONE = "made", "changed", "gone"
"""What has become of a record."""


def another_world(world: World, change: str) -> None:
    """It has become another one; what was told of the one before is forgotten.

    `change` is what was done to it: ``reset``, ``loaded``, ``restored``, ``forked``.
    """
    world.events.forget()
    world.events.add(WORLD, world.now(), {"change": change})
    of_records(world)
    world.changed()


def of_records(world: World, now: datetime | None = None) -> None:
    """Something may have happened to records since this was called last: an event for each."""
    touched = world.store.touched
    if not touched:
        return
    now = now or world.now()
    for kind, row in touched:
        made, gone = row.told == 0, row.table is None
        row.told = row.revision
        if not (made and gone):
            world.events.add(RECORD, now, _facts(kind, row, MADE if made else GONE if gone else CHANGED))
    touched.clear()


def _facts(kind: str, row: Row, change: str) -> dict[str, Any]:
    """Access rules and the like have a ``state`` in place of a status; replicas have one besides."""
    facts = {
        "change": change,
        "kind": kind,
        "id": row["id"],
        "name": row.get("name"),
        "project_id": row.get("project_id"),
        "status": row.get("status", row.get("state")),
    }
    if row.get("replica_state") is not None:
        facts["replica_state"] = row["replica_state"]
    return facts


def answered(world: World, entry: Entry, now: datetime) -> None:
    """A request has been carried out."""
    of_records(world, now)
    world.events.add(REQUEST, now, entry)
    if world.hooks:
        world.hooks.answered(entry)


def fired(world: World, rules: list[Rule], entry: Entry) -> None:
    """Rules do something to a request."""
    for rule in rules:
        about = {"rule": rule.id, "name": rule.label, "request_id": entry.id}
        world.events.add(FAULT, world.now(), about)


def began(world: World, pending: Pending, record: Record, begun: dict[str, Any]) -> None:
    """A transition has; `begun` is what it was at first."""
    status = record.get(world.transitions[pending.operation].attribute)
    world.events.add(TRANSITION, pending.began or world.now(), {"change": BEGAN, **begun, "status": status})
    if world.hooks:
        world.hooks.transition(BEGIN, begun, pending, record)


def ran(world: World, pending: Pending, record: Record | None, ran: Ran) -> None:
    """A transition, or a phase of it, has ended, or has begun late."""
    of_records(world)
    over = world.scheduler.get(pending.id) is None
    world.events.add(TRANSITION, ran.time, {"change": ENDED if over else WENT_ON, **ran.to_json()})
    if world.hooks:
        facts = ran.to_json()
        world.hooks.transition(ran.phase, facts, pending, record)
        if over:
            world.hooks.transition(END, facts, pending, record)


def moved_clock(world: World, before: datetime) -> None:
    """Somebody has moved the clock, or changed how fast it runs."""
    now = world.clock.now()
    about = {"from": format_time(before), "to": format_time(now), "rate": float(world.clock.rate)}
    world.events.add(CLOCK, now, about)
    world.changed()
