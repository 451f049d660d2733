"""Ports: what has addresses on a network, such as a share server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import access, addresses, errors, fields, listing, quotas
from .records import API_NAMES, PORTS, SUBNETS, Port, show_port, subnets_of

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.world import World
    from .records import Network

OF_MANILA, OF_NOVA = "manila:", "compute:"
"""How the owners begin of ports that only their services take away."""

_FIXED_IPS = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {"subnet_id": {"type": "string"}, "ip_address": {"type": "string"}},
        "additionalProperties": False,
    },
}
_CHANGEABLE: Mapping[str, Any] = {
    **fields.STANDARD,
    "admin_state_up": fields.FLAG,
    "fixed_ips": _FIXED_IPS,
    "device_id": fields.STRING,
    "device_owner": fields.STRING,
    "security_groups": fields.STRINGS,
    "port_security_enabled": fields.FLAG,
    "binding:host_id": {"type": ["string", "null"], "maxLength": 255},
    "binding:vnic_type": fields.STRING,
}
UPDATE: Mapping[str, Any] = _CHANGEABLE
CREATE: Mapping[str, Any] = {
    **fields.OWNED,
    **_CHANGEABLE,
    "network_id": {"type": "string"},
    "mac_address": {"type": "string"},
    "tags": fields.TAGS,
}
KNOWN = frozenset(
    {API_NAMES.get(name, name) for name in Port.attributes}
    | {"tenant_id", "allowed_address_pairs", "extra_dhcp_opts", "binding:profile", "binding:vif_type"}
)
_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")


def new(world: World, network: Network, *, fixed_ips: list[dict[str, str]] | None = None, **attributes: Any) -> Port:
    """Keeps a new port, with an address of each subnet that `fixed_ips` asks for, else of the network's first ones.

    Raises OverQuota, IpAddressGenerationFailure where no address is left, and what is wrong with one asked for.
    """
    attributes = {"project_id": network.project_id, **attributes}
    quotas.check(world, attributes["project_id"], "port")
    found = _addresses(world, network, fixed_ips, own=())
    mac = attributes.pop("mac_address", None)
    if mac is None:
        mac = "fa:16:3e:" + ":".join(f"{world.seeded.getrandbits(8):02x}" for _ in range(3))
    elif not _MAC.fullmatch(mac.lower()):
        raise errors.InvalidInput(f"'{mac}' is not a valid MAC address")
    elif any(port.mac_address == mac.lower() for port in world.store[PORTS]):
        raise errors.MacAddressInUse(f"The mac address {mac} is in use on network {network.id}.")
    given = {"id": world.seeded.uuid(), "created_at": world.timestamp(), "mac_address": mac.lower(), **attributes}
    given["status"] = _status(given)
    return world.store[PORTS].add(Port(**given, network_id=network.id, fixed_ips=found))


def _status(port: Mapping[str, Any]) -> str:
    """A port is of use once it is bound to a host."""
    return "ACTIVE" if port.get("host_id") and port.get("admin_state_up", True) else "DOWN"


def _addresses(
    world: World, network: Network, asked: list[dict[str, str]] | None, own: tuple[str, ...]
) -> list[dict[str, str]]:
    """The addresses of a port; `own` are those that it has already."""
    found: list[dict[str, str]] = []
    subnets = subnets_of(world, network.id)
    if asked is None:
        for version in (4, 6):
            fitting = [subnet for subnet in subnets if subnet.ip_version == version]
            free = ((subnet, addresses.free(world, subnet)) for subnet in fitting)
            first = next(((subnet, address) for subnet, address in free if address is not None), None)
            if first is not None:
                found.append({"subnet_id": first[0].id, "ip_address": first[1]})
            elif fitting:
                raise errors.IpAddressGenerationFailure(network.id)
        return found
    for each in asked:
        taken = tuple(one["ip_address"] for one in found)
        found.append(_one_address(world, network, each, own, taken))  # each looks at those before
    return found


def _one_address(
    world: World, network: Network, asked: dict[str, str], own: tuple[str, ...], besides: tuple[str, ...]
) -> dict[str, str]:
    """An address that is asked for, or one of a subnet that is; `besides` are those that the port is to have, too."""
    wanted = asked.get("ip_address")
    if wanted is not None:
        wanted = str(addresses.address(wanted, "fixed_ips"))
    if "subnet_id" in asked:
        subnet = world.store[SUBNETS].get(asked["subnet_id"])
        if subnet is None or subnet.network_id != network.id:
            raise errors.InvalidInput(f"Subnet {asked['subnet_id']} is not one of network {network.id}")
    elif wanted is None:
        raise errors.InvalidInput("IP allocation requires subnet_id or ip_address")
    else:
        subnet = next((each for each in subnets_of(world, network.id) if addresses.contains(each, wanted)), None)
    if wanted is not None and (subnet is None or not addresses.contains(subnet, wanted)):
        raise errors.InvalidIpForSubnet(f"IP address {wanted} is not a valid IP for the specified subnet.")
    assert subnet is not None, "found by its id, or by an address of it"
    if wanted is None:
        wanted = addresses.free(world, subnet, besides)
        if wanted is None:
            raise errors.IpAddressGenerationFailure(network.id)
    elif wanted in besides or (wanted not in own and wanted in addresses.taken_in(world, subnet.id)):
        raise errors.IpAddressInUse(f"Unable to complete operation for network {network.id}: {wanted} is in use.")
    return {"subnet_id": subnet.id, "ip_address": wanted}


def list_(call: Call) -> dict[str, Any]:
    seen = (each for each in call.world.store[PORTS] if access.sees_port(call, each))
    return listing.listed(call, "ports", (show_port(call, each) for each in seen), KNOWN)


def show(call: Call) -> dict[str, Any]:
    found = access.port(call, call.args["port_id"])
    return {"port": listing.only_fields(call, show_port(call, found))}


def create(call: Call) -> dict[str, Any]:
    project_id, body = fields.take_owner(call, call.body)
    fields.check_privileged(call, "create_port", body)
    network = access.network(call, body.pop("network_id"))
    if not network.shared:
        access.require_own(call, network, "create_port")
    return {"port": show_port(call, new(call.world, network, project_id=project_id, **_values(body, CREATE)))}


def _values(body: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    values = fields.values_of(body, known)
    if values.get("host_id", "") is None:
        values["host_id"] = ""
    if values.get("fixed_ips", ()) is None:
        del values["fixed_ips"]
    return values


def update(call: Call) -> dict[str, Any]:
    found = access.port(call, call.args["port_id"])
    access.require_own(call, found, "update_port")
    fields.check_privileged(call, "update_port", call.body)
    changes = _values(call.body, UPDATE)
    if "fixed_ips" in changes:
        own = tuple(each["ip_address"] for each in found.fixed_ips)
        network = access.network_of(call.world, found)
        changes["fixed_ips"] = _addresses(call.world, network, changes["fixed_ips"], own)
    changes["status"] = _status({**found, **changes})
    fields.change(call.world, found, changes)
    return {"port": show_port(call, found)}


def delete(call: Call) -> None:
    found = access.port(call, call.args["port_id"])
    access.require_own(call, found, "delete_port")
    if not call.is_admin and found.device_owner.startswith((OF_MANILA, OF_NOVA)):
        raise errors.PolicyNotAuthorized("delete_port")
    call.world.remove(PORTS, found)
