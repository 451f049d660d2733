"""Share replicas: the instances that a share of a replicated type has, one of which is active.

What is done to one that there is, is in `share_replica_actions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...versions import Microversion
from ...world.lifecycle import ERROR, Message, Outcome, Phase, Transition
from .. import errors, user_messages
from ..backend import affinity, backends, scheduling
from ..common import listing, lookup, quotas
from ..common.fields import check_metadata, check_not_busy
from ..common.records import Share, ShareInstance
from ..common.registry import Page, Resource
from ..user_message_texts import UNKNOWN_ERROR
from . import availability_zones, share_creation, share_instances, share_types, snapshot_instances
from .metadata import metadata_of

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = share_instances.KIND
ACTIVE, IN_SYNC, OUT_OF_SYNC, FAILED = STATES = ("active", "in_sync", "out_of_sync", "error")

_NETWORKS_SINCE = Microversion(2, 72)
NO_ACTIVE_REPLICA = "006"
MESSAGE_TYPE = "SHARE_REPLICA"
"""What user messages call an instance that is a replica."""

resource = Resource("share_replicas", view=share_instances.view)


# Finding them


def _visible(call: Call) -> list[listing.Test]:
    """What makes an instance a replica that the caller may see: administrators see those of every project."""
    tests: list[listing.Test] = [lambda record: record["replica_state"] is not None]
    if not call.is_admin:
        own = call.caller.project_id
        tests.append(lambda record: lookup.share_of(call.world, record)["project_id"] == own)
    return tests


def find(call: Call, missing: str = "No replica exists with ID {}.") -> Record:
    """The replica that the path names. Raises NotFound, with the id in `missing`."""
    id = call.args["share_replica_id"]
    record = call.world.store[KIND].get(id)
    if record is None or not all(test(record) for test in _visible(call)):
        raise errors.NotFound(missing.format(id))
    return record


def active_of(world: World, share_id: str) -> ShareInstance | None:
    """The active replica of a share; of several the one that the share shows."""
    found = [record for record in lookup.replicas_of(world, share_id) if record["replica_state"] == ACTIVE]
    return next((record for record in found if share_instances.is_active(world, record)), next(iter(found), None))


@resource.handles("share_replicas.list")
@resource.handles("share_replicas.detail")
def list_(call: Call) -> Page:
    tests = _visible(call)
    if call.query.get("share_id"):
        tests.append(listing.equals("share_id", call.query["share_id"]))
    found = listing.matching(call.world.store[KIND].newest_first(), tests)
    return Page(listing.bounds_of_slice(call).of(found))


@resource.handles("share_replicas.show")
def show(call: Call) -> Record:
    return find(call, "Replica {} not found.")


# Making one


def _placed(world: World, record: ShareInstance, arguments: Mapping[str, Any]) -> Outcome | None:
    """What the scheduler and the backend do: a host, a zone and export locations, or an error."""
    failure = _find_host(world, record, arguments)
    if failure is not None:
        return Outcome(ERROR, message=failure)
    active = active_of(world, record["share_id"])
    if active is None or active["status"] != "available":
        return Outcome(ERROR, message=NO_ACTIVE_REPLICA)
    export(world, record)
    return None


def _find_host(world: World, record: ShareInstance, arguments: Mapping[str, Any]) -> str | None:
    """What the scheduler does: gives the replica a host, or says, by a detail of user messages, why there is none."""
    share = lookup.share_of(world, record)
    pool = place(
        world, share, record.share_type_id, zone=record.availability_zone, only_host=arguments.get("only_host")
    )
    if isinstance(pool, str):
        return pool
    world.touch(record, host=pool["host"], availability_zone=pool["availability_zone"])
    return None


def place(
    world: World, share: Share, share_type_id: str | None, *, zone: str | None, only_host: str | None = None
) -> Record | str:
    """The pool for another replica of a share, or the detail of the user message where there is none."""
    share_type = world.store[share_types.KIND].get(share_type_id or "")
    if share_type is None:
        return scheduling.NO_TYPE
    replicas = lookup.replicas_of(world, share.id)
    replicas.sort(key=lambda record: record["replica_state"] != ACTIVE)
    request = scheduling.Request(
        size=share.size,
        specs=share_type.extra_specs,
        share_proto=share.share_proto,
        zone=zone,
        only_host=only_host,
        disabled_too=only_host is not None,
        replicas=tuple(record.host for record in replicas if record.host),
    )
    return scheduling.place(world, request)


def export(world: World, record: ShareInstance) -> None:
    """Gives a replica the locations under which its backend exports it."""
    share_instances.export_as(world, record, backends.share_exports(record.share_id, record.id))
    record.progress = "100%"


def synced(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """It has all that its share has, snapshots too."""
    for copy in lookup.snapshot_instances_on(world, record):
        if copy["status"] == "creating":
            world.touch(copy, status="available", progress="100%")


def _failed(world: World, record: ShareInstance, arguments: dict[str, Any], outcome: Outcome) -> None:
    """A replica that a backend failed to make has its host, unlike one that never got as far."""
    if not record["host"] and outcome.message not in user_messages.NEVER_PLACED:
        _find_host(world, record, arguments)
    record["status"] = "error"


@resource.handles(
    "share_replicas.create",
    Transition(
        OUT_OF_SYNC,
        IN_SYNC,
        FAILED,
        effect=synced,
        undo=_failed,
        attribute="replica_state",
        phases=(
            Phase("creating", "creating", "status", effect=_placed),
            Phase("syncing", "available", "status", instant=True),
        ),
        message=Message("002", UNKNOWN_ERROR, resource_type=MESSAGE_TYPE, elsewhere=user_messages.SCHEDULED),
    ),
)
def create(call: Call) -> Record:
    world, body = call.world, call.body
    share = _share(call)
    network_id = _network(call, share)
    call.refuse_late()
    metadata = dict(body.get("metadata") or {}) if call.knows_field("metadata") else {}
    check_metadata(metadata)
    _check_share(share)
    only_host = _only_host(call)
    check_not_busy(share)
    active = active_of(world, share["id"])
    if active is None or active["status"] != "available":
        raise errors.BadRequest(
            "Unable to perform a replication action: "
            f"Share {share['id']} does not have any active replica in available state."
        )
    zone = body.get("availability_zone") or None
    share_type = world.store[share_types.KIND].get(active["share_type_id"] or "")
    if share_type is not None:
        _check_zone_of_type(share_type, zone)
        share_creation.qos_type_of(world, share_type)
    quotas.check(call, quotas.for_replica(share["size"]), share_type_id=share_type.id if share_type else None)
    record = new(world, share, zone=_zone(call, zone), share_network_id=network_id, metadata=metadata)
    call.begin("share_replicas.create", KIND, record, only_host=only_host)
    return {**record, "replica_state": None}


def new(world: World, share: Share, *, zone: str | None, **attributes: Any) -> ShareInstance:
    """Keeps another replica of a share, which no backend has yet, and what it is to have of the share's snapshots."""
    record = share_instances.add(
        world,
        share,
        **{
            "status": "creating",
            "replica_state": OUT_OF_SYNC,
            "cast_rules_to_readonly": share.replication_type == "readable",
            "host": "",
            "availability_zone": zone,
            "share_server_id": None,
            "progress": None,
            "updated_at": None,
            **attributes,
        },
    )
    for snapshot in lookup.snapshots_of(world, share.id):
        snapshot_instances.add(world, snapshot, record, status="creating", progress="0%")
    return record


