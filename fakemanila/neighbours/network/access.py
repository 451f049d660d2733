"""Who sees what, and who may change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import errors
from .records import NETWORKS, PORTS, SUBNETS, Network, Port, Subnet

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.world import World


def _own(call: Call, record: Network | Subnet | Port) -> bool:
    return call.is_admin or record.project_id == call.caller.project_id


def network_of(world: World, record: Subnet | Port) -> Network:
    found = world.store[NETWORKS].get(record.network_id)
    assert found is not None, f"{record['id']} has outlived its network"
    return found


def sees_network(call: Call, network: Network) -> bool:
    """One's own, those that are shared with everybody, and external ones."""
    return _own(call, network) or network.shared or network.external


def sees_subnet(call: Call, subnet: Subnet) -> bool:
    return _own(call, subnet) or sees_network(call, network_of(call.world, subnet))


def sees_port(call: Call, port: Port) -> bool:
    return _own(call, port) or _own(call, network_of(call.world, port))


def network(call: Call, id: str) -> Network:
    """Raises NotFound."""
    found = call.world.store[NETWORKS].get(id)
    if found is None or not sees_network(call, found):
        raise errors.NotFound("Network", id, call.why_missing(NETWORKS, id, found))
    return found


def subnet(call: Call, id: str) -> Subnet:
    """Raises NotFound."""
    found = call.world.store[SUBNETS].get(id)
    if found is None or not sees_subnet(call, found):
        raise errors.NotFound("Subnet", id, call.why_missing(SUBNETS, id, found))
    return found


def port(call: Call, id: str) -> Port:
    """Raises NotFound."""
    found = call.world.store[PORTS].get(id)
    if found is None or not sees_port(call, found):
        raise errors.NotFound("Port", id, call.why_missing(PORTS, id, found))
    return found


def require_own(call: Call, record: Network | Subnet | Port, rule: str) -> None:
    """Raises PolicyNotAuthorized for what the caller only sees. A subnet or port is its network's owner's, too."""
    if _own(call, record):
        return
    if isinstance(record, Network) or not _own(call, network_of(call.world, record)):
        raise errors.PolicyNotAuthorized(rule)
