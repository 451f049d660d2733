"""Filters, pages and orders of lists."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from ...contract.model import Operation
from ..right_requests import ODD_QUERIES, QUERIES
from .comparing import ID
from .model import Model

_SORTED = ("created_at", "name", "display_name", "status", "size", "updated_at", "nonsense")
_PAGES = ("limit", "offset", "with_count")
_EVERYTHING = ("all_tenants", "all_projects", "is_public")
_OF_ALL = (
    "share_replicas",
    "share_servers",
    "share_networks",
    "security_services",
    "qos_types",
    "messages",
    "resource_locks",
    "share_instances",
    "share_types",
    "share_group_types",
)
"""Lists that show an administrator, or everybody, what others have made."""


@dataclass(frozen=True)
class Query:
    """What follows a path, and whether the order of the list is anybody's guess."""

    text: str = ""
    unordered: bool = False


def query_of(operation: Operation, random: Random, model: Model, user: str) -> Query:
    """A query that suits an operation, most often one that finds something; none for what isn't a list."""
    properties = list((operation.query or {}).get("properties", {}))
    verb = operation.id.partition(".")[2]
    fixed = QUERIES.get(operation.id)
    if operation.routes[-1].method != "GET":
        # Of subnets nobody says the order.
        return Query(unordered=verb == "access_list" or operation.id.startswith("share_networks."))
    if verb not in ("list", "detail", "instances", "members", "access_list"):
        return Query(unordered=True)
    found: dict[str, str] = {}
    if fixed or operation.id.startswith("share_replicas"):
        share = model.choose("share", random)
        found["share_id"] = f"{{{share.name}}}" if share else "{unknown_id}"
    elif operation.id.startswith("snapshot_instances"):
        snapshot = model.choose("snapshot", random)
        found["snapshot_id"] = f"{{{snapshot.name}}}" if snapshot else "{unknown_id}"
    if random.random() < 0.65:
        for name in random.sample(properties, min(len(properties), random.randint(1, 3))):
            value = _value(operation, name, random, model)
            if value is not None:
                found.setdefault(name, value)
    if user == "admin" or found.keys() & set(_EVERYTHING):
        if operation.id.startswith(_OF_ALL) or found.keys() & set(_EVERYTHING):
            found = {name: value for name, value in found.items() if name not in _PAGES}
    elif operation.id.startswith(("qos_types", "share_types")):
        found = {name: value for name, value in found.items() if name not in _PAGES}
    ordered = "sort_key" in properties and found.get("sort_key", "created_at") == "created_at"
    if not ordered:
        found = {name: value for name, value in found.items() if name not in ("limit", "offset")}
    text = "&".join(f"{name}={value}" for name, value in found.items())
    return Query(f"?{text}" if text else "", not ordered)


def _value(operation: Operation, name: str, random: Random, model: Model) -> str | None:
    if random.random() < 0.06:
        return random.choice(ODD_QUERIES)
    match name:
        case "sort_key":
            return random.choice(_SORTED)
        case "sort_dir":
            return random.choice(("asc", "desc", "asc", "desc", "x"))
        case "limit":
            return random.choice(("1", "2", "3", "0"))
        case "offset":
            return random.choice(("0", "1", "2"))
        case "with_count" | "all_tenants" | "all_projects" | "is_public" | "is_soft_deleted":
            return random.choice(("true", "True", "1", "false", "0"))
        case "metadata" | "extra_specs" | "group_specs":
            return quote(random.choice(("{'tier': 'gold'}", "{'tier': 'silver'}", "{'snapshot_support': 'True'}")))
        case "created_since":
            return random.choice(("2001-01-01T00:00:00Z", "2090-01-01"))
        case "created_before":
            return random.choice(("2001-01-01T00:00:00Z", "2090-01-01"))
    return _of_a_thing(operation, name, random, model)


def _of_a_thing(operation: Operation, name: str, random: Random, model: Model) -> str | None:
    """What a filter has to say to find one of the things that there are."""
    kind = operation.id.partition(".")[0].removesuffix("s").removeprefix("share_access_rule") or "access"
    things = model.of_kind({"share_transfer": "transfer"}.get(kind, kind))
    if not things:
        return None
    thing = random.choice(things)
    field = name.removesuffix("~").removeprefix("display_")
    if field == "id":
        return f"{{{thing.name}}}"
    if field.endswith("_id"):
        owned = [each for each in thing.of if each.startswith(field.removesuffix("_id"))]
        owned += ["demo_project"] if "project" in field else ["demo_user"] if "user" in field else []
        return f"{{{random.choice(owned)}}}" if owned else None
    value: Any = thing.fields.get(field)
    if not isinstance(value, str | int | bool) or "walk" in str(value):
        return "{run}" if field in ("name", "description", "lock_reason") else None
    text = str(value)
    if ID.search(text):  # which the other server has another one for
        return None
    return quote(text[1:3] if name.endswith("~") else text)
