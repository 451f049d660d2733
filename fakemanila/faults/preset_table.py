"""Every preset, with one line about it. Where each is met in real deployments is in `docs/reference/faults.md`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..manila.user_message_texts import DETAILS
from ..text.suggestions import nearest
from ..world.durations import parse_duration
from . import fields
from .presets import Family, Preset

_API = {"path": "/v2*"}
"""Every call of Manila's, reached or not; Keystone is another service, mostly behind another proxy."""


def _fixed(do: Mapping[str, Any], match: Mapping[str, Any] = _API, **when: Any) -> Callable[[str | None], Preset]:
    preset = Preset(do, match, when)
    return lambda parameter: preset


def _ends(operation: str | list[str], outcome: Any, **when: Any) -> Callable[[str | None], Preset]:
    return _fixed({"outcome": outcome}, {"operation": operation}, **when)


def _refused(operation: str, status: int, message: str) -> Callable[[str | None], Preset]:
    return _fixed({"respond": {"status": status, "message": message}}, {"operation": operation})


def _one_of(value: str | None, values: Mapping[str, Any]) -> Any:
    if value is None or value not in values:
        raise ValueError(f"{value!r} is not one of {', '.join(values)}{nearest(value, list(values))}")
    return values[value]


def _duration(value: str | None) -> str:
    parse_duration(value, "parameter")
    return str(value)


# What operations end in

CREATE_ERRORS = {
    "no-valid-host": "002",
    "unexpected-network": "003",
    "no-share-server": "004",
    "az-filter": "007",
    "capabilities-filter": "008",
    "capacity-filter": "009",
    "port-quota": "027",
    "backend-not-ready": "028",
    "subnet-full": "033",
}


def _create_error(parameter: str | None) -> Preset:
    details = {**CREATE_ERRORS, **{number: number for number in sorted(DETAILS)}}
    detail = _one_of(parameter, details)
    return Preset({"outcome": {"status": "error", "message": detail}}, {"operation": "shares.create"})


_SLOW_KINDS = ("shares", "snapshots", "share_replicas", "share_groups", "share_group_snapshots", "share_backups")
STUCK = {
    "creating": [f"{kind}.create" for kind in _SLOW_KINDS],
    "deleting": [f"{kind}.delete" for kind in _SLOW_KINDS],
    "extending": ["shares.extend"],
    "shrinking": ["shares.shrink"],
    "reverting": ["shares.revert"],
    "ensuring": ["services.ensure_shares"],
    "replication_change": ["share_replicas.promote"],
}
_DELETES = ["shares.delete", "snapshots.delete"]


def _stuck(parameter: str | None) -> Preset:
    return Preset({"outcome": "stuck"}, {"operation": _one_of(parameter, STUCK)})


