"""What projects may have of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...reasons.records import OverQuota
from ...world.kinds import Kind
from . import errors
from .records import NETWORKS, PORTS, QUOTAS, SUBNETS, NetworkQuota

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.world import World

DEFAULTS = {
    "network": 100,
    "subnet": 100,
    "port": 500,
    "subnetpool": -1,
    "router": 10,
    "floatingip": 50,
    "security_group": 10,
    "security_group_rule": 100,
    "rbac_policy": 10,
}
"""Neutron's own. What isn't served here is only shown."""
_COUNTED: dict[str, Kind[Any]] = {"network": NETWORKS, "subnet": SUBNETS, "port": PORTS}


def limits_of(world: World, project_id: str | None) -> dict[str, int]:
    own = world.store[QUOTAS].get(project_id or "")
    return {**DEFAULTS, **(own.limits if own else {})}


def used_by(world: World, project_id: str | None, resource: str) -> int:
    kind = _COUNTED.get(resource)
    return 0 if kind is None else sum(1 for _ in world.store[kind].newest_first(project_id=project_id))


def check(world: World, project_id: str | None, resource: str, more: int = 1) -> None:
    """Raises OverQuota where a project may not have so many more."""
    limit = limits_of(world, project_id)[resource]
    used = used_by(world, project_id, resource) if limit >= 0 else 0
    if 0 <= limit < used + more:
        raise errors.OverQuota(resource, OverQuota(resource, limit, used, 0, more, project_id))


def _check_whose(call: Call) -> str:
    """The project of the path; only administrators ask about others'."""
    id = call.args["project_id"]
    if id != call.caller.project_id and not call.is_admin:
        raise errors.PolicyNotAuthorized("get_quota")
    return id


def show(call: Call) -> dict[str, Any]:
    return {"quota": limits_of(call.world, _check_whose(call))}


def show_default(call: Call) -> dict[str, Any]:
    _check_whose(call)
    return {"quota": dict(DEFAULTS)}


def show_details(call: Call) -> dict[str, Any]:
    id = _check_whose(call)
    limits = limits_of(call.world, id)
    return {
        "quota": {
            name: {"limit": limit, "used": used_by(call.world, id, name), "reserved": 0}
            for name, limit in limits.items()
        }
    }


def update(call: Call) -> dict[str, Any]:
    world, id = call.world, call.args["project_id"]
    changes = {name: limit for name, limit in call.body.items() if name in DEFAULTS}
    for name, limit in changes.items():
        if call.body.get("force") is not True and 0 <= limit < used_by(world, id, name):
            raise errors.HTTPBadRequest(f"Quota limit {limit} for {name} is less than what is used of it.")
    own = world.store[QUOTAS].get(id) or world.store[QUOTAS].add(NetworkQuota(id=id))
    own.limits = {**own.limits, **changes}
    return {"quota": limits_of(world, id)}


def delete(call: Call) -> None:
    call.world.store[QUOTAS].remove(call.args["project_id"])
