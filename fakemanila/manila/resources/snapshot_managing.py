"""Taking over snapshots that lie on a backend, and letting go of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ...contract.declared import Keywords
from ...reasons.records import WrongStatus
from ...versions import Microversion
from ...world.kinds import Kind
from ...world.lifecycle import Transition
from ...world.rows import Row
from .. import errors
from ..common import lookup
from ..common.attributes import MAX_INTEGER
from ..common.fields import (
    MAX_DISPLAY_LENGTH,
    MAX_METADATA_KEY,
    MAX_METADATA_VALUE,
    TRANSITIONAL,
    check_not_soft_deleted,
    display,
    echoed,
)
from ..common.registry import Resource
from . import snapshot_instances, snapshots

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SNAPSHOTS


class UnmanagedSnapshot(Row):
    """A snapshot that lies on a backend without Manila knowing of it. Its id is where it lies."""

    id: str
    size: Annotated[int | None, Keywords(minimum=0, maximum=MAX_INTEGER)]


UNMANAGED = Kind("unmanaged_snapshots", UnmanagedSnapshot)
"""Snapshots that lie on a backend without Manila knowing of them, by where they lie."""

MANAGED_AT = "__managed_at"
"""The metadata that says since when something is managed."""

_SERVERS_SINCE = Microversion(2, 49)
"""Snapshots on share servers can be let go of since then."""

resource = Resource("snapshot_managing", kinds=(UNMANAGED,), view=snapshots.view)


def _managed_metadata(call: Call) -> dict[str, str]:
    """The metadata of what is managed: nobody looks at it before the database makes text of it."""
    metadata = dict(call.body.get("metadata") or {}) if call.knows_field("metadata") else {}
    for key, value in metadata.items():
        if isinstance(value, dict | list) or value is None:
            raise errors.BadRequest(f"Invalid input for metadata.{key}: {value!r} is not a string")
        if len(key) > MAX_METADATA_KEY or len(str(value)) > MAX_METADATA_VALUE:
            raise errors.BadRequest(f"Metadata property {key[:MAX_METADATA_KEY]} is too long.")
    return {key: str(value) for key, value in metadata.items()}


def _managed(world: World, record: Record, arguments: dict[str, Any]) -> str | None:
    """Takes over what lies at the location, if anything does; the backend refuses a location it doesn't know."""
    record["metadata"] = {**record["metadata"], MANAGED_AT: world.timestamp()}
    found = world.store[UNMANAGED].remove(record["provider_location"])
    record["size"] = found["size"] if found else 1
    if found is None:
        snapshot_instances.not_kept(world, record)
        return "manage_error"
    return None


@resource.handles("snapshots.manage", Transition("manage_starting", "available", "manage_error", effect=_managed))
def manage(call: Call) -> Record:
    body = call.body
    location = body["provider_location"]
    share = lookup.share(call, body["share_id"])
    check_not_soft_deleted(share, "Can not manage snapshot for share '{id}'")
    if lookup.has_replicas(call.world, share):
        raise errors.Conflict(
            f"Invalid share: Share {share['id']} has replicas. Snapshots of this share cannot currently be managed "
            "until all replicas are removed."
        )
    if any(other["provider_location"] == location for other in lookup.snapshots_of(call.world, share["id"])):
        raise errors.Conflict(f"Invalid snapshot: a snapshot is already managed for provider location {location}.")
    call.refuse_late()
    metadata = _managed_metadata(call)
    if len(location) > MAX_DISPLAY_LENGTH:
        raise errors.BadRequest(f"A provider location has at most {MAX_DISPLAY_LENGTH} characters.")
    name = display(body, "display_name" if "display_name" in body else "name")
    description = display(body, "display_description" if "display_description" in body else "description")
    record = snapshots.new(
        call.world,
        share,
        **snapshots.owner_of(call),
        name=name,
        description=description,
        provider_location=location,
        metadata=metadata,
    )
    record["size"] = None  # nobody knows before the backend has looked
    call.begin("snapshots.manage", KIND, record)
    # Numbers among the metadata are told as they came, too.
    told = {key: body["metadata"][key] for key in metadata if not isinstance(body["metadata"][key], bool)}
    return {**echoed(call, record), "metadata": {**record["metadata"], **told}}


def _unmanaged(world: World, record: Record, arguments: dict[str, Any]) -> None:
    snapshots.removed(world, record, arguments)
    location = record["provider_location"]
    if location is not None and arguments.get("on_backend", True) and location not in world.store[UNMANAGED]:
        world.store[UNMANAGED].add(UnmanagedSnapshot(id=location, size=record["size"]))


@resource.handles("snapshots.unmanage", Transition("unmanage_starting", None, "unmanage_error", effect=_unmanaged))
def unmanage(call: Call) -> None:
    record = lookup.snapshot(call, call.args["snapshot_id"])
    share = call.world.store[lookup.SHARES].get(record["share_id"])
    if share is None:  # its only instance was deleted by force
        id = record["share_id"]
        raise lookup.missing(call, lookup.SHARES, id, f"Share {id} could not be found.")
    if call.version < _SERVERS_SINCE and share["share_server_id"]:
        raise errors.Forbidden(
            "Operation 'unmanage_snapshot' is not supported for snapshots of shares that are created with share "
            "servers (created with share-networks)."
        )
    if lookup.has_replicas(call.world, share):
        raise errors.Conflict(
            f"Share {share['id']} has replicas. Snapshots of this share cannot currently be unmanaged until all "
            "replicas are removed."
        )
    if record["status"] in TRANSITIONAL:
        raise errors.Forbidden(
            f"Snapshot with transitional state cannot be unmanaged. Snapshot '{record['id']}' is in "
            f"'{record['status']}' state.",
            because=WrongStatus.among(record, *TRANSITIONAL),
        )
    # Where managing has failed there is nothing to be found again.
    call.begin("snapshots.unmanage", KIND, record, on_backend=record["status"] != "manage_error")
