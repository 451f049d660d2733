"""Makes of what a cloud shows the records that a world has. What isn't shown is made up here, and nowhere else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from ..all_resources import KINDS
from ..scenario import records as scenario_records
from .partial import SECRETS
from .pools import pools, services
from .reading import Seen, Shown, is_public

Records = dict[str, list[dict[str, Any]]]

UNKNOWN_TIME = "1970-01-01T00:00:00.000000"
"""When something was made whose API doesn't tell."""
_NAMESPACE = uuid.UUID("5f0c5b1e-5d0a-5c86-9a65-3a6f7c4b9d21")

_SUPPORTS = (
    "snapshot_support",
    "create_share_from_snapshot_support",
    "revert_to_snapshot_support",
    "mount_snapshot_support",
    "snapshot_inherit_share_access_support",
)


_NO_KEY = {"crypt_hash": "unknown", "salt": "unknown"}
"""Of a transfer: no key has that hash."""


def records_of(seen: Seen) -> tuple[Records, list[str]]:
    """The records by kind, the oldest first, and of those that no world can have, a line each that says why."""
    all_pools = pools(seen)
    shares = _shares(seen, [pool["host"] for pool in all_pools])
    made: dict[str, Iterable[dict[str, Any]]] = {
        "availability_zones": _zones(seen),
        "services": services(seen),
        "pools": all_pools,
        "share_types": _share_types(seen),
        "share_group_types": _group_types(seen),
        "qos_types": seen.of("qos_types"),
        "share_networks": _networks(seen),
        "share_network_subnets": _subnets(seen),
        "security_services": seen.of("security_services"),
        "share_servers": [{**each, **seen.servers.get(each["id"], {})} for each in seen.of("share_servers")],
        **shares,
        **_snapshots(seen, {each["id"]: each["instance_id"] for each in shares["shares"]}),
        "share_access_rules": _rules(seen),
        "snapshot_access_rules": _snapshot_rules(seen),
        "share_groups": [_owned(each) for each in seen.of("share_groups")],
        "share_group_snapshots": _group_snapshots(seen),
        "share_backups": _backups(seen),
        "share_transfers": [{**_NO_KEY, **each} for each in seen.of("share_transfers")],
        "resource_locks": seen.of("resource_locks"),
        "messages": seen.of("messages"),
    }
    return _fitting({kind: [_taken(kind, each) for each in found] for kind, found in made.items()})


