"""Quota sets and quota classes: seeing and setting what `quotas` looks at; and what is left, under ``/limits``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...text.booleans import strict_bool
from ...versions import Microversion, Range
from .. import errors
from ..common import lookup, quotas
from ..common.registry import Resource
from . import share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

_MAX_LIMIT = 2**31 - 1
_MAX_NAME = 255
_NO_QUOTAS = ("tenant_id", "id", "force", "share_type")
"""Keys of an update that aren't quotas, and no mistake either."""

_TYPES_SINCE = Microversion(2, 39)
_REFUSED: tuple[tuple[Range, tuple[str, ...], str], ...] = (
    (Range.parse(None, "2.6"), ("share_groups", "share_group_snapshots"), "2.40"),
    (Range.parse(None, "2.6"), ("share_replicas", "replica_gigabytes"), "2.53"),
    (Range.parse("2.39", "2.39"), ("share_groups", "share_group_snapshots"), "2.40"),
    (Range.parse("2.40", "2.52"), ("share_replicas", "replica_gigabytes"), "2.53"),
    (Range.parse("2.53", "2.61"), ("per_share_gigabytes",), "2.62"),
    (Range.parse("2.62", "2.79"), ("backups", "backup_gigabytes"), "2.80"),
    (Range.parse("2.80", "2.89"), ("encryption_keys",), "2.90"),
)
"""Quotas of later microversions that an update refuses; outside of these ranges Manila sets them without a word."""

resource = Resource("quota_sets", kinds=(quotas.KIND,))


def _owner(call: Call) -> quotas.Owner:
    """Whose quotas a request is about. Raises BadRequest and NotFound."""
    # Manila reads these from the query itself: an empty one is none, and the type is refused where it isn't known.
    user_id = call.http.query.get("user_id") or None
    wanted = call.http.query.get("share_type") or None
    if wanted and call.version < _TYPES_SINCE:
        raise errors.BadRequest(_later("share_type", str(_TYPES_SINCE)))
    share_type_id = None
    if wanted:
        if user_id:
            raise errors.BadRequest("'user_id' and 'share_type' values are mutually exclusive")
        share_type = call.world.store[share_types.KIND].get(wanted) or share_types.by_name(call.world, wanted)
        if share_type is None or not share_types.usable(call, share_type):
            message = f"Share type with name or id '{wanted}' not found."
            raise lookup.missing(call, share_types.KIND, wanted, message, share_type)
        share_type_id = share_type["id"]
    return quotas.Owner(_project(call), user_id, share_type_id)


def _later(key: str, since: str) -> str:
    return (
        f"'{key}' key is not supported by this microversion. Use {since} or greater microversion to be able to use "
        f"'{key}' quotas."
    )


def _project(call: Call) -> str:
    return call.args["project_id_quota_request_path"]


def _check_own_project(call: Call) -> None:
    """Quotas of other projects are for administrators. Raises Forbidden."""
    if not call.is_admin and _project(call) != call.caller.project_id:
        because = call.why_denied("context_is_admin")
        raise errors.Forbidden("Access was denied to this resource.", because=because)


def _shown(owner: quotas.Owner, values: Mapping[str, Any]) -> dict[str, Any]:
    hidden = quotas.NOT_OF_TYPES if owner.share_type_id else ()
    return {name: value for name, value in values.items() if name not in hidden}


@resource.handles("quota_sets.show")
def show(call: Call) -> Record:
    _check_own_project(call)
    owner = _owner(call)
    return {"id": owner.project_id, **_shown(owner, quotas.limits(call.world, owner))}


@resource.handles("quota_sets.detail")
def detail(call: Call) -> Record:
    _check_own_project(call)
    owner = _owner(call)
    used, promised = quotas.usage(call.world, owner)
    values = {
        name: {"limit": limit, "in_use": used[name], "reserved": promised[name]}
        for name, limit in quotas.limits(call.world, owner).items()
    }
    return {"id": owner.project_id, **_shown(owner, values)}


@resource.handles("quota_sets.defaults")
def show_defaults(call: Call) -> Record:
    return {"id": _project(call), **quotas.defaults(call.world)}


@resource.handles("quota_sets.update")
def update(call: Call) -> Record:
    body = call.body
    for versions, keys, since in _REFUSED:
        for key in keys:
            if call.version in versions and body.get(key):
                raise errors.BadRequest(_later(key, since))
    if all(body.get(name) is None for name in quotas.DEFAULTS):
        raise errors.BadRequest("Must supply at least one quota field to update.")
    owner = _owner(call)
    if owner.share_type_id:
        _check_of_type(body)
    unknown = [key for key in body if key not in quotas.DEFAULTS and key not in _NO_QUOTAS]
    if unknown:
        raise errors.BadRequest(f"Bad key(s) {','.join(unknown)} in quota_set.")
    asked = {key: _number(key, value) for key, value in body.items() if key in quotas.DEFAULTS and _given(value)}
    forced = _forced(body.get("force"))
    for key, value in asked.items():  # what comes before one that is refused has been set
        if not forced:
            _check_usage(call.world, owner, {key: value})
            _check_range(call.world, owner, {key: value})
        _check_not_negative({key: value})
        _check_not_too_large(key, value)
        quotas.set_limits(call.world, owner.id, {key: value})
    return _shown(owner, quotas.limits(call.world, owner))


