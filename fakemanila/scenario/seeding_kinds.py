"""The kinds of resources that can be seeded: for each the table of its records, and what makes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..contract.documents import DocumentError, echo
from ..contract.model import load as load_contract
from ..manila import user_messages
from ..manila.backend import backends, scheduling
from ..manila.common import extra_specs
from ..manila.common.access_types import backend_takes, check_target, is_there
from ..manila.errors import ManilaError
from ..manila.resources import (
    share_access_rules,
    share_backups,
    share_creation,
    share_group_creation,
    share_group_snapshots,
    share_group_types,
    share_placing,
    share_types,
    shares,
    snapshot_access_rules,
    snapshots,
)
from ..manila.user_message_texts import DETAILS
from ..suggestions import nearest
from ..world.clock import read_time
from ..world.store import Record

if TYPE_CHECKING:
    from ..world.world import World
    from .seeding import Seeder

Fields = dict[str, Any]

_UNPLACED = ("creating", "creating_from_snapshot")
"""Statuses of what no backend has yet."""
_TYPE_SPECS = {"driver_handles_share_servers": "False"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: the table that has its records, and what makes one.

    `make` gets the fields that were given, checked against the schema and with records in place of names; it raises
    DocumentError before it changes anything.
    """

    table: str
    make: Callable[[Seeder, Fields], Record]


@contextmanager
def refused(field: str) -> Iterator[None]:
    """Says of which field a refusal is that comes from the code of the API."""
    try:
        yield
    except ManilaError as error:
        raise DocumentError((field,), error.message) from None
    except ValueError as error:
        raise DocumentError((field,), str(error).removeprefix(f"{field}: ")) from None


def _share_type(seeder: Seeder, given: Fields) -> Record:
    name, specs = given.pop("name"), {**_TYPE_SPECS, **given.pop("extra_specs", {})}
    if share_types.by_name(seeder.world, name) is not None:
        raise DocumentError(("name",), f"there is a share_type {name!r} already")
    with refused("extra_specs"):
        extra_specs.check_required(specs)
        extra_specs.check_each(specs)
        extra_specs.check_keys(specs)
    projects = [project["id"] for project in given.pop("projects", ())]
    return share_types.new(seeder.world, name, specs, **{"is_public": not projects, "projects": projects, **given})


def _share(seeder: Seeder, given: Fields) -> Record:
    world = seeder.world
    snapshot, size = given.pop("snapshot", None), given.pop("size", None)
    source = world.store[shares.KIND].get(snapshot["share_id"]) if snapshot else None
    share_type = given.pop("share_type", None) or _default_type(world, source)
    if source is not None and share_type["id"] != source["share_type_id"]:
        raise DocumentError(("share_type",), f"{share_type['name']!r} is not the type of the share of the snapshot")
    if extra_specs.handles_share_servers(share_type["extra_specs"]):
        raise DocumentError(("share_type",), f"shares of {share_type['name']!r} need a share network")
    least = (snapshot and snapshot["size"]) or 1
    size = size or least
    if size < least:
        raise DocumentError(("size",), f"{size} is less than the snapshot's {least}")
    with refused("size"):
        extra_specs.check_size(share_type, size, extra_specs.MIN_SIZE, extra_specs.MAX_SIZE)
    protocol = given.pop("share_proto", "NFS").upper()
    with refused("share_proto"):
        share_creation.check_protocol(protocol)
    status = given.pop("status", "available")
    group = given.pop("share_group", None)
    if group is not None and share_type["id"] not in group["share_types"]:
        raise DocumentError(("share_type",), f"{share_type['name']!r} is not one of the share_group's types")
    if group is not None:
        given["share_group_id"] = group["id"]
    home = source or group
    host = (home and home["host"]) or ""
    pool, zone = given.pop("host", None), given.pop("availability_zone", None)
    if pool is not None or (not host and status not in _UNPLACED):
        pool = _pool(seeder, share_type, protocol, size, pool, zone)
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
            "status": status,
            **given,
        },
    )
    if host and status not in _UNPLACED:
        share_placing.placed(world, record, {})
    return record


