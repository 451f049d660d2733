"""Manila's dummy driver, which all backends of the built-in deployment run: nothing behind it, and everything works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Driver, Location, Protocol

if TYPE_CHECKING:
    from ....world.rows import Record


def _path(share: Record, instance_id: str) -> str:
    return "/path/to/fake/share/" + f"share_{share['id']}_{instance_id}".replace("-", "_")


_LOCATIONS: tuple[Location, ...] = (
    {"path": "{service_address}:{path}", "is_admin_only": True, "preferred": False},
    {"path": "{address}:{path}", "preferred": True},
    {"path": "{second_address}:{path}", "preferred": False},
)

DRIVER = Driver(
    "dummy",
    {
        "NFS": Protocol(("ip",), _path, _LOCATIONS),
        "CIFS": Protocol(("user",), _path, _LOCATIONS),
    },
    capabilities={
        "replication_type": "readable",
        "revert_to_snapshot_support": True,
        "mount_snapshot_support": True,
        "sg_consistent_snapshot_support": "pool",
        "security_service_update_support": True,
        "network_allocation_update_support": True,
        "share_server_multiple_subnet_support": True,
        "share_replicas_migration_support": True,
        "encryption_support": ["share_server"],
        "qos_type_support": True,
    },
    makes_share_servers=True,
)
