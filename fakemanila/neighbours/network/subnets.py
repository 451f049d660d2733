"""Subnets: the addresses of a network."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ...contract.declared import Keywords
from ...contract.documents import DocumentError
from ...manila.common.registry import Resource
from ...manila.common.seeds import Fields, Identified, Reference, reference
from . import access, addresses, errors, fields, listing, quotas
from .records import SUBNETS, Subnet, show_subnet, subnets_of

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from .records import Network

resource = Resource("subnets")

_MODES = {"enum": ["dhcpv6-stateful", "dhcpv6-stateless", "slaac", None]}
UPDATE: Mapping[str, Any] = {
    **fields.STANDARD,
    "gateway_ip": fields.ADDRESS,
    "enable_dhcp": fields.FLAG,
    "allocation_pools": fields.PAIRS,
    "dns_nameservers": fields.STRINGS,
    "host_routes": fields.PAIRS,
}
CREATE: Mapping[str, Any] = {
    **fields.OWNED,
    **UPDATE,
    "network_id": {"type": "string"},
    "ip_version": fields.NUMBER,
    "cidr": {"type": ["string", "null"]},
    "ipv6_address_mode": _MODES,
    "ipv6_ra_mode": _MODES,
    "subnetpool_id": {"type": ["string", "null"]},
    "prefixlen": fields.NUMBER,
    "use_default_subnetpool": fields.FLAG,
}
_OF_POOLS = ("subnetpool_id", "prefixlen", "use_default_subnetpool")
KNOWN = frozenset({*Subnet.attributes, "tenant_id", "subnetpool_id", "service_types"})


def new(world: World, network: Network, **attributes: Any) -> Subnet:
    """Keeps a new subnet. `attributes` are as they may be given: without a gateway it has the first address.

    Raises an error for addresses that don't fit each other, or another subnet of the network.
    """
    version = attributes["ip_version"]
    if version not in (4, 6):
        raise errors.InvalidInput(f"'{version}' for ip_version is not 4 or 6")
    cidr = addresses.prefix(attributes["cidr"], version)
    for other in subnets_of(world, network.id):
        if cidr.overlaps(ipaddress.ip_network(other.cidr)):
            raise errors.InvalidInput(
                f"Requested subnet with cidr: {cidr} for network: {network.id} overlaps with another subnet"
            )
    pools = attributes.pop("allocation_pools", None)
    gateway = attributes.pop("gateway_ip", "")
    if gateway == "":
        gateway = addresses.first_of(cidr)
    elif gateway is not None:
        gateway = str(addresses.address(gateway, "gateway_ip"))
    values = {
        "id": world.seeded.uuid(),
        "created_at": world.timestamp(),
        "project_id": network.project_id,
        **attributes,
        "cidr": str(cidr),
        "gateway_ip": gateway,
        "allocation_pools": addresses.check_pools(cidr, pools, gateway) if pools else addresses.pools_of(cidr, gateway),
    }
    return world.store[SUBNETS].add(Subnet(**values, network_id=network.id))


def list_(call: Call) -> dict[str, Any]:
    seen = (each for each in call.world.store[SUBNETS] if access.sees_subnet(call, each))
    return listing.listed(call, "subnets", (show_subnet(call, each) for each in seen), KNOWN)


def show(call: Call) -> dict[str, Any]:
    found = access.subnet(call, call.args["subnet_id"])
    return {"subnet": listing.only_fields(call, show_subnet(call, found))}


def create(call: Call) -> dict[str, Any]:
    project_id, body = fields.take_owner(call, call.body)
    for name in _OF_POOLS:
        if body.pop(name, None):
            raise errors.HTTPNotImplemented(f"network.subnets.create with {name} is not implemented by fakemanila.")
    network = access.network(call, body.pop("network_id"))
    access.require_own(call, network, "create_subnet")
    if body.get("cidr") is None:
        raise errors.BadSubnet("a subnetpool must be specified in the absence of a cidr")
    values = {
        name: value for name, value in fields.values_of(body, CREATE).items() if name != "allocation_pools" or value
    }
    _check_texts(values)
    quotas.check(call.world, project_id, "subnet")
    return {"subnet": show_subnet(call, new(call.world, network, project_id=project_id, **values))}


def _check_texts(values: Mapping[str, Any]) -> None:
    for server in values.get("dns_nameservers", ()):
        addresses.address(server, "dns_nameservers")
    for route in values.get("host_routes", ()):
        if route.keys() != {"destination", "nexthop"}:
            raise errors.InvalidInput("a host route has a 'destination' and a 'nexthop'")
        addresses.address(route["nexthop"], "host_routes")


def update(call: Call) -> dict[str, Any]:
    found = access.subnet(call, call.args["subnet_id"])
    access.require_own(call, found, "update_subnet")
    changes = fields.values_of(call.body, UPDATE)
    _check_texts(changes)
    if changes.get("gateway_ip") is not None:
        changes["gateway_ip"] = str(addresses.address(changes["gateway_ip"], "gateway_ip"))
    gateway = changes.get("gateway_ip", found.gateway_ip)
    if "allocation_pools" in changes:
        cidr = ipaddress.ip_network(found.cidr)
        changes["allocation_pools"] = addresses.check_pools(cidr, changes["allocation_pools"], gateway)
    fields.change(call.world, found, changes)
    return {"subnet": show_subnet(call, found)}


def delete(call: Call) -> None:
    found = access.subnet(call, call.args["subnet_id"])
    access.require_own(call, found, "delete_subnet")
    if addresses.taken_in(call.world, found.id):
        raise errors.InUse("Subnet", found.id, "One or more ports have an IP allocation from this subnet.")
    call.world.remove(SUBNETS, found)


# Seeding


class SubnetNeeds(TypedDict):
    network: Annotated[Reference, reference("network")]
    cidr: Annotated[str, "A prefix such as 10.0.0.0/24."]


class SubnetFields(SubnetNeeds, Identified, total=False):
    name: Annotated[str, Keywords(maxLength=255)]
    description: Annotated[str, Keywords(maxLength=255)]
    gateway_ip: Annotated[str | None, "Default: the first address."]
    enable_dhcp: bool
    allocation_pools: Annotated[
        list[dict[str, str]], "The addresses that ports may have, each with a start and an end; default: all."
    ]
    dns_nameservers: list[str]
    tags: list[Annotated[str, Keywords(minLength=1, maxLength=255)]]


@resource.seeds_as("subnet", SUBNETS, SubnetFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    network = given.pop("network")
    try:
        version = ipaddress.ip_network(given["cidr"], strict=False).version
        return new(seeder.world, network, **{"ip_version": version, **given})
    except (ValueError, errors.NeutronError) as error:
        raise DocumentError(("cidr",), str(error)) from None
