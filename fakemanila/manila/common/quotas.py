"""Quotas: how much a project, a user of it, or a share type in it may use, and how much they do.

Usage is counted from the records whenever someone wants to know it, and kept nowhere: whatever becomes of a record, the
count is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from ...contract.declared import Keywords
from ...reasons.records import OverQuota
from ...world.kinds import Kind, R
from ...world.rows import Row
from .. import errors
from . import lookup
from .attributes import Text

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class Limits(Row):
    """The limits that someone has set: of a quota class, a project, a user of a project, a share type in a project."""

    id: Text
    limits: Annotated[dict[str, Any], Keywords(**{"$ref": "#/$defs/limits"})]


KIND = Kind("quotas", Limits)
"""The limits that someone has set: a record per quota class, project, user of a project, share type in a project."""

DEFAULTS: Mapping[str, int] = {
    "shares": 50,
    "gigabytes": 1000,
    "snapshots": 50,
    "snapshot_gigabytes": 1000,
    "share_networks": 50,
    "share_groups": 50,
    "share_group_snapshots": 50,
    "share_replicas": 100,
    "replica_gigabytes": 1000,
    "per_share_gigabytes": -1,
    "backups": 10,
    "backup_gigabytes": 1000,
    "encryption_keys": 100,
}
"""The limits of the deployment that the initial world mirrors, by resource; -1 is no limit."""

UNLIMITED = -1
NOT_OF_TYPES = ("share_networks", "share_groups", "share_group_snapshots")
"""What quotas of share types don't have."""

_GIGABYTES = "exceeds allowed project/user or share type gigabytes quota."
_NUMBER = "allowed ({allowed}) either per project/user or share type quota is exceeded."
_REFUSALS: Mapping[str, tuple[str, str]] = {
    "per_share_gigabytes": (
        "ShareSizeExceedsLimit",
        "Requested share size {wanted} is larger than maximum allowed limit {allowed}.",
    ),
    "gigabytes": ("ShareSizeExceedsAvailableQuota", f"Requested share {_GIGABYTES}"),
    "shares": ("ShareLimitExceeded", f"Maximum number of shares {_NUMBER}"),
    "snapshot_gigabytes": ("SnapshotSizeExceedsAvailableQuota", f"Requested snapshot {_GIGABYTES}"),
    "snapshots": ("SnapshotLimitExceeded", f"Maximum number of snapshots {_NUMBER}"),
    "share_networks": ("ShareNetworksLimitExceeded", "Maximum number of share-networks allowed ({allowed}) exceeded."),
    "share_groups": ("ShareGroupsLimitExceeded", "Maximum number of allowed share-groups is exceeded."),
    "share_group_snapshots": (
        "ShareGroupSnapshotsLimitExceeded",
        "Maximum number of allowed share-group-snapshots is exceeded.",
    ),
    "encryption_keys": ("EncryptionKeysLimitExceeded", "Maximum number of encryption keys allowed is exceeded."),
    "share_replicas": ("ShareReplicasLimitExceeded", "Maximum number of allowed share-replicas is exceeded."),
    "replica_gigabytes": (
        "ShareReplicaSizeExceedsAvailableQuota",
        "Requested share replica exceeds allowed project/user or share type gigabytes quota.",
    ),
    "backup_gigabytes": (
        "ShareBackupSizeExceedsAvailableQuota",
        "Requested backup exceeds allowed Backup gigabytes quota. Requested {wanted}G, quota is {allowed}G and {used}G "
        "has been consumed.",
    ),
    "backups": ("BackupLimitExceeded", "Maximum number of backups allowed ({allowed}) exceeded."),
}
"""The name and the text of a refusal, by resource; of several that are over, the first one is told."""


class Exceeded(errors.OverLimit):
    """More of a resource than a quota allows. `text` is the message without the name that Manila puts before it."""

    def __init__(
        self, resource: str, *, wanted: int, allowed: int, used: int, because: OverQuota | None = None
    ) -> None:
        name, text = _REFUSALS[resource]
        self.resource = resource
        self.text = text.format(allowed=allowed, wanted=wanted, used=used)
        super().__init__(f"{name}: {self.text}", because=because)


