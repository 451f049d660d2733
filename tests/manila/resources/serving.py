"""Networks with share servers on them, as tests of what networks allow then need them."""

from __future__ import annotations

from typing import Any

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
    subnets = [each["id"] for each in world.store["share_network_subnets"].where(share_network_id=network_id)]
    record = {
        "id": world.seeded.uuid(),
        "host": host,
        "status": "active",
        "is_auto_deletable": True,
        "share_network_subnet_ids": subnets,
        "backend_details": {},
        "security_service_update_support": True,
        "network_allocation_update_support": True,
        "created_at": world.timestamp(),
        "updated_at": None,
        **attributes,
    }
    return str(world.store["share_servers"].add(record)["id"])


def server(api: Api, id: str) -> dict[str, Any]:
    found = api.world.store["share_servers"].get(id)
    assert found is not None
    return dict(found)


def shown(api: Api, network: dict[str, Any], **options: Any) -> dict[str, Any]:
    record: dict[str, Any] = api.get(f"/v2/share-networks/{network['id']}", **options).json["share_network"]
    return record


def fail(api: Api, operation: str, **rule: Any) -> None:
    """Has what an operation begins end in an error."""
    rule = {"match": {"operation": operation}, "do": {"outcome": "error"}, **rule}
    answer = api.post("/_fakemanila/faults", rule)
    assert answer.status == 201, answer
