"""Share migration: a share moves to another pool, and perhaps to another type, in two phases.

Manila's first phase is `shares.migration_start`, which goes through several task states; then someone completes or
cancels it. The share stays ``migrating`` and where it was, beside an instance
``migrating_to`` the destination, until it is complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...http.reply import Reply
from ...reasons.records import WrongStatus
from ...text.booleans import strict_bool
from ...world.lifecycle import Transition
from .. import errors
from ..backend import backends
from ..backend import migration_course as course
from ..common import extra_specs, lookup, quotas
from ..common.fields import BUSY_TASK_STATES, check_not_soft_deleted
from ..common.registry import Resource
from . import services, share_network_changes, share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SHARES
START = "shares.migration_start"

_FLAGS = ("preserve_metadata", "writable", "nondisruptive", "preserve_snapshots")

resource = Resource("share_migration")


def _share(call: Call) -> Record:
    id = call.args["share_id"]
    try:
        return lookup.share(call, id)
    except errors.NotFound as error:
        raise errors.NotFound(f"Share {id} not found.", because=error.because) from None


@resource.handles(
    START,
    Transition(
        "migrating", "migrating", "available", effect=course.first_done, undo=course.failed, phases=course.PHASES
    ),
)
def start(call: Call) -> Reply | None:
    world, body = call.world, call.body
    share = _share(call)
    if share["is_soft_deleted"]:
        raise errors.BadRequest(
            f"Invalid share: Migration cannot start for share '{share['id']}' since it has been soft deleted."
        )
    flags = {name: _flag(call, name) for name in (*_FLAGS, "force_host_assisted_migration")}
    host_assisted = flags.pop("force_host_assisted_migration")
    new_network = _new_network(call, share)
    new_type = _new_type(call)
    if host_assisted and any(flags.values()):
        raise errors.BadRequest(
            'Invalid input received: Invalid parameter combination. Cannot set parameters "nondisruptive", "writable", '
            '"preserve_snapshots" or "preserve_metadata" to True when enabling the "force_host_assisted_migration" '
            "option."
        )
    _check_share(world, share, host_assisted=host_assisted)
    host = body["host"]
    if backends.backend_of(host) not in services.hosts_up(world, with_disabled=True):
        name = backends.backend_of(host)
        raise lookup.missing(call, services.KIND, name, f"ServiceNotFound: Service {name} could not be found.")
    share_type = new_type or world.store[share_types.KIND].get(share["share_type_id"]) or {"extra_specs": {}}
    if new_type is not None:
        _check_new_type(call, share, new_type, new_network)
    network_id = _network_id(share, share_type, new_network)
    if (share["host"], share["share_type_id"], share["share_network_id"]) == (host, share_type.get("id"), network_id):
        world.touch(share, task_state="migration_success")
        return Reply(200)
    _check_zone(world, share, share_type, host)
    call.begin(
        START,
        KIND,
        share,
        host=host,
        share_type_id=share_type.get("id"),
        share_network_id=network_id,
        host_assisted=host_assisted,
        nondisruptive=flags["nondisruptive"],
    )
    return None


def _flag(call: Call, name: str) -> bool:
    try:
        return strict_bool(call.body.get(name, False))
    except ValueError as error:
        raise errors.BadRequest(f"Invalid input for field/attribute {name}. {error}") from None


def _new_network(call: Call, share: Record) -> Record | None:
    """The network that the share is to move to. Raises BadRequest, also where it or the share's own isn't active."""
    networks = call.world.store[lookup.SHARE_NETWORKS]
    id = call.body.get("new_share_network_id")
    found = networks.get(id) if id else None
    if id and found is None:
        raise errors.BadRequest(f"Share network {id} not found.")
    network = found or networks.get(share["share_network_id"] or "")
    if network is not None:
        share_network_changes.check_active(network)
    return found


def _network_id(share: Record, share_type: Record, new_network: Record | None) -> str | None:
    """Where the share is to be; for types without share servers that is on no network. Raises BadRequest."""
    if extra_specs.handles_share_servers(share_type["extra_specs"]):
        return str(new_network["id"]) if new_network else share["share_network_id"]
    if new_network is not None:
        raise errors.BadRequest(
            f"Invalid input received: New share network must not be provided when share type of given share "
            f"{share['id']} has extra_spec 'driver_handles_share_servers' as False."
        )
    return None


def _new_type(call: Call) -> Record | None:
    id = call.body.get("new_share_type_id")
    if not id:
        return None
    found = call.world.store[share_types.KIND].get(id)
    if found is None:
        raise errors.BadRequest(f"Share type {id} not found.")
    return found


def _check_share(world: World, share: Record, *, host_assisted: bool) -> None:
    """Raises an error for a share that cannot be moved as it is."""
    id, instance_id = share["id"], share["instance_id"]
    if lookup.has_replicas(world, share):
        raise errors.Conflict(f"Share {id} has replicas. Remove the replicas before attempting to migrate the share.")
    if share["share_group_id"]:
        raise errors.BadRequest(
            f"Invalid share: Share {id} is a member of a group. This operation is not currently supported for shares "
            "that are members of groups."
        )
    if share["status"] != "available":
        raise errors.BadRequest(
            f"Invalid share: Share instance {instance_id} status must be available, but current status is: "
            f"{share['status']}.",
            because=WrongStatus.of(share, "available"),
        )
    if lookup.access_rules_status(world, id) == "error":
        raise errors.BadRequest(
            f"Invalid share: Share instance {instance_id} access rules status must not be in error when attempting to "
            "start a migration."
        )
    if share["task_state"] in BUSY_TASK_STATES:
        raise errors.BadRequest(
            f"Share is busy with an active task: Share {id} is busy as part of an active task: {share['task_state']}."
        )
    if host_assisted and any(lookup.snapshots_of(world, id)):
        raise errors.Conflict(f"Share {id} must not have snapshots when using host-assisted migration.")


def _check_new_type(call: Call, share: Record, new_type: Record, new_network: Record | None) -> None:
    """Raises an error where the share cannot be of that type."""
    extra_specs.check_size(new_type, share["size"], extra_specs.MIN_SIZE, extra_specs.MAX_SIZE)
    needs_network = extra_specs.handles_share_servers(new_type["extra_specs"])
    if needs_network and new_network is None and share["share_network_id"] is None:
        raise errors.BadRequest(
            "Invalid input received: New share network must be provided when share type of given share "
            f"{share['id']} has extra_spec 'driver_handles_share_servers' as True."
        )
    if new_type["id"] != share["share_type_id"]:
        # Both instances count until the migration is over.
        quotas.check(call, quotas.for_share(new_type, share["size"]), share_type_id=new_type["id"], of=share)


def _check_zone(world: World, share: Record, share_type: Record, host: str) -> None:
    zones = [zone for zone in share_type["extra_specs"].get("availability_zones", "").split(",") if zone]
    zone = next(
        (
            pool["availability_zone"]
            for pool in world.store[backends.KIND]
            if backends.backend_of(pool["host"]) == backends.backend_of(host)
        ),
        None,
    )
    if zones and zone not in zones:
        raise errors.BadRequest(
            f"Invalid share: Share {share['id']} cannot be migrated to host {host} because share type "
            f"{share_type['name']}(ID: {share_type['id']}) is not supported within the availability zone ({zone}) that "
            "the host is in."
        )


# The second phase


def _why_not(share: Record, otherwise: str) -> errors.BadRequest:
    """The refusal of what the task state doesn't allow."""
    state, id = share["task_state"], share["id"]
    if state == "migration_success":
        message = f"Migration of share {id} has already completed."
    elif state in (None, "migration_error"):
        message = f"There is no migration being performed for share {id} at this moment."
    elif state == "migration_cancelled":
        message = f"Migration of share {id} was already cancelled."
    elif state in course.FIRST_PHASE_DONE:
        message = f"Migration of share {id} has already completed first phase."
    else:
        message = otherwise
    return errors.BadRequest(f"Invalid share: {message}")