class Owner(NamedTuple):
    """Whose quotas: a project's, those of one of its users, or those of a share type in it."""

    project_id: str | None
    user_id: str | None = None
    share_type_id: str | None = None

    @property
    def id(self) -> str:
        """The id of the record with the limits that were set for them."""
        part = f"/user:{self.user_id}" if self.user_id else f"/type:{self.share_type_id}" if self.share_type_id else ""
        return f"project:{self.project_id}{part}"

    def owns(self, record: Record, share: Record | None = None) -> bool:
        """Whether a record counts; the type that it is of is that of its `share`."""
        return (
            record["project_id"] == self.project_id
            and self.user_id in (None, record.get("user_id"))
            and self.share_type_id in (None, (share or record).get("share_type_id"))
        )


# Limits


def class_id(name: str) -> str:
    """The id of the record with the limits of a quota class."""
    return f"class:{name}"


def _own(world: World, id: str) -> Mapping[str, int]:
    record = world.store[KIND].get(id)
    return record["limits"] if record else {}


def defaults(world: World) -> dict[str, int]:
    """What applies where nothing else was set: the class ``default``."""
    return of_class(world, "default")


def limits(world: World, owner: Owner) -> dict[str, int]:
    """The limit of each resource: the owner's own, else the project's, else the default."""
    return {**_of_project(world, owner.project_id), **_own(world, owner.id)}


def _of_project(world: World, project_id: str | None) -> dict[str, int]:
    return {**defaults(world), **_own(world, Owner(project_id).id)}


def of_class(world: World, name: str) -> dict[str, int]:
    """The limits of a quota class; of all classes only ``default`` has an effect."""
    return {**DEFAULTS, **_own(world, class_id(name))}


def set_limits(world: World, id: str, changes: Mapping[str, int]) -> None:
    """Changes the limits that an owner or a class has of its own."""
    table = world.store[KIND]
    record = table.get(id) or table.add(Limits(id=id, limits={}))
    record["limits"] = {**record["limits"], **changes}


def forget_type(world: World, share_type_id: str) -> None:
    """Removes the limits that were set for a share type, in whatever project."""
    for record in [record for record in world.store[KIND] if record["id"].endswith(f"/type:{share_type_id}")]:
        world.store[KIND].remove(record["id"])


# Usage

_NOT_MANAGED = ("manage_starting", "manage_error", "manage_error_unmanage_starting")
"""A backend hasn't said yet, or couldn't say, how large they are."""


_NOT_COUNTED = frozenset((*lookup.DEFERRED, *_NOT_MANAGED))


def in_use(world: World, owner: Owner) -> Counter[str]:
    """How much of each resource an owner's records take."""
    return usage(world, owner)[0]


def reserved(world: World, owner: Owner) -> Counter[str]:
    """What is promised to changes under way: the gigabytes that a share is growing by."""
    return usage(world, owner)[1]


def usage(world: World, owner: Owner) -> tuple[Counter[str], Counter[str]]:
    """How much of each resource an owner's records take, and how much is promised to changes under way."""
    used, growing, keys = Counter[str](), Counter[str](), set()
    for kind in world.kinds.values():
        if kind.counts is not None:
            for record in _counted(world, kind, owner):
                for resource, number in kind.counts(record).items():
                    used[resource] += number
    for share in _counted(world, lookup.SHARES, owner):
        replicas = _replicas(world, share)
        keys.add(share.encryption_key_ref)
        for _ in range(replicas - 1):  # the first one is the share's own
            used.update(for_replica(share.size))
        if share.status == "extending":
            growth = max(0, (share["extending_to"] or share.size) - share.size)
            growing["gigabytes"] += growth
            growing["replica_gigabytes"] += growth * replicas
    # A key that several shares have is one; a share that changes its type counts for both.
    used["encryption_keys"] = len(keys - {None})
    for moving, instance in _changing_type(world):
        if owner.owns(moving, instance):
            used["shares"] += 1
            used["gigabytes"] += moving["size"]
    return used, growing


