"""What the requests of this folder are about, and what they use up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakemanila.compare.right_requests import ADMINISTRATORS_KEY, ODD_MEMBERS

# Where a path's variable stands for something else than what has its name.
PATHS: Mapping[str, Mapping[str, str]] = {
    "share_metadata": {"share_id": "marked_share_id"},
    "shares.migration_start": {"share_id": "alpha_share_id"},
    "shares.shrink": {"share_id": "large_share_id"},
    "share_types.add_project_access": {"share_type_id": "private_type_id"},
    "share_types.remove_project_access": {"share_type_id": "private_type_id"},
    "share_types.list_project_access": {"share_type_id": "private_type_id"},
    "share_group_types.add_project_access": {"share_group_type_id": "private_group_type_id"},
    "share_group_types.remove_project_access": {"share_group_type_id": "private_group_type_id"},
    "share_group_types.list_project_access": {"share_group_type_id": "private_group_type_id"},
    "share_networks.remove_security_service": {"share_network_id": "secured_network_id"},
    "share_networks.update_security_service": {"share_network_id": "secured_network_id"},
    "share_networks.update_security_service_check": {"share_network_id": "secured_network_id"},
    "share_instance_export_locations": {"export_location_id": "instance_export_location_id"},
    "share_replica_export_locations": {"export_location_id": "replica_export_location_id"},
    "snapshot_export_locations": {"export_location_id": "snapshot_export_location_id"},
    "snapshot_instance_export_locations": {"export_location_id": "snapshot_instance_export_location_id"},
}

# Where what succeeds takes more, or less, than the resources that the request names.
CONSUMES: Mapping[str, tuple[str, ...]] = {
    # A real server takes the longer for a rule the more of them a share has.
    "shares.allow_access": ("share_id",),
    "snapshots.allow_access": ("snapshot_id",),
    "snapshots.create": (),
    "snapshots.manage": (),
    "share_group_snapshots.create": (),
    "resource_locks.create": ("share_id",),
    "share_network_subnets.create": (),
    "share_servers.reset_status": (),
    "share_servers.reset_task_state": (),
    "share_networks.add_security_service": ("share_network_id",),
    "share_networks.add_security_service_check": (),
    "share_networks.remove_security_service": ("added_service_id",),
    "share_networks.reset_status": (),
    "share_networks.share_network_subnet_create_check": (),
    "share_networks.update": (),
    "share_networks.update_security_service": ("added_service_id",),
    "share_networks.update_security_service_check": (),
    "security_services.update": (),
    "share_transfers.create": ("share_id",),
    "share_backups.create": ("share_id",),
    "share_access_rules.update": ("access_id",),
    # There is one other backend that can have a replica, and only for one.
    "share_replicas.create": (),
    "share_replicas.delete": ("replicated_share_id",),
    "share_replicas.force_delete": ("replicated_share_id",),
    "share_replicas.promote": ("replicated_share_id",),
    "share_replicas.reset_replica_state": (),
    "share_replicas.reset_status": (),
    "share_replicas.resync": (),
    "share_types.update": ("share_type_id",),
    "resource_locks.delete": ("resource_lock_id",),
    "share_transfers.accept": ("share_id",),
}

# Who can make the request when it is right, where that is neither a member nor an administrator.
CALLERS: Mapping[str, str] = {"share_transfers.accept": "alt_demo"}

FREE: tuple[Any, ...] = (
    *({"tier": value} for value in (*ODD_MEMBERS, 1.5, "x")),
    {ADMINISTRATORS_KEY: "x"}, {"": "x"}, {"{text256}": "x"}, {"a": "1", "b": "2"}, {"a": {"b": 1}}, {"a b:c.d": "x"},
    {"driver_handles_share_servers": "x"}, {"snapshot_support": "x"}, {"snapshot_support": True},
)  # fmt: skip
"""What is tried where names are free, as in metadata."""

FEW: tuple[Any, ...] = (None, 5, "x", [])
