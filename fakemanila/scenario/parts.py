"""What a scenario says besides resources: who there is, what the backends are, what may be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..contract.documents import DocumentError, echo
from ..keystone.builtin import DOMAIN, PASSWORD
from ..keystone.tables import Actor, State, Target
from ..manila.backend import backends, exports
from ..manila.backend.drivers import DRIVERS, Driver, serving
from ..manila.common import quotas
from ..manila.resources import availability_zones
from ..text.suggestions import nearest
from .seeding import Seeder

if TYPE_CHECKING:
    from ..world.world import World

Fields = Mapping[str, Any]

_DEFAULT_ROLE = "member"
_DEFAULT_PROJECT = "demo"
_MOST = 1e12
"""GiB that a pool may have."""
_DEFAULT_ZONE = "nova"
_OF_BACKENDS = (
    "protocols",
    "availability_zone",
    "driver_handles_share_servers",
    "replication_domain",
    "options",
    "export_locations",
)
"""What is the same for all pools of a backend."""
_HOST = re.compile(r"[^@#]+@[^@#]+#[^@#]+")


def project(world: World, name: str, fields: Fields) -> None:
    """Makes a project, or changes the one of that name."""
    state = world.identity.state
    record = state.named("projects", name)
    id = _identified(state, "projects", record, fields)
    if record is None:
        id = id or world.seeded.hex_id()
        record = state.projects[id] = {
            "id": id,
            "name": name,
            "domain_id": DOMAIN,
            "description": "",
            "enabled": True,
            "parent_id": DOMAIN,
            "is_domain": False,
            "tags": [],
            "options": {},
        }
    record.update(fields)


def _identified(state: State, table: str, record: dict[str, Any] | None, fields: Fields) -> str | None:
    """The id that a new record is to have, None for one of its own; one that is there is given it.

    Raises DocumentError for the id of another one.
    """
    id: str | None = fields.get("id")
    if id is None or (record is not None and record["id"] == id):
        return id
    if state.find(table, id) is not None:
        raise DocumentError(("id",), f"{echo(id)} is the id of another one")
    if record is not None:
        state.renumber("user" if table == "users" else "project", record["id"], id)
    return id


def user(world: World, name: str, fields: Fields) -> None:
    """Makes a user, or changes the one of that name. Raises DocumentError for projects and roles that aren't there."""
    state, seeder = world.identity.state, Seeder(world)
    record = state.named("users", name)
    grants = [
        (seeder.find("project", where, f"roles.{where}"), _role(world, role, f"roles.{where}"))
        for where, roles in fields.get("roles", {}).items()
        for role in ([roles] if isinstance(roles, str) else roles)
    ]
    if "project" in fields:
        home = seeder.find("project", fields["project"], "project")
    else:
        home = grants[0][0] if grants else seeder.find("project", _DEFAULT_PROJECT, "project")
    id = _identified(state, "users", record, fields)
    if record is None:
        id = id or world.seeded.hex_id()
        record = state.users[id] = {
            "id": id,
            "name": name,
            "domain_id": DOMAIN,
            "enabled": True,
            "password_expires_at": None,
            "options": {},
            "password": PASSWORD,
            "default_project_id": home["id"],
        }
        grants = grants or [(home, _role(world, _DEFAULT_ROLE, "roles"))]
    elif "project" in fields:
        record["default_project_id"] = home["id"]
    record.update({key: fields[key] for key in ("password", "enabled") if key in fields})
    for where, role in grants:
        state.grant(role["id"], Actor("user", record["id"]), Target("project", where["id"]))


def _role(world: World, name: str, field: str) -> dict[str, Any]:
    state = world.identity.state
    role = state.roles.get(name) or state.named("roles", name)
    if role is None:
        names = [each["name"] for each in state.roles.values()]
        raise DocumentError((field,), f"there is no role {echo(name)}{nearest(name, names)}")
    return role


def backend(world: World, fields: Fields) -> None:
    """Makes a backend with its pools, or changes the one of that name. Raises DocumentError."""
    name = fields["name"] if "@" in fields["name"] else f"{backends.DATA_HOST}@{fields['name']}"
    there = [pool for pool in world.store[backends.KIND] if backends.backend_of(pool["host"]) == name]
    driver = _driver(fields, there)
    shared: dict[str, Any] = {"availability_zone": _DEFAULT_ZONE}
    if there:
        shared = {key: there[0][key] for key in _OF_BACKENDS}
    shared |= {key: fields[key] for key in (*_OF_BACKENDS, "total_capacity_gb") if key in fields}
    shared["driver"] = driver.name
    if "protocols" not in fields and ("driver" in fields or not there):
        shared["protocols"] = list(driver.protocols)
    _check_backend(fields, driver, handles_share_servers=bool(shared.get("driver_handles_share_servers")))
    default = [backends.split(pool["host"])[2] for pool in there] or [driver.pool or name.partition("@")[2]]
    for pool_name, own in fields.get("pools", dict.fromkeys(default)).items():
        own = own or {}
        _check_capacity(own, ("pools", pool_name))
        capabilities = {**fields.get("capabilities", {}), **own.get("capabilities", {})}
        backends.set_pool(world, f"{name}#{pool_name}", **{**shared, **own, "capabilities": capabilities})


