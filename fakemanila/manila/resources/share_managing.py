"""Shares that Manila takes over from a backend, or lets go of without touching them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...reasons.records import WrongStatus
from ...versions import Microversion
from ...world.kinds import Kind
from ...world.lifecycle import ERROR, Outcome, Transition
from ...world.rows import Row
from .. import errors
from ..backend import affinity, backends, exports, scheduling, servers
from ..common import extra_specs, lookup
from ..common.attributes import Size
from ..common.fields import MAX_DISPLAY_LENGTH, TRANSITIONAL, check_not_busy, check_not_soft_deleted, display
from ..common.registry import Resource
from . import services, share_creation, share_instances, share_types, shares
from .snapshot_managing import MANAGED_AT

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import Share
    from ..context import Call

KIND = lookup.SHARES


class UnmanagedShare(Row):
    """A share that lies on a backend without Manila knowing of it. Its id is where it lies."""

    id: str
    size: Size


UNMANAGED = Kind("unmanaged_shares", UnmanagedShare)
"""Shares that lie on a backend without Manila knowing of them, by where they lie."""

_SERVERS_SINCE = Microversion(2, 49)

resource = Resource("share_managing", view=shares.view, kinds=(UNMANAGED,))


def _place_of(host: str, path: str) -> str:
    """Under what a backend remembers a share: whichever of its addresses a path begins with."""
    return f"{backends.backend_of(host)}:{path.rpartition(':/')[2]}"


# Taking over


def _managed(world: World, share: Share, arguments: Mapping[str, Any]) -> Outcome | None:
    """Takes over what lies at the path, if anything does; the backend refuses a path or a protocol it doesn't know."""
    share_type = world.store[share_types.KIND].get(share["share_type_id"])
    request = scheduling.Request(
        size=0,
        specs=share_type.extra_specs if share_type else {},
        share_proto=share["share_proto"],
        only_host=share["host"],
    )
    if isinstance(scheduling.place(world, request), str):
        return Outcome(ERROR)
    share["metadata"] = {**share["metadata"], MANAGED_AT: share["created_at"].replace("T", " ")}
    place = _place_of(share["host"], arguments["path"])
    found = world.store[UNMANAGED].get(place)
    if found is None or share_type is None or backends.protocol_of(world, share) is None:
        return Outcome(ERROR)
    try:
        extra_specs.check_size(share_type, found["size"], extra_specs.MIN_SIZE, extra_specs.MAX_SIZE)
    except errors.BadRequest:
        return Outcome(ERROR)
    world.store[UNMANAGED].remove(place)
    share.update(size=found["size"], availability_zone=backends.zone_of(world, share["host"]))
    share_instances.export(world, share)
    return None


@resource.handles("shares.manage", Transition("manage_starting", "available", "manage_error", effect=_managed))
def manage(call: Call) -> Record:
    body = call.body
    path = _path(call)
    if len(body["protocol"]) > MAX_DISPLAY_LENGTH:
        raise errors.BadRequest(f"A protocol has at most {MAX_DISPLAY_LENGTH} characters.")
    host = _host(call)
    share_type = share_types.find_by_id_or_name(call, body["share_type"]) if body.get("share_type") else _default(call)
    is_public = shares.asked_public(call, "share:create_public_share") if call.knows_field("is_public") else False
    _check_unknown(call, host, path)
    server = _server(call, share_type)
    qos_type = share_creation.qos_type_of(call.world, share_type)
    record = share_creation.new(
        call.world,
        share_type,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
        name=display(body, "display_name" if "display_name" in body else "name"),
        description=display(body, "display_description" if "display_description" in body else "description"),
        size=0,  # nobody knows before the backend has looked
        share_proto=body["protocol"].upper(),
        is_public=is_public,
        metadata={},
        availability_zone=None,
        snapshot_id=None,
        host=host,
        share_server_id=server["id"] if server else None,
        share_network_id=_network_id(call.world, server),
        mount_point_name=share_creation.mount_point_name(call, share_type),
        qos_type_id=qos_type["id"] if qos_type else None,
    )
    instance = lookup.instances_of(call.world, record["id"])[0]
    share_instances.export_as(call.world, instance, [exports.Export(path)])
    call.begin("shares.manage", KIND, record, path=path)
    return record


def _path(call: Call) -> str:
    """Where the share is; Manila also takes an object with the path in it."""
    for field in ("export_path", "service_host", "protocol"):
        if not call.body[field]:
            raise errors.UnprocessableEntity(f"Required parameter {field} is empty")
    path = call.body["export_path"]
    if isinstance(path, dict):
        path = path.get("path")
    if not isinstance(path, str):
        raise errors.UnprocessableEntity("Export path must be a string, or a dictionary with a 'path' item")
    return path