def _check_instances(world: World, share: Any) -> None:
    """Raises BadRequest where the task state says that there are two instances, and there aren't."""
    if share["status"] != "migrating" or course.destination_of(world, share) is None:
        raise errors.BadRequest(
            f"Share migration failed: Share instances in inconsistent states, cannot continue share migration for "
            f"share {share['id']}.",
            because=None if share["status"] == "migrating" else WrongStatus.of(share, "migrating"),
        )


@resource.handles(
    "shares.migration_complete",
    Transition("migrating", "available", "error", effect=course.completed, undo=course.not_completed),
)
def complete(call: Call) -> None:
    share = _share(call)
    if share["task_state"] not in course.FIRST_PHASE_DONE:
        raise _why_not(share, f"First migration phase of share {share['id']} not completed yet.")
    _check_instances(call.world, share)
    share["task_state"] = "migration_completing"
    call.begin("shares.migration_complete", KIND, share)


@resource.handles("shares.migration_cancel", Transition("migrating", "available", "migrating", effect=course.cancelled))
def cancel(call: Call) -> None:
    share = _share(call)
    if share["task_state"] not in (*course.FIRST_PHASE_DONE, *course.MEASURED):
        raise _why_not(share, f"Migration of share {share['id']} cannot be cancelled at this moment.")
    _check_instances(call.world, share)
    call.world.scheduler.drop(share["id"])
    call.begin("shares.migration_cancel", KIND, share)


# What is known of it


@resource.handles("shares.migration_get_progress")
def progress(call: Call) -> Record:
    share = _share(call)
    state = share["task_state"]
    if state is None:
        raise _why_not(share, "")
    total = 0 if state in course.NOT_MOVED_YET else 100
    if state in course.MEASURED:
        total = _measured(call.world, share)
    return {"id": share["id"], "total_progress": total, "task_state": state, "details": {}}


def _measured(world: World, share: Record) -> int:
    """How much of the phase that moves the data is over, in percent; it is not told as over while it lasts."""
    for pending in world.scheduler.of(share["id"]):
        if pending.phase == course.COPYING:
            return min(99, int(100 * (pending.progress(world.now()) or 0)))
    return 0


@resource.handles("shares.reset_task_state")
def reset_task_state(call: Call) -> None:
    share = lookup.share(call, call.args["share_id"])
    check_not_soft_deleted(share, "task state cannot be reset for share '{id}'")
    call.refuse_late()
    call.world.touch(share, task_state=call.body["task_state"])
