"""What requests say that are likely to succeed, where `order/requests.py` has one body for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from ..right_requests import ALPHA, BETA, BODIES, GAMMA
from .model import Model

_ZONES = ("manila-zone-0", "manila-zone-1")
_ZONES_WITH_SERVERS = ("manila-zone-2", "manila-zone-3")
_STATUSES: Mapping[str, tuple[str, ...]] = {
    "shares": ("available", "available", "error", "error_deleting", "deleting", "creating", "nonsense"),
    "snapshots": ("available", "available", "error", "error_deleting", "deleting", "creating", "nonsense"),
    "share_instances": ("available", "available", "error", "deleting", "creating", "nonsense"),
    "snapshot_instances": ("available", "available", "error", "deleting", "creating", "nonsense"),
    "share_groups": ("available", "available", "error", "deleting", "creating", "nonsense"),
    "share_group_snapshots": ("available", "available", "error", "deleting", "creating", "nonsense"),
    "share_replicas": ("available", "available", "error", "deleting", "creating", "nonsense"),
    "share_networks": ("active", "active", "error", "network_change", "nonsense"),
    "share_servers": ("active", "active", "error", "deleting", "creating", "nonsense"),
    # A real backend goes on with backups that are said to be under way.
    "share_backups": ("available", "available", "error", "error_deleting", "nonsense"),
}
DELTA = "oracle@delta"
_KEYS = ("tier", "colour", "mark")
_WORDS = ("gold", "silver", "", "ä", "two words", "x" * 40)
_Build = Callable[[Random, Model], Any]


def right_body(operation: str, random: Random, model: Model) -> Any:
    """What is in the envelope of an operation's request; variables stand for things of a kind, not yet for one."""
    resource, _, verb = operation.partition(".")
    if operation in _BUILT:
        return _BUILT[operation](random, model)
    if verb == "reset_status" and resource in _STATUSES:
        return {"status": random.choice(_STATUSES[resource])}
    if "metadata" in resource or resource.endswith("_specs"):
        if verb == "update":  # of one key, which is in the path
            return {"tier": random.choice(_WORDS)}
        return pairs(random) if operation in BODIES else {}
    body = BODIES.get(operation)
    if isinstance(body, dict) and verb == "create":
        return body | _described(random)
    if isinstance(body, dict) and verb == "update" and "display_name" not in body and "name" in body:
        return _described(random) or body
    return body


def _chance(model: Model, theme: str, there: bool) -> float:
    """How often something is asked for that only few things can be done with, the more often where it is missing."""
    return 0.9 if model.theme == theme and not there else 0.5 if model.theme == theme else 0.25


def pairs(random: Random) -> dict[str, str]:
    return {key: random.choice(_WORDS) for key in random.sample(_KEYS, random.randint(1, 2))}


def _described(random: Random) -> dict[str, Any]:
    found = {"name": "{unique}"} if random.random() < 0.7 else {}
    return found | ({"description": random.choice(("{run} noted", "", "ü"))} if random.random() < 0.4 else {})


def _share(random: Random, model: Model) -> dict[str, Any]:
    body: dict[str, Any] = {
        "share_proto": random.choice(("NFS", "NFS", "CIFS")), "size": random.choice((1, 1, 1, 2, 3)),
        **_described(random),
    }  # fmt: skip
    if random.random() < 0.4:
        body["metadata"] = pairs(random)
    if random.random() < 0.1:
        body["is_public"] = random.random() < 0.5
    if model.has("snapshot") and random.random() < 0.2:
        return body | {"snapshot_id": "{snapshot_id}", "size": random.choice((1, 2, 3))}
    if model.has("share_group") and random.random() < _chance(model, "groups", True):
        return body | {"share_group_id": "{share_group_id}"}
    if model.has("share_network") and random.random() < _chance(model, "servers", model.has("share_server")):
        zone = random.choice(_ZONES_WITH_SERVERS)
        return body | {
            "share_type": "dhss_true", "share_network_id": "{share_network_id}", "availability_zone": zone,
        }  # fmt: skip
    replicated = model.replicated_types()
    if replicated and random.random() < _chance(model, "replicas", bool(model.replicated())):
        body["share_type"] = f"{{{random.choice(replicated).name}}}"
    elif model.has("share_type") and random.random() < 0.4:
        body["share_type"] = "{share_type_id}"
    elif random.random() < 0.2:
        body["share_type"] = random.choice(("default", "dhss_false", "dhss_true"))
    # Two servers would place it differently otherwise.
    return body | {"availability_zone": random.choice(_ZONES)}


