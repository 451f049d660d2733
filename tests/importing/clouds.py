"""Clouds to read: worlds of fakemanila, and what users see of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fakemanila import FakeManila
from fakemanila.importing.cloud import Cloud
from fakemanila.importing.command import import_cloud
from fakemanila.scenario.files import read
from fakemanila.versions import EXPERIMENTAL_HEADER, HEADER

SOME_OF_ALL: dict[str, Any] = {
    "default_share_type": "gold",
    "projects": {"shop": {"description": "Shirts"}},
    "users": {"alice": {"roles": {"shop": "manager", "demo": ["member", "reader"]}}},
    "resources": [
        {
            "kind": "share_type",
            "name": "gold",
            "extra_specs": {
                "replication_type": "readable",
                "snapshot_support": True,
                "create_share_from_snapshot_support": True,
                "mount_snapshot_support": True,
            },
        },
        {"kind": "share_type", "name": "private", "projects": ["shop"], "description": "theirs alone"},
        {"kind": "share_group_type", "name": "together", "group_specs": {"consistent_snapshot_support": "host"}},
        {"kind": "share", "name": "db", "size": 3, "metadata": {"tier": "one"}, "share_type": "gold"},
        {"kind": "share_replica", "share": "db", "replica_state": "out_of_sync"},
        {"kind": "snapshot", "share": "db", "name": "before", "metadata": {"by": "cron"}},
        {"kind": "access_rule", "share": "db", "access_to": "10.0.0.0/24", "metadata": {"rack": "b4"}},
        {"kind": "access_rule", "share": "db", "access_to": "anne", "access_type": "user"},
        {"kind": "access_rule", "snapshot": "before", "access_to": "10.0.0.9"},
        {"kind": "share", "name": "plain", "share_type": "default", "user": "alice", "project": "shop"},
        {"kind": "share_backup", "share": "plain", "name": "weekly"},
        {"kind": "message", "share": "plain"},
        {"kind": "security_service", "name": "names", "type": "kerberos", "password": "hush", "login": "joe"},
        {"kind": "share_network", "name": "lan", "security_services": ["names"]},
        {"kind": "share_network_subnet", "share_network": "lan", "availability_zone": "manila-zone-2"},
        {"kind": "share", "name": "served", "share_type": "dhss_true", "share_network": "lan", "is_public": True},
        {"kind": "share_group_type", "name": "plain ones", "share_types": ["default"]},
        {"kind": "share_group", "name": "pair", "share_group_type": "plain ones", "share_types": ["default"]},
        {"kind": "share", "name": "left", "share_group": "pair", "share_type": "default"},
        {"kind": "share_group_snapshot", "name": "both", "share_group": "pair"},
    ],
    "quotas": [
        {"limits": {"shares": 77}},
        {"project": "demo", "limits": {"gigabytes": 500, "shares": 60}},
        {"project": "shop", "user": "alice", "limits": {"shares": 4}},
        {"project": "demo", "share_type": "gold", "limits": {"snapshots": 9}},
    ],
}

_LISTS = (
    "/availability-zones",
    "/services",
    "/scheduler-stats/pools/detail",
    "/types?is_public=all",
    "/share-group-types?is_public=all",
    "/shares/detail",
    "/shares/detail?is_soft_deleted=true",
    "/share_instances",
    "/share-replicas/detail",
    "/snapshots/detail",
    "/snapshot-instances/detail",
    "/share-networks/detail",
    "/security-services/detail",
    "/share-servers",
    "/share-groups/detail",
    "/share-group-snapshots/detail",
    "/share-backups/detail",
    "/share-transfers/detail",
    "/resource-locks?all_projects=true",
    "/messages",
    "/qos-types",
    "/quota-class-sets/default",
    "/limits",
)
_PARTS = {
    "/shares/detail": ("/shares/{}", "/shares/{}/export_locations", "/share-access-rules?share_id={}"),
    "/share_instances": ("/share_instances/{}", "/share_instances/{}/export_locations"),
    "/snapshots/detail": ("/snapshots/{}", "/snapshots/{}/access-list"),
    "/share-networks/detail": (
        "/share-networks/{}",
        "/share-networks/{}/subnets",
        "/security-services?share_network_id={}",
    ),
    "/security-services/detail": ("/security-services/{}",),
    "/share-servers": ("/share-servers/{}",),
    "/share-groups/detail": ("/share-groups/{}",),
    "/share-group-snapshots/detail": ("/share-group-snapshots/{}", "/share-group-snapshots/{}/members"),
    "/share-backups/detail": ("/share-backups/{}",),
    "/types?is_public=all": ("/types/{}",),
    "/messages": ("/messages/{}",),
}


@contextmanager
def world(scenario: Any, **options: Any) -> Iterator[FakeManila]:
    """A world whose clock stands still, called without a socket."""
    with FakeManila(serve=False, clock="manual", scenario=scenario, **options) as manila:
        yield manila


def cloud(manila: FakeManila, user: str = "admin", **options: Any) -> Cloud:
    """That world as a user's cloud. It never sleeps."""
    return Cloud(manila.session(user=user), sleep=lambda seconds: None, **options)


def imported(manila: FakeManila, folder: Path, user: str = "admin", **options: Any) -> Any:
    """The scenario that an import of a world writes, as it is read again."""
    output = folder / "scenario.yaml"
    import_cloud(cloud(manila, user), output, "fake", **options)
    return read(output).value


def shown(manila: FakeManila, user: str) -> dict[str, Any]:
    """All that a user is shown of a world: lists, and what each of their records has besides."""
    found: dict[str, Any] = {}
    everybodys = "all_tenants=1" if user == "admin" else ""
    for path in _LISTS:
        asked = path + ("&" if "?" in path else "?") + everybodys if "detail" in path and "pools" not in path else path
        found[path] = answer = _get(manila, user, asked)
        if isinstance(answer, dict):
            records = next((each for each in answer.values() if isinstance(each, list)), [])
            for part in _PARTS.get(path, ()):
                for record in records:
                    found[part.format(record["id"])] = _get(manila, user, part.format(record["id"]))
    for project in sorted({each["project_id"] for each in found["/shares/detail"]["shares"]}):
        found[f"quotas {project}"] = _get(manila, user, f"/quota-sets/{project}/detail")
    return found


def _get(manila: FakeManila, user: str, path: str) -> Any:
    for version in ("2.99", "2.65"):  # the newest one, also that of the scenario old-release
        response = manila.session(user=user).get(
            path,
            endpoint_filter={"service_type": "shared-file-system"},
            headers={HEADER: version, EXPERIMENTAL_HEADER: "true"},
            raise_exc=False,
        )
        if response.status_code != 406:
            break
    return _comparable(response.json()) if response.status_code == 200 else response.status_code


def _comparable(value: Any) -> Any:
    """Without what can't be known: when services were heard of last, keys, and details of backends."""
    if isinstance(value, Mapping):
        heard = ("timestamp", *(("updated_at",) if "binary" in value else ()))
        return {
            key: None if key in ("access_key", "password", "backend_details") else _comparable(each)
            for key, each in value.items()
            if key not in heard
        }
    return [_comparable(each) for each in value] if isinstance(value, list) else value
