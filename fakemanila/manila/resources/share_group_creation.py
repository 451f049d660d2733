"""Making share groups: of which types, where they come to live, and the shares of those made from a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from ...contract.documents import DocumentError
from ...reasons.records import WrongStatus
from ...world.lifecycle import ERROR, Message, Outcome, Transition
from .. import errors, user_messages
from ..backend import backends, capabilities, scheduling, servers
from ..common import extra_specs, lookup, quotas
from ..common.attributes import Name
from ..common.fields import display, echoed, is_uuid
from ..common.registry import Resource
from ..common.seeds import UNPLACED, Fields, Identified, Project, Reference, Types, User, one_of, reference
from . import (
    availability_zones,
    share_creation,
    share_group_types,
    share_groups,
    share_instances,
    share_network_changes,
    share_placing,
    share_seeding,
    share_types,
)

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import Member, ShareNetwork
    from ..context import Call

KIND = lookup.SHARE_GROUPS

_FIELDS = (
    "name",
    "description",
    "share_types",
    "share_group_type_id",
    "source_share_group_snapshot_id",
    "share_network_id",
    "availability_zone",
)
_CONSISTENT, _OF_POOLS = "consistent_snapshot_support", "sg_consistent_snapshot_support"
"""What a group type may ask for, and what pools call it: snapshots of all of a group's shares at once."""

resource = Resource("share_group_creation", view=share_groups.resource.view)


def placed(world: World, record: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    """The group has a pool, and a group from a snapshot its shares."""
    if not record["host"]:
        pool = find_pool(world, record)
        if isinstance(pool, str):
            return Outcome(ERROR, message=pool)
        record.update(host=pool["host"], availability_zone=pool["availability_zone"])
    if record["share_network_id"] and not _serve(world, record):
        return Outcome(ERROR)
    for share in world.store[lookup.SHARES].where(share_group_id=record["id"], status="creating"):
        world.touch(share, status="available", progress="100%")
        share_instances.export(world, share)
    record.update({_CONSISTENT: backends.capability(world, record["host"], _OF_POOLS), "created_at": world.timestamp()})
    return None


def _serve(world: World, record: Record) -> bool:
    """Gives a group on a network its server; False where there is none for it."""
    server = world.store[servers.KIND].get(record["share_server_id"] or "") or servers.provide(
        world, record["host"], record["share_network_id"], record["availability_zone"]
    )
    if server is None:
        return False
    if server["status"] == "creating":
        servers.set_up(world, server)
    record["share_server_id"] = server["id"]
    return bool(server["status"] == "active")


def find_pool(world: World, record: Mapping[str, Any]) -> Record | str:
    """A pool for shares of all of the group's types, or the detail of the user message where there is none."""
    group_type = world.store[share_group_types.KIND].get(record["share_group_type_id"])
    wanted = group_type["group_specs"].get(_CONSISTENT) if group_type else None
    consistent = {} if wanted is None else {_OF_POOLS: wanted}
    load, now = backends.Load(world), world.timestamp()
    pools = [
        pool
        for pool in world.store[backends.KIND]
        if capabilities.satisfied(backends.capabilities(pool, load, now), consistent)
    ]
    if not pools:
        return scheduling.NO_VALID_HOST
    types = [world.store[share_types.KIND].get(id) for id in record["share_types"]]
    zone, zones = record["availability_zone"], share_placing.zones_of(world, record)
    requests = [
        scheduling.Request(0, {**kind["extra_specs"], **consistent}, None, zone, zones) for kind in types if kind
    ]
    best = scheduling.place(world, requests[0]) if requests else scheduling.NO_VALID_HOST
    if isinstance(best, str):
        return best
    pool: Record
    for pool in (best, *pools):
        there = (scheduling.place(world, request._replace(only_host=pool["host"])) for request in requests)
        if not any(isinstance(found, str) for found in there):
            return pool
    return scheduling.NO_VALID_HOST


def _not_placed(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    for share in world.store[lookup.SHARES].where(share_group_id=record["id"], status="creating"):
        world.touch(share, status="error")


@resource.handles(
    "share_groups.create",
    Transition(
        "creating",
        "available",
        "error",
        effect=placed,
        undo=_not_placed,
        message=Message("002", elsewhere=user_messages.SCHEDULED),
    ),
)
def create(call: Call) -> Record:
    world, body = call.world, call.body
    _check_fields(body)
    zone = availability_zones.asked(call)
    _check_ids(body)
    snapshot = _source(call)
    origin = world.store[KIND].get(snapshot["share_group_id"]) if snapshot else None
    types, network = _types(call, origin)
    group_type = _group_type(call)
    if not {kind["id"] for kind in types} <= set(group_type["share_types"]):
        raise errors.BadRequest(
            "Invalid input received: The specified share types must be a subset of the share types supported by the "
            "share group type."
        )
    _check_zone(types, zone)
    members = _members(world, snapshot)
    _check_quotas(call, members)
    call.refuse_late()
    name, description = display(body, "name"), display(body, "description")
    record = new(
        world,
        group_type,
        types,
        name=name,
        description=description,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
        host=origin["host"] if origin else None,
        availability_zone=origin["availability_zone"] if origin else zone,
        share_network_id=network["id"] if network else None,
        share_server_id=origin["share_server_id"] if origin else None,
        source_share_group_snapshot_id=snapshot["id"] if snapshot else None,
    )
    for member, kind in members:
        _copy(call, record, member, kind)
    call.begin("share_groups.create", KIND, record)
    return echoed(call, record)


def new(world: World, group_type: Record, types: Iterable[Record], **attributes: Any) -> Record:
    """Keeps a new group. `attributes` are its owner's ids, and all that was asked for, checked."""
    return world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "share_group_type_id": group_type["id"],
            "share_types": [kind["id"] for kind in types],
            "created_at": world.timestamp(),
            **attributes,
        }
    )


