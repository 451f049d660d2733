"""What Neutron keeps: networks, subnets and ports, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any

from ...contract.declared import Keywords
from ...manila.common.attributes import Dated, Text, reference
from ...world.kinds import Kind
from ...world.rows import Row

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.world import World

Short = Annotated[str, Keywords(maxLength=255)]


class _Standard(Dated):
    """What all of them have."""

    project_id: str | None
    name: Short = ""
    description: Short = ""
    tags: list[Annotated[str, Keywords(maxLength=255)]] = field(default_factory=list)
    revision_number: int = 1


class Network(_Standard):
    admin_state_up: bool = True
    shared: bool = False
    external: bool = False
    is_default: bool = False
    status: Text = "ACTIVE"
    mtu: int = 1450
    port_security_enabled: bool = True
    network_type: str | None = "vxlan"
    physical_network: str | None = None
    segmentation_id: int | None = None
    availability_zone_hints: list[str] = field(default_factory=list)


class Subnet(_Standard):
    network_id: Annotated[Text, reference("networks")]
    ip_version: Annotated[int, Keywords(minimum=4, maximum=6)]
    cidr: Text
    gateway_ip: str | None = None
    enable_dhcp: bool = True
    allocation_pools: list[dict[str, str]] = field(default_factory=list)
    dns_nameservers: list[str] = field(default_factory=list)
    host_routes: list[dict[str, str]] = field(default_factory=list)
    ipv6_address_mode: str | None = None
    ipv6_ra_mode: str | None = None


class Port(_Standard):
    network_id: Annotated[Text, reference("networks")]
    admin_state_up: bool = True
    status: Text = "DOWN"
    mac_address: Text
    fixed_ips: list[dict[str, str]] = field(default_factory=list)
    device_id: Short = ""
    device_owner: Short = ""
    security_groups: list[str] = field(default_factory=list)
    port_security_enabled: bool = True
    host_id: Short = ""
    vnic_type: Short = "normal"


class NetworkQuota(Row):
    """The limits of a project, whose id it has, as far as they aren't the default ones."""

    id: Text
    limits: dict[str, int] = field(default_factory=dict)


NETWORKS = Kind("networks", Network)
SUBNETS = Kind("subnets", Subnet)
PORTS = Kind("ports", Port)
QUOTAS = Kind("network_quotas", NetworkQuota)

API_NAMES: Mapping[str, str] = {
    "external": "router:external",
    "network_type": "provider:network_type",
    "physical_network": "provider:physical_network",
    "segmentation_id": "provider:segmentation_id",
    "host_id": "binding:host_id",
    "vnic_type": "binding:vnic_type",
}
"""How attributes are called in the API, where not as they are here."""
ATTRIBUTES = {name: attribute for attribute, name in API_NAMES.items()}
ADMIN_PREFIXES = ("provider:", "binding:host", "binding:profile", "binding:vif")
"""How the fields begin that only administrators see and set."""


def subnets_of(world: World, network_id: str) -> list[Subnet]:
    """The subnets of a network, oldest first."""
    return [subnet for subnet in world.store[SUBNETS] if subnet.network_id == network_id]


def ports_of(world: World, network_id: str) -> list[Port]:
    """The ports of a network, oldest first."""
    return [port for port in world.store[PORTS] if port.network_id == network_id]


def _shown(call: Call, record: _Standard, more: Mapping[str, Any]) -> dict[str, Any]:
    own = {API_NAMES.get(name, name): value for name, value in record.items()}
    shown = {
        **own,
        "tenant_id": record.project_id,
        "created_at": _time(record.created_at),
        "updated_at": _time(record.updated_at or record.created_at),
        **more,
    }
    if not call.is_admin:
        shown = {name: value for name, value in shown.items() if not name.startswith(ADMIN_PREFIXES)}
    return shown


def _time(text: str) -> str:
    return text[:19] + "Z"


def show_network(call: Call, network: Network) -> dict[str, Any]:
    return _shown(
        call,
        network,
        {
            "subnets": [subnet.id for subnet in subnets_of(call.world, network.id)],
            "availability_zones": ["nova"],
            "ipv4_address_scope": None,
            "ipv6_address_scope": None,
        },
    )


def show_subnet(call: Call, subnet: Subnet) -> dict[str, Any]:
    return _shown(call, subnet, {"subnetpool_id": None, "service_types": []})


def show_port(call: Call, port: Port) -> dict[str, Any]:
    bound = bool(port.host_id)
    return _shown(
        call,
        port,
        {
            "allowed_address_pairs": [],
            "extra_dhcp_opts": [],
            "binding:profile": {},
            "binding:vif_type": "ovs" if bound else "unbound",
            "binding:vif_details": {},
        },
    )