def _share(call: Call) -> Share:
    """The share that is to have a replica. Raises BadRequest, NotFound and Forbidden."""
    id = call.body.get("share_id")
    if not id or isinstance(id, dict):
        raise errors.BadRequest("Must provide Share ID to add replica.")
    id = id[0] if isinstance(id, list) and len(id) == 1 else id
    try:
        share = lookup.own_share(call, id)
    except errors.NotFound:
        raise errors.NotFound(f"No share exists with ID {id}.") from None
    for reason, is_so in (("soft deleted", share["is_soft_deleted"]), ("encrypted", share["encryption_key_ref"])):
        if is_so:
            raise errors.Forbidden(f"Replica cannot be created for share '{share['id']}' since it is {reason}.")
    return share


def _network(call: Call, share: Share) -> str | None:
    """The network that the replica is to be on: that of its share where none is asked for. Raises BadRequest."""
    wanted = call.body.get("share_network_id")
    if not wanted:
        return None if share["share_network_id"] is None else str(share["share_network_id"])
    if call.version < _NETWORKS_SINCE:
        raise errors.BadRequest(
            "'share_network_id' option is not supported by this microversion. Use 2.72 or greater microversion to be "
            "able to use 'share_network_id'."
        )
    raise errors.BadRequest(f"No share network exists with ID {wanted}.")