def _check_of_type(body: Mapping[str, Any]) -> None:
    if body.get("share_groups", body.get("share_group_snapshots")):
        raise errors.BadRequest("Share type quotas cannot constrain share groups and share group snapshots.")
    if "share_networks" in body:
        raise errors.BadRequest(
            "'share_networks' quota cannot be set for share type. It can be set only for project or user."
        )


def _given(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _number(key: str, value: Any) -> int:
    try:
        number = int(value)
    except (ValueError, TypeError, OverflowError):
        raise errors.BadRequest(f"Quota '{value}' for {key} should be integer.") from None
    return number


def _check_not_too_large(key: str, value: int) -> None:
    if abs(value) > _MAX_LIMIT:
        raise errors.BadRequest(f"Quota '{value}' for {key} should be at most {_MAX_LIMIT}.")


def _forced(value: Any) -> bool:
    try:
        return strict_bool(value)
    except ValueError:
        return False


def _check_usage(world: World, owner: quotas.Owner, asked: Mapping[str, int]) -> None:
    current, taken = quotas.limits(world, owner), quotas.taken(world, owner)
    for key, value in asked.items():
        if value >= 0 and current[key] >= 0 and taken[key] > value:
            raise errors.BadRequest(
                f"Quota value {value} for {key} is smaller than already used and reserved {taken[key]}."
            )


def _check_range(world: World, owner: quotas.Owner, asked: Mapping[str, int]) -> None:
    """A project's quotas are at least those of its users together, those of a user or type at most the project's."""
    project = quotas.Owner(owner.project_id)
    for key, value in asked.items():
        if value < quotas.UNLIMITED:
            continue
        least, most = quotas.taken(world, owner)[key], quotas.UNLIMITED
        if owner == project:
            least = max(least, sum(part["limits"].get(key, 0) for part in _of_users(world, owner.project_id)))
        else:
            most = quotas.limits(world, project)[key]
        if value < least and not most == value == quotas.UNLIMITED:
            raise errors.BadRequest(f"Quota limit must be greater than {least}.")
        if most != quotas.UNLIMITED and value > most:
            raise errors.BadRequest(f"Quota limit must be less than {most}.")


def _of_users(world: World, project_id: str | None) -> list[Record]:
    return [record for record in world.store[quotas.KIND] if record["id"].startswith(f"project:{project_id}/user:")]


def _check_not_negative(asked: Mapping[str, int]) -> None:
    if any(value < quotas.UNLIMITED for value in asked.values()):
        raise errors.BadRequest("Quota limit must be -1 or greater.")


@resource.handles("quota_sets.delete")
def delete(call: Call) -> None:
    owner = _owner(call)
    table = call.world.store[quotas.KIND]
    if owner == quotas.Owner(owner.project_id):
        for record in _of_users(call.world, owner.project_id):
            table.remove(record["id"])
    table.remove(owner.id)


# Quota classes

classes = Resource("quota_class_sets")


def _class_name(call: Call) -> str:
    return call.args["quota_class_name"]


@classes.handles("quota_class_sets.show")
def show_class(call: Call) -> Record:
    if not call.is_admin:
        # Manila's database lets nobody else read a class, whatever the policy says.
        because = call.why_denied("context_is_admin")
        raise errors.Forbidden("Access was denied to this resource.", because=because)
    return {"id": _class_name(call), **quotas.of_class(call.world, _class_name(call))}


@classes.handles("quota_class_sets.update")
def update_class(call: Call) -> Record:
    call.require("quota_class_set:update")
    name = _class_name(call)
    if len(name) > _MAX_NAME:
        raise errors.BadRequest(f"The name of a quota class has at most {_MAX_NAME} characters.")
    asked = {key: _number(key, value) for key, value in call.body.items() if key in quotas.DEFAULTS}
    for key, value in asked.items():
        _check_not_too_large(key, value)
    quotas.set_limits(call.world, quotas.class_id(name), asked)
    return quotas.of_class(call.world, name)


# Limits

limits = Resource("limits")

_SHOWN_AS = {
    "shares": ("maxTotalShares", "totalSharesUsed"),
    "snapshots": ("maxTotalShareSnapshots", "totalShareSnapshotsUsed"),
    "gigabytes": ("maxTotalShareGigabytes", "totalShareGigabytesUsed"),
    "snapshot_gigabytes": ("maxTotalSnapshotGigabytes", "totalSnapshotGigabytesUsed"),
    "share_networks": ("maxTotalShareNetworks", "totalShareNetworksUsed"),
    "share_groups": ("maxTotalShareGroups", "totalShareGroupsUsed"),
    "share_group_snapshots": ("maxTotalShareGroupSnapshots", "totalShareGroupSnapshotsUsed"),
    "share_replicas": ("maxTotalShareReplicas", "totalShareReplicasUsed"),
    "replica_gigabytes": ("maxTotalReplicaGigabytes", "totalReplicaGigabytesUsed"),
    "backups": ("maxTotalShareBackups", "totalShareBackupsUsed"),
    "backup_gigabytes": ("maxTotalBackupGigabytes", "totalBackupGigabytesUsed"),
}


@limits.handles("limits.list")
def list_limits(call: Call) -> Record:
    """The limits of the caller's project, and what it uses of them. The rate limiter isn't deployed."""
    owner = quotas.Owner(call.caller.project_id)
    allowed, used = quotas.limits(call.world, owner), quotas.in_use(call.world, owner)
    absolute = {}
    for name, (limit, usage) in _SHOWN_AS.items():
        absolute.update({limit: allowed[name], usage: used[name]})
    return {"rate": [], "absolute": absolute}
