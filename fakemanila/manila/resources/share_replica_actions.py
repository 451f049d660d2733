"""What is done to replicas: promoted, synchronised, and put right by administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...http.reply import Reply
from ...reasons.records import WrongStatus
from ...world.lifecycle import ERROR, Message, Outcome, Transition
from .. import errors, user_messages
from ..common import lookup
from ..common.fields import TRANSITIONAL, asked_status
from ..common.records import Share
from ..common.registry import Resource
from ..user_message_texts import UNKNOWN_ERROR
from . import share_instances, share_network_changes, share_replicas
from .share_replica_placing import (
    ACTIVE,
    FAILED,
    IN_SYNC,
    MESSAGE_TYPE,
    NO_ACTIVE_REPLICA,
    OUT_OF_SYNC,
    STATES,
    active_of,
)

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = share_instances.KIND
PROMOTE = "share_replicas.promote"

resource = Resource("share_replica_actions", view=share_instances.view)


def _share(world: World, record: Record) -> Share:
    return lookup.share_of(world, record)


# Promoting


def _promoted(world: World, record: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    """It is the active one now, and all others follow it."""
    if active_of(world, record["share_id"]) is None:
        return Outcome("available", message=NO_ACTIVE_REPLICA)
    record["status"] = "available"
    make_active(world, record)
    for copy in lookup.snapshot_instances_on(world, record):
        if copy["status"] in ("creating", "deleting"):
            world.touch(copy, status="error")
    return None


def make_active(world: World, record: Record) -> None:
    """Makes a replica the active one; all others are in sync with it."""
    share = _share(world, record)
    old = active_of(world, share.id)
    if old is not None:
        old.cast_rules_to_readonly = share.replication_type == "readable"
    for other in lookup.replicas_of(world, share.id):
        if other is not record:
            world.touch(other, replica_state=IN_SYNC)
    record.update(replica_state=ACTIVE, cast_rules_to_readonly=False)
    share.encryption_key_ref = None  # of shares with replicas it is empty at most, and only of the first one
    _show(world, share)


def _show(world: World, share: Share) -> None:
    """Has the share show its active replica, and its snapshots what that one has of them."""
    share_instances.show_best(world, share)
    active = active_of(world, share["id"])
    for copy in lookup.snapshot_instances_on(world, active) if active else ():
        snapshot = world.store[lookup.SNAPSHOTS].get(copy["snapshot_id"])
        if snapshot is not None and snapshot["instance_id"] != copy["id"]:
            world.touch(snapshot, instance_id=copy["id"])


def _not_promoted(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    """Nobody knows what the backends have done: all replicas are in error, each with a message."""
    share = _share(world, record)
    record["status"] = "error" if outcome.status == ERROR else outcome.status
    for other in lookup.replicas_of(world, share["id"]) if outcome.status == ERROR else ():
        if other is not record:
            world.touch(other, status="error")
            if not outcome.silent:
                user_messages.leave(world, PROMOTE, KIND, other, None, outcome.message)
    share_instances.show_best(world, share)


@resource.handles(
    PROMOTE,
    Transition(
        "replication_change",
        "available",
        "error",
        effect=_promoted,
        undo=_not_promoted,
        message=Message("004", UNKNOWN_ERROR, resource_type=MESSAGE_TYPE),
    ),
)
def promote(call: Call) -> Record | Reply:
    record = share_replicas.find(call)
    network = call.world.store[lookup.SHARE_NETWORKS].get(record["share_network_id"] or "")
    if network is not None:
        share_network_changes.check_active(network)
    if record["replica_state"] == ACTIVE:
        return Reply(200)
    _check_wait(call)
    if record["status"] != "available":
        raise errors.BadRequest(
            f"Unable to perform a replication action: Replica {record['id']} must be in available state to be "
            "promoted.",
            because=WrongStatus.of(record, "available"),
        )
    if record["replica_state"] in (OUT_OF_SYNC, FAILED) and not call.is_admin:
        because = call.why_denied("context_is_admin")
        raise errors.Forbidden("User does not have admin privileges.", because=because)
    call.begin(PROMOTE, KIND, record)
    share_instances.show_best(call.world, _share(call.world, record))
    return record


def _check_wait(call: Call) -> None:
    """How long the active replica may take to come to rest: nobody waits for it here. Raises BadRequest."""
    if not call.knows_field("quiesce_wait_time"):
        return
    content = call.envelope["promote"]
    if not isinstance(content, dict | None):
        raise errors.BadRequest("Invalid input for promote: an object or null is expected")
    seconds = (content or {}).get("quiesce_wait_time")
    if seconds and not (str(seconds).isdecimal() and int(seconds) > 0):
        message = "quiesce_wait_time must be an integer and greater than 0."
        raise errors.wrong_field(message, "quiesce_wait_time", seconds)


# Synchronising


def _not_synced(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    record["status"] = "error"


def _synced(world: World, record: Record, arguments: Mapping[str, Any]) -> str | None:
    return None if active_of(world, record["share_id"]) else FAILED


@resource.handles(
    "share_replicas.resync",
    Transition(
        OUT_OF_SYNC,
        IN_SYNC,
        FAILED,
        effect=_synced,
        undo=_not_synced,
        attribute="replica_state",
        message=Message(user_messages.UPDATE, UNKNOWN_ERROR, resource_type=MESSAGE_TYPE),
    ),
)
def resync(call: Call) -> Reply:
    record = share_replicas.find(call)
    if record["replica_state"] == ACTIVE:
        return Reply(200)
    if not record["host"]:
        raise errors.BadRequest("Invalid host: Share replica does not have a valid host.")
    if record["status"] not in (*TRANSITIONAL, "error_deleting"):  # a backend that is busy with it looks at it later
        call.world.scheduler.drop(record["id"], stuck_only=True)
        call.begin("share_replicas.resync", KIND, record)
    # No content, and yet it is said to be JSON.
    return Reply(call.operation.success[0], b"", {"Content-Type": "application/json"})


# Putting right


@resource.handles("share_replicas.reset_status")
def reset_status(call: Call) -> None:
    status = asked_status(call, "status", share_instances.RESETTABLE)
    record = _find(call)
    call.world.reset_status(record, status)
    share_instances.show_best(call.world, _share(call.world, record))


@resource.handles("share_replicas.reset_replica_state")
def reset_replica_state(call: Call) -> None:
    state = asked_status(call, "replica_state", STATES)
    record = _find(call)
    if record["replica_state"] == ACTIVE:
        raise errors.BadRequest("Cannot reset replica_state of an active replica")
    call.world.touch(record, replica_state=state)
    call.world.scheduler.drop(record["id"], stuck_only=True)
    share_instances.show_best(call.world, _share(call.world, record))


def _find(call: Call) -> Record:
    return share_replicas.find(call, "The resource could not be found.")
