"""Shares: what snapshots are taken of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors
from ..lifecycle import Transition
from ..versions import Microversion
from . import availability_zones, backends, extra_specs, listing, locks, lookup, quotas, share_instances, share_types
from .fields import asked_status, check_display_length, check_metadata, check_not_busy, display
from .registry import Page, Resource

if TYPE_CHECKING:
    from ..context import Call
    from ..store import Record
    from ..world import World

KIND = lookup.SHARES

# Behaviour that a microversion brought; what is shown at which one is the contract's matter.
_FROM_SNAPSHOT_CAPABILITY_SINCE = Microversion(2, 24)
_ZONES_OF_TYPE_SINCE = Microversion(2, 48)

_DELETABLE = ("available", "error", "inactive")

_SORT_KEYS = {
    "name": "name",
    **{
        key: key
        for key in (
            "id",
            "created_at",
            "updated_at",
            "project_id",
            "user_id",
            "size",
            "share_proto",
            "is_public",
            "snapshot_id",
            "snapshot_support",
            "task_state",
            "status",
            "host",
            "share_type_id",
            "share_network_id",
            "share_server_id",
            "share_group_id",
        )
    },
    "display_name": "name",
    "display_description": "description",
}
_FILTERS = (
    "status",
    "share_server_id",
    "snapshot_id",
    "share_network_id",
    "share_group_id",
    "mount_point_name",
    "encryption_key_ref",
    "availability_zone",
)

resource = Resource("shares")


def view(call: Call, record: Record) -> Mapping[str, Any]:
    share_type = call.world.store[share_types.KIND].get(record["share_type_id"])
    instance = call.world.store[share_instances.KIND].get(record["instance_id"])
    paths = [location["path"] for location in instance["export_locations"]] if instance else []
    return {
        **record,
        "share_type_name": share_type["name"] if share_type else None,
        "access_rules_status": lookup.access_rules_status(call.world, record["id"]),
        "export_location": next(iter(paths), None),
        "export_locations": paths,
        "links": call.links(KIND, record["id"]),
    }


resource.view = view


# Lists


@resource.handles("shares.list")
@resource.handles("shares.detail")
def list_(call: Call) -> Page:
    listing.page_bounds(call)
    tests = [*_filters(call), *_scope(call)]
    found = listing.matching(call.world.store[KIND].newest_first(), tests)
    return listing.page(call, listing.sort(call, found, _SORT_KEYS), offset_needs_limit=True)


def _scope(call: Call) -> list[listing.Test]:
    """Whose shares: the caller's project's, with ``is_public`` those that are public, everyone's for administrators."""
    try:
        public = listing.strict_bool(call.query.get("is_public", False))
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None
    if call.is_admin and listing.all_tenants(call) and call.allows("share:list_all_projects"):
        wanted = call.query.get("project_id")
        return [listing.equals("project_id", wanted)] if wanted else []
    project_id = call.caller.project_id
    return [lambda record: record["project_id"] == project_id or (public and record["is_public"])]


def _filters(call: Call) -> list[listing.Test]:
    query = call.query
    deleted = listing.flag(call, "is_soft_deleted")
    tests: list[listing.Test] = [lambda record: record["is_soft_deleted"] == deleted]
    tests += [listing.equals(name, query[name]) for name in _FILTERS if name in query]
    if "host" in query:
        call.require("share:list_by_host")
        tests.append(listing.equals("host", query["host"]))
    if "share_server_id" in query:
        call.require("share:list_by_share_server_id")
    for name in ("name", "description"):
        exact = query.get(name, query.get(f"display_{name}"))
        if exact:
            tests.append(listing.equals(name, exact))
        elif query.get(f"{name}~"):
            tests.append(listing.contains(name, query[f"{name}~"]))
    type_id = query.get("share_type_id", query.get("volume_type_id"))
    if type_id is not None:
        tests.append(listing.equals("share_type_id", type_id))
    located = share_instances.located(query)
    if located:
        exported = listing.matching(call.world.store[share_instances.KIND], located)
        ids = {record["share_id"] for record in exported}
        tests.append(lambda record: record["id"] in ids)
    metadata = listing.mapping(call, "metadata")
    if metadata is not None:
        tests.append(listing.has_items("metadata", metadata))
    specs = listing.mapping(call, "extra_specs")
    if specs is not None:
        call.require("share_types_extra_spec:index")
        types = {t["id"] for t in call.world.store[share_types.KIND] if listing.has_items("extra_specs", specs)(t)}
        tests.append(lambda record: record["share_type_id"] in types)
    return tests


