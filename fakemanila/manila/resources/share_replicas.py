"""Share replicas: the instances that a share of a replicated type has, one of which is active.

What is done to one that there is, is in `share_replica_actions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...versions import Microversion
from ...world.lifecycle import Message, Outcome, Transition
from .. import errors
from ..backend import affinity, servers
from ..common import listing, lookup, quotas
from ..common.fields import check_metadata, check_not_busy
from ..common.records import Share, ShareInstance, ShareNetwork
from ..common.registry import Page, Resource
from ..user_message_texts import UNKNOWN_ERROR
from . import (
    availability_zones,
    share_creation,
    share_instances,
    share_network_changes,
    share_network_subnets,
    share_replica_placing,
    share_types,
    snapshot_instances,
)
from .metadata import metadata_of
from .share_replica_placing import ACTIVE, FAILED, MESSAGE_TYPE, OUT_OF_SYNC, active_of

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = share_instances.KIND

_NETWORKS_SINCE = Microversion(2, 72)

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
        raise lookup.missing(call, "share_replicas", id, missing.format(id), record)
    return record


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


@resource.handles("share_replicas.create", share_replica_placing.PLACING)
def create(call: Call) -> Record:
    world, body = call.world, call.body
    share = _share(call)
    network = _network(call, share)
    call.refuse_late({"metadata."})
    metadata = dict(body.get("metadata") or {}) if call.knows_field("metadata") else {}
    check_metadata(metadata)
    _check_domains(world, share, network)
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
    call.refuse_late()
    zone = _zone(call, zone)
    _check_subnets(world, network, share_type, zone)
    network_id = network.id if network else None
    record = new(world, share, zone=zone, share_network_id=network_id, metadata=metadata)
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
    for rule in world.store[lookup.SHARE_ACCESS_RULES].where(share_id=share.id, state="error"):
        rule["failed_before"] = [*rule["failed_before"], record["id"]]
    return record


def _share(call: Call) -> Share:
    """The share that is to have a replica. Raises BadRequest, NotFound and Forbidden."""
    id = call.body.get("share_id")
    if not id or isinstance(id, dict):
        raise errors.BadRequest("Must provide Share ID to add replica.")
    id = id[0] if isinstance(id, list) and len(id) == 1 else id
    try:
        share = lookup.own_share(call, id)
    except errors.NotFound as error:
        raise errors.NotFound(f"No share exists with ID {id}.", because=error.because) from None
    for reason, is_so in (("soft deleted", share["is_soft_deleted"]), ("encrypted", share["encryption_key_ref"])):
        if is_so:
            raise errors.Forbidden(f"Replica cannot be created for share '{share['id']}' since it is {reason}.")
    return share


def _network(call: Call, share: Share) -> ShareNetwork | None:
    """The network that the replica is to be on: that of its share where none is asked for. Raises BadRequest."""
    wanted = call.body.get("share_network_id")
    if wanted and call.version < _NETWORKS_SINCE:
        raise errors.BadRequest(
            "'share_network_id' option is not supported by this microversion. Use 2.72 or greater microversion to be "
            "able to use 'share_network_id'."
        )
    wanted = wanted or share.share_network_id
    if not wanted:
        return None
    network = lookup.own(call, lookup.SHARE_NETWORKS, str(wanted))
    if network is None or isinstance(wanted, dict):
        raise errors.BadRequest(f"No share network exists with ID {wanted}.")
    share_network_changes.check_active(network)
    return network


def _check_domains(world: World, share: Share, network: ShareNetwork | None) -> None:
    """Raises BadRequest for a network whose security services aren't those of the share's own network."""
    own = world.store[lookup.SHARE_NETWORKS].get(share.share_network_id or "")
    if own is not None and network is not None and set(own.security_services) != set(network.security_services):
        raise errors.BadRequest(
            "Invalid input received: Share and its replica can't be in different authentication domains."
        )


def _check_subnets(world: World, network: ShareNetwork | None, share_type: Record | None, zone: str | None) -> None:
    """Raises BadRequest for a network that has no subnet where the replica may be."""
    if network is None:
        return
    if zone is not None and not share_network_subnets.usable_in_zone(world, network, zone):
        raise errors.BadRequest(
            "Share replica cannot be created because the share network is not available within the specified "
            "availability zone."
        )
    allowed = ((share_type["extra_specs"] if share_type else {}).get("availability_zones") or "").split(",")
    zones = servers.zones_of(world, network)
    if zone is None and not (zones if allowed == [""] else set(zones) & set(allowed)):
        raise errors.BadRequest(
            "Invalid input received: The share network is not supported within any requested availability zone. Check "
            "the share type's 'availability_zones' extra-spec and the availability zones of the share network subnets"
        )


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