def _check_share(share: Share) -> None:
    """Raises BadRequest for a share that cannot have replicas."""
    if not share["replication_type"]:
        raise errors.BadRequest(f"Replication not supported for share {share['id']}.")
    if share["share_group_id"]:
        raise errors.BadRequest("Replication not supported for shares in a group.")


def _only_host(call: Call) -> str | None:
    """The host that the scheduler is to take, as far as the caller may say so. Raises BadRequest for other hints."""
    hints = call.body.get("scheduler_hints") if call.knows_field("scheduler_hints") else None
    if not hints:
        return None
    if list(hints) != [affinity.ONLY_HOST]:
        raise errors.BadRequest("Invalid input received: Arg 'scheduler_hints' supports only 'only_host' key.")
    return str(hints[affinity.ONLY_HOST]) if call.is_admin and hints[affinity.ONLY_HOST] is not None else None


def _check_zone_of_type(share_type: Record, zone: Any) -> None:
    zones = share_type["extra_specs"].get("availability_zones")
    if zone and zones and zone not in zones.split(","):
        raise errors.BadRequest(
            f"Share replica cannot be created since the share type {share_type['name']}(ID: {share_type['id']}) is "
            f"not supported within the availability zone chosen {zone}."
        )


def _zone(call: Call, wanted: Any) -> str | None:
    """The name of the zone that is asked for by name or id. Raises BadRequest."""
    if wanted is None:
        return None
    wanted = wanted[0] if isinstance(wanted, list) and len(wanted) == 1 else wanted
    found = None if isinstance(wanted, dict) else availability_zones.find(call.world, str(wanted))
    if found is None:
        raise errors.BadRequest(f"Availability zone {wanted} could not be found.")
    return str(found["name"])


# Deleting one


def _gone(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    share_instances.show_best(world, lookup.share_of(world, record), without=record)
    share_instances.remove(world, record)


def _not_gone(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    record["replica_state"] = FAILED


_NOT_DELETED = Message("007", UNKNOWN_ERROR, resource_type=MESSAGE_TYPE)


@resource.handles(
    "share_replicas.delete",
    Transition("deleting", None, "error_deleting", effect=_gone, undo=_not_gone, message=_NOT_DELETED),
)
def delete(call: Call) -> None:
    _delete(call, find(call), "share_replicas.delete")


@resource.handles(
    "share_replicas.force_delete",
    Transition("deleting", None, None, effect=_gone, undo=_not_gone, message=_NOT_DELETED),
)
def force_delete(call: Call) -> None:
    _delete(call, find(call, "The resource could not be found."), "share_replicas.force_delete")


def _delete(call: Call, record: Record, operation: str) -> None:
    world = call.world
    states = [other["replica_state"] for other in lookup.replicas_of(world, record["share_id"])]
    if record["replica_state"] == ACTIVE and states.count(ACTIVE) == 1:
        raise errors.BadRequest("Unable to perform a replication action: Cannot delete last active replica.")
    if record["host"]:
        call.begin(operation, KIND, record)
        share_instances.show_best(world, lookup.share_of(world, record))
    else:  # no backend knows of it: there is nothing to wait for
        _gone(world, record, {})


def _find_by(call: Call, id: str) -> Record:
    return find(call, "Share_replica not found.")


metadata = metadata_of("share_replica_metadata", _find_by)
