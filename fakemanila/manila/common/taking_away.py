"""Taking records out of a world as if somebody else had deleted them just now, with all that depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import locks, lookup

if TYPE_CHECKING:
    from ...faults import Subject
    from ...world.rows import Record
    from ...world.world import World

_DEPENDENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    lookup.SHARES: (
        (lookup.SNAPSHOTS, "share_id"),
        (lookup.SHARE_BACKUPS, "share_id"),
        ("share_transfers", "resource_id"),
    ),
    lookup.SNAPSHOTS: (),
    lookup.SHARE_ACCESS_RULES: (),
    lookup.SNAPSHOT_ACCESS_RULES: (),
    lookup.SHARE_GROUPS: ((lookup.SHARE_GROUP_SNAPSHOTS, "share_group_id"), (lookup.SHARES, "share_group_id")),
    lookup.SHARE_GROUP_SNAPSHOTS: (),
    lookup.SHARE_BACKUPS: (),
    "share_transfers": (),
    locks.KIND: (),
}
"""What can be taken away, by its kind, and what of other kinds has to go before, by the attribute that names it."""
REMOVABLE = frozenset((*_DEPENDENTS, lookup.SHARE_INSTANCES))


def take_away_named(world: World, subject: Subject) -> None:
    """Takes away what a request names: the record of its path, for a creation the shares that it is for."""
    for named in subject.resources[1:] if subject.creates else subject.resources[:1]:
        for kind, table in world.store.kinds().items():
            record: Record | None = table.get(str(named.get("id")))
            if record is not None and record is named:
                take_away(world, kind, record)


def take_away(world: World, kind: str, record: Record) -> None:
    """Takes a record away. One of a kind that others lean on in more ways, such as a share type, stays."""
    if kind == lookup.SHARE_INSTANCES:
        _take_instance(world, record)
        return
    if kind not in _DEPENDENTS:
        return
    for other, attribute in _DEPENDENTS[kind]:
        for each in world.store[other].where(**{attribute: record["id"]}):
            take_away(world, other, each)
    transition = world.transitions.get(f"{kind}.delete")
    if transition is not None and transition.effect is not None:
        transition.effect(world, record, {})
    locks.remove_all(world, record["id"])
    world.remove(kind, record)


def _take_instance(world: World, instance: Record) -> None:
    """A replica goes alone, the active instance with its share."""
    share = world.store[lookup.SHARES].get(instance["share_id"])
    if share is not None and share["instance_id"] == instance["id"]:
        take_away(world, lookup.SHARES, share)
        return
    effect = world.transitions["share_replicas.delete"].effect
    if effect is not None:
        effect(world, instance, {})
    world.remove(lookup.SHARE_INSTANCES, instance)