def _access(random: Random, model: Model) -> dict[str, Any]:
    kind, to = random.choice(
        (("ip", "{unique_ip}"), ("ip", "{unique_ip}"), ("ip", "10.0.0.0/8"), ("user", "someone"), ("cert", "some.name"),
         ("ip", "fd00::1"))
    )  # fmt: skip
    body: dict[str, Any] = {"access_type": kind, "access_to": to}
    if random.random() < 0.5:
        body["access_level"] = random.choice(("ro", "rw"))
    if random.random() < 0.3:
        body["metadata"] = pairs(random)
    if random.random() < 0.15:
        body[random.choice(("lock_visibility", "lock_deletion"))] = True
        body["lock_reason"] = "{run} locks"
    return body


def _snapshot_access(random: Random, model: Model) -> dict[str, Any]:
    return {"access_type": "ip", "access_to": random.choice(("{unique_ip}", "{unique_ip}", "10.0.0.0/8"))}


def _type(random: Random, model: Model) -> dict[str, Any]:
    specs = {"driver_handles_share_servers": "False"}
    for name in ("snapshot", "create_share_from_snapshot", "revert_to_snapshot", "mount_snapshot"):
        if random.random() < 0.6:
            # No backend is without any of these.
            specs[f"{name}_support"] = random.choice(("True", "True", "True" if model.theme == "replicas" else "False"))
    if random.random() < _chance(model, "replicas", bool(model.replicated_types())):
        specs["replication_type"] = random.choice(("readable",) * 8 + ("writable", "dr"))  # no backend has the latter
    for name in ("provisioning:min_share_size", "provisioning:max_share_size", "provisioning:max_share_extend_size"):
        if random.random() < 0.1:
            specs[name] = random.choice(("1", "2", "3"))
    body: dict[str, Any] = {"name": "{unique}", "extra_specs": specs}
    if random.random() < 0.25:
        body["share_type_access:is_public"] = False
    return body | ({"description": "{run} noted"} if random.random() < 0.4 else {})


def _group_type(random: Random, model: Model) -> dict[str, Any]:
    types = ["{share_type_id}"] if model.has("share_type") and random.random() < 0.5 else ["default"]
    body: dict[str, Any] = {"name": "{unique}", "share_types": types}
    if random.random() < 0.4:
        body["group_specs"] = pairs(random)
    if random.random() < 0.3:
        body["group_specs"] = {"consistent_snapshot_support": random.choice(("host", "pool"))}
    return body | ({"is_public": False} if random.random() < 0.2 else {})


def _group(random: Random, model: Model) -> dict[str, Any]:
    body = _described(random)
    if model.has("share_group_snapshot") and random.random() < 0.25:
        return body | {"source_share_group_snapshot_id": "{group_snapshot_id}"}
    if model.has("share_group_type") and random.random() < 0.3:
        body["share_group_type_id"] = "{share_group_type_id}"
    if model.has("share_network") and random.random() < 0.2:
        return body | {
            "share_network_id": "{share_network_id}",
            "availability_zone": random.choice(_ZONES_WITH_SERVERS),
        }
    return body | {"availability_zone": random.choice(_ZONES)}


def _replica(random: Random, model: Model) -> dict[str, Any]:
    replicated = model.replicated()
    share = random.choice(replicated) if replicated and random.random() < 0.9 else None
    found = str(share.fields.get("availability_zone")) if share else ""
    zones = _ZONES_WITH_SERVERS if found in _ZONES_WITH_SERVERS else _ZONES
    zone = next(each for each in zones if each != found) if random.random() < 0.85 else random.choice(zones)
    body: dict[str, Any] = {"share_id": f"{{{share.name}}}" if share else "{share_id}", "availability_zone": zone}
    return body | ({"metadata": pairs(random)} if random.random() < 0.3 else {})


def _server(random: Random, model: Model) -> dict[str, Any]:
    identifier = "{share_server_id}" if model.has("share_server") and random.random() < 0.3 else "{unique}"
    return {"host": GAMMA, "identifier": identifier, "share_network_id": "{share_network_id}"}


def _security_service(random: Random, model: Model) -> dict[str, Any]:
    body: dict[str, Any] = {"type": random.choice(("ldap", "kerberos", "active_directory")), **_described(random)}
    more = {"dns_ip": "10.0.0.2", "user": "someone", "password": "word", "domain": "there", "server": "10.0.0.3",
            "ou": "unit", "default_ad_site": "site"}  # fmt: skip
    return body | {name: more[name] for name in random.sample(list(more), random.randint(0, 3))}


def _network(random: Random, model: Model) -> dict[str, Any]:
    body = _described(random)
    if random.random() < 0.3:
        body |= {"neutron_net_id": "net-{run}", "neutron_subnet_id": "subnet-{run}"}
    return body | ({"availability_zone": random.choice(_ZONES_WITH_SERVERS)} if random.random() < 0.2 else {})


