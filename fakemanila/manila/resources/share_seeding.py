"""Shares that are put into a world without asking the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ...contract.documents import DocumentError
from ..backend import backends, scheduling, servers
from ..common import extra_specs, lookup
from ..common.attributes import Metadata, Name, Size
from ..common.records import SHARES, Share
from ..common.registry import Resource
from ..common.seeds import UNPLACED, Fields, Identified, Project, Reference, User, one_of, reference, refused
from . import share_creation, share_placing, share_types

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareNetwork

resource = Resource("share_seeding")

_STATUSES = (
    "available",
    "awaiting_transfer",
    "backup_creating",
    "backup_restoring",
    "backup_restoring_error",
    "creating",
    "creating_from_snapshot",
    "deferred_deleting",
    "deleting",
    "ensuring",
    "error",
    "error_deferred_deleting",
    "error_deleting",
    "extending",
    "extending_error",
    "inactive",
    "manage_error",
    "manage_starting",
    "migrating",
    "migrating_to",
    "replication_change",
    "restoring",
    "reverting",
    "reverting_error",
    "server_migrating",
    "server_migrating_to",
    "shrinking",
    "shrinking_error",
    "shrinking_possible_data_loss_error",
    "unmanage_error",
    "unmanage_starting",
)


class ShareFields(Identified, total=False):
    """What a share is seeded from."""

    name: Name
    description: Name
    status: Annotated[str, one_of(_STATUSES)]
    size: Annotated[Size, "GiB; default: 1, or the snapshot's."]
    share_proto: Annotated[Reference, "Default: NFS."]
    share_type: Annotated[Reference, reference("share_type"), "Default: the default type."]
    snapshot: Annotated[Reference, reference("snapshot"), "What it was made from."]
    share_group: Annotated[Reference, reference("share_group"), "What it is in, and lives in the pool of."]
    share_network: Annotated[
        Reference, reference("share_network"), "Where it is, if its type has share servers; its server is made, too."
    ]
    share_server: Annotated[Reference, reference("share_server"), "Which of the servers of its network it is on."]
    metadata: Metadata
    is_public: bool
    availability_zone: Annotated[Reference, reference("availability_zone")]
    host: Annotated[Reference, reference("pool"), "Its pool, by host or a part of it; default: one with room."]
    project: Project
    user: User


@resource.seeds_as("share", SHARES, ShareFields)
def seed(seeder: Seeder, given: Fields) -> Share:
    world = seeder.world
    snapshot, size = given.pop("snapshot", None), given.pop("size", None)
    source = world.store[SHARES].get(snapshot["share_id"]) if snapshot else None
    share_type = given.pop("share_type", None) or default_type(world, source)
    if source is not None and share_type["id"] != source["share_type_id"]:
        raise DocumentError(("share_type",), f"{share_type['name']!r} is not the type of the share of the snapshot")
    group, server = given.pop("share_group", None), given.pop("share_server", None)
    home = source or group
    network = given.pop("share_network", None) or _network_of(world, home, server)
    check_network(share_type, network)
    least = (snapshot and snapshot["size"]) or 1
    size = size or least
    if size < least:
        raise DocumentError(("size",), f"{size} is less than the snapshot's {least}")
    with refused("size"):
        extra_specs.check_size(share_type, size, extra_specs.MIN_SIZE, extra_specs.MAX_SIZE)
    protocol = given.pop("share_proto", next(iter(backends.protocols(world)), "NFS")).upper()
    with refused("share_proto"):
        share_creation.check_protocol(world, protocol)
    status = given.pop("status", "available")
    if group is not None and share_type["id"] not in group["share_types"]:
        raise DocumentError(("share_type",), f"{share_type['name']!r} is not one of the share_group's types")
    if group is not None:
        given["share_group_id"] = group["id"]
    host = (home and home["host"]) or ""
    pool, zone = given.pop("host", None), given.pop("availability_zone", None)
    if server is not None:
        pool = pool or backends.first_pool_of(world, server["host"])
        _check_server(server, pool, network)
    if pool is not None or (not host and status not in UNPLACED):
        zones = None if network is None else tuple(servers.zones_of(world, network))
        pool = _pool(seeder, share_type, protocol, size, pool, zone, zones)
        check_served(world, pool, network)
        host, zone = pool["host"], {"name": pool["availability_zone"]}
    record = share_creation.new(
        world,
        share_type,
        **{
            **seeder.owner(given),
            "name": None,
            "description": None,
            "size": size,
            "share_proto": protocol,
            "is_public": False,
            "metadata": {},
            "availability_zone": zone["name"] if zone else home and home["availability_zone"],
            "snapshot_id": snapshot["id"] if snapshot else None,
            "host": host,
            "share_network_id": network["id"] if network else None,
            "share_server_id": server["id"] if server else None,
            "status": status,
            **given,
        },
    )
    if host and status not in UNPLACED:
        share_placing.placed(world, record, {})
    return record


def default_type(world: World, source: Record | None) -> share_types.ShareType:
    """The type of a share, or the default one."""
    found = world.store[share_types.KIND].get(source["share_type_id"]) if source else share_types.default(world)
    if found is None:
        raise DocumentError(("share_type",), "is missing, and there is no default one")
    return found


def check_network(share_type: Record, network: Record | None) -> None:
    """Raises DocumentError where shares of that type need a network and there is none, or the other way round."""
    needs = extra_specs.handles_share_servers(share_type["extra_specs"])
    if needs and network is None:
        raise DocumentError(("share_type",), f"shares of {share_type['name']!r} need a share_network")
    if network is not None and not needs:
        raise DocumentError(("share_network",), f"shares of {share_type['name']!r} are on no share_network")


def check_served(world: World, pool: Record, network: ShareNetwork | None) -> None:
    """Raises DocumentError where the pool has no share servers, or can have none on the network."""
    if network is None:
        return
    if not pool["driver_handles_share_servers"]:
        raise DocumentError(("host",), f"{pool['host']} has no share servers")
    if pool["availability_zone"] not in servers.zones_of(world, network):
        problem = f"{network['name'] or network['id']!r} has no subnet for {pool['availability_zone']}"
        raise DocumentError(("share_network",), problem)
    if not servers.has_place(world, network, pool["availability_zone"]):
        raise DocumentError(("share_network",), "Neutron has no such network or subnet")


def _network_of(world: World, home: Record | None, server: Record | None) -> ShareNetwork | None:
    """Where a share is if nobody says so: where the snapshot's share is, or its group, or its server."""
    if server is not None:
        return servers.network_of(world, server)
    return world.store[lookup.SHARE_NETWORKS].get((home and home["share_network_id"]) or "")


