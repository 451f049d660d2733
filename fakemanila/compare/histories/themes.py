"""What a history turns on: a few resources, so that it comes to what takes many steps to get to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from .kinds import HELD, MAKES
from .model import Model

Has = Callable[[Model], bool]


@dataclass(frozen=True)
class Theme:
    """Operations that are asked for more often, by how their ids begin, and kinds that there should be for them.

    `first` is what has to be there before anything else is worth asking for: the operation that makes it, and whether
    there is one. `name` is for those who build bodies.
    """

    name: str = ""
    operations: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    first: tuple[tuple[str, Has], ...] = ()

    def weight(self, operation: str) -> float:
        if operation.startswith(self.operations):
            return 5.0
        return 2.5 if self.kinds & MAKES.get(operation, {}).keys() else 1.0

    def next(self, model: Model) -> str | None:
        """The operation that makes the first thing that is missing."""
        return next((operation for operation, has in self.first if not has(model)), None)


def _theme(name: str, operations: Sequence[str], *kinds: str, first: Sequence[tuple[str, Has]] = ()) -> Theme:
    return Theme(name, tuple(operations), frozenset(kinds), tuple(first))


def _of_kind(kind: str) -> Has:
    return lambda model: model.has(kind)


def _has_share_with(field: str) -> Has:
    return lambda model: any(thing.fields.get(field) for thing in model.of_kind("share"))


def _has_replica(model: Model) -> bool:
    return any(thing.fields.get("replica_state") != "active" for thing in model.of_kind("share_replica"))


_A_SHARE = ("shares.create", _of_kind("share"))
_A_NETWORK = ("share_networks.create", _of_kind("share_network"))
_A_SNAPSHOT = ("snapshots.create", _of_kind("snapshot"))

THEMES = (
    Theme(first=(_A_SHARE,)),
    _theme(
        "servers", ("share_servers.",), "share_network", "share", "share_server",
        first=(
            _A_NETWORK,
            ("shares.create", _has_share_with("share_network_id")),
            ("share_servers.list", lambda model: any(thing.is_usable for thing in model.of_kind("share_server"))),
        ),
    ),
    _theme(
        "networks", ("share_networks.", "share_network_subnet", "security_services."),
        "share_network", "security_service", "share_network_subnet",
        first=(_A_NETWORK, ("security_services.create", _of_kind("security_service"))),
    ),
    _theme(
        "replicas", ("share_replica",), "share_type", "share", "share_replica", "replica_export_location",
        first=(
            ("share_types.create", lambda model: bool(model.replicated_types())),
            ("shares.create", lambda model: bool(model.replicated())),
            ("share_replicas.create", _has_replica),
        ),
    ),
    _theme(
        "groups", ("share_group",), "share_group_type", "share_group", "share_group_snapshot", "share",
        first=(
            ("share_groups.create", _of_kind("share_group")),
            ("shares.create", _has_share_with("share_group_id")),
            ("share_group_snapshots.create", _of_kind("share_group_snapshot")),
        ),
    ),
    _theme(
        "snapshots", ("snapshot", "shares.revert"), "share", "snapshot", "snapshot_instance",
        "snapshot_export_location", "snapshot_access", first=(_A_SHARE, _A_SNAPSHOT),
    ),
    _theme(
        "types", ("share_type", "share_group_type", "qos_type"), "share_type", "share_group_type", "qos_type",
        first=(
            ("share_types.create", _of_kind("share_type")),
            ("share_group_types.create", _of_kind("share_group_type")),
        ),
    ),
    _theme(
        "moves", ("shares.migration", "share_transfers.", "shares.manage", "shares.unmanage", "share_instance"),
        "share", first=(_A_SHARE,),
    ),
    _theme(
        "access",
        ("share_access_rule", "shares.allow_access", "shares.deny_access", "shares.access_list", "resource_locks."),
        "share", "access", "resource_lock", first=(_A_SHARE, ("shares.allow_access", _of_kind("access"))),
    ),
    _theme(
        "locations", ("share_export", "share_metadata", "share_instance_export"), "share", "share_instance",
        "export_location", first=(_A_SHARE,),
    ),
    _theme(
        "backups", ("share_backups.", "quota_sets.", "messages.", "shares.extend", "shares.shrink"), "share",
        "share_backup", first=(_A_SHARE, ("share_backups.create", _of_kind("share_backup"))),
    ),
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
