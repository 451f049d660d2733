"""One module per resource. Listing a module here is all it takes to serve it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...contract.model import Operation
from ..common.registry import Handler, Resource, View
from . import (
    availability_zones,
    export_locations,
    extensions,
    messages,
    metadata,
    qos_types,
    quota_sets,
    recycle_bin,
    resource_locks,
    scheduler_stats,
    security_services,
    services,
    share_access_rules,
    share_backups,
    share_creation,
    share_ensuring,
    share_group_creation,
    share_group_snapshots,
    share_group_types,
    share_groups,
    share_instances,
    share_managing,
    share_migration,
    share_network_changes,
    share_network_security,
    share_network_subnets,
    share_networks,
    share_replica_actions,
    share_replica_seeding,
    share_replicas,
    share_resizing,
    share_seeding,
    share_server_managing,
    share_server_migration,
    share_servers,
    share_transfers,
    share_type_extra_specs,
    share_types,
    shares,
    snapshot_access_rules,
    snapshot_export_locations,
    snapshot_instances,
    snapshot_managing,
    snapshots,
    versions,
)

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..context import Call

RESOURCES: tuple[Resource, ...] = (
    versions.resource,
    availability_zones.resource,
    share_types.resource,
    share_types.project_access,
    share_type_extra_specs.resource,
    shares.resource,
    share_creation.resource,
    share_seeding.resource,
    share_resizing.resource,
    share_managing.resource,
    share_ensuring.resource,
    recycle_bin.resource,
    resource_locks.resource,
    snapshots.resource,
    snapshot_managing.resource,
    *metadata.resources,
    qos_types.resource,
    qos_types.of_type,
    share_instances.resource,
    share_access_rules.resource,
    share_access_rules.metadata,
    export_locations.resource,
    export_locations.metadata,
    export_locations.of_replicas,
    share_replicas.resource,
    share_replicas.metadata,
    share_replica_actions.resource,
    share_replica_seeding.resource,
    share_migration.resource,
    security_services.resource,
    share_networks.resource,
    share_network_changes.resource,
    share_network_security.resource,
    share_network_security.checks,
    share_network_subnets.resource,
    share_network_subnets.checks,
    share_network_subnets.metadata,
    share_servers.resource,
    share_servers.details,
    share_server_managing.resource,
    share_server_migration.resource,
    share_transfers.resource,
    share_backups.resource,
    share_groups.resource,
    share_group_creation.resource,
    share_group_snapshots.resource,
    share_group_snapshots.members,
    share_group_types.resource,
    share_group_types.project_access,
    share_group_types.group_specs,
    snapshot_export_locations.resource,
    snapshot_instances.resource,
    snapshot_instances.locations,
    snapshot_access_rules.resource,
    quota_sets.resource,
    quota_sets.classes,
    quota_sets.limits,
    messages.resource,
    services.resource,
    services.switching,
    scheduler_stats.resource,
    extensions.resource,
)

HANDLERS: dict[str, Handler] = {id: handler for r in RESOURCES for id, handler in r.handlers.items()}
_OWNERS: dict[str, Resource] = {id: r for r in RESOURCES for id in r.handlers}


def add(resource: Resource) -> None:
    """Serves the operations of one more, which an installed package brings."""
    HANDLERS.update(resource.handlers)
    _OWNERS.update(dict.fromkeys(resource.handlers, resource))


def _as_it_is(call: Call, record: Record) -> Mapping[str, Any]:
    return record


def view_of(operation: Operation) -> View:
    """What turns a record of this operation's resource into all the attributes that the contract may show."""
    return _OWNERS[operation.id].view or _as_it_is