def _check_server(server: Record, pool: Record | None, network: Record | None) -> None:
    if pool is None or backends.backend_of(pool["host"]) != server["host"]:
        raise DocumentError(("host",), f"the share_server is on {server['host']}")
    if network is None:
        raise DocumentError(("share_server",), "is on no share_network any more")


def _pool(
    seeder: Seeder,
    share_type: Record,
    protocol: str,
    size: int,
    wanted: Record | None,
    zone: Record | None,
    zones: tuple[str, ...] | None,
) -> Record:
    """The pool asked for, or the one that the scheduler would choose."""
    if wanted is None:
        name = zone["name"] if zone else None
        request = scheduling.Request(size, share_type["extra_specs"], protocol, zone=name, zones=zones)
        pool = scheduling.place(seeder.world, request)
        if isinstance(pool, str):
            where = f" in {name}" if name else ""
            if pool == scheduling.NO_ROOM:
                problem = f"no pool{where} for shares of type {share_type['name']!r} has {size} GiB left"
                raise DocumentError(("size",), problem)
            raise DocumentError(("share_type",), f"no pool{where} takes shares of type {share_type['name']!r}")
        return pool
    if zone is not None and zone["name"] != wanted["availability_zone"]:
        raise DocumentError(("availability_zone",), f"{wanted['host']} is in {wanted['availability_zone']!r}")
    if not backends.Load(seeder.world).has_room(wanted, size):
        raise DocumentError(("size",), f"{wanted['host']} has no {size} GiB left")
    return wanted