def _check_fields(body: Mapping[str, Any]) -> None:
    """Raises BadRequest for fields that there aren't, that exclude each other, and for types that are not ids."""
    others = body.keys() - set(_FIELDS)
    if others:
        raise errors.BadRequest(f"The fields {others} are invalid.")
    source = "source_share_group_snapshot_id"
    for field in ("share_types", "share_network_id", "availability_zone"):
        if source in body and field in body and (field != "availability_zone" or body[field]):
            raise errors.BadRequest(f"Cannot supply both '{field}' and '{source}' attributes.")
    if not all(is_uuid(id) for id in body.get("share_types") or ()):
        raise errors.BadRequest("The 'share_types' attribute must be a list of uuids")


def _check_ids(body: Mapping[str, Any]) -> None:
    """Raises BadRequest for ids that aren't any."""
    for field in ("source_share_group_snapshot_id", "share_network_id", "share_group_type_id"):
        if field in body and not is_uuid(body[field]):
            raise errors.BadRequest(f"The '{field}' attribute must be a uuid.")


def _source(call: Call) -> Record | None:
    """The snapshot that the group is made from. Raises BadRequest and Conflict."""
    id = call.body.get("source_share_group_snapshot_id")
    if id is None:
        return None
    snapshot = lookup.own(call, lookup.SHARE_GROUP_SNAPSHOTS, id)
    if snapshot is None:
        raise errors.BadRequest(f"Share group snapshot {id} could not be found.")
    if snapshot["status"] != "available":
        raise errors.Conflict(
            "Invalid share group snapshot: Share group snapshot status must be available.",
            because=WrongStatus.of(snapshot, "available"),
        )
    return snapshot


def _types(call: Call, origin: Record | None) -> tuple[list[share_types.ShareType], ShareNetwork | None]:
    """The types that the group's shares may have, and its network. Raises BadRequest where these don't go together."""
    world, found = call.world, []
    if origin is not None:
        wanted = origin["share_types"]
    else:
        default = share_types.default(world)
        wanted = call.body.get("share_types") or ([default["id"]] if default else [])
    if not wanted:
        raise errors.BadRequest("Must specify at least one share type as a default share type has not been configured.")
    for id in wanted:
        kind = world.store[share_types.KIND].get(id)
        if kind is None or not share_types.usable(call, kind):
            raise errors.BadRequest(f"Share type with id {id} could not be found.")
        found.append(kind)
    modes = {extra_specs.handles_share_servers(kind["extra_specs"]) for kind in found}
    if len(modes) > 1:
        raise errors.BadRequest(
            "Invalid input received: The specified share_types cannot have conflicting values for the "
            "driver_handles_share_servers extra spec."
        )
    network_id = origin["share_network_id"] if origin else call.body.get("share_network_id")
    return found, _network(call, network_id, with_servers=True in modes)


def _network(call: Call, network_id: str | None, *, with_servers: bool) -> ShareNetwork | None:
    """The network that the group is to be on, for types that want one. Raises BadRequest."""
    network = lookup.own(call, lookup.SHARE_NETWORKS, network_id) if network_id else None
    if network and with_servers:
        share_network_changes.check_active(network)
        return network
    if network_id and not with_servers:
        message = (
            "When using a share types with the driver_handles_share_servers extra spec as False, a share_network_id "
            "must not be provided."
        )
    elif network_id:
        message = "The specified share network does not exist."
    elif with_servers:
        message = (
            "When using a share type with the driver_handles_share_servers extra spec as True, a share_network_id "
            "must be provided."
        )
    else:
        return None
    raise errors.BadRequest(f"Invalid input received: {message}")


def _group_type(call: Call) -> Record:
    id = call.body.get("share_group_type_id")
    found = call.world.store[share_group_types.KIND].get(id) if id else share_group_types.default(call.world)
    if found is None and id is None:
        raise errors.BadRequest(
            "Must specify a share group type as a default share group type has not been configured."
        )
    if found is None or not share_types.usable(call, found):
        raise errors.BadRequest(f"Invalid input received: The specified share group type {id} does not exist.")
    return found


