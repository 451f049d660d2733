"""Finding the record that a request names, as far as its caller may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...world.kinds import Kind, R
from .. import errors
from .records import SECURITY_SERVICES as SECURITY_SERVICES
from .records import SHARE_BACKUPS as SHARE_BACKUPS
from .records import SHARE_GROUP_SNAPSHOTS as SHARE_GROUP_SNAPSHOTS
from .records import SHARE_GROUPS as SHARE_GROUPS
from .records import SHARE_INSTANCES as SHARE_INSTANCES
from .records import SHARE_NETWORK_SUBNETS as SHARE_NETWORK_SUBNETS
from .records import SHARE_NETWORKS as SHARE_NETWORKS
from .records import SHARE_SERVERS as SHARE_SERVERS
from .records import SHARES as SHARES
from .records import SNAPSHOT_INSTANCES as SNAPSHOT_INSTANCES
from .records import SNAPSHOTS as SNAPSHOTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call
    from .records import (
        Share,
        ShareBackup,
        ShareInstance,
        ShareNetwork,
        ShareNetworkSubnet,
        ShareServer,
        Snapshot,
        SnapshotInstance,
    )

SERVICES = "services"
RECYCLE_BIN = "recycle_bin"
SHARE_ACCESS_RULES = "share_access_rules"
SNAPSHOT_ACCESS_RULES = "snapshot_access_rules"

DEFERRED = ("deferred_deleting", "error_deferred_deleting")
"""Statuses of what its owner has deleted and a backend deletes when it finds the time."""

_HIDDEN = "The resource could not be found."
_SEES_DEFERRED_SHARES = "share:list_shares_in_deferred_deletion_states"
_SEES_DEFERRED_SNAPSHOTS = "share_snapshot:list_snapshots_in_deferred_deletion_states"


def missing(
    call: Call, kind: str, id: Any, message: str, record: Record | None = None, *, hidden_by: str | None = None
) -> errors.NotFound:
    """The refusal of what isn't there, or what the caller doesn't see, which is `record` then."""
    return errors.NotFound(message, because=call.why_missing(kind, id, record, hidden_by=hidden_by))


def share(call: Call, id: Any) -> Share:
    """A share that is the caller's, or public. Raises NotFound for any other: nobody learns that it exists."""
    record = call.world.store[SHARES].get(str(id))
    if record is None or not (record["is_public"] or call.allows("share:get", record)):
        raise missing(call, SHARES, id, _HIDDEN, record, hidden_by="share:get")
    if record["status"] in DEFERRED and not call.allows(_SEES_DEFERRED_SHARES, record):
        raise missing(call, SHARES, id, _HIDDEN, record, hidden_by=_SEES_DEFERRED_SHARES)
    return record


def own_share(call: Call, id: Any) -> Share:
    """A share for changing: one that is public but not the caller's is Forbidden."""
    record = share(call, id)
    call.require("share:get", record)
    return record


def snapshot(call: Call, id: Any) -> Snapshot:
    """A snapshot that is the caller's. Raises NotFound for any other."""
    record = call.world.store[SNAPSHOTS].get(str(id))
    if record is None or not call.allows("share_snapshot:get_snapshot", record):
        raise missing(call, SNAPSHOTS, id, _HIDDEN, record, hidden_by="share_snapshot:get_snapshot")
    if record["status"] in DEFERRED and not call.allows(_SEES_DEFERRED_SNAPSHOTS, record):
        raise missing(call, SNAPSHOTS, id, _HIDDEN, record, hidden_by=_SEES_DEFERRED_SNAPSHOTS)
    return record


def own(call: Call, kind: Kind[R], id: str) -> R | None:
    """A record of that kind that is the caller's project's, or anyone's for administrators."""
    record = call.world.store[kind].get(id)
    return record if record and (call.is_admin or record["project_id"] == call.caller.project_id) else None


def named(call: Call, kind: Kind[R], argument: str, message: str) -> R:
    """The record that the path names in that argument. Raises NotFound, with the id in `message`."""
    id = call.args[argument]
    record = call.world.store[kind].get(id)
    if record is None:
        raise missing(call, kind, id, message.format(id))
    return record


def own_named(call: Call, kind: Kind[R], argument: str, message: str) -> R:
    """The same, but only of the caller's project, or anyone's for administrators."""
    id = call.args[argument]
    record = own(call, kind, id)
    if record is None:
        raise missing(call, kind, id, message.format(id), call.world.store[kind].get(id))
    return record


def share_network(
    call: Call, id: Any, message: str = "ShareNetworkNotFound: Share network {} could not be found."
) -> ShareNetwork:
    """A share network of the caller's project, anyone's for administrators. Raises NotFound."""
    record = own(call, SHARE_NETWORKS, id)
    if record is None:
        raise missing(call, SHARE_NETWORKS, id, message.format(id), call.world.store[SHARE_NETWORKS].get(id))
    return record


def listed(call: Call, kind: str) -> list[Callable[[Record], bool]]:
    """Hides shares or snapshots whose deletion was deferred; Forbidden for whoever asks for them without seeing any."""
    policy = _SEES_DEFERRED_SHARES if kind == SHARES else _SEES_DEFERRED_SNAPSHOTS
    if "deferred" in call.query.get("status", ""):
        call.require(policy)
    return [] if call.allows(policy) else [lambda record: record["status"] not in DEFERRED]


