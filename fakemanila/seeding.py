"""Puts resources straight into a world, as if they had been there before anyone asked anything of it.

Fields are checked as the API checks them. What the API looks at besides is passed over: policy, quotas and the status
of what something belongs to, because a world in which something has gone wrong is what seeding is for. A status is
just a status: nothing is under way on a resource that is seeded as ``creating`` or ``deleting``.

A kind is an entry of `KINDS` and a schema of the same name in ``schemas/scenario.json``, which says what its fields
are called and what may be in them. A field with ``x-of`` names something else, by its id or its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .clock import format_time, read_time
from .documents import DocumentError, checker, echo, nearest, properties
from .errors import ManilaError
from .faults.registry import MARKER, complaint
from .resources import (
    availability_zones,
    backends,
    extra_specs,
    scheduling,
    share_access_rules,
    share_creation,
    share_types,
    shares,
    snapshot_access_rules,
    snapshots,
)
from .resources.access_types import backend_takes, check_target, is_there
from .store import Record

if TYPE_CHECKING:
    from .world import World

Fields = dict[str, Any]

DEFAULT_USER = "demo"
_UNPLACED = ("creating", "creating_from_snapshot")
"""Statuses of what no backend has yet."""
_TYPE_SPECS = {"driver_handles_share_servers": "False"}


def seed(world: World, kind: str, **fields: Any) -> Record:
    """Makes one resource and returns its record: ``seed(world, "snapshot", share="db", status="error")``.

    Raises ValueError that names the field, its value and what would be right; then nothing has changed.
    """
    return Seeder(world).seed(kind, fields)


class Seeder:
    """Makes resources in one world. It keeps in mind what names mean, so that it makes thousands quickly.

    It is good for as long as nobody else changes the world.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._named: dict[str, dict[Any, list[Record]]] = {}
        self._load: backends.Load | None = None

    @property
    def load(self) -> backends.Load:
        """What is on each pool."""
        if self._load is None:
            self._load = backends.Load(self.world)
        return self._load

    def add_load(self, share: Record) -> None:
        if self._load is not None:  # it would count the share itself
            self._load.add(share)

    def seed(self, kind: str, fields: Mapping[str, Any]) -> Record:
        """See `seed`."""
        if kind not in KINDS:
            raise DocumentError(("kind",), f"{echo(kind)} is none of those there are{nearest(kind, KINDS)}")
        if "repeat" in fields:  # which the schema has, for scenario files
            raise DocumentError(("repeat",), "only resources of a scenario file can be repeated")
        checker(schema_of(kind)).check(fields)
        table = self.world.store[KINDS[kind].table]
        if fields.get("id") in table:
            raise DocumentError(("id",), f"there is a {kind} {fields['id']!r} already")
        metadata = fields.get("metadata") or {}
        problem = complaint(metadata)
        if problem is not None:
            raise DocumentError(("metadata", MARKER), problem)
        record = KINDS[kind].make(self, self._resolved(kind, fields))
        self.world.faults.notice(metadata)
        names = self._named.get(kind)
        if names is not None:
            names.setdefault(record.get("name"), []).append(record)
        return record

    def _resolved(self, kind: str, fields: Mapping[str, Any]) -> Fields:
        """The fields with records in place of their names, and times as the store has them."""
        known = properties(schema_of(kind))
        resolved: Fields = {}
        for field, value in fields.items():
            of = known[field].get("x-of")
            if of is not None and isinstance(value, list):
                resolved[field] = [self.find(of, each, field) for each in value]
            elif of is not None:
                resolved[field] = self.find(of, value, field)
            else:
                resolved[field] = value
        if "created_at" in resolved:
            with _about("created_at"):
                resolved["created_at"] = format_time(read_time(resolved["created_at"], "created_at"))
        return resolved

    def find(self, of: str, value: str, field: str) -> Record:
        """The resource, user, project, pool or zone of that id or name. Raises DocumentError where there isn't one."""
        found, names = self._search(of, value)
        if len(found) > 1:
            raise DocumentError((field,), f"{echo(value)} may mean any of {len(found)} of them; give an id")
        if not found:
            raise DocumentError((field,), f"there is no {of} {echo(value)}{nearest(value, names)}")
        return found[0]

    def _search(self, of: str, value: str) -> tuple[list[Record], list[str]]:
        """Those that are meant by an id or a name, and the names there are."""
        world = self.world
        if of in KINDS:
            record = world.store[KINDS[of].table].get(value)
            names = self._names(of)
            return ([record] if record else names.get(value, [])), [str(name) for name in names if name]
        if of == "pool":
            return backends.named(world, value), [pool["host"] for pool in world.store[backends.KIND]]
        if of == "availability_zone":
            zone = availability_zones.find(world, value)
            return [zone] if zone else [], [each["name"] for each in world.store[availability_zones.KIND]]
        identity = world.identity
        people = identity.projects if of == "project" else identity.users
        record = identity.find_project(value) if of == "project" else identity.find_user(value)
        return [record] if record else [], [each["name"] for each in people.values()]

    def _names(self, kind: str) -> dict[Any, list[Record]]:
        if kind not in self._named:
            names = self._named[kind] = {}
            for record in self.world.store[KINDS[kind].table]:
                names.setdefault(record.get("name"), []).append(record)
        return self._named[kind]

    def owner(self, fields: Fields, of: Record | None = None) -> Fields:
        """Takes `user` and `project` out of the fields and gives their ids, which fit each other.

        Without them the owner is that of the record `of`, where there is one, and else the user demo in its project.
        """
        identity = self.world.identity
        user, project = fields.pop("user", None), fields.pop("project", None)
        if user is None and project is None and of is not None:
            return {"project_id": of["project_id"], "user_id": of["user_id"]}
        if user is None and project is not None:
            at_home = [each for each in identity.users.values() if each.get("default_project_id") == project["id"]]
            user = next(iter(at_home), None)
        user = user or self.find("user", DEFAULT_USER, "user")
        if project is not None:
            return {"project_id": project["id"], "user_id": user["id"]}
        home = user.get("default_project_id") or next(iter(identity.state.targets_of(user["id"], "project")), None)
        if home is None:
            raise DocumentError(("project",), f"is missing: the user {user['name']!r} has no project")
        return {"project_id": home, "user_id": user["id"]}