# Create


def _placed(world: World, record: Record, arguments: dict[str, Any]) -> str | None:
    """What the scheduler and the backend do: a host, a zone and export locations, or an error when nothing fits."""
    if not record["host"]:
        share_type = world.store[share_types.KIND].get(record["share_type_id"])
        pool = backends.pick(world, share_type, record["availability_zone"], record["size"]) if share_type else None
        if pool is None:
            return "error"
        record.update(host=pool["host"], availability_zone=pool["availability_zone"])
    record["progress"] = "100%"
    share_instances.export(world, record)
    return None


@resource.handles("shares.create", Transition("creating", "available", "error", effect=_placed))
def create(call: Call) -> Record:
    body = call.body
    is_public = _public(call, "share:create_public_share")
    name = display(body, "name" if body.get("name") else "display_name")
    description = display(body, "description" if body.get("description") else "display_description")
    zone = _zone(call)
    if call.knows_field("share_group_id") and body.get("share_group_id"):
        raise errors.NotFound(f"ShareGroup {body['share_group_id']} could not be found.")
    snapshot = lookup.snapshot(call, body["snapshot_id"]) if body.get("snapshot_id") is not None else None
    source = _source(call, snapshot)
    if body.get("share_network_id"):
        raise errors.NotFound(f"Share network {body['share_network_id']} could not be found.")
    share_type = _type(call, snapshot, source)
    _check_zone(call, share_type, zone)
    check_metadata(body.get("metadata"))
    _check_support(call, share_type)
    size = _size(call, snapshot)
    _check_provisioning(share_type, size)
    if source is not None:
        zone = _zone_of_source(source, zone)
    _check_protocol(body["share_proto"])
    quotas.check_share_size(call, size)
    quotas.check(call, quotas.for_share(share_type, size), share_type_id=share_type["id"])
    record = _new(
        call,
        share_type,
        name=name,
        description=description,
        size=size,
        share_proto=body["share_proto"].upper(),
        is_public=is_public,
        metadata=dict(body.get("metadata") or {}),
        availability_zone=zone,
        snapshot_id=snapshot["id"] if snapshot else None,
        host=source["host"] if source else "",
    )
    call.world.begin("shares.create", KIND, record)
    return record


def _public(call: Call, rule: str) -> bool:
    """``is_public``; making a share public needs a policy of its own."""
    try:
        wanted = listing.strict_bool(call.body.get("is_public", False))
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None
    if wanted and not call.allows(rule):
        raise errors.Forbidden("User is not authorized to set 'is_public' to True in the request.")
    return wanted


def _zone(call: Call) -> str | None:
    wanted = call.body.get("availability_zone")
    if not wanted:
        return None
    zone = availability_zones.find(call.world, wanted)
    if zone is None:
        raise errors.NotFound(f"Availability zone {wanted} could not be found.")
    return str(zone["name"])


def _source(call: Call, snapshot: Record | None) -> Record | None:
    """The share that a snapshot is of. Raises BadRequest when no share may be made from it."""
    if snapshot is None:
        return None
    source = lookup.share(call, snapshot["share_id"])
    if call.version >= _FROM_SNAPSHOT_CAPABILITY_SINCE and not source["create_share_from_snapshot_support"]:
        raise errors.BadRequest(
            f"A new share may not be created from snapshot '{snapshot['id']}', because the snapshot's parent share "
            "does not have that capability."
        )
    if snapshot["status"] != "available":
        raise errors.BadRequest("Invalid share snapshot: status must be 'available'")
    return source


def _type(call: Call, snapshot: Record | None, source: Record | None) -> Record:
    """The type asked for, else that of the source share, else the default one."""
    body = call.body
    if "share_type" in body and "volume_type" in body:
        raise errors.BadRequest("Cannot specify both share_type and volume_type")
    wanted = body.get("share_type") or body.get("volume_type")
    if source is not None:
        chosen = share_types.find_by_id_or_name(call, wanted) if wanted else None
        if chosen is not None and chosen["id"] != source["share_type_id"]:
            raise errors.BadRequest(
                "Invalid input received: Invalid share type specified: the requested share type must match the type "
                "of the source share."
            )
        return call.world.store[share_types.KIND].get(source["share_type_id"]) or {"extra_specs": {}, "id": None}
    chosen = share_types.find_by_id_or_name(call, wanted) if wanted else share_types.default(call.world)
    if chosen is None:
        raise errors.NotFound("Share type not found.")
    if extra_specs.handles_share_servers(chosen["extra_specs"]):
        raise errors.BadRequest("Share network must be set when the driver_handles_share_servers is true.")
    return chosen