def _taken(kind: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a record of the kind has of that, but for what it has anyway."""
    row = KINDS[kind].row
    found = {name: shown[name] for name in row.attributes - SECRETS if name in shown}
    if "created_at" in row.attributes and not found.get("created_at"):
        found["created_at"] = UNKNOWN_TIME
    return {
        name: found[name]
        for name in sorted(found, key=lambda name: (name != "id", name))
        if name not in row.defaults or found[name] != row.defaults[name]
    }


def _fitting(found: Records) -> tuple[Records, list[str]]:
    """The records that a world can have: each is one of its kind, is there once, and has what it refers to."""
    left_out: list[str] = []
    fit: Records = {}
    for kind, records in found.items():
        once = {record["id"]: record for record in records}.values()
        fit[kind] = _without(left_out, kind, [(each, scenario_records.complaint(kind, each)) for each in once])
    before = -1
    while before != len(left_out):  # what refers to one that has gone goes, too
        before = len(left_out)
        there = {kind: {record["id"] for record in fit.get(kind, ())} for kind in KINDS}
        for kind, records in fit.items():
            problems = [(each, scenario_records.dangling(kind, each, there)) for each in records]
            fit[kind] = _without(left_out, kind, [(each, found and ": ".join(found)) for each, found in problems])
    # Newest first is how lists come, oldest first is how records are made.
    return {kind: each if kind in _OLDEST_FIRST else each[::-1] for kind, each in fit.items()}, left_out


_OLDEST_FIRST = frozenset(("availability_zones", "services", "pools", "share_network_subnets"))


def _without(left_out: list[str], kind: str, records: list[tuple[Shown, str | None]]) -> list[Shown]:
    """The records that nothing is wrong with; the others are left out."""
    left_out += [f"{kind} {record['id']}: {problem}" for record, problem in records if problem is not None]
    return [record for record, problem in records if problem is None]


def made_id(of: str, what: str) -> str:
    """The id of something that isn't shown, the same each time."""
    return str(uuid.uuid5(_NAMESPACE, f"{what}/{of}"))


def _owned(shown: Shown) -> Shown:
    """With the owner that it isn't shown to have."""
    return {"user_id": None, "project_id": None, **shown}


def _zones(seen: Seen) -> list[Shown]:
    """Those that are listed, and those where all services are disabled."""
    names = {each["name"] for each in seen.of("availability_zones")}
    others = dict.fromkeys(each["zone"] for each in seen.of("services") if each["zone"] not in names)
    return [*seen.of("availability_zones"), *({"id": made_id(name, "zone"), "name": name} for name in others)]


def _share_types(seen: Seen) -> list[Shown]:
    """Specs of theirs that aren't texts are what everybody but administrators is shown where there are none."""
    return [
        {
            "required_extra_specs": {},
            **each,
            "extra_specs": {name: spec for name, spec in each.get("extra_specs", {}).items() if isinstance(spec, str)},
            "is_public": is_public(each),
            "projects": seen.type_projects.get(each["id"], []),
        }
        for each in seen.of("share_types")
    ]


def _group_types(seen: Seen) -> list[Shown]:
    return [
        {**each, "is_public": is_public(each), "projects": seen.type_projects.get(each["id"], [])}
        for each in seen.of("share_group_types")
    ]


# Networks


def _networks(seen: Seen) -> list[Shown]:
    joined: dict[str, list[str]] = {}
    for service in reversed(seen.of("security_services")):
        for network in service.get("share_networks") or ():
            joined.setdefault(network, []).append(service["id"])
    return [_owned({**each, "security_services": joined.get(each["id"], [])}) for each in seen.of("share_networks")]


def _subnets(seen: Seen) -> list[Shown]:
    """Those of each network in its order; before a network could have several, the one that it was itself."""
    found: list[Shown] = []
    for network in reversed(seen.of("share_networks")):
        itself = {**network, "id": made_id(network["id"], "subnet"), "availability_zone": None}
        subnets = network.get("share_network_subnets", [itself])
        found += [{**subnet, "share_network_id": network["id"]} for subnet in subnets]
    return found


# Shares


def _shares(seen: Seen, hosts: list[str]) -> Records:
    """With their instances; `hosts` are those of all pools."""
    of_share: dict[str, list[Shown]] = {}
    replicas = {each["id"]: each for each in seen.of("share_replicas")}
    for each in seen.of("share_instances"):
        of_share.setdefault(each["share_id"], []).append(
            {**each, "metadata": replicas.get(each["id"], {}).get("metadata", {})}
        )
    shares, instances = [], []
    for share in seen.of("shares"):
        type_id = share["share_type"]
        own = of_share.get(share["id"]) or _made_instances(seen, share, hosts, replicas.values())
        active = _active(share, own)
        shares.append(
            {
                **dict.fromkeys(_SUPPORTS, False),
                **_owned(share),
                "size": share.get("size") or 0,  # nobody knows it while a share is being managed
                "share_type_id": type_id,
                "instance_id": active["id"],
                "progress": share.get("progress"),
                "host": active.get("host") or "",
            }
        )
        for each in own:
            locations = seen.locations.get(each["id"], seen.locations.get(share["id"], []) if each is active else [])
            instances.append(
                {
                    "share_type_id": type_id,
                    **each,
                    "host": each.get("host") or "",
                    "export_locations": [_location(each, location) for location in locations],
                }
            )
    return {"share_instances": instances, "shares": shares}


def _made_instances(seen: Seen, share: Shown, hosts: list[str], replicas: Iterable[Shown]) -> list[Shown]:
    """What a share whose instances aren't shown has for them: its replicas, or one that is as the share is."""
    found = [each for each in replicas if each["share_id"] == share["id"]] or [
        {**share, "id": made_id(share["id"], "instance"), "share_id": share["id"]}
    ]
    return [
        {
            "progress": share.get("progress"),
            **each,
            "host": each.get("host") or _some_host(seen, each, hosts),
            "metadata": {},
        }
        for each in found
    ]


def _some_host(seen: Seen, instance: Shown, hosts: list[str]) -> str:
    """A pool in the zone of an instance whose host isn't shown, with share servers where it is on a network."""
    kind = "servers" if instance.get("share_network_id") else "plain"
    wanted = f"unseen@{instance.get('availability_zone')}-{kind}#"
    return next((host for host in hosts if host.startswith(wanted)), "")


def _active(share: Shown, instances: list[Shown]) -> Shown:
    """The instance that a share shows: its active replica, or the one that is as the share is."""

    def fit(instance: Shown) -> tuple[bool, int]:
        same = sum(instance.get(name) == share.get(name) for name in ("status", "host", "share_server_id", "progress"))
        return instance.get("replica_state") == "active", same

    return max(instances, key=fit)


def _location(instance: Shown, shown: Shown) -> Shown:
    """An export location as an instance keeps it; when it was made isn't listed."""
    metadata = dict(shown.get("metadata") or {})
    if shown.get("preferred"):
        metadata["preferred"] = "True"
    made = instance.get("created_at") or UNKNOWN_TIME
    return {
        "id": shown.get("id") or made_id(f"{instance['id']}/{shown['path']}", "location"),
        "share_instance_id": instance["id"],
        "path": shown["path"],
        "is_admin_only": bool(shown.get("is_admin_only")),
        "metadata": metadata,
        "created_at": made,
        "updated_at": made,
    }


def _rules(seen: Seen) -> list[Shown]:
    """In the order in which each share's are listed, the newest first."""
    return [{**rule, "share_id": share} for share, rules in seen.rules.items() for rule in rules]


# Snapshots, and what else is made of shares


def _snapshots(seen: Seen, active: Mapping[str, str]) -> Records:
    """With their instances; `active` has the instance of each share that shows it."""
    shares = {each["id"]: each for each in seen.of("shares")}
    of_snapshot: dict[str, list[Shown]] = {}
    for each in seen.of("snapshot_instances"):
        of_snapshot.setdefault(each["snapshot_id"], []).append(each)
    snapshots, instances = [], []
    for snapshot in seen.of("snapshots"):
        on = active.get(snapshot["share_id"])
        made = {
            **snapshot,
            "id": made_id(snapshot["id"], "snapshot_instance"),
            "snapshot_id": snapshot["id"],
            "share_instance_id": on,
            "progress": "100%" if snapshot["status"] == "available" else "",
        }
        own = of_snapshot.get(snapshot["id"]) or [made]
        shown = next((each for each in own if each.get("share_instance_id") == on), own[0])
        share = shares.get(snapshot["share_id"], {})
        snapshots.append(
            {
                "share_proto": share.get("share_proto", "NFS"),
                **_owned(snapshot),
                "share_size": snapshot.get("share_size") or 1,
                "instance_id": shown["id"],
            }
        )
        instances += [{**each, "progress": each.get("progress") or ""} for each in own]
    return {"snapshot_instances": instances, "snapshots": snapshots}


def _snapshot_rules(seen: Seen) -> Iterable[Shown]:
    made = {each["id"]: each.get("created_at") for each in seen.of("snapshots")}
    return chain.from_iterable(
        ({"created_at": made.get(snapshot), **rule, "snapshot_id": snapshot} for rule in rules)
        for snapshot, rules in seen.snapshot_rules.items()
    )


def _group_snapshots(seen: Seen) -> list[Shown]:
    protocols = {each["id"]: each["share_proto"] for each in seen.of("shares")}
    return [
        {
            **_owned(each),
            "members": [
                {
                    **{name: member[name] for name in ("id", "size", "share_id")},
                    "share_proto": member.get("share_proto") or protocols.get(member["share_id"], "NFS"),
                }
                for member in each.get("members", ())
            ],
        }
        for each in seen.of("share_group_snapshots")
    ]


def _backups(seen: Seen) -> list[Shown]:
    """The project of a backup isn't shown before 2.85, nor ever its user: its share's, then."""
    shares = {each["id"]: each for each in seen.of("shares")}
    return [
        {
            "project_id": shares.get(each["share_id"], {}).get("project_id"),
            "user_id": shares.get(each["share_id"], {}).get("user_id"),
            "topic": "manila-data",
            **each,
        }
        for each in seen.of("share_backups")
    ]
