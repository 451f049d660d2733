"""What steps make, find and name, and how its state is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..server import pick


@dataclass(frozen=True)
class Kind:
    """One kind of thing that steps name.

    `look` is the path at which an administrator sees one, with `{id}` for its own id and other kinds' names for those
    of what it belongs to; `key` is the field of the answer that holds it. `most` is how many a history has at a time.
    """

    look: str | None = None
    key: str = ""
    most: int = 3


KINDS: Mapping[str, Kind] = {
    "share": Kind("/v2/shares/{id}", "share", 6),
    "snapshot": Kind("/v2/snapshots/{id}", "snapshot", 5),
    "access": Kind("/v2/share-access-rules/{id}", "access", 5),
    "snapshot_access": Kind("/v2/snapshots/{snapshot}/access-list", "snapshot_access_list"),
    "share_group": Kind("/v2/share-groups/{id}", "share_group"),
    "share_group_snapshot": Kind("/v2/share-group-snapshots/{id}", "share_group_snapshot"),
    "share_backup": Kind("/v2/share-backups/{id}", "share_backup"),
    "share_instance": Kind("/v2/share_instances/{id}", "share_instance"),
    "snapshot_instance": Kind("/v2/snapshot-instances/{id}", "snapshot_instance"),
    "transfer": Kind("/v2/share-transfers/{id}", "transfer"),
    "resource_lock": Kind("/v2/resource-locks/{id}", "resource_lock"),
    "share_type": Kind("/v2/types/{id}", "share_type", 4),
    "share_group_type": Kind("/v2/share-group-types/{id}", "share_group_type"),
    "qos_type": Kind("/v2/qos-types/{id}", "qos_type"),
    "message": Kind("/v2/messages/{id}", "message"),
    "security_service": Kind("/v2/security-services/{id}", "security_service"),
    "share_network": Kind("/v2/share-networks/{id}", "share_network"),
    "share_network_subnet": Kind("/v2/share-networks/{share_network}/subnets/{id}", "share_network_subnet"),
    "share_server": Kind("/v2/share-servers/{id}", "share_server"),
    "share_replica": Kind("/v2/share-replicas/{id}", "share_replica"),
    "auth_key": Kind(),
    "replica_export_location": Kind(),
    "export_location": Kind(),
    "snapshot_export_location": Kind(),
    "instance_export_location": Kind(),
    "snapshot_instance_export_location": Kind(),
}

OF_VARIABLES: Mapping[str, str] = {
    "backup_id": "share_backup",
    "group_snapshot_id": "share_group_snapshot",
    "auth_key": "auth_key",
    "alpha_share_id": "share",
    "private_type_id": "share_type",
    "private_group_type_id": "share_group_type",
    "replicated_share_id": "share",
    "added_service_id": "security_service",
}
"""The kind that a variable of a path, or of a right body, stands for, where it isn't the variable without `_id`."""

IN_PATHS: Mapping[str, Mapping[str, str]] = {
    "snapshot_export_locations": {"export_location_id": "snapshot_export_location"},
    "share_replica_export_locations": {"export_location_id": "replica_export_location"},
    "share_instance_export_locations": {"export_location_id": "instance_export_location"},
    "snapshot_instance_export_locations": {"export_location_id": "snapshot_instance_export_location"},
}
"""The same for one resource's operations."""

