"""What a history turns on: a few resources, so that it comes to what takes many steps to get to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from .kinds import HELD, MAKES


@dataclass(frozen=True)
class Theme:
    """Operations that are asked for more often, by how their ids begin, and kinds that there should be for them."""

    operations: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()

    def weight(self, operation: str) -> float:
        if operation.startswith(self.operations):
            return 5.0
        return 2.5 if self.kinds & MAKES.get(operation, {}).keys() else 1.0


def _theme(operations: Sequence[str], *kinds: str) -> Theme:
    return Theme(tuple(operations), frozenset(kinds))


THEMES = (
    Theme(),
    _theme(("share_servers.",), "share_network", "share", "share_server"),
    _theme(
        ("share_networks.", "share_network_subnet", "security_services."),
        "share_network", "security_service", "share_network_subnet",
    ),
    _theme(("share_replica",), "share_type", "share", "share_replica", "replica_export_location"),
    _theme(("share_group",), "share_group_type", "share_group", "share_group_snapshot", "share"),
    _theme(("snapshot", "shares.revert"), "share", "snapshot", "snapshot_instance", "snapshot_export_location"),
    _theme(("share_type", "share_group_type", "qos_type"), "share_type", "share_group_type", "qos_type"),
    _theme(("shares.migration", "share_transfers.", "shares.manage", "shares.unmanage", "share_instance"), "share"),
    _theme(
        ("share_access_rule", "shares.allow_access", "shares.deny_access", "shares.access_list", "resource_locks."),
        "share", "access", "resource_lock",
    ),
    _theme(("share_export", "share_metadata", "share_instance_export"), "share", "share_instance", "export_location"),
    _theme(("share_backups.", "quota_sets.", "messages.", "shares.extend", "shares.shrink"), "share", "share_backup"),
)  # fmt: skip

PARENTS: Mapping[str, tuple[str, ...]] = {
    "share_servers.list": ("share_network",),
    "share_network_subnets.list": ("share_network",),
    "share_replicas.list": ("share",),
    "share_replica_export_locations.list": ("share_replica",),
    "shares.instances": ("share",),
    "snapshot_instances.list": ("snapshot",),
    "snapshot_instances.detail": ("snapshot",),
    "share_export_locations.list": ("share",),
    "snapshot_export_locations.list": ("snapshot",),
    "share_instance_export_locations.list": ("share_instance",),
    "snapshot_instance_export_locations.list": ("snapshot_instance",),
}
"""Lists that find something once there is one of these kinds."""


def choose(random: Random) -> Theme:
    return random.choice(THEMES)


def _is_held(fields: Mapping[str, Any]) -> bool:
    return fields.get("task_state") in HELD


def _is_private(fields: Mapping[str, Any]) -> bool:
    return not fields.get("share_type_access:is_public", fields.get("is_public"))


SUITABLE: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "shares.migration_complete": _is_held,
    "shares.migration_cancel": _is_held,
    "shares.migration_get_progress": _is_held,
    "share_servers.migration_complete": _is_held,
    "share_servers.migration_cancel": _is_held,
    "share_servers.migration_get_progress": _is_held,
    "share_replicas.promote": lambda fields: fields.get("replica_state") != "active",
    "share_replicas.resync": lambda fields: fields.get("replica_state") != "active",
    "share_replicas.delete": lambda fields: fields.get("replica_state") != "active",
    "shares.restore": lambda fields: bool(fields.get("is_soft_deleted")),
    "share_types.add_project_access": _is_private,
    "share_types.remove_project_access": _is_private,
    "share_types.list_project_access": _is_private,
    "share_group_types.add_project_access": _is_private,
    "share_group_types.remove_project_access": _is_private,
    "share_group_types.list_project_access": _is_private,
}
"""What an operation succeeds with, where that isn't whatever is available."""
