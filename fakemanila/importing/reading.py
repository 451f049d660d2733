"""What is asked of a cloud, and in which order: lists first, then what only each of their records tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..manila.common import quotas
from ..versions import Microversion
from .cloud import Cloud

Shown = dict[str, Any]
"""One record as the API shows it."""

_EVERYBODYS: Mapping[str, Any] = {"all_tenants": 1}

_LISTS: Mapping[str, tuple[str, str, Mapping[str, Any], tuple[int, int]]] = {
    "shares": ("/shares/detail", "shares", _EVERYBODYS, (2, 0)),
    "soft_deleted": ("/shares/detail", "shares", {**_EVERYBODYS, "is_soft_deleted": "true"}, (2, 69)),
    "share_instances": ("/share_instances", "share_instances", {}, (2, 3)),
    "share_replicas": ("/share-replicas/detail", "share_replicas", _EVERYBODYS, (2, 11)),
    "snapshots": ("/snapshots/detail", "snapshots", _EVERYBODYS, (2, 0)),
    "snapshot_instances": ("/snapshot-instances/detail", "snapshot_instances", {}, (2, 19)),
    "share_networks": ("/share-networks/detail", "share_networks", _EVERYBODYS, (2, 0)),
    "share_groups": ("/share-groups/detail", "share_groups", _EVERYBODYS, (2, 31)),
    "share_group_snapshots": ("/share-group-snapshots/detail", "share_group_snapshots", _EVERYBODYS, (2, 31)),
    "share_backups": ("/share-backups/detail", "share_backups", {**_EVERYBODYS, "all_projects": "true"}, (2, 80)),
    "share_transfers": ("/share-transfers/detail", "transfers", _EVERYBODYS, (2, 77)),
    "resource_locks": ("/resource-locks", "resource_locks", {"all_projects": "true"}, (2, 81)),
    "messages": ("/messages", "messages", {}, (2, 37)),
    "qos_types": ("/qos-types", "qos_types", {}, (2, 94)),
}
"""Path, envelope, query, and since when: the lists that have pages."""
_WITHOUT_PAGES: Mapping[str, tuple[str, str, Mapping[str, Any], tuple[int, int]]] = {
    "availability_zones": ("/availability-zones", "availability_zones", {}, (2, 7)),
    "services": ("/services", "services", {}, (2, 7)),
    "pools": ("/scheduler-stats/pools/detail", "pools", {}, (2, 0)),
    "share_types": ("/types", "share_types", {"is_public": "all"}, (2, 0)),
    "share_group_types": ("/share-group-types", "share_group_types", {"is_public": "all"}, (2, 31)),
    "security_services": ("/security-services/detail", "security_services", _EVERYBODYS, (2, 0)),
    "share_servers": ("/share-servers", "share_servers", {}, (2, 0)),
}
"""Those that come whole. The last two would take `limit` for a filter, and find nothing."""
_OF_THE_CLOUD = ("availability_zones", "services", "pools", "share_types", "share_group_types", "qos_types")
_RULES_SINCE = Microversion(2, 45)
"""Access rules have had calls that only read since then."""
_LOCATIONS_SINCE = Microversion(2, 9)
_SNAPSHOTS_MOUNTED_SINCE = Microversion(2, 32)


@dataclass(slots=True)
class Seen:
    """All that a cloud has shown. Lists that this user isn't shown are missing from `lists`."""

    lists: dict[str, list[Shown]] = field(default_factory=dict)
    rules: dict[str, list[Shown]] = field(default_factory=dict)
    """The access rules of each share."""
    snapshot_rules: dict[str, list[Shown]] = field(default_factory=dict)
    locations: dict[str, list[Shown]] = field(default_factory=dict)
    """The export locations of each share instance, or of each share where no instances are shown."""
    type_projects: dict[str, list[str]] = field(default_factory=dict)
    """Who may use each share type, or share group type, that isn't public."""
    servers: dict[str, Shown] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    """The names of the default share type and the default share group type."""
    quotas: list[dict[str, Any]] = field(default_factory=list)
    """As a scenario has them, but with ids."""

    def of(self, kind: str) -> list[Shown]:
        return self.lists.get(kind, [])


def read(cloud: Cloud, projects: Collection[str] = ()) -> Seen:
    """Asks for everything; of what belongs to projects, for that of these alone where there are any."""
    seen = _read_lists(cloud, (*_WITHOUT_PAGES, *_LISTS))
    seen.lists["shares"] = _each_once([*seen.of("shares"), *seen.lists.pop("soft_deleted", [])])
    if projects:
        _keep_only(seen, projects)
    _read_types(cloud, seen)
    _read_shares(cloud, seen)
    for server in seen.of("share_servers"):
        shown = cloud.get(f"/share-servers/{server['id']}", "share_server")
        seen.servers[server["id"]] = shown or server
    seen.quotas = _quotas(cloud, seen, projects)
    return seen


def read_what_is_nobodys(cloud: Cloud) -> Seen:
    """Asks for what belongs to the cloud and to no project."""
    seen = _read_lists(cloud, _OF_THE_CLOUD)
    _read_types(cloud, seen)
    if standard := _default_limits(cloud):
        seen.quotas = [{"limits": standard}]
    return seen


def _read_lists(cloud: Cloud, kinds: Collection[str]) -> Seen:
    seen = Seen()
    for kind, (path, name, query, since) in _WITHOUT_PAGES.items():
        if kind in kinds and cloud.microversion >= since:
            _keep(seen, kind, cloud.get(path, name, **query))
    for kind, (path, name, query, since) in _LISTS.items():
        if kind in kinds and cloud.microversion >= since:
            _keep(seen, kind, cloud.all(path, name, **query))
    return seen


