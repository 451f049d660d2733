"""Networks with share servers on them, as tests of what networks allow then need them."""

from __future__ import annotations

from typing import Any

from fakemanila.manila.backend import servers
from fakemanila.manila.common import lookup
from fakemanila.world.world import World

from ...api import Api

SLOW = {"share_networks.*": "10s", "share_network_subnets.*": "10s"}
GAMMA, DELTA = "oracle@gamma", "oracle@delta"


def make_service(api: Api, type: str = "ldap", **fields: Any) -> dict[str, Any]:
    return api.make("/v2/security-services", "security_service", {"type": type, **fields})


def make_network(api: Api, **fields: Any) -> dict[str, Any]:
    return api.make("/v2/share-networks", "share_network", fields)


def add_server(api: Api, network: dict[str, Any], host: str = GAMMA, **attributes: Any) -> str:
    """Puts a server on all subnets of a network, and gives its id."""
    return put_server(api.world, network["id"], host, **attributes)


def put_server(world: World, network_id: str, host: str = GAMMA, **attributes: Any) -> str:
    subnets = world.store[lookup.SHARE_NETWORK_SUBNETS].where(share_network_id=network_id)
    able = {"security_service_update_support": True, "network_allocation_update_support": True}
    return servers.new(world, host, subnets, **{"status": "active", **able, **attributes}).id


def server(api: Api, id: str) -> Any:
    """The record of a server."""
    return api.world.store["share_servers"].get(id)


def shown(api: Api, network: dict[str, Any], **options: Any) -> dict[str, Any]:
    record: dict[str, Any] = api.get(f"/v2/share-networks/{network['id']}", **options).json["share_network"]
    return record


def fail(api: Api, operation: str, **rule: Any) -> None:
    """Has what an operation begins end in an error."""
    rule = {"match": {"operation": operation}, "do": {"outcome": "error"}, **rule}
    answer = api.post("/_fakemanila/faults", rule)
    assert answer.status == 201, answer