def _default_type(world: World, source: Record | None) -> Record:
    found = world.store[share_types.KIND].get(source["share_type_id"]) if source else share_types.default(world)
    if found is None:
        raise DocumentError(("share_type",), "is missing, and there is no default one")
    return found


def _pool(
    seeder: Seeder, share_type: Record, protocol: str, size: int, wanted: Record | None, zone: Record | None
) -> Record:
    """The pool asked for, or the one that the scheduler would choose."""
    if wanted is None:
        name = zone["name"] if zone else None
        request = scheduling.Request(size, share_type["extra_specs"], protocol, zone=name)
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


def _snapshot(seeder: Seeder, given: Fields) -> Record:
    world, share = seeder.world, given.pop("share")
    if not share["snapshot_support"]:
        raise DocumentError(("share",), f"{share['id']} is of a type without snapshot_support")
    placed = given.get("status") not in _UNPLACED
    record = snapshots.new(
        world,
        share,
        **{"name": None, "description": None, "status": "available", **seeder.owner(given, share), **given},
    )
    if placed and record["provider_location"] is None:
        snapshots.created(world, record, {})
    return record


def _access_rule(seeder: Seeder, given: Fields) -> Record:
    world = seeder.world
    kind, of = _either(given)
    access_type, target = given.setdefault("access_type", "ip"), given["access_to"]
    with refused("access_to"):
        check_target(access_type, target, ipv6=True, cephx=kind == "share")
    table = share_access_rules.KIND if kind == "share" else snapshot_access_rules.KIND
    if is_there(world.store[table].where(**{f"{kind}_id": of["id"]}), access_type, target):
        raise DocumentError(("access_to",), f"{of['id']} has a rule for {access_type} {target!r} already")
    given["state"] = given.pop("status", "active" if backend_takes(of["share_proto"], access_type) else "error")
    if kind == "share":
        return share_access_rules.new(world, of, **{"access_level": "rw", "metadata": {}, **given})
    for field in ("access_level", "metadata", "access_key"):
        if field in given:
            raise DocumentError((field,), "rules of snapshots have none")
    share = world.store[shares.KIND].get(of["share_id"])
    if not (share and share["mount_snapshot_support"]):
        raise DocumentError(("snapshot",), f"{of['id']} is of a share without mount_snapshot_support")
    if share["snapshot_inherit_share_access_support"]:
        raise DocumentError(("snapshot",), f"{of['id']} has the rules of its share")
    return snapshot_access_rules.new(world, of, **given)


def _share_backup(seeder: Seeder, given: Fields) -> Record:
    share, kind = given.pop("share"), given.get("backup_type")
    if kind is None and share["share_proto"] not in share_backups.PROTOCOLS_OF_DATA_SERVICE:
        raise DocumentError(("backup_type",), f"is missing: the data service backs up no {share['share_proto']} shares")
    status = given.setdefault("status", "available")
    fields = {"name": None, "description": None, "backup_type": None, **seeder.owner(given, share), **given}
    if status not in _UNPLACED:
        fields["progress"] = "100"
    return share_backups.new(seeder.world, share, by_backend=kind is not None, **fields)


def _message(seeder: Seeder, given: Fields) -> Record:
    world, (kind, of) = seeder.world, _either(given)
    operation = given.get("operation", f"{kind}s.create")
    known = load_contract().operations
    if operation not in known:
        raise DocumentError(("operation",), f"no operation is called {echo(operation)}{nearest(operation, known)}")
    detail = given.get("detail")
    if detail is not None and detail not in DETAILS:
        raise DocumentError(("detail",), f"{echo(detail)} is not a detail from {min(DETAILS)} to {max(DETAILS)}")
    with world.at(read_time(given["created_at"]) if "created_at" in given else None):
        record = user_messages.leave(world, operation, of, None, detail)
    if record is None:
        raise DocumentError(("detail",), f"is missing: a failed {operation} leaves no message by itself")
    record["request_id"] = f"req-{world.seeded.uuid()}"
    return record


