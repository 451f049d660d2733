"""Export locations of snapshots: where those are mounted from whose share lets its snapshots be mounted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from ...world import collation
from .. import errors
from ..backend import exports
from ..common import lookup
from ..common.registry import Page, Resource

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..context import Call

resource = Resource("snapshot_export_locations")

_LINKED = "share_snapshot_export_locations"
"""What the links call them; real Manila serves nothing there."""


def of(call: Call, snapshot: Record) -> list[Record]:
    """All locations of a snapshot, its administrators' one too: those of the instance that it shows."""
    instance = call.world.store[lookup.SNAPSHOT_INSTANCES].get(snapshot["instance_id"])
    return [] if instance is None else of_instance(call, instance)


def of_instance(call: Call, instance: Record) -> list[Record]:
    """All locations of an instance of a snapshot. They follow from it, so nobody has to keep them."""
    snapshot = call.world.store[lookup.SNAPSHOTS].get(instance["snapshot_id"])
    share = None if snapshot is None else call.world.store[lookup.SHARES].get(snapshot["share_id"])
    if share is None or instance["provider_location"] is None or not share["mount_snapshot_support"]:
        return []
    if not instance["progress"]:  # its backend doesn't have it where it was said to be
        return []
    locations = []
    on = call.world.store[lookup.SHARE_INSTANCES].get(instance["share_instance_id"])
    if on is None:
        return []
    for export in exports.of_snapshot(call.world, share, on, instance["provider_location"]):
        id = str(uuid.uuid5(uuid.UUID(instance["id"]), export.path))
        locations.append(
            {
                "id": id,
                "path": export.path,
                "share_snapshot_instance_id": instance["id"],
                "is_admin_only": export.is_admin_only,
                "links": call.links(_LINKED, id),
                "created_at": instance["created_at"],
                "updated_at": None,
            }
        )
    return locations


def named(call: Call, locations: list[Record]) -> Record:
    """The one of the locations that the path names. Raises NotFound."""
    id = call.args["export_location_id"]
    for location in locations:
        if collation.equal(location["id"], id):
            return location
    raise lookup.missing(call, "export_locations", id, "The resource could not be found.")


def _snapshot(call: Call) -> Record:
    """The snapshot that the path names, unless its share is gone: one that is left has no locations."""
    id = call.args["snapshot_id"]
    try:
        snapshot = lookup.snapshot(call, id)
    except errors.NotFound as error:
        raise errors.NotFound(f"Snapshot '{id}' not found.", because=error.because) from None
    if snapshot["share_id"] not in call.world.store[lookup.SHARES]:
        raise lookup.missing(call, lookup.SHARES, snapshot["share_id"], f"Snapshot '{id}' not found.")
    return snapshot


@resource.handles("snapshot_export_locations.list")
def list_(call: Call) -> Page:
    """None while the snapshot isn't available; one at a time, and those of its instance, are always there."""
    snapshot = _snapshot(call)
    locations = of(call, snapshot) if snapshot["status"] == "available" else []
    return Page([location for location in locations if call.is_admin or not location["is_admin_only"]])


@resource.handles("snapshot_export_locations.show")
def show(call: Call) -> Record:
    return named(call, of(call, _snapshot(call)))
