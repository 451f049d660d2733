"""Networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from ...contract.declared import Keywords
from ...manila.common.registry import Resource
from ...manila.common.seeds import Fields, Identified, Project
from . import access, errors, fields, listing, quotas
from .records import API_NAMES, NETWORKS, PORTS, QUOTAS, SUBNETS, Network, ports_of, show_network, subnets_of

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World

resource = Resource("networks", kinds=(NETWORKS, SUBNETS, PORTS, QUOTAS))

_CHANGEABLE: Mapping[str, Any] = {
    **fields.STANDARD,
    "admin_state_up": fields.FLAG,
    "shared": fields.FLAG,
    "router:external": fields.FLAG,
    "is_default": fields.FLAG,
    "mtu": fields.NUMBER,
    "port_security_enabled": fields.FLAG,
    "provider:network_type": {"type": ["string", "null"]},
    "provider:physical_network": {"type": ["string", "null"]},
    "provider:segmentation_id": fields.NULLABLE_NUMBER,
}
CREATE: Mapping[str, Any] = {
    **fields.OWNED,
    **_CHANGEABLE,
    "availability_zone_hints": fields.STRINGS,
}
UPDATE: Mapping[str, Any] = _CHANGEABLE
KNOWN = frozenset(
    {API_NAMES.get(name, name) for name in Network.attributes}
    | {"tenant_id", "subnets", "availability_zones", "ipv4_address_scope", "ipv6_address_scope"}
)


def new(world: World, **attributes: Any) -> Network:
    """Keeps a new network. One without a segment gets the next one."""
    if attributes.get("segmentation_id") is None and attributes.get("network_type", "vxlan") not in ("flat", "local"):
        attributes["segmentation_id"] = 1 + max(
            (each.segmentation_id or 0 for each in world.store[NETWORKS]), default=0
        )
    given = {"id": world.seeded.uuid(), "created_at": world.timestamp(), **attributes}
    return world.store[NETWORKS].add(Network(**given))


def list_(call: Call) -> dict[str, Any]:
    seen = (each for each in call.world.store[NETWORKS] if access.sees_network(call, each))
    return listing.listed(call, "networks", (show_network(call, each) for each in seen), KNOWN)


def show(call: Call) -> dict[str, Any]:
    found = access.network(call, call.args["network_id"])
    return {"network": listing.only_fields(call, show_network(call, found))}


def create(call: Call) -> dict[str, Any]:
    project_id, body = fields.take_owner(call, call.body)
    fields.check_privileged(call, "create_network", body)
    values = fields.values_of(body, CREATE)
    if values.get("network_type") is None:
        values.pop("network_type", None)
    quotas.check(call.world, project_id, "network")
    return {"network": show_network(call, new(call.world, project_id=project_id, **values))}


def update(call: Call) -> dict[str, Any]:
    found = access.network(call, call.args["network_id"])
    access.require_own(call, found, "update_network")
    fields.check_privileged(call, "update_network", call.body)
    fields.change(call.world, found, fields.values_of(call.body, UPDATE))
    return {"network": show_network(call, found)}


def delete(call: Call) -> None:
    """With its subnets, which go along."""
    world = call.world
    found = access.network(call, call.args["network_id"])
    access.require_own(call, found, "delete_network")
    if ports_of(world, found.id):
        raise errors.InUse("Network", found.id, "There are one or more ports still in use on the network.")
    for subnet in subnets_of(world, found.id):
        world.remove(SUBNETS, subnet)
    world.remove(NETWORKS, found)


# Seeding


class NetworkFields(Identified, total=False):
    name: Annotated[str, Keywords(maxLength=255)]
    description: Annotated[str, Keywords(maxLength=255)]
    project: Annotated[Project, "Default: demo."]
    shared: Annotated[bool, "Whether everybody may use it."]
    external: Annotated[bool, "Whether it leads out of the cloud."]
    mtu: Annotated[int, Keywords(minimum=68, maximum=65535)]
    network_type: Annotated[str, Keywords(enum=["flat", "geneve", "gre", "local", "vlan", "vxlan"])]
    physical_network: str
    segmentation_id: Annotated[int, Keywords(minimum=1, maximum=2**24)]
    tags: list[Annotated[str, Keywords(minLength=1, maxLength=255)]]


@resource.seeds_as("network", NETWORKS, NetworkFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    project = given.pop("project", None) or seeder.find("project", "demo", "project")
    return new(seeder.world, project_id=project["id"], **given)