def _check_zone(call: Call, share_type: Record, zone: str | None) -> None:
    zones = share_type["extra_specs"].get("availability_zones")
    if zone and zones and call.version >= _ZONES_OF_TYPE_SINCE and zone not in zones.split(","):
        raise errors.BadRequest(
            f"Share type {share_type['name']} is not supported within the availability zone chosen {zone}."
        )


def _check_support(call: Call, share_type: Record) -> None:
    """Mount point names and encryption keys are for types that say so."""
    specs, body = share_type["extra_specs"], call.body
    named = call.knows_field("mount_point_name") and body.get("mount_point_name") is not None
    if named and not extra_specs.capability(specs, "mount_point_name_support"):
        raise errors.BadRequest(
            f"Setting a mount point name is not supported by the share type used: {share_type['id']}."
        )
    if call.knows_field("encryption_key_ref") and body.get("encryption_key_ref"):
        raise errors.BadRequest(f"Share type {share_type['name']} must support encryption and share servers.")


def _size(call: Call, snapshot: Record | None) -> int:
    if "size" not in call.body:
        raise errors.BadRequest("size is required")
    given = call.body["size"]
    if snapshot is not None and not given:
        given = snapshot["size"]
    try:
        size = int(str(given))
    except ValueError:
        size = 0
    if size <= 0:
        raise errors.BadRequest(f"Invalid input received: Share size '{given}' must be an integer and greater than 0")
    if snapshot is not None and size < snapshot["size"]:
        raise errors.BadRequest(
            f"Invalid input received: Share size '{size}' must be equal or greater than snapshot size"
        )
    return size


def _check_provisioning(share_type: Record, size: int) -> None:
    """The smallest and largest size that a type allows."""
    specs = share_type["extra_specs"]
    low, high = specs.get("provisioning:min_share_size"), specs.get("provisioning:max_share_size")
    if low and size < int(low):
        raise errors.BadRequest(
            f"Invalid input received: Specified share size of '{size}' is less than the minimum required size of "
            f"'{low}' for share type '{share_type['name']}'."
        )
    if high and size > int(high):
        raise errors.BadRequest(
            f"Invalid input received: Specified share size of '{size}' is greater than the maximum allowable size of "
            f"'{high}' for share type '{share_type['name']}'."
        )


def _zone_of_source(source: Record, zone: str | None) -> str | None:
    """A share made from a snapshot lives where its source does."""
    if zone is not None and zone != source["availability_zone"]:
        raise errors.BadRequest(
            "Invalid input received: The specified availability zone must be the same as the parent share when "
            "creating from snapshot."
        )
    return None if source["availability_zone"] is None else str(source["availability_zone"])


def _check_protocol(protocol: str) -> None:
    if protocol.upper() not in backends.PROTOCOLS:
        raise errors.BadRequest(
            f"Invalid input received: Invalid share protocol provided: {protocol.upper()}. It is either disabled or "
            f"unsupported. Available protocols: {list(backends.PROTOCOLS)}"
        )


def _new(call: Call, share_type: Record, **attributes: Any) -> Record:
    world, specs = call.world, share_type["extra_specs"]
    record = world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "instance_id": world.seeded.uuid(),
            "project_id": call.caller.project_id,
            "user_id": call.caller.user_id,
            "share_type_id": share_type["id"],
            "created_at": world.timestamp(),
            "updated_at": None,
            "task_state": None,
            "progress": None,
            "replication_type": specs.get("replication_type"),
            "has_replicas": False,
            "share_network_id": None,
            "share_server_id": None,
            "share_group_id": None,
            "source_share_group_snapshot_member_id": None,
            "source_backup_id": None,
            "is_soft_deleted": False,
            "scheduled_to_be_deleted_at": None,
            "encryption_key_ref": None,
            "mount_point_name": None,
            **{name: extra_specs.capability(specs, name) for name in extra_specs.BOOLEAN},
            **attributes,
        }
    )
    share_instances.add(world, record)
    return record


# Show, update, delete


@resource.handles("shares.show")
def show(call: Call) -> Record:
    return lookup.share(call, call.args["share_id"])


@resource.handles("shares.update")
def update(call: Call) -> Record:
    changes: dict[str, Any] = {}
    for field in ("name", "description"):
        if f"display_{field}" in call.body:
            changes[field] = call.body[f"display_{field}"]
            check_display_length(changes[field], f"display_{field}")
    record = lookup.share(call, call.args["share_id"])
    if record["is_soft_deleted"]:
        raise errors.Forbidden(f"Share '{record['id']} cannot be updated, since it has been soft deleted.")
    if "is_public" in call.body:
        changes["is_public"] = _public(call, "share:set_public_share")
    call.require("share:update", record)
    call.world.touch(record, **changes)
    return record


