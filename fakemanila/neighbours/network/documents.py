"""What Neutron says of itself: its versions, its resources, its extensions, its zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import errors, listing

if TYPE_CHECKING:
    from ...manila.context import Call

EXTENSIONS = {
    "availability_zone": "Availability Zone",
    "binding": "Port Binding",
    "empty-string-filtering": "Empty String Filtering Extension",
    "external-net": "Neutron external network",
    "filter-validation": "Filter parameters validation",
    "net-mtu": "Network MTU",
    "net-mtu-writable": "Network MTU (writable)",
    "network_availability_zone": "Network Availability Zone",
    "pagination": "Pagination support",
    "port-security": "Port Security",
    "project-id": "project_id field enabled",
    "provider": "Provider Network",
    "quota_details": "Quota details management support",
    "quotas": "Quota management support",
    "sorting": "Sorting support",
    "standard-attr-description": "standard-attr-description",
    "standard-attr-revisions": "Resource revision numbers",
    "standard-attr-tag": "Tag support for resources with standard attribute",
    "standard-attr-timestamp": "Resource timestamps",
    "tag-ports-during-bulk-creation": "Tag Ports During Bulk Creation",
}
"""By alias: what is served here, and no more. Clients look for the alias, Manila for the name."""
_SINCE = "2012-01-01T10:00:00-00:00"
_RESOURCES = ("network", "subnet", "port", "quota", "extension")


def versions(call: Call) -> dict[str, Any]:
    link = {"rel": "self", "href": f"{call.http.base_url}/network/v2.0/"}
    return {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [link]}]}


def version(call: Call) -> dict[str, Any]:
    base = f"{call.http.base_url}/network/v2.0"
    return {
        "resources": [
            {"name": name, "collection": f"{name}s", "links": [{"rel": "self", "href": f"{base}/{name}s"}]}
            for name in _RESOURCES
        ]
    }


def _extension(alias: str) -> dict[str, Any]:
    name = EXTENSIONS[alias]
    return {"alias": alias, "name": name, "description": name, "updated": _SINCE, "links": []}


def extensions(call: Call) -> dict[str, Any]:
    return {"extensions": [listing.only_fields(call, _extension(alias)) for alias in EXTENSIONS]}


def extension(call: Call) -> dict[str, Any]:
    alias = call.args["alias"]
    if alias not in EXTENSIONS:
        raise errors.NotFound("Extension", alias)
    return {"extension": _extension(alias)}


def availability_zones(call: Call) -> dict[str, Any]:
    zone = {"name": "nova", "resource": "network", "state": "available"}
    return {"availability_zones": [zone, {**zone, "resource": "router"}]}
