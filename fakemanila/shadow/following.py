"""What the cloud shows to be over is over here, too.

Nothing ends by itself in the world beside a cloud. Each read that the cloud answers tells how something is doing there;
where that differs from how it is doing here, what is under way here is ended as it has ended there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..all_resources import TRANSITIONS
from ..compare.histories.kinds import STATES as _STATES
from ..compare.histories.kinds import is_passing
from ..world.lifecycle import ERROR, SUCCESS, Pending
from ..world.world import World
from .comparing import records
from .ids import Ids

STATES = (*_STATES, "replica_state")
"""Attributes that tell how something is doing."""


class Change(NamedTuple):
    """A transition that is to end here, and how: ``success`` or ``error``."""

    id: str
    outcome: str


def next_change(world: World, there: Any, here: Any, ids: Ids, *, whole: bool) -> Change | None:
    """What has to end here first, so that `here` can come to show what `there` does; None where nothing has to.

    Both are documents of answers to the same read. `whole` says whether what is missing from `there` is gone. Called
    under the world's lock.
    """
    for id, states in _differing(there, here, ids):
        for pending in _related(world, id):
            outcome = _outcome(pending, states)
            if outcome is not None:
                return Change(pending.id, outcome)
    left = {ids.here(record["id"]) for record in records(there)}
    gone = (record["id"] for record in records(here) if whole and record["id"] not in left)
    return next((Change(each.id, SUCCESS) for id in gone for each in _removals(world, id)), None)


def differs(there: Any, here: Any, ids: Ids) -> bool:
    """Whether anything is doing otherwise here than in the cloud."""
    return next(_differing(there, here, ids), None) is not None


def _differing(there: Any, here: Any, ids: Ids) -> Iterator[tuple[str, dict[str, str]]]:
    """What is doing otherwise here, by its id here, and how it is doing in the cloud."""
    shown = {record["id"]: record for record in records(here)}
    for record in records(there):
        id = ids.here(record["id"])
        if id not in shown and not ids.is_ours(id):
            continue
        other = shown.get(id)  # where it is missing, a filter by status leaves it out here, still
        states = {
            name: str(record[name])
            for name in STATES
            if name in record and (other is None or (name in other and record[name] != other[name]))
        }
        if states:
            yield id, states


def removal(world: World, id: str) -> Change | None:
    """What has to end so that something is gone, as it is in the cloud; None where nothing removes it."""
    return next((Change(each.id, SUCCESS) for each in _removals(world, id)), None)


def anything_of(world: World, named: set[str]) -> Change | None:
    """What is under way on one of these ids: where the cloud takes a request for them, it is over there."""
    return next((Change(each.id, SUCCESS) for id in sorted(named) for each in _related(world, id)), None)


def _removals(world: World, id: str) -> Iterator[Pending]:
    for pending in world.scheduler.of(id):
        transition = TRANSITIONS.get(pending.operation)
        if transition is not None and transition.then is None:
            yield pending


def _related(world: World, id: str) -> list[Pending]:
    """What is under way on a record, or on what belongs to it, in the order in which it began."""
    pending = sorted(world.scheduler.pending(), key=lambda each: each.sequence)
    return [each for each in pending if id in _about(world, each)]


def _about(world: World, pending: Pending) -> set[str]:
    """The ids of the record of a transition, of what that names, and of the share of its instance."""
    row: Mapping[str, Any] = world.store[pending.kind].get(pending.resource_id) or {}
    named = {pending.resource_id, *(value for name, value in row.items() if name.endswith("_id") and value)}
    for table, name in (("share_instances", "share_id"), ("snapshot_instances", "snapshot_id")):
        for id in tuple(named):
            instance = world.store[table].get(id)
            if instance is not None:
                named.add(instance[name])
    return {each for each in named if isinstance(each, str)}


def _outcome(pending: Pending, states: Mapping[str, str]) -> str | None:
    """How a transition has ended by what the cloud shows; None where it goes on there, too."""
    for state in states.values():
        if is_passing(state):
            if _is_later(pending, state):
                return SUCCESS
        elif ERROR in state:
            return ERROR
        else:
            return SUCCESS
    return None


def _is_later(pending: Pending, state: str) -> bool:
    """Whether a state is that of a phase which comes after the one that a transition is in."""
    transition = TRANSITIONS.get(pending.operation)
    if transition is None or pending.phase is None:
        return False
    course = transition.course(pending.arguments)
    names = [phase.name for phase in course]
    return pending.phase in names and any(phase.during == state for phase in course[names.index(pending.phase) + 1 :])
