"""The suite's configuration: what the mirrored deployment can do, and where the server is."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

PROFILES = ("no-dhss", "dhss")
"""Drivers that don't handle share servers, and drivers that do: the suite knows one kind at a time."""

_BACKENDS = {"no-dhss": "ALPHA,BETA", "dhss": "GAMMA,DELTA"}
_OTHER_SERVICES = ("neutron", "nova", "glance", "cinder", "swift", "horizon", "barbican")

# Seconds. The server's delays are zero: what isn't there at once never comes.
_PATIENCE = 20


def write(path: Path, profile: str, auth_url: str, locks: Path) -> None:
    """Writes a ``tempest.conf`` for one profile."""
    config = ConfigParser(interpolation=None)
    config.read_dict(
        {
            "DEFAULT": {"log_file": str(path.with_name("tempest.log"))},
            "oslo_concurrency": {"lock_path": str(locks)},
            "auth": {
                "use_dynamic_credentials": True,
                "create_isolated_networks": False,
                "admin_username": "admin",
                "admin_password": "secret",
                "admin_project_name": "admin",
                "admin_domain_name": "Default",
            },
            "identity": {"auth_version": "v3", "uri_v3": auth_url, "region": "RegionOne"},
            "identity-feature-enabled": {"api_v2": False},
            "service_available": {"manila": True, **dict.fromkeys(_OTHER_SERVICES, False)},
            "enforce_scope": {"manila": True},
            "share": _share(profile),
        }
    )
    with path.open("w", encoding="utf-8") as file:
        config.write(file)


def _share(profile: str) -> dict[str, object]:
    """The section of the share service: everything that the drivers of the deployment are able to do is switched on."""
    servers = profile == "dhss"
    abilities = (
        "quota",
        "extend",
        "shrink",
        "snapshot",
        "mount_snapshot",
        "revert_to_snapshot",
        "share_group",
        "replication",
        "multiple_share_replicas",
        "driver_assisted_migration",
        "migration_with_preserve_snapshots",
        "manage_unmanage",
        "manage_unmanage_snapshot",
    )
    with_servers = ("share_server_migration", "share_server_multiple_subnet", "network_allocation_update")
    timeouts = ("build", "migration", "share_backup", "share_server_migration")
    return {
        "catalog_type": "shared-file-system",
        "min_api_microversion": "2.0",
        "max_api_microversion": "2.99",
        "multi_backend": True,
        "backend_names": _BACKENDS[profile],
        "backend_replication_type": "readable",
        "multitenancy_enabled": servers,
        "create_networks_when_multitenancy_enabled": False,
        "enable_ip_rules_for_protocols": "nfs",
        "enable_user_rules_for_protocols": "cifs",
        "enable_ro_access_level_for_protocols": "nfs,cifs",
        "capability_sg_consistent_snapshot_support": "pool",
        "build_interval": 0,
        **{f"{name}_timeout": _PATIENCE for name in timeouts},
        **{f"run_{name}_tests": True for name in abilities},
        **{f"run_{name}_tests": servers for name in with_servers},
        "run_driver_assisted_backup_tests": not servers,
    }
