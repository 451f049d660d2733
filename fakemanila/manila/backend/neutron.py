"""What Manila asks of Neutron: where a subnet lies, and ports whose addresses its share servers have.

Where the deployment has no Neutron, or a subnet names nothing of it, nobody is asked: servers have addresses that
the deployment gives out itself, as with Manila's standalone network plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...neighbours.network import errors, ports
from ...neighbours.network.records import NETWORKS, PORTS, SUBNETS

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World

NO_SERVER = "004"
"""The detail of the user message about a share for which there is no server: Neutron doesn't have what it lies on."""
NO_PORT = "027"
"""The detail of the user message where Neutron refuses a port: for want of quota, or of addresses.

Manila has another detail for the latter, but its own code never comes to it: both are the same conflict to it.
"""
PORTS_OF_A_SERVER = 2
"""On each of its subnets."""
OWNER = f"{ports.OF_MANILA}share"


def knows(world: World, subnet: Record) -> bool:
    """Whether Neutron is to be asked about a share network's subnet."""
    return "network" in world.settings.services and subnet["neutron_net_id"] is not None


def facts_of(world: World, subnet: Record) -> dict[str, Any] | None:
    """What Neutron knows of a share network's subnet; None where it has no such network or subnet."""
    network = world.store[NETWORKS].get(subnet["neutron_net_id"])
    found = world.store[SUBNETS].get(subnet["neutron_subnet_id"])
    if network is None or found is None:
        return None
    return {
        "network_type": network.network_type,
        "segmentation_id": network.segmentation_id,
        "mtu": network.mtu,
        "cidr": found.cidr,
        "gateway": found.gateway_ip,
        "ip_version": found.ip_version,
    }


def allocate(world: World, server: Record, subnet: Record, project_id: str | None) -> list[str] | str:
    """The addresses of a server's new ports, or, by a detail of user messages, why there are none."""
    network = world.store[NETWORKS].get(subnet["neutron_net_id"])
    assert network is not None, "somebody has asked for its facts"
    had = len([port for port in world.store[PORTS] if port.device_id == server["id"]])
    addresses = []
    try:
        for number in range(had, had + PORTS_OF_A_SERVER):
            port = ports.new(
                world,
                network,
                project_id=project_id,
                name=f"{server['id']}_{number}",
                fixed_ips=[{"subnet_id": subnet["neutron_subnet_id"]}],
                device_id=server["id"],
                device_owner=OWNER,
                # What is outside of the cloud Neutron cannot route: it only keeps the address.
                admin_state_up=not network.external,
            )
            addresses.append(port.fixed_ips[0]["ip_address"])
    except errors.NeutronError as error:
        return NO_PORT if error.status == 409 else NO_SERVER
    return addresses


def release(world: World, server_id: str) -> None:
    """Takes away the ports of a server."""
    for port in [port for port in world.store[PORTS] if port.device_id == server_id and port.device_owner == OWNER]:
        world.remove(PORTS, port)