def _replicas(world: World, share: Record) -> int:
    """How many replicas of a share count. One that can have some is the first, also before its backend has made it."""
    if not share.get("replication_type"):
        return 0
    return max(1, len(lookup.replicas_of(world, share["id"])))


def _changing_type(world: World) -> Iterable[tuple[Record, Record]]:
    """The shares that migrate to another type, with their new instances: they count for both types."""
    for instance in world.store[lookup.SHARE_INSTANCES].newest_first(status="migrating_to"):
        share = lookup.share_of(world, instance)
        if share["share_type_id"] != instance["share_type_id"]:
            yield share, instance


def _counted(world: World, kind: Kind[R], owner: Owner) -> Iterable[R]:
    """The owner's records that count. What belongs to a share is of the share's type."""
    shares = world.store[lookup.SHARES]
    for record in world.store[kind].newest_first(project_id=owner.project_id):
        share = None if owner.share_type_id is None else shares.get(record.get("share_id", ""))
        if owner.owns(record, share) and record.get("status") not in _NOT_COUNTED:
            yield record


def taken(world: World, owner: Owner) -> Counter[str]:
    """What is used and what is promised."""
    used, promised = usage(world, owner)
    return used + promised


# Checks


def check(call: Call, wanted: Mapping[str, int], *, share_type_id: str | None = None, of: Record | None = None) -> None:
    """Raises Exceeded, 413, when more of any resource would be more than is allowed.

    `wanted` has the additional number or gigabytes by resource. They are the caller's, or those of the record's owner
    with `of`; the limits of a share type are looked at besides, where one is given. A project's limits bound what each
    of its users has, and what there is of each type; real Manila never adds up what all of a project's users have.
    """
    world = call.world
    project_id, user_id = (of["project_id"], of["user_id"]) if of else (call.caller.project_id, call.caller.user_id)
    project = _of_project(world, project_id)
    owners = [Owner(project_id, user_id=user_id)]
    if share_type_id is not None:
        owners.append(Owner(project_id, share_type_id=share_type_id))
    for owner in owners:
        allowed = {**project, **_own(world, owner.id)}
        limited = [resource for resource in _REFUSALS if resource in wanted and allowed[resource] != UNLIMITED]
        if not limited:
            continue  # and nothing is counted: a limit bounds what there is to count, its absence doesn't
        used = taken(world, owner)
        for resource in limited:
            more = wanted[resource]
            over_project = 0 <= project[resource] < used[resource] + more
            if over_project or allowed[resource] < used[resource] + more:
                limit = project[resource] if over_project else allowed[resource]
                because = _because(world, owner, resource, limit, used[resource], more)
                raise Exceeded(resource, wanted=more, allowed=allowed[resource], used=used[resource], because=because)


def _because(world: World, owner: Owner, resource: str, limit: int, used: int, more: int) -> OverQuota:
    promised = reserved(world, owner)[resource]
    return OverQuota(
        resource, limit, used - promised, promised, more, owner.project_id, owner.user_id, owner.share_type_id
    )


def check_share_size(call: Call, size: int) -> None:
    """Raises Exceeded when a share would be larger than any single one of the caller's project may be."""
    limit = limits(call.world, Owner(call.caller.project_id))["per_share_gigabytes"]
    if 0 <= limit < size:
        because = OverQuota("per_share_gigabytes", limit, 0, 0, size, call.caller.project_id)
        raise Exceeded("per_share_gigabytes", wanted=size, allowed=limit, used=0, because=because)


def for_share(share_type: Record, size: int) -> dict[str, int]:
    """What a new share takes; one that can have replicas is the first of them."""
    replicated = share_type["extra_specs"].get("replication_type")
    return {"shares": 1, "gigabytes": size, **(for_replica(size) if replicated else {})}


def for_replica(size: int) -> dict[str, int]:
    """What another replica of a share takes."""
    return {"share_replicas": 1, "replica_gigabytes": size}