def _deferred(then: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": "deferred_deleting", "after": 0, "message": False, "then": dict(then)}


# What is refused

QUOTAS = {
    "shares": "shares.create",
    "gigabytes": "shares.create",
    "per_share_gigabytes": "shares.create",
    "snapshots": "snapshots.create",
    "snapshot_gigabytes": "snapshots.create",
    "share_networks": "share_networks.create",
    "share_groups": "share_groups.create",
    "share_group_snapshots": "share_group_snapshots.create",
    "share_replicas": "share_replicas.create",
    "replica_gigabytes": "share_replicas.create",
    "backups": "share_backups.create",
    "backup_gigabytes": "share_backups.create",
}
"""The operation that each is met in."""


def _quota(parameter: str | None) -> Preset:
    from ..manila.common import quotas  # resources need the faults

    operation = _one_of(parameter, QUOTAS)
    limit = max(0, quotas.DEFAULTS[str(parameter)])
    refusal = quotas.Exceeded(str(parameter), wanted=1, allowed=limit, used=limit)
    return Preset({"respond": {"status": refusal.status, "message": refusal.message}}, {"operation": operation})


def _rate_limit(match: Mapping[str, Any]) -> Callable[[str | None], Preset]:
    fault = {
        "code": 413,
        "message": "This request was rate-limited.",
        "details": "Only 10 request(s) can be made to * every minute.",
    }
    own = {"status": 413, "headers": {"Retry-After": "6"}, "body": {"overLimitFault": fault}}
    proxy = {"status": 429, "headers": {"Retry-After": "6"}, "body": _page("429 Too Many Requests")}
    answers = {"413": own, "429": proxy}
    return lambda parameter: Preset({"respond": _one_of(parameter, answers)}, match)


# In front of the API, and on the wire


def _page(title: str) -> str:
    return f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>\n"


def _proxy(title: str) -> dict[str, Any]:
    return {"respond": {"status": int(title[:3]), "body": _page(title)}}


def _token_expires(parameter: str | None) -> Preset:
    text = str(parameter)
    when = {"after": int(text)} if text.isdecimal() else {"between": [_duration(parameter), None]}
    return Preset({"revoke_token": True}, {"operation": "*", **_API}, {**when, "times": 1})


def _flaky(parameter: str | None) -> Preset:
    try:
        probability = fields.fraction(float(str(parameter)), "parameter")
    except ValueError:
        raise ValueError(f"{parameter!r} is not a probability from 0 to 1") from None
    failures = [
        {"respond": {"status": 500, "message": "The server has either erred or is incapable of performing it."}},
        _proxy("502 Bad Gateway"),
        {"respond": {"status": 503, "message": "The service is unavailable."}},
        {"reset": True},
    ]
    return Preset({"one_of": failures}, _API, {"probability": probability})


_WRITES = ["POST", "PUT", "PATCH", "DELETE"]
_SNAPSHOTS = "snapshots.create"
_SHARES = "shares.create"
_NETWORK_CHECKS = [
    "share_networks.add_security_service_check",
    "share_networks.update_security_service_check",
    "share_networks.share_network_subnet_create_check",
]
_NETWORK_CHANGES = [
    "share_networks.add_security_service",
    "share_networks.update_security_service",
    "share_network_subnets.create",
]
_ACCESS = "shares.allow_access"
_ACCESS_READS = ["shares.access_list", "share_access_rules.list", "share_access_rules.show"]
_LISTS = ["*.list", "*.detail"]
_CATALOGS = ["identity.tokens.create", "identity.tokens.show", "identity.auth.catalog"]
_FROM_SNAPSHOT = {"operation": _SHARES, "body": {"snapshot_id": "*"}}
_CONFLICT = "Share is in 'reverting' state, but it must be in 'available' state to be reverted to a snapshot."


TABLE: tuple[Family, ...] = (
    Family(
        "share-create-error",
        "A share is accepted, then ends in error with a user message.",
        _create_error,
        "detail",
        (*CREATE_ERRORS, *sorted(DETAILS)),
        "001",
    ),
    Family(
        "share-create-slow-error",
        "A share stays in creating for five minutes, then ends in error.",
        _ends(_SHARES, {"status": "error", "after": "5m", "message": "002"}),
    ),
    Family(
        "stuck", "The operation never ends; only an administrator's reset-status helps.", _stuck, "status", tuple(STUCK)
    ),
    Family("snapshot-create-error", "A snapshot is accepted, then ends in error.", _ends(_SNAPSHOTS, "error")),
    Family("snapshot-never-ready", "A snapshot stays in creating.", _ends(_SNAPSHOTS, "stuck")),
    Family(
        "error-deleting",
        "A delete ends in error_deleting and the quota is still used; after reset-status the next delete works.",
        _ends(_DELETES, "error", times=1),
    ),
    Family(
        "deferred-delete",
        "A deleted resource is deferred_deleting for a while; only administrators see it.",
        _ends(_DELETES, _deferred({"status": "success", "after": "5m"})),
    ),
    Family(
        "deferred-delete-error",
        "A deferred deletion ends in error_deferred_deleting.",
        _ends(_DELETES, _deferred({"status": "error_deferred_deleting", "after": "30s", "message": "001"})),
    ),
    Family(
        "extend-error",
        "Extending ends in extending_error.",
        _ends("shares.extend", {"status": "error", "message": "015"}),
    ),
    Family(
        "create-from-snapshot-error",
        "A share made from a snapshot ends in error.",
        _fixed({"outcome": {"status": "error", "message": "017"}}, _FROM_SNAPSHOT),
    ),
    Family(
        "server-setup-error",
        "A share server cannot be set up: it ends in error, and so does the share that it was made for.",
        _ends("shares.create/server", {"status": "error", "message": "004"}),
    ),
    Family(
        "security-service-refused",
        "The security service of a share network refuses the user: the share server and the share end in error.",
        _ends("shares.create/server", {"status": "error", "message": "023"}),
    ),
    Family(
        "server-migration-hangs",
        "The migration of a share server never finishes copying; it can be cancelled.",
        _ends("share_servers.migration_start/copying", "stuck"),
    ),
    Family("server-delete-error", "Deleting a share server ends in error.", _ends("share_servers.delete", "error")),
    Family(
        "shrink-refused",
        "The driver refuses to shrink: the share is available again with its old size and a user message.",
        _ends("shares.shrink", {"status": "available", "message": "018"}),
    ),
    Family(
        "shrink-unsupported",
        "The driver cannot shrink: the share is available again with its old size and a user message.",
        _ends("shares.shrink", {"status": "available", "message": "019"}),
    ),
    Family(
        "shrink-error",
        "Shrinking ends in shrinking_error.",
        _ends("shares.shrink", {"status": "error", "message": "019"}),
    ),
    Family(
        "revert-error",
        "Reverting ends in reverting_error.",
        _ends("shares.revert", {"status": "error", "message": "035"}),
    ),
    Family(
        "replica-create-error", "A replica is accepted, then ends in error.", _ends("share_replicas.create", "error")
    ),
    Family(
        "replica-never-syncs",
        "A replica is available but stays out_of_sync, also after a resync.",
        _ends(["share_replicas.create/syncing", "share_replicas.resync"], "stuck"),
    ),
    Family(
        "promotion-error",
        "Promoting a replica fails: all replicas of the share end in error, each with a user message.",
        _ends("share_replicas.promote", "error"),
    ),
    Family(
        "access-slow",
        "Access rules stay queued for half a minute.",
        _ends(_ACCESS, {"status": "success", "after": "30s"}),
    ),
    Family("access-error", "Access rules end in error.", _ends(_ACCESS, "error")),
    Family(
        "network-change-refused",
        "Backends cannot change a share network with servers: the check reports it as incompatible.",
        _ends(_NETWORK_CHECKS, "error"),
    ),
    Family(
        "network-change-error",
        "A change of a share network with servers fails: the servers end in error.",
        _ends(_NETWORK_CHANGES, "error"),
    ),
    Family(
        "cephx-key-late",
        "The access_key of a rule is null in the first three responses.",
        _fixed({"blank": "access_key"}, {"operation": _ACCESS_READS}, times=3),
    ),
    Family(
        "cephx-key-never",
        "The access_key of rules is always null, although they are active.",
        _fixed({"blank": "access_key"}, {"operation": _ACCESS_READS}),
    ),
    Family(
        "cephx-id-taken",
        "Rules for Ceph clients end in error without a message, as if another project used the id.",
        _fixed(
            {"outcome": {"status": "error", "message": False}},
            {"operation": _ACCESS, "body": {"access_type": "cephx"}},
        ),
    ),
    Family(
        "delete-stale-status",
        "After the 202 of a delete, reads show the old status for five seconds.",
        _ends(_DELETES, {"status": "success", "lag": "5s"}),
    ),
    Family(
        "double-delete",
        "A delete takes half a minute, so a second one is refused: shares 403, snapshots 400.",
        _ends(_DELETES, {"status": "success", "after": "30s"}),
    ),
    Family(
        "dependent-snapshots",
        "A share can't be deleted because of its snapshots: 403.",
        _refused("shares.delete", 403, "Invalid share: Share still has 1 dependent snapshots."),
    ),
    Family(
        "has-replicas",
        "A share can't be deleted because of its replicas: 409.",
        _refused("shares.delete", 409, "Share has replicas. Remove the replicas before deleting the share."),
    ),
    Family(
        "revert-conflict", "A share isn't in a state to be reverted: 409.", _refused("shares.revert", 409, _CONFLICT)
    ),
    Family("quota", "Over quota: 413 with Retry-After 0.", _quota, "resource", tuple(QUOTAS)),
    Family(
        "rate-limit",
        "Too many requests: Manila's own limiter with 413, or a proxy with 429.",
        _rate_limit(_API),
        "code",
        ("413", "429"),
        "413",
    ),
    Family(
        "write-rate-limit",
        "The same for all writes.",
        _rate_limit({**_API, "method": _WRITES}),
        "code",
        ("413", "429"),
        "413",
    ),
    Family(
        "token-expires-after",
        "After this many requests, or this long, the token is refused with 401; a new one works.",
        _token_expires,
        "requests or duration",
    ),
    Family("catalog-missing", "Manila isn't in the catalog.", _fixed({"catalog": "missing"}, {"operation": _CATALOGS})),
    Family(
        "catalog-v1-first",
        "The catalog begins with an endpoint of the v1 API, which no longer exists.",
        _fixed({"catalog": "v1_first"}, {"operation": _CATALOGS}),
    ),
    Family(
        "max-microversion",
        "An older release: 406 above that microversion.",
        lambda parameter: Preset({"cap_microversion": parameter}, {}),
        "microversion",
    ),
    Family("microversion-ignored", "The microversion header is ignored.", _fixed({"ignore_microversion": True})),
    Family(
        "method-absent",
        "404 without detail, as older releases answer unknown calls.",
        _fixed({"respond": {"status": 404, "message": "The resource could not be found."}}),
    ),
    Family("lb-502", "A proxy's 502, in HTML.", _fixed(_proxy("502 Bad Gateway"))),
    Family("lb-503-html", "A proxy's 503, in HTML.", _fixed(_proxy("503 Service Unavailable"))),
    Family("lb-504", "A proxy's 504, in HTML.", _fixed(_proxy("504 Gateway Time-out"))),
    Family(
        "lb-504-after-commit",
        "A proxy's 504, although the request was carried out.",
        _fixed({"commit_then": _proxy("504 Gateway Time-out")}),
    ),
    Family("conn-reset", "The connection is reset.", _fixed({"reset": True})),
    Family("empty", "The connection is closed without a byte.", _fixed({"empty": True})),
    Family("truncate", "Half of the body, with the full Content-Length.", _fixed({"truncate": 0.5})),
    Family("malformed", "A body that isn't JSON.", _fixed({"malformed": True})),
    Family("dribble", "One byte at a time.", _fixed({"dribble": {"bytes": 1, "every": "50ms"}})),
    Family("hang", "No response until the client gives up.", _fixed({"hang": True})),
    Family(
        "list-lag",
        "Lists show an older state; single reads are up to date.",
        lambda parameter: Preset({"stale_list": _duration(parameter)}, {"operation": _LISTS, **_API}),
        "duration",
        (),
        "5s",
    ),
    Family("flaky", "Any call fails with this probability: 500, 502, 503 or a reset.", _flaky, "probability"),
)