@contextmanager
def _about(field: str) -> Iterator[None]:
    """Says of which field a refusal is that comes from the code of the API."""
    try:
        yield
    except ManilaError as error:
        raise DocumentError((field,), error.message) from None
    except ValueError as error:
        raise DocumentError((field,), str(error).removeprefix(f"{field}: ")) from None


def schema_of(kind: str) -> str:
    """Where the fields of a kind are described."""
    return f"scenario.json#/$defs/{kind}"


# The kinds


def _share_type(seeder: Seeder, given: Fields) -> Record:
    name, specs = given.pop("name"), {**_TYPE_SPECS, **given.pop("extra_specs", {})}
    if share_types.by_name(seeder.world, name) is not None:
        raise DocumentError(("name",), f"there is a share_type {name!r} already")
    with _about("extra_specs"):
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
    least = snapshot["size"] if snapshot else 1
    size = size or least
    if size < least:
        raise DocumentError(("size",), f"{size} is less than the snapshot's {least}")
    with _about("size"):
        share_creation.check_provisioning(share_type, size)
    protocol = given.pop("share_proto", "NFS").upper()
    with _about("share_proto"):
        share_creation.check_protocol(protocol)
    status = given.pop("status", "available")
    host = source["host"] if source else ""
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
            "availability_zone": zone["name"] if zone else source and source["availability_zone"],
            "snapshot_id": snapshot["id"] if snapshot else None,
            "host": host,
            "status": status,
            **given,
        },
    )
    if host and status not in _UNPLACED:
        share_creation.placed(world, record, {})
    seeder.add_load(record)
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
        pool = scheduling.place(seeder.world, request, seeder.load)
        if isinstance(pool, str):
            where = f" in {name}" if name else ""
            if pool == scheduling.NO_ROOM:
                problem = f"no pool{where} for shares of type {share_type['name']!r} has {size} GiB left"
                raise DocumentError(("size",), problem)
            raise DocumentError(("share_type",), f"no pool{where} takes shares of type {share_type['name']!r}")
        return pool
    if zone is not None and zone["name"] != wanted["availability_zone"]:
        raise DocumentError(("availability_zone",), f"{wanted['host']} is in {wanted['availability_zone']!r}")
    if not seeder.load.has_room(wanted, size):
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
    share, snapshot = given.pop("share", None), given.pop("snapshot", None)
    if (share is None) == (snapshot is None):
        raise DocumentError(("share",), "expected either share or snapshot")
    of = share or snapshot
    access_type, target = given.setdefault("access_type", "ip"), given["access_to"]
    with _about("access_to"):
        check_target(access_type, target, ipv6=True, cephx=snapshot is None)
    table, attribute = (share_access_rules.KIND, "share_id") if share else (snapshot_access_rules.KIND, "snapshot_id")
    if is_there(world.store[table].where(**{attribute: of["id"]}), access_type, target):
        raise DocumentError(("access_to",), f"{of['id']} has a rule for {access_type} {target!r} already")
    given.setdefault("status", "active" if backend_takes(of["share_proto"], access_type) else "error")
    if share is not None:
        return share_access_rules.new(world, share, **{"access_level": "rw", "metadata": {}, **given})
    for field in ("access_level", "metadata", "access_key"):
        if field in given:
            raise DocumentError((field,), "rules of snapshots have none")
    share = world.store[shares.KIND].get(of["share_id"])
    if not (share and share["mount_snapshot_support"]):
        raise DocumentError(("snapshot",), f"{of['id']} is of a share without mount_snapshot_support")
    return snapshot_access_rules.new(world, snapshot, **given)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: the table that has its records, and what makes one.

    `make` gets the fields that were given, checked against the schema and with records in place of names; it raises
    DocumentError before it changes anything.
    """

    table: str
    make: Callable[[Seeder, Fields], Record]


KINDS: Mapping[str, Kind] = {
    "share_type": Kind(share_types.KIND, _share_type),
    "share": Kind(shares.KIND, _share),
    "snapshot": Kind(snapshots.KIND, _snapshot),
    "access_rule": Kind(share_access_rules.KIND, _access_rule),
}