def _either(given: Fields) -> tuple[str, Record]:
    """Takes the share or the snapshot that something is about out of the fields."""
    share, snapshot = given.pop("share", None), given.pop("snapshot", None)
    if (share is None) == (snapshot is None):
        raise DocumentError(("share",), "expected either share or snapshot")
    return ("share", share) if share is not None else ("snapshot", snapshot)


def _share_group_type(seeder: Seeder, given: Fields) -> Record:
    world, name = seeder.world, given.pop("name")
    if share_group_types.by_name(world, name) is not None:
        raise DocumentError(("name",), f"there is a share_group_type {name!r} already")
    types = given.pop("share_types", None) or [_default_type(world, None)]
    projects = [project["id"] for project in given.pop("projects", ())]
    ids = [share_type["id"] for share_type in types]
    return share_group_types.new(world, name, ids, **{"is_public": not projects, "projects": projects, **given})


def _share_group(seeder: Seeder, given: Fields) -> Record:
    world = seeder.world
    group_type = given.pop("share_group_type", None) or share_group_types.default(world)
    if group_type is None:
        raise DocumentError(("share_group_type",), "is missing, and there is no default one")
    types = given.pop("share_types", None) or [_default_type(world, None)]
    for share_type in types:
        if share_type["id"] not in group_type["share_types"]:
            raise DocumentError(
                ("share_types",), f"{share_type['name']!r} is not one of those of {group_type['name']!r}"
            )
    status = given.setdefault("status", "available")
    pool, zone = given.pop("host", None), given.pop("availability_zone", None)
    if pool is None and status not in _UNPLACED:
        pool = _pool_of_group(world, group_type, types, zone)
    placed = pool or {"host": None, "availability_zone": zone and zone["name"]}
    record = share_group_creation.new(
        world,
        group_type,
        types,
        **{
            **seeder.owner(given),
            "name": None,
            "description": None,
            "host": placed["host"],
            "availability_zone": placed["availability_zone"],
            **given,
        },
    )
    if status not in _UNPLACED:
        share_group_creation.placed(world, record, {})
        record["created_at"] = given.get("created_at", record["created_at"])
    return record


def _pool_of_group(world: World, group_type: Record, types: list[Record], zone: Record | None) -> Record:
    """Where the scheduler would put a group."""
    pool = share_group_creation.find_pool(
        world,
        {
            "share_group_type_id": group_type["id"],
            "share_types": [share_type["id"] for share_type in types],
            "availability_zone": zone and zone["name"],
        },
    )
    if isinstance(pool, str):
        where = f" in {zone['name']}" if zone else ""
        raise DocumentError(("share_types",), f"no pool{where} takes shares of all of them")
    return pool


def _share_group_snapshot(seeder: Seeder, given: Fields) -> Record:
    group = given.pop("share_group")
    fields = {"name": None, "description": None, "status": "available", **seeder.owner(given, group), **given}
    return share_group_snapshots.new(seeder.world, group, **fields)


KINDS: Mapping[str, Kind] = {
    "share_type": Kind(share_types.KIND, _share_type),
    "share": Kind(shares.KIND, _share),
    "snapshot": Kind(snapshots.KIND, _snapshot),
    "access_rule": Kind(share_access_rules.KIND, _access_rule),
    "share_backup": Kind(share_backups.KIND, _share_backup),
    "message": Kind(user_messages.KIND, _message),
    "share_group_type": Kind(share_group_types.KIND, _share_group_type),
    "share_group": Kind(share_group_creation.KIND, _share_group),
    "share_group_snapshot": Kind(share_group_snapshots.KIND, _share_group_snapshot),
}