def _host(call: Call) -> str:
    """The pool, whose service has to be up. Raises BadRequest, and NotFound for a host that isn't known."""
    host = str(call.body["service_host"])
    if not host.partition("#")[2]:
        raise errors.BadRequest("service_host parameter should contain pool.")
    backend = backends.backend_of(host)
    if services.find(call.world, services.SHARE, backend) is None:
        raise lookup.missing(call, services.KIND, backend, f"Service {backend} could not be found.")
    if backend not in services.hosts_up(call.world, with_disabled=True):
        raise errors.BadRequest(f"Service {backend} is down.")
    return host


def _default(call: Call) -> Record:
    found = share_types.default(call.world)
    if found is None:
        raise lookup.missing(call, share_types.KIND, "default", "Default share type not found.")
    return found


def _check_unknown(call: Call, host: str, path: str) -> None:
    """Raises Conflict for a path that some share of that host has already."""
    world = call.world
    for share in world.store[KIND]:
        instance = world.store[share_instances.KIND].get(share["instance_id"])
        if share["host"] == host and instance and any(each["path"] == path for each in instance["export_locations"]):
            raise errors.Conflict("Invalid share: A share already exists with the export path specified.")


def _server(call: Call, share_type: Record) -> Any:
    """The share server that the share is on, for types that want one. Raises BadRequest."""
    server_id = call.body.get("share_server_id") if call.knows_field("share_server_id") else None
    wanted = extra_specs.handles_share_servers(share_type["extra_specs"])
    if wanted != bool(server_id):
        raise errors.BadRequest(
            f"Invalid input received: Share Server ID parameter is {'required' if wanted else 'not expected'} when "
            f"managing a share using a share type with driver_handles_share_servers extra-spec set to {wanted}."
        )
    if not server_id:
        return None
    server = call.world.store[servers.KIND].get(server_id)
    if server is None:
        raise errors.BadRequest("Invalid input received: Share Server specified was not found.")
    if server["status"] != "active":
        raise errors.Conflict(
            "Invalid share server: The provided share server is not active.", because=WrongStatus.of(server, "active")
        )
    return server


def _network_id(world: World, server: Record | None) -> str | None:
    network = None if server is None else servers.network_of(world, server)
    return None if network is None else str(network["id"])


# Letting go


def _unmanaged(world: World, share: Record, arguments: Mapping[str, Any]) -> None:
    instance = world.store[share_instances.KIND].get(share["instance_id"])
    if instance and instance["export_locations"] and not arguments["failed"]:
        place = _place_of(share["host"], instance["export_locations"][0]["path"])
        if place not in world.store[UNMANAGED]:
            world.store[UNMANAGED].add(UnmanagedShare(id=place, size=share["size"]))
    affinity.forget(world, share)
    servers.keep(world, share["share_server_id"])
    for rule in world.store[lookup.SHARE_ACCESS_RULES].where(share_id=share["id"]):
        world.remove(lookup.SHARE_ACCESS_RULES, rule)  # unlike a deletion, this leaves its locks
    share_instances.removed(world, share, arguments)


@resource.handles("shares.unmanage", Transition("unmanage_starting", None, "unmanage_error", effect=_unmanaged))
def unmanage(call: Call) -> None:
    world = call.world
    share = lookup.share(call, call.args["share_id"])
    id = share["id"]
    check_not_soft_deleted(share, "Share '{id} cannot be unmanaged,")
    if lookup.has_replicas(call.world, share):
        raise errors.Conflict(f"Share {id} has replicas. It cannot be unmanaged until all replicas are removed.")
    if share["share_server_id"] and call.version < _SERVERS_SINCE:
        raise errors.Forbidden(
            "Operation 'unmanage' is not supported for shares that are created on top of share servers (created with "
            "share-networks)."
        )
    if share["status"] in TRANSITIONAL:
        raise errors.Forbidden(
            f"Share with transitional state can not be unmanaged. Share '{id}' is in '{share['status']}' state.",
            because=WrongStatus.among(share, *TRANSITIONAL),
        )
    for dependents, name in ((lookup.snapshots_of, "snapshot(s)"), (lookup.backups_of, "backup(s)")):
        count = len(dependents(world, id))
        if count:
            raise errors.Forbidden(f"Share '{id}' can not be unmanaged because it has '{count}' dependent {name}.")
    try:
        shares.check_unlocked(call, share)
    except shares.InvalidShare as error:
        raise errors.Forbidden(error.message, because=error.because) from None
    check_not_busy(share)
    failed = share["status"] == "manage_error"
    call.begin("shares.unmanage", KIND, share, failed=failed)
    if failed and share["status"] == "unmanage_starting":
        share["status"] = "manage_error_unmanage_starting"
