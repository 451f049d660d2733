"""Snapshot instances: what backends hold of snapshots. One for each instance of their share.

An instance owns its status, progress and location; its snapshot shows those of the one on its share's active instance
(`Shown`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors
from ..backend import backends
from ..common import lookup
from ..common.fields import asked_status
from ..common.records import SnapshotInstance
from ..common.registry import Page, Resource
from . import share_instances, snapshot_export_locations

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SNAPSHOT_INSTANCES

resource = Resource("snapshot_instances", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    store = call.world.store
    snapshot = store[lookup.SNAPSHOTS].get(record["snapshot_id"])
    on = store[lookup.SHARE_INSTANCES].get(record["share_instance_id"])
    return {
        **record,
        "share_id": snapshot["share_id"] if snapshot else None,
        "share_instance_id": on["id"] if on else None,
    }


resource.view = view


# What a snapshot does with its instances


def add(
    world: World,
    snapshot: Record,
    share_instance: Record | None,
    id: str | None = None,
    created_at: str | None = None,
    **other: Any,
) -> SnapshotInstance:
    """What the backend of a share's instance is to hold of a snapshot; nothing yet, whatever `other` attributes say.

    With the id of the one that the snapshot shows it is as that says, otherwise another one.
    """
    return world.store[KIND].add(
        SnapshotInstance(
            **{
                "id": id or world.seeded.uuid(),
                "snapshot_id": snapshot["id"],
                "share_instance_id": None if share_instance is None else share_instance["id"],
                "status": snapshot["status"],
                "created_at": created_at or world.timestamp(),
                **other,
            }
        )
    )


def add_for_replicas(world: World, snapshot: Record, share: Record) -> None:
    """What the other replicas of a share are to hold of a snapshot of it."""
    for replica in lookup.replicas_of(world, share["id"]):
        if replica["id"] != share["instance_id"]:
            add(world, snapshot, replica, status="creating", progress="0%")


def follow(world: World, snapshot: Record, status: str, *, was: str | None = None) -> None:
    """Gives the instances on other replicas the status of their snapshot; only those that have a certain one now."""
    for record in lookup.snapshot_instances_of(world, snapshot)[1:]:
        if was in (None, record["status"]):
            world.touch(record, status=status, **({"progress": "100%"} if status == "available" else {}))


def kept(world: World, snapshot: Record, location: str | None = None) -> None:
    """Notes that a backend holds a snapshot, at a location of its own unless one is given.

    Nobody is told where backends keep the snapshots of shares with replicas.
    """
    share = lookup.share_of(world, snapshot)
    if location is None and not lookup.has_replicas(world, share):
        location = backends.snapshot_location(world, share["host"], snapshot)
    snapshot["provider_location"] = location
    instance = world.store[KIND].get(snapshot["instance_id"])
    if instance is not None:
        instance["progress"] = "100%"


def not_kept(world: World, snapshot: Record) -> None:
    """Notes that a backend doesn't hold a snapshot where it was said to be."""
    instance = world.store[KIND].get(snapshot["instance_id"])
    if instance is not None:
        instance["progress"] = ""


def remove(world: World, snapshot: Record) -> None:
    """Takes away all instances of a snapshot."""
    for record in world.store[KIND].where(snapshot_id=snapshot["id"]):
        world.remove(KIND, record)


def _find(call: Call, missing: str) -> Record:
    """The instance that the path names. Raises NotFound, with the id in `missing`."""
    return lookup.named(call, KIND, "snapshot_instance_id", missing)


@resource.handles("snapshot_instances.list")
@resource.handles("snapshot_instances.detail")
def list_(call: Call) -> Page:
    wanted = call.query.get("snapshot_id")
    snapshots = call.world.store[lookup.SNAPSHOTS]
    found = filter(None, [snapshots.get(wanted)]) if wanted else snapshots.newest_first()
    return Page([each for record in found for each in lookup.snapshot_instances_of(call.world, record)])


@resource.handles("snapshot_instances.show")
def show(call: Call) -> Record:
    return _find(call, "Snapshot instance {} not found.")


@resource.handles("snapshot_instances.reset_status")
def reset_status(call: Call) -> None:
    status = asked_status(call, "status", share_instances.RESETTABLE)
    call.world.touch(_find(call, "The resource could not be found."), status=status)


# Where they are mounted from

_MISSING = "Snapshot instance '{}' not found."

locations = Resource("snapshot_instance_export_locations")


def _locations(call: Call) -> list[Record]:
    instance = _find(call, _MISSING)
    snapshot = call.world.store[lookup.SNAPSHOTS].get(instance["snapshot_id"])
    if snapshot is None or snapshot["share_id"] not in call.world.store[lookup.SHARES]:
        raise errors.NotFound(_MISSING.format(instance["id"]))
    return snapshot_export_locations.of_instance(call, instance)


@locations.handles("snapshot_instance_export_locations.list")
def list_locations(call: Call) -> Page:
    return Page(_locations(call))


@locations.handles("snapshot_instance_export_locations.show")
def show_location(call: Call) -> Record:
    return snapshot_export_locations.named(call, _locations(call))