def _check_zone(types: Iterable[Record], zone: str | None) -> None:
    for kind in types:
        zones = kind["extra_specs"].get("availability_zones")
        if zone and zones and zone not in zones.split(","):
            raise errors.BadRequest(
                "Invalid input received: Share group cannot be created since the following share types are not "
                f"supported within the availability zone '{zone}': ({kind['name']} (ID: {kind['id']}))"
            )


def _members(world: World, snapshot: Record | None) -> list[tuple[Member, share_types.ShareType]]:
    """What the group's shares are made from, each with the type it had."""
    found = []
    for member in snapshot["members"] if snapshot else ():
        share = world.store[lookup.SHARES].get(member["share_id"])
        kind = world.store[share_types.KIND].get(share["share_type_id"]) if share else None
        if kind is not None:
            found.append((member, kind))
    return found


def _check_quotas(call: Call, members: Iterable[tuple[Member, share_types.ShareType]]) -> None:
    quotas.check(call, {"share_groups": 1})
    wanted: dict[str, dict[str, int]] = {}
    for member, kind in members:
        quotas.check_share_size(call, member["size"])
        sums = wanted.setdefault(kind["id"], {})
        for name, more in quotas.for_share(kind, member["size"]).items():
            sums[name] = sums.get(name, 0) + more
    for type_id, sums in wanted.items():
        quotas.check(call, sums, share_type_id=type_id)


def _copy(call: Call, group: Record, member: Member, kind: Record) -> None:
    """A share of a new group, made from a member of a snapshot; it is there when the group is."""
    share_creation.new(
        call.world,
        kind,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
        name=None,
        description=None,
        status="creating",
        size=member["size"],
        share_proto=member["share_proto"],
        is_public=False,
        metadata={},
        availability_zone=group["availability_zone"],
        snapshot_id=None,
        host=group["host"],
        share_network_id=group["share_network_id"],
        share_server_id=group["share_server_id"],
        share_group_id=group["id"],
        source_share_group_snapshot_member_id=member["id"],
    )


# Seeding


class ShareGroupFields(Identified, total=False):
    name: Name
    description: Name
    status: Annotated[str, one_of(("available", "creating", "deleting", "error"))]
    share_group_type: Annotated[Reference, reference("share_group_type"), "Default: the default type."]
    share_types: Annotated[Types, "Of which types its shares may be; default: the default type."]
    availability_zone: Annotated[Reference, reference("availability_zone")]
    host: Annotated[
        Reference,
        reference("pool"),
        "Its pool, by host or a part of it; default: one that takes all types.",
    ]
    share_network: Annotated[Reference, reference("share_network"), "Where it is, if its types have share servers."]
    project: Project
    user: User


@resource.seeds_as("share_group", KIND, ShareGroupFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    world = seeder.world
    group_type = given.pop("share_group_type", None) or share_group_types.default(world)
    if group_type is None:
        raise DocumentError(("share_group_type",), "is missing, and there is no default one")
    types = given.pop("share_types", None) or [share_seeding.default_type(world, None)]
    for share_type in types:
        if share_type["id"] not in group_type["share_types"]:
            raise DocumentError(
                ("share_types",), f"{share_type['name']!r} is not one of those of {group_type['name']!r}"
            )
    network = given.pop("share_network", None)
    for share_type in types:
        share_seeding.check_network(share_type, network)
    given["share_network_id"] = network["id"] if network else None
    status = given.setdefault("status", "available")
    pool, zone = given.pop("host", None), given.pop("availability_zone", None)
    if pool is None and status not in UNPLACED:
        pool = _pool_of_group(world, group_type, types, zone, network)
    if pool is not None:
        share_seeding.check_served(world, pool, network)
    where = pool or {"host": None, "availability_zone": zone and zone["name"]}
    record = new(
        world,
        group_type,
        types,
        **{
            **seeder.owner(given),
            "name": None,
            "description": None,
            "host": where["host"],
            "availability_zone": where["availability_zone"],
            **given,
        },
    )
    if status not in UNPLACED:
        placed(world, record, {})
        record["created_at"] = given.get("created_at", record["created_at"])
    return record


def _pool_of_group(
    world: World, group_type: Record, types: list[Record], zone: Record | None, network: Record | None
) -> Record:
    """Where the scheduler would put a group."""
    pool = find_pool(
        world,
        {
            "share_group_type_id": group_type["id"],
            "share_types": [share_type["id"] for share_type in types],
            "availability_zone": zone and zone["name"],
            "share_network_id": network and network["id"],
        },
    )
    if isinstance(pool, str):
        where = f" in {zone['name']}" if zone else ""
        raise DocumentError(("share_types",), f"no pool{where} takes shares of all of them")
    return pool