def share_of(world: World, record: Record) -> Share:
    """The share of an instance, a snapshot or an access rule."""
    found = world.store[SHARES].get(record["share_id"])
    assert found is not None, f"{record['id']} has outlived its share"
    return found


def instances_of(world: World, share_id: str) -> list[ShareInstance]:
    """A share's instances, newest first."""
    return world.store[SHARE_INSTANCES].where(share_id=share_id)


def replicas_of(world: World, share_id: str) -> list[ShareInstance]:
    """Those of a share's instances that are replicas, the active one among them, newest first."""
    return [instance for instance in instances_of(world, share_id) if instance["replica_state"] is not None]


def has_replicas(world: World, share: Record) -> bool:
    """Whether a share has further replicas beside the one that is active."""
    if not share["replication_type"]:
        return False
    return len(replicas_of(world, share["id"])) > 1


def snapshot_instances_of(world: World, snapshot: Record) -> list[SnapshotInstance]:
    """A snapshot's instances: the one that it shows, then the others, newest first."""
    found = world.store[SNAPSHOT_INSTANCES].where(snapshot_id=snapshot["id"])
    return sorted(found, key=lambda record: bool(record["id"] != snapshot["instance_id"]))


_WORST_FIRST = ("deleting", "creating", "error", "migrating", "server_migrating", "available")


def snapshot_status(world: World, snapshot: Record) -> str:
    """How a snapshot is: where its share has replicas, the worst that it is on the active one and on those in sync."""
    status: str = snapshot["status"]
    share = world.store[SHARES].get(snapshot["share_id"])
    if share is None or not share["replication_type"]:
        return status
    following = {
        each["id"] for each in replicas_of(world, share["id"]) if each["replica_state"] in ("active", "in_sync")
    }
    statuses = [
        each["status"] for each in snapshot_instances_of(world, snapshot) if each["share_instance_id"] in following
    ]
    return min(statuses, key=lambda each: _WORST_FIRST.index(each) if each in _WORST_FIRST else 99, default=status)


def snapshot_instances_on(world: World, share_instance: Record) -> list[SnapshotInstance]:
    """What the backend of a share's instance holds of the share's snapshots."""
    return [
        record
        for snapshot in snapshots_of(world, share_instance["share_id"])
        for record in world.store[SNAPSHOT_INSTANCES].where(snapshot_id=snapshot["id"])
        if record["share_instance_id"] == share_instance["id"]
    ]


def access_rules_status(world: World, share_id: str) -> str:
    """How all the access rules of a share are, in one word: ``active``, ``syncing`` or ``error``."""
    return _in_one_word(world.store[SHARE_ACCESS_RULES].newest_first(share_id=share_id))


def access_rules_status_on(world: World, instance: Record) -> str:
    """The same of one instance: rules that had failed when it came are no failures there."""
    rules = world.store[SHARE_ACCESS_RULES].newest_first(share_id=instance["share_id"])
    return _in_one_word(rule for rule in rules if instance["id"] not in rule["failed_before"])


def _in_one_word(rules: Iterable[Record]) -> str:
    states = {rule["state"] for rule in rules}
    if "error" in states:
        return "error"
    return "syncing" if states - {"active"} else "active"


def shown_access_rules_status(world: World, share_id: str) -> str:
    """The same as a share shows it: real Manila looks at its available instances only, and ``active`` without any."""
    available = any(instance["status"] == "available" for instance in instances_of(world, share_id))
    return access_rules_status(world, share_id) if available else "active"


def snapshots_of(world: World, share_id: str) -> list[Snapshot]:
    """A share's snapshots, newest first."""
    return world.store[SNAPSHOTS].where(share_id=share_id)


def backups_of(world: World, share_id: str) -> list[ShareBackup]:
    """A share's backups, newest first."""
    return world.store[SHARE_BACKUPS].where(share_id=share_id)


def members_of(world: World, share_id: str) -> list[Record]:
    """A share's parts of the snapshots of its group."""
    snapshots = world.store[SHARE_GROUP_SNAPSHOTS]
    return [member for snapshot in snapshots for member in snapshot["members"] if member["share_id"] == share_id]


def by_id(records: Iterable[R]) -> list[R]:
    """Records in the order of their ids, which is what the database gives to whoever asks for no other."""
    return sorted(records, key=lambda record: str(record["id"]))


def subnets_of(world: World, network_id: str) -> list[ShareNetworkSubnet]:
    """A share network's subnets, by id."""
    return by_id(world.store[SHARE_NETWORK_SUBNETS].newest_first(share_network_id=network_id))


def servers_on(world: World, subnets: Iterable[Record]) -> list[ShareServer]:
    """The share servers that are on any of some subnets, oldest first."""
    ids = {subnet["id"] for subnet in subnets}
    return [server for server in world.store[SHARE_SERVERS] if not ids.isdisjoint(server["share_network_subnet_ids"])]


def servers_of_network(world: World, network_id: str) -> list[ShareServer]:
    """The share servers on a network, oldest first."""
    return servers_on(world, subnets_of(world, network_id))
