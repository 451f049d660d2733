"""Operation ids, from the method and path of a call."""

from __future__ import annotations

import re

from .reference import ROOT

_RESOURCES = {"types": "share_types"}
"""Path segments whose resource has another name."""

_CHILDREN = {
    "shares": "share",
    "snapshots": "snapshot",
    "types": "share_type",
    "share_instances": "share_instance",
    "snapshot-instances": "snapshot_instance",
    "share-replicas": "share_replica",
    "share-networks": "share_network",
    "share-group-types": "share_group_type",
    "share-access-rules": "share_access_rule",
    "qos-types": "qos_type",
    "export_locations": "share_export_location",
    "export-locations": "share_export_location",
    "subnets": "share_network_subnet",
}
"""The prefix that a collection's name gives to what lies below it."""

_VIEWS = {
    "detail": "detail",
    "details": "details",
    "default": "default",
    "defaults": "defaults",
    "manage": "manage",
    "members": "members",
    "accept": "accept",
    "instances": "instances",
    "enable": "enable",
    "disable": "disable",
    "ensure-shares": "ensure_shares",
    "access": "list_project_access",
    "share_type_access": "list_project_access",
    "access-list": "access_list",
    "migration-progress": "migration_get_progress",
}
"""Last segments that are a verb, or another view, of the resource before them."""

_COLLECTION = {"GET": "list", "POST": "create"}
_MEMBER = {"GET": "show", "PUT": "update", "DELETE": "delete", "POST": "update"}
_METADATA = {"GET": "list", "POST": "create", "PUT": "replace"}


def operation_id(method: str, path: str, action: str | None = None) -> str:
    """``<resource>.<verb>`` of a call.

    >>> operation_id("GET", "/snapshots/{snapshot_id}")
    'snapshots.show'
    >>> operation_id("POST", "/types/{share_type_id}/action", "addProjectAccess")
    'share_types.add_project_access'
    >>> operation_id("PUT", "/shares/{share_id}/metadata")
    'share_metadata.replace'
    """
    if path in (ROOT, "/"):
        return "versions.list" if path == ROOT else "versions.show"
    segments = [segment for segment in path.split("/") if segment]
    if action is not None:
        return f"{_resource(segments[:-1])}.{snake(action)}"
    last = segments[-1]
    if last in _VIEWS:
        return f"{_resource(segments[:-1])}.{_VIEWS[last]}"
    resource = _resource(segments)
    if last.startswith("{"):
        return f"{resource}.{_MEMBER[method]}"
    return f"{resource}.{(_METADATA if last == 'metadata' else _COLLECTION)[method]}"


def snake(action: str) -> str:
    """An action's key as a verb: ``addProjectAccess`` is ``add_project_access``."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: "_" + match[1].lower(), action).replace("-", "_")


def _resource(segments: list[str]) -> str:
    names = [segment for segment in segments if not segment.startswith("{")]
    if names[0] == "scheduler-stats":
        return "scheduler_stats"
    last = names[-1]
    if len(names) == 1:
        return _RESOURCES.get(last, last.replace("-", "_"))
    parent = names[-2]
    prefix = _CHILDREN[parent]
    if parent in ("export_locations", "export-locations") and names[0] in _CHILDREN:
        prefix = _CHILDREN[names[0]] + "_export_location"
    child = last.replace("-", "_")
    return f"{prefix}_{child}"
