"""Snapshot instances: what backends hold of snapshots. One for each, until shares have replicas: it follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import collation, errors
from . import lookup, share_instances, snapshot_export_locations
from .fields import asked_status
from .registry import Page, Resource

if TYPE_CHECKING:
    from ..context import Call
    from ..store import Record
    from ..world import World

resource = Resource("snapshot_instances")


def _instance(world: World, snapshot: Record) -> Record:
    share = world.store[lookup.SHARES].get(snapshot["share_id"])
    return {
        "id": snapshot["instance_id"],
        "snapshot_id": snapshot["id"],
        "share_id": snapshot["share_id"],
        "share_instance_id": share["instance_id"] if share else None,
        "status": snapshot["status"],
        "progress": "100%" if snapshot["provider_location"] else "",
        "provider_location": snapshot["provider_location"],
        "created_at": snapshot["created_at"],
        "updated_at": snapshot["updated_at"],
    }


def _copies(world: World, snapshot: Record) -> list[Record]:
    """What the snapshot's instance is going to be, while its share migrates."""
    return [
        {
            **_instance(world, snapshot),
            "id": share_instance["snapshot_instances"][snapshot["id"]],
            "share_instance_id": share_instance["id"],
            "status": share_instance["status"],
            "progress": "0%",
            "provider_location": None,
            "created_at": share_instance["created_at"],
            "updated_at": None,
        }
        for share_instance in lookup.instances_of(world, snapshot["share_id"])
        if snapshot["id"] in share_instance.get("snapshot_instances", ())
    ]


def _snapshot(call: Call, missing: str) -> Record:
    """The snapshot of the instance that the path names. Raises NotFound, with the id in `missing`."""
    id = call.args["snapshot_instance_id"]
    snapshot = call.world.store[lookup.SNAPSHOTS].first(lambda record: collation.equal(record["instance_id"], id))
    if snapshot is None:
        raise errors.NotFound(missing.format(id))
    return snapshot


@resource.handles("snapshot_instances.list")
@resource.handles("snapshot_instances.detail")
def list_(call: Call) -> Page:
    wanted = call.query.get("snapshot_id")
    snapshots = call.world.store[lookup.SNAPSHOTS]
    found = [snapshots.get(wanted)] if wanted else snapshots.newest_first()
    found = filter(None, found)
    return Page([each for record in found for each in (_instance(call.world, record), *_copies(call.world, record))])


@resource.handles("snapshot_instances.show")
def show(call: Call) -> Record:
    copy = _copy(call.world, call.args["snapshot_instance_id"])
    return copy or _instance(call.world, _snapshot(call, "Snapshot instance {} not found."))


def _copy(world: World, id: str) -> Record | None:
    for share_instance in world.store[lookup.SHARE_INSTANCES].where(status="migrating_to"):
        for snapshot in lookup.snapshots_of(world, share_instance["share_id"]):
            for copy in _copies(world, snapshot):
                if collation.equal(copy["id"], id):
                    return copy
    return None


@resource.handles("snapshot_instances.reset_status")
def reset_status(call: Call) -> None:
    status = asked_status(call, "status", share_instances.RESETTABLE)
    call.world.touch(_snapshot(call, "The resource could not be found."), status=status)


@resource.handles("snapshot_instance_export_locations.list")
def list_locations(call: Call) -> Page:
    return Page(snapshot_export_locations.of(call, _snapshot(call, "Snapshot instance '{}' not found.")))


@resource.handles("snapshot_instance_export_locations.show")
def show_location(call: Call) -> Record:
    locations = snapshot_export_locations.of(call, _snapshot(call, "Snapshot instance '{}' not found."))
    return snapshot_export_locations.named(call, locations)