MAKES: Mapping[str, Mapping[str, str]] = {
    "shares.create": {"share": "share.id"},
    "shares.manage": {"share": "share.id"},
    "shares.allow_access": {"access": "access.id"},
    "snapshots.create": {"snapshot": "snapshot.id"},
    "snapshots.manage": {"snapshot": "snapshot.id"},
    "snapshots.allow_access": {"snapshot_access": "snapshot_access.id"},
    "share_groups.create": {"share_group": "share_group.id"},
    "share_group_snapshots.create": {"share_group_snapshot": "share_group_snapshot.id"},
    "share_backups.create": {"share_backup": "share_backup.id"},
    "share_transfers.create": {"transfer": "transfer.id", "auth_key": "transfer.auth_key"},
    "resource_locks.create": {"resource_lock": "resource_lock.id"},
    "share_types.create": {"share_type": "share_type.id"},
    "share_group_types.create": {"share_group_type": "share_group_type.id"},
    "qos_types.create": {"qos_type": "qos_type.id"},
    "security_services.create": {"security_service": "security_service.id"},
    "share_networks.create": {
        "share_network": "share_network.id",
        "share_network_subnet": "share_network.share_network_subnets.0.id",
    },
    "share_network_subnets.create": {"share_network_subnet": "share_network_subnet.id"},
    "share_network_subnets.list": {"share_network_subnet": "share_network_subnets.0.id"},
    "share_replicas.create": {"share_replica": "share_replica.id"},
    "share_replicas.list": {"share_replica": "share_replicas.0.id"},
    "share_servers.list": {"share_server": "share_servers.0.id"},
    "share_servers.manage": {"share_server": "share_server.id"},
    "share_replica_export_locations.list": {"replica_export_location": "export_locations.0.id"},
    "shares.instances": {"share_instance": "share_instances.0.id"},
    "snapshot_instances.list": {"snapshot_instance": "snapshot_instances.0.id"},
    "snapshot_instances.detail": {"snapshot_instance": "snapshot_instances.0.id"},
    "messages.list": {"message": "messages.0.id"},
    "share_export_locations.list": {"export_location": "export_locations.0.id"},
    "snapshot_export_locations.list": {"snapshot_export_location": "share_snapshot_export_locations.0.id"},
    "share_instance_export_locations.list": {"instance_export_location": "export_locations.0.id"},
    "snapshot_instance_export_locations.list": {
        "snapshot_instance_export_location": "share_snapshot_export_locations.0.id"
    },
}
"""What an operation makes or finds: kinds, and where their ids are in the answer."""

WORKED_ON: Sequence[str] = ("share_network", "share_network_subnet")
"""What shows nothing of what is made on it, but is changed by that."""

STATES = ("status", "state", "access_rules_status", "task_state")
_STATUSES_AT_REST = ("awaiting_transfer",)
_PASSING = ("ing", "change", "_to", "_apply", "_deny", "_update", "_in_progress")
HELD = ("migration_driver_phase1_done", "data_copying_completed")
"""A migration waits in these to be completed."""


def kind_of(operation: str, variable: str) -> str:
    """The kind that a variable in an operation's path or body stands for."""
    special = IN_PATHS.get(operation.partition(".")[0], {})
    return special.get(variable) or OF_VARIABLES.get(variable) or variable.removesuffix("_id")


def is_at_rest(kind: str, document: Any, *, held: bool = True) -> bool:
    """Whether what a look shows has come to rest; a migration that is to be completed has where `held`."""
    found = pick(document, KINDS[kind].key)
    if isinstance(found, list):
        return all(_record_is_at_rest(each, held) for each in found)
    return not isinstance(found, dict) or _record_is_at_rest(found, held)


def states_of(kind: str, document: Any) -> list[str]:
    """What a look shows of how something is doing."""
    found = pick(document, KINDS[kind].key)
    records = found if isinstance(found, list) else [found]
    return [f"{record.get(name)}" for record in records if isinstance(record, dict) for name in STATES]


def is_passing(state: str) -> bool:
    """Whether something is still under way that is doing so."""
    return state not in _STATUSES_AT_REST and state.endswith(_PASSING)


def _record_is_at_rest(record: Mapping[str, Any], held: bool) -> bool:
    if record.get("task_state") in HELD:
        return held
    for name in STATES[:3]:
        if is_passing(str(record.get(name) or "")):
            return False
    task = str(record.get("task_state") or "")
    if record.get("status") == "inactive" and task == "migration_success":
        return False  # what a share server was before it moved goes at last
    return not task or task.endswith(("success", "error", "cancelled"))
