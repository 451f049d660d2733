"""Export locations of snapshots: where those are mounted from whose share lets its snapshots be mounted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from .. import errors
from . import backends, lookup
from .registry import Page, Resource

if TYPE_CHECKING:
    from ..context import Call
    from ..store import Record

resource = Resource("snapshot_export_locations")

_LINKED = "share_snapshot_export_locations"
"""What the links call them; real Manila serves nothing there."""


def _of_snapshot(call: Call) -> list[Record]:
    """All locations of the snapshot that the path names. They follow from it, so nobody has to keep them."""
    snapshot_id = call.args["snapshot_id"]
    missing = f"Snapshot '{snapshot_id}' not found."
    snapshot = call.world.store[lookup.SNAPSHOTS].get(snapshot_id)
    if snapshot is None:
        raise errors.NotFound(missing)
    share = call.world.store[lookup.SHARES].get(snapshot["share_id"])
    if share is None:
        raise errors.NotFound(missing)
    if not share["is_public"]:
        call.require("share:get", share)
    if snapshot["provider_location"] is None or not share["mount_snapshot_support"]:
        return []
    locations = []
    for export in backends.exports(snapshot["provider_location"]):
        id = str(uuid.uuid5(uuid.UUID(snapshot["instance_id"]), export.path))
        locations.append(
            {
                "id": id,
                "path": export.path,
                "share_snapshot_instance_id": snapshot["instance_id"],
                "is_admin_only": export.is_admin_only,
                "links": call.links(_LINKED, id),
                "created_at": snapshot["created_at"],
                "updated_at": None,
            }
        )
    return locations


@resource.handles("snapshot_export_locations.list")
def list_(call: Call) -> Page:
    return Page([location for location in _of_snapshot(call) if call.is_admin or not location["is_admin_only"]])


@resource.handles("snapshot_export_locations.show")
def show(call: Call) -> Record:
    for location in _of_snapshot(call):
        if location["id"] == call.args["export_location_id"]:
            if location["is_admin_only"] and not call.is_admin:
                raise errors.Forbidden("Access was denied to this resource.")
            return location
    raise errors.NotFound(f"Share snapshot instance export location {call.args['export_location_id']} was not found.")