def _check_backend(fields: Fields, driver: Driver, *, handles_share_servers: bool) -> None:
    _check_capacity(fields)
    if handles_share_servers and not driver.makes_share_servers:
        raise DocumentError(("driver_handles_share_servers",), f"the driver {driver.name!r} makes no share servers")
    for option in fields.get("options", ()):
        if option not in driver.options:
            known = nearest(option, driver.options) if driver.options else "; it has none"
            raise DocumentError(("options", option), f"the driver {driver.name!r} has no such option{known}")
    for index, location in enumerate(fields.get("export_locations", ())):
        _check_location(location, ("export_locations", index))


def _driver(fields: Fields, there: list[Any]) -> Driver:
    """What a backend runs: what it says, or what serves its protocols."""
    protocols = fields.get("protocols", ())
    name = fields.get("driver") or (there[0]["driver"] if there else None)
    driver = DRIVERS[name] if name else serving(protocols)
    if driver is not None and not driver.protocols.keys() >= set(protocols) and "driver" not in fields:
        driver = serving(protocols)
    if driver is None:
        problem = f"no driver serves {' and '.join(protocols)}: each needs a backend of its own"
        raise DocumentError(("protocols",), problem)
    for protocol in protocols:
        if protocol not in driver.protocols:
            served = " and ".join(driver.protocols)
            raise DocumentError(("protocols",), f"the driver {driver.name!r} serves {served}, not {protocol}")
    return driver


def _check_location(location: Fields, place: tuple[str | int, ...]) -> None:
    templates: dict[tuple[str, ...], str] = {("path",): location["path"]}
    templates |= {("metadata", key): template for key, template in location.get("metadata", {}).items()}
    for field, template in templates.items():
        problem = exports.complaint(template)
        if problem is not None:
            raise DocumentError((*place, *field), problem)


def _check_capacity(fields: Fields, place: tuple[str, ...] = ()) -> None:
    size = fields.get("total_capacity_gb", 0)
    if not 0 <= size <= _MOST:  # NaN is a number, too
        raise DocumentError((*place, "total_capacity_gb"), f"{size} is not between 0 and {_MOST:.0f}")


def pool(world: World, name: str, fields: Fields) -> None:
    """Changes the pools of a host, or of a part of one; makes the pool of a whole host that is new."""
    zone = fields.get("availability_zone")
    if zone is not None and availability_zones.find(world, zone) is None:
        names = [each["name"] for each in world.store[availability_zones.KIND]]
        raise DocumentError(("availability_zone",), f"there is no availability_zone {echo(zone)}{nearest(zone, names)}")
    _check_capacity(fields)
    found = backends.named(world, name)
    if not found and not _HOST.fullmatch(name):
        hosts = [each["host"] for each in world.store[backends.KIND]]
        raise DocumentError((), f"there is no pool {echo(name)}{nearest(name, hosts)}")
    if not found and zone is None:
        raise DocumentError(("availability_zone",), "is missing: a new pool needs one")
    for host in [record["host"] for record in found] or [name]:
        backends.set_pool(world, host, **fields)


def quota(seeder: Seeder, fields: Fields) -> None:
    """Sets limits of a project, of a user or a share type in it, or the defaults."""
    owner, share_type = fields.get("user"), fields.get("share_type")
    if owner and share_type:
        raise DocumentError(("share_type",), "a quota is for a user or for a share type, not for both")
    if "project" not in fields:
        if owner or share_type:
            raise DocumentError(("project",), "is missing: quotas for users and share types belong to a project")
        quotas.set_limits(seeder.world, quotas.class_id("default"), fields["limits"])
        return
    for name in quotas.NOT_OF_TYPES if share_type else ():
        if name in fields["limits"]:
            raise DocumentError(("limits", name), "share types have no such quota")
    ids = {
        f"{of}_id": seeder.find(of, fields[of], of)["id"] for of in ("project", "user", "share_type") if of in fields
    }
    quotas.set_limits(seeder.world, quotas.Owner(**ids).id, fields["limits"])
