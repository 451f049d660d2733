"""What a scenario says besides resources: who there is, what the backends are, what may be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..contract.documents import DocumentError, echo
from ..keystone.builtin import DOMAIN, PASSWORD
from ..keystone.tables import Actor, Target
from ..manila.backend import backends
from ..manila.common import quotas
from ..manila.resources import availability_zones
from ..suggestions import nearest
from .seeding import Seeder

if TYPE_CHECKING:
    from ..world.world import World

Fields = Mapping[str, Any]

_DEFAULT_ROLE = "member"
_DEFAULT_PROJECT = "demo"
_MOST = 1e12
"""GiB that a pool may have."""
_HOST = re.compile(r"[^@#]+@[^@#]+#[^@#]+")


def project(world: World, name: str, fields: Fields) -> None:
    """Makes a project, or changes the one of that name."""
    state = world.identity.state
    record = state.named("projects", name)
    if record is None:
        id = world.seeded.hex_id()
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
    if record is None:
        id = world.seeded.hex_id()
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


def pool(world: World, name: str, fields: Fields) -> None:
    """Changes the pools of a host, or of a part of one; makes the pool of a whole host that is new."""
    zone = fields.get("availability_zone")
    if zone is not None and availability_zones.find(world, zone) is None:
        names = [each["name"] for each in world.store[availability_zones.KIND]]
        raise DocumentError(("availability_zone",), f"there is no availability_zone {echo(zone)}{nearest(zone, names)}")
    if not 0 <= fields.get("total_capacity_gb", 0) <= _MOST:  # NaN is a number, too
        raise DocumentError(("total_capacity_gb",), f"{fields['total_capacity_gb']} is not between 0 and {_MOST:.0f}")
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