def _remove(call: Call, operation: str, record: Record) -> None:
    locked = locks.on(call.world, record["id"], locks.DELETE)
    if locked:
        raise InvalidShare(f"Resource lock/s [{', '.join(lock['id'] for lock in locked)}] prevent delete action.")
    if any(lookup.snapshots_of(call.world, record["id"])):
        count = len(lookup.snapshots_of(call.world, record["id"]))
        raise InvalidShare(f"Invalid share: Share still has {count} dependent snapshots.")
    check_not_busy(record)
    if record["host"]:
        call.world.begin(operation, KIND, record)
    else:  # no backend knows of it: there is nothing to wait for
        share_instances.removed(call.world, record, {})
        call.world.store[KIND].remove(record["id"])


class InvalidShare(errors.BadRequest):
    """A share that isn't in a state for what is asked; some calls answer it with 403."""


@resource.handles("shares.delete", Transition("deleting", None, "error_deleting", effect=share_instances.removed))
def delete(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    call.require("share:delete", record)
    if record["status"] not in _DELETABLE:
        raise errors.Forbidden(f"Invalid share: Share status must be one of {_DELETABLE}")
    try:
        _remove(call, "shares.delete", record)
    except InvalidShare as error:
        raise errors.Forbidden(error.message) from None


@resource.handles("shares.force_delete", Transition("deleting", None, "error_deleting", effect=share_instances.removed))
def force_delete(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    call.require("share:force_delete", record)
    _remove(call, "shares.force_delete", record)


@resource.handles("shares.reset_status")
def reset_status(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    if record["is_soft_deleted"]:
        raise errors.Forbidden(f"status cannot be reset for share '{record['id']}' since it has been soft deleted.")
    status = asked_status(call, "status", share_instances.RESETTABLE)
    call.require("share:reset_status", record)
    call.world.put_right(record, status)


# Revert to a snapshot


def _reverted(world: World, record: Record, arguments: dict[str, Any]) -> None:
    snapshot = world.store[lookup.SNAPSHOTS].get(arguments["snapshot_id"])
    if snapshot is not None:
        record["size"] = snapshot["size"]
        world.touch(snapshot, status="available")


@resource.handles("shares.revert", Transition("reverting", "available", "reverting_error", effect=_reverted))
def revert(call: Call) -> None:
    share = lookup.share(call, call.args["share_id"])
    if call.body["snapshot_id"] not in call.world.store[lookup.SNAPSHOTS]:
        raise errors.BadRequest(f"Snapshot {call.body['snapshot_id']} could not be found.")
    snapshot = lookup.snapshot(call, call.body["snapshot_id"])
    share_id, snapshot_id = share["id"], snapshot["id"]
    if share["is_soft_deleted"]:
        raise errors.Forbidden(f"Share '{share_id} cannot revert to snapshot, since it has been soft deleted.")
    if not share["revert_to_snapshot_support"]:
        raise errors.BadRequest(
            f"Share {share_id} may not be reverted to snapshot {snapshot_id}, because the share does not have that "
            "capability."
        )
    if snapshot["share_id"] != share_id:
        raise errors.BadRequest(f"Snapshot {snapshot_id} is not associated with share {share_id}.")
    if share["status"] != "available":
        raise errors.Conflict(
            f"Share {share_id} is in '{share['status']}' state, but it must be in 'available' state to be reverted to "
            "a snapshot."
        )
    if snapshot["status"] != "available":
        raise errors.Conflict(
            f"Snapshot {snapshot_id} is in '{snapshot['status']}' state, but it must be in 'available' state to be "
            "restored."
        )
    check_not_busy(share)
    latest = lookup.snapshots_of(call.world, share_id)[0]
    if latest is not snapshot:
        raise errors.Conflict(
            f"Snapshot {snapshot_id} may not be restored because it is not the most recent snapshot of share "
            f"{share_id}. Currently the latest snapshot is {latest['id']}."
        )
    if lookup.access_rules_status(call.world, share_id) != "active":
        raise errors.Conflict(
            f"Snapshot {snapshot_id} belongs to a share {share_id} which has access rules that are not active."
        )
    call.world.touch(snapshot, status="restoring")
    call.world.begin("shares.revert", KIND, share, snapshot_id=snapshot_id)