def _subnet(random: Random, model: Model) -> dict[str, Any]:
    body: dict[str, Any] = {"availability_zone": random.choice((*_ZONES_WITH_SERVERS, *_ZONES, None))}
    if random.random() < 0.5:
        body |= {"neutron_net_id": "net-{run}", "neutron_subnet_id": "subnet-{run}"}
    return body | ({"metadata": pairs(random)} if random.random() < 0.3 else {})


def _quota(random: Random, model: Model) -> dict[str, Any]:
    names = ("shares", "snapshots", "gigabytes", "snapshot_gigabytes", "share_groups", "share_group_snapshots",
             "per_share_gigabytes", "backups", "backup_gigabytes", "share_networks", "share_replicas",
             "replica_gigabytes")  # fmt: skip
    body: dict[str, Any] = {
        name: random.choice((-1, 1, 2, 3, 5, 50)) for name in random.sample(names, random.randint(1, 3))
    }
    return body | ({"force": True} if random.random() < 0.3 else {})


def _project(random: Random, model: Model) -> dict[str, str]:
    return {"project": random.choice(("{demo_project}", "{demo_project}", "{alt_demo_project}"))}


def _elsewhere(random: Random, host: str, *hosts: str) -> str:
    others = [each for each in hosts if not host.startswith(each)]
    return random.choice(others if others and random.random() < 0.85 else hosts)


def _migration(random: Random, model: Model) -> dict[str, Any]:
    flags = {name: random.random() < 0.2 for name in ("preserve_snapshots", "writable", "nondisruptive")}
    host = _elsewhere(random, model.field("share", "host"), ALPHA, BETA)
    return {"host": host, "preserve_metadata": random.random() < 0.5, **flags}


def _server_migration(random: Random, model: Model) -> dict[str, Any]:
    flags = {name: random.random() < 0.15 for name in ("writable", "nondisruptive")}
    network = "{share_network_id}" if model.has("share_network") and random.random() < 0.25 else None
    return {
        "host": _elsewhere(random, model.field("share_server", "host"), GAMMA, DELTA),
        "preserve_snapshots": random.random() < 0.8, "new_share_network_id": network, **flags,
    }  # fmt: skip


def _lock(random: Random, model: Model) -> dict[str, Any]:
    body: dict[str, Any] = {"resource_id": "{share_id}", "resource_type": "share"}
    if model.has("access") and random.random() < 0.4:
        action = random.choice(("delete", "show"))
        body = {"resource_id": "{access_id}", "resource_type": "access_rule", "resource_action": action}
    return body | ({"lock_reason": "{run} keeps it"} if random.random() < 0.5 else {})


_BUILT: Mapping[str, _Build] = {
    "shares.create": _share,
    "shares.allow_access": _access,
    "shares.extend": lambda random, model: {"new_size": random.choice((2, 3, 4))},
    "shares.shrink": lambda random, model: {"new_size": random.choice((1, 1, 2))},
    "shares.manage": lambda random, model: {
        "protocol": "NFS", "export_path": "/{unique}", "service_host": random.choice((ALPHA, BETA)),
        **_described(random),
    },
    "shares.migration_start": _migration,
    "shares.reset_task_state": lambda random, model: {
        "task_state": random.choice((None, "migration_error", "migration_success", "migration_in_progress", "nonsense"))
    },
    "shares.soft_delete": lambda random, model: None,
    "snapshots.allow_access": _snapshot_access,
    "share_types.create": _type,
    "share_group_types.create": _group_type,
    "share_groups.create": _group,
    "quota_sets.update": _quota,
    "resource_locks.create": _lock,
    "resource_locks.update": lambda random, model: random.choice(
        ({"lock_reason": "{run} differs"}, {"resource_action": "delete"}, {"lock_reason": None})
    ),
    "share_transfers.create": lambda random, model: {"share_id": "{share_id}", **(
        {"name": "{unique}"} if random.random() < 0.5 else {}
    )},
    "share_transfers.accept": lambda random, model: {"auth_key": "{auth_key}", **(
        {"clear_access_rules": random.random() < 0.5} if random.random() < 0.4 else {}
    )},
    "share_types.add_project_access": _project,
    "share_types.remove_project_access": _project,
    "share_group_types.add_project_access": _project,
    "share_group_types.remove_project_access": _project,
    "share_servers.manage": _server,
    "share_servers.migration_check": _server_migration,
    "share_servers.migration_start": _server_migration,
    "share_replicas.create": _replica,
    "share_replicas.reset_replica_state": lambda random, model: {
        # A real backend soon says again that others are in sync.
        "replica_state": random.choice(("in_sync", "in_sync", "in_sync", "active", "nonsense"))
    },
    "security_services.create": _security_service,
    "share_networks.create": _network,
    "share_network_subnets.create": _subnet,
    "share_networks.share_network_subnet_create_check": _subnet,
    "share_access_rules.update": lambda random, model: {"access_level": random.choice(("ro", "rw"))},
}  # fmt: skip
