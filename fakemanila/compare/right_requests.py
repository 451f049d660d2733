"""What a right request of each operation says, and the values that no field is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ALPHA = "oracle@alpha#fake_pool_for_ALPHA"
BETA = "oracle@beta#fake_pool_for_BETA"
GAMMA = "oracle@gamma"
ADMINISTRATORS_KEY = "__affinity_same_host"
PAIR = {"tier": "silver"}

# What a right request has inside its envelope. An operation that isn't here takes nothing.
BODIES: Mapping[str, Any] = {
    "qos_type_specs.create": PAIR,
    "qos_type_specs.update": PAIR,
    "qos_types.create": {"name": "{unique}", "description": "new", "specs": PAIR},
    "qos_types.update": {"description": "new"},
    "quota_class_sets.update": {"shares": 40},
    "quota_sets.update": {"shares": 40},
    "resource_locks.create": {"resource_id": "{share_id}", "resource_type": "share"},
    "resource_locks.update": {"lock_reason": "new"},
    "security_services.create": {"type": "ldap", "name": "{unique}"},
    "security_services.update": {"name": "new", "dns_ip": "10.0.0.1"},
    "services.disable": {"host": "nowhere", "binary": "manila-share"},
    "services.enable": {"host": "nowhere", "binary": "manila-share"},
    "services.ensure_shares": {"host": "nowhere"},
    "share_access_rule_metadata.replace": PAIR,
    "share_access_rules.update": {"access_level": "ro"},
    "shares.allow_access": {"access_type": "ip", "access_to": "{unique_ip}"},
    "shares.deny_access": {"access_id": "{access_id}"},
    "shares.extend": {"new_size": 2},
    "shares.shrink": {"new_size": 1},
    "shares.reset_status": {"status": "available"},
    "shares.revert": {"snapshot_id": "{snapshot_id}"},
    "share_backups.create": {"share_id": "{share_id}", "backup_options": {"backup_type": "eng_data_backup"}},
    "share_backups.reset_status": {"status": "available"},
    "share_backups.update": {"name": "new", "description": "new"},
    "share_export_location_metadata.create": PAIR,
    "share_export_location_metadata.replace": PAIR,
    "share_export_location_metadata.update": PAIR,
    "share_group_snapshots.create": {"share_group_id": "{share_group_id}"},
    "share_group_snapshots.reset_status": {"status": "available"},
    "share_group_snapshots.update": {"name": "new", "description": "new"},
    "share_group_type_group_specs.create": PAIR,
    "share_group_type_group_specs.update": PAIR,
    "share_group_types.add_project_access": {"project": "{alt_demo_project}"},
    "share_group_types.create": {"name": "{unique}", "share_types": ["{share_type_id}"], "group_specs": PAIR},
    "share_group_types.remove_project_access": {"project": "{demo_project}"},
    "share_groups.create": {"name": "{unique}"},
    "share_groups.reset_status": {"status": "available"},
    "share_groups.update": {"name": "new", "description": "new"},
    "share_instances.reset_status": {"status": "available"},
    "share_metadata.create": PAIR,
    "share_metadata.replace": PAIR,
    "share_metadata.update": PAIR,
    "share_replica_metadata.create": PAIR,
    "share_replica_metadata.replace": PAIR,
    "share_replica_metadata.update": PAIR,
    "share_replicas.create": {"share_id": "{replicated_share_id}", "availability_zone": "manila-zone-1"},
    "share_replicas.reset_replica_state": {"replica_state": "in_sync"},
    "share_replicas.reset_status": {"status": "available"},
    "share_network_subnet_metadata.create": PAIR,
    "share_network_subnet_metadata.replace": PAIR,
    "share_network_subnet_metadata.update": PAIR,
    "share_network_subnets.create": {"neutron_net_id": "a", "neutron_subnet_id": "b"},
    "share_networks.add_security_service": {"security_service_id": "{security_service_id}"},
    "share_networks.add_security_service_check": {"security_service_id": "{security_service_id}"},
    "share_networks.create": {"name": "{unique}"},
    "share_networks.remove_security_service": {"security_service_id": "{added_service_id}"},
    "share_networks.reset_status": {"status": "active"},
    "share_networks.share_network_subnet_create_check": {"neutron_net_id": "a", "neutron_subnet_id": "b"},
    "share_networks.update": {"name": "new", "description": "new"},
    "share_networks.update_security_service": {
        "current_service_id": "{added_service_id}", "new_service_id": "{security_service_id}",
    },
    "share_networks.update_security_service_check": {
        "current_service_id": "{added_service_id}", "new_service_id": "{security_service_id}",
    },
    "shares.migration_start": {
        "host": BETA, "preserve_metadata": False, "preserve_snapshots": False,
        "writable": False, "nondisruptive": False,
    },
    "shares.reset_task_state": {"task_state": None},
    # Refused when all else is right: what begins takes long.
    "share_servers.manage": {
        "host": GAMMA, "identifier": "{share_server_id}", "share_network_id": "{share_network_id}",
    },
    "share_servers.migration_check": {
        "host": GAMMA, "writable": False, "nondisruptive": False, "preserve_snapshots": True,
        "new_share_network_id": None,
    },
    "share_servers.migration_start": {
        "host": GAMMA, "writable": False, "nondisruptive": False, "preserve_snapshots": True,
        "new_share_network_id": None,
    },
    "share_servers.reset_status": {"status": "active"},
    "share_servers.reset_task_state": {"task_state": None},
    "share_transfers.accept": {"auth_key": "{auth_key}"},
    "share_transfers.create": {"share_id": "{share_id}"},
    "share_type_extra_specs.create": PAIR,
    "share_type_extra_specs.update": PAIR,
    "share_types.add_project_access": {"project": "{alt_demo_project}"},
    "share_types.create": {"name": "{unique}", "extra_specs": {"driver_handles_share_servers": "False"}},
    "share_types.remove_project_access": {"project": "{demo_project}"},
    "share_types.update": {"name": "{unique}", "description": "new"},
    "shares.create": {"share_proto": "NFS", "size": 1},
    "shares.manage": {"protocol": "NFS", "export_path": "/{unique}", "service_host": ALPHA},
    "shares.update": {"display_name": "new", "display_description": "new"},
    "snapshot_instances.reset_status": {"status": "available"},
    "snapshot_metadata.create": PAIR,
    "snapshot_metadata.replace": PAIR,
    "snapshot_metadata.update": PAIR,
    "snapshots.allow_access": {"access_type": "ip", "access_to": "{unique_ip}"},
    "snapshots.create": {"share_id": "{share_id}"},
    "snapshots.deny_access": {"access_id": "{snapshot_access_id}"},
    "snapshots.manage": {"share_id": "{share_id}", "provider_location": "{unique}"},
    "snapshots.reset_status": {"status": "available"},
    "snapshots.update": {"display_name": "new", "display_description": "new"},
}  # fmt: skip

# What a right request has in its query.
QUERIES: Mapping[str, str] = {"share_access_rules.list": "share_id={share_id}"}

TEXTS = {"text256": "x" * 256, "text1024": "y" * 1024}
ODD: tuple[Any, ...] = (
    None, True, 1.5, -1, 2**31, "", "x", "{text256}", "{text1024}", [], ["x"], {}, {"a": {"b": 1}},
)  # fmt: skip
ODD_MEMBERS: tuple[Any, ...] = (None, True, 5, "", "{text256}", "{text1024}", [], {})
ODD_QUERIES: tuple[str, ...] = ("", "x", "-1", "1.5", "true", "{unknown_id}")
MAPPINGS = ("metadata", "extra_specs", "group_specs", "specs", "backup_options", "scheduler_hints", "driver_options")
IDENTIFIERS = ("share_type", "volume_type", "project", "host", "availability_zone")


def values_of(field: str) -> tuple[Any, ...]:
    """What is tried in a field: values that hardly any field is meant for, and what the field seems to want."""
    values = ODD
    if field in MAPPINGS:
        values += (*({"tier": value} for value in ODD_MEMBERS), {ADMINISTRATORS_KEY: "x"}, {"": "x"})
        values += ({"{text256}": "x"}, {"driver_handles_share_servers": True}, {"driver_handles_share_servers": "x"})
    if field.endswith("_id") or field in IDENTIFIERS:
        values += ("{unknown_id}",)
    return values