def _keep(seen: Seen, kind: str, found: list[Shown] | None) -> None:
    if found is not None:
        seen.lists[kind] = found


def _each_once(records: list[Shown]) -> list[Shown]:
    """By id, and the newest first, as lists are."""
    by_id = {record["id"]: record for record in records}
    return sorted(by_id.values(), key=lambda record: str(record.get("created_at")), reverse=True)


def _keep_only(seen: Seen, projects: Collection[str]) -> None:
    """Leaves out what belongs to other projects, and what belongs to that."""
    for kind, records in seen.lists.items():
        seen.lists[kind] = [
            each
            for each in records
            if each.get("project_id", each.get("source_project_id")) in (*projects, None) or (kind in _OF_THE_CLOUD)
        ]
    there = {each["id"] for kind in ("shares", "snapshots") for each in seen.of(kind)}
    for kind, of in (
        ("share_instances", "share_id"),
        ("share_replicas", "share_id"),
        ("share_backups", "share_id"),
        ("snapshot_instances", "snapshot_id"),
    ):
        if kind in seen.lists:
            seen.lists[kind] = [each for each in seen.of(kind) if each[of] in there]


def _read_types(cloud: Cloud, seen: Seen) -> None:
    for path, name, kind, access in (
        ("/types", "share_type", "share_types", "share_type_access"),
        ("/share-group-types", "share_group_type", "share_group_types", "access"),
    ):
        if kind not in seen.lists:
            continue
        default = cloud.get(f"{path}/default", name)
        if default:
            seen.defaults[kind] = default["name"]
        for each in seen.of(kind):
            if is_public(each):
                continue
            granted = cloud.get(f"{path}/{each['id']}/{access}", f"{name}_access")
            seen.type_projects[each["id"]] = [one["project_id"] for one in granted or ()]


def is_public(shown: Shown) -> bool:
    """Whether everybody may use a type, whatever the microversion calls it."""
    names = ("share_type_access:is_public", "os-share-type-access:is_public", "is_public")
    return all(bool(shown.get(name, True)) for name in names)


def _read_shares(cloud: Cloud, seen: Seen) -> None:
    """The access rules and the export locations of shares, and those of snapshots that can be mounted."""
    for share in seen.of("shares"):
        id = share["id"]
        if cloud.microversion >= _RULES_SINCE:
            rules = cloud.get("/share-access-rules", "access_list", share_id=id)
        else:
            rules = cloud.read(f"/shares/{id}/action", {"access_list": None}, "access_list")
        seen.rules[id] = rules or []
        if "share_instances" not in seen.lists and cloud.microversion >= _LOCATIONS_SINCE:
            seen.locations[id] = cloud.get(f"/shares/{id}/export_locations", "export_locations") or []
    for instance in seen.of("share_instances"):
        if cloud.microversion >= _LOCATIONS_SINCE:
            found = cloud.get(f"/share_instances/{instance['id']}/export_locations", "export_locations")
            seen.locations[instance["id"]] = found or []
    if cloud.microversion < _SNAPSHOTS_MOUNTED_SINCE:
        return
    mounted = {share["id"] for share in seen.of("shares") if share.get("mount_snapshot_support")}
    for snapshot in seen.of("snapshots"):
        if snapshot["share_id"] in mounted:
            found = cloud.get(f"/snapshots/{snapshot['id']}/access-list", "snapshot_access_list")
            seen.snapshot_rules[snapshot["id"]] = found or []


def _quotas(cloud: Cloud, seen: Seen, projects: Collection[str]) -> list[dict[str, Any]]:
    """The defaults, and of each project that has something what is not as the defaults are, and so for its users."""
    owners: dict[str, dict[str, None]] = {each: {} for each in projects or filter(None, [cloud.project_id])}
    types: dict[str, dict[str, None]] = {each: {} for each in owners}
    for kind in ("shares", "snapshots", "share_networks", "share_groups"):
        for each in seen.of(kind):
            users = owners.setdefault(each["project_id"], {})
            if each.get("user_id"):
                users[each["user_id"]] = None
            if kind == "shares" and each.get("share_type"):
                types.setdefault(each["project_id"], {})[each["share_type"]] = None
    found = []
    standard = _default_limits(cloud)
    if standard:
        found.append({"limits": standard})
    for project, users in owners.items():
        own = limits(cloud.get(f"/quota-sets/{project}", "quota_set"))
        _add_quota(found, standard, own, project=project)
        if not own or "services" not in seen.lists:  # then nobody else's can be seen either
            continue
        for user in users:
            theirs = limits(cloud.get(f"/quota-sets/{project}", "quota_set", user_id=user))
            _add_quota(found, own, theirs, project=project, user=user)
        for share_type in types.get(project, ()):
            of_type = limits(cloud.get(f"/quota-sets/{project}", "quota_set", share_type=share_type))
            _add_quota(found, own, of_type, project=project, share_type=share_type)
    return found


def _default_limits(cloud: Cloud) -> dict[str, int]:
    standard = cloud.get("/quota-class-sets/default", "quota_class_set")
    if standard is None and cloud.project_id:
        standard = cloud.get(f"/quota-sets/{cloud.project_id}/defaults", "quota_set")
    return limits(standard)


def _add_quota(found: list[dict[str, Any]], above: Mapping[str, int], own: Mapping[str, int], **owner: str) -> None:
    changed = {name: limit for name, limit in own.items() if limit != above.get(name)}
    if changed:
        found.append({**owner, "limits": changed})


def limits(shown: Mapping[str, Any] | None) -> dict[str, int]:
    """The limits of a quota set, as far as the fake has them."""
    return {name: limit for name, limit in (shown or {}).items() if name in quotas.DEFAULTS}
