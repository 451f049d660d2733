"""What a share goes through while it migrates: its task states, the second instance, and what is left in the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...world.lifecycle import ERROR, Outcome, Phase
from ..common import extra_specs, lookup
from ..resources import share_instances, share_types, snapshot_access_rules, snapshot_instances
from . import backends, scheduling, servers

if TYPE_CHECKING:
    from ...world.world import World
    from ..common.records import Share, ShareInstance, ShareServer

COPIED_BY_DRIVER, DATA_COPIED = FIRST_PHASE_DONE = ("migration_driver_phase1_done", "data_copying_completed")
MEASURED = ("migration_driver_in_progress", "data_copying_in_progress")
"""While these last there is a progress to tell, and something to cancel."""
NOT_MOVED_YET = ("migration_starting", "migration_driver_starting", "data_copying_starting", "migration_in_progress")


def destination_of(world: World, share: Share) -> ShareInstance | None:
    """The instance that a share is migrating to, if it is."""
    found = world.store[share_instances.KIND].newest_first(share_id=share["id"], status="migrating_to")
    return next((instance for instance in found if instance["id"] != share["instance_id"]), None)


def _set_snapshots(world: World, share: Share, was: str, status: str) -> None:
    for snapshot in lookup.snapshots_of(world, share["id"]):
        if snapshot["status"] == was:
            world.touch(snapshot, status=status)


# The first phase, as Manila calls it, which is several here


def _scheduled(world: World, share: Share, arguments: Mapping[str, Any]) -> Outcome | None:
    return None if _is_possible(world, share, arguments) else Outcome(ERROR)


def _prepared(world: World, share: Share, arguments: Mapping[str, Any]) -> Outcome | None:
    if not _is_supported(world, share, arguments):
        return Outcome(ERROR)
    network_id = arguments.get("share_network_id")
    server = None
    if network_id is not None:
        zone = backends.zone_of(world, arguments["host"])
        server = servers.provide(world, arguments["host"], network_id, zone)
        if server is None:
            return Outcome(ERROR)
        if server["status"] == "creating" and servers.set_up(world, server) is not None:
            return Outcome(ERROR)
    _prepare(world, share, arguments, server)
    return None


def first_done(world: World, share: Share, arguments: Mapping[str, Any]) -> None:
    """The data is at the destination."""
    share["task_state"] = DATA_COPIED if arguments["host_assisted"] else COPIED_BY_DRIVER


def _is_possible(world: World, share: Share, arguments: Mapping[str, Any]) -> bool:
    """Whether the scheduler lets the share live in that pool."""
    share_type = world.store[share_types.KIND].get(arguments["share_type_id"])
    specs = share_type["extra_specs"] if share_type else {}
    request = scheduling.Request(share["size"], specs, share["share_proto"], only_host=arguments["host"])
    return not isinstance(scheduling.place(world, request), str)


def _is_supported(world: World, share: Share, arguments: Mapping[str, Any]) -> bool:
    """Whether the driver can do it: never without disruption, and with all snapshots or none at all."""
    if arguments["nondisruptive"]:
        return False
    snapshots = lookup.snapshots_of(world, share["id"])
    return all(snapshot["status"] == "available" for snapshot in snapshots)


def _prepare(world: World, share: Share, arguments: Mapping[str, Any], server: ShareServer | None) -> None:
    """What there is twice from now on."""
    destination = share_instances.add(
        world,
        share,
        status="migrating_to",
        host=arguments["host"],
        availability_zone=backends.zone_of(world, arguments["host"]),
        share_type_id=arguments["share_type_id"],
        share_network_id=arguments.get("share_network_id"),
        share_server_id=server.id if server else None,
        progress=None,
        updated_at=world.timestamp(),
    )
    if arguments["host_assisted"]:
        source = world.store[share_instances.KIND].get(share["instance_id"])
        if source is not None:
            source["cast_rules_to_readonly"] = True
    else:
        for snapshot in lookup.snapshots_of(world, share["id"]):
            snapshot_instances.add(world, snapshot, destination, status="migrating_to", progress="0%")
        _set_snapshots(world, share, "available", "migrating")


def _by_driver(arguments: Mapping[str, Any]) -> bool:
    return not arguments["host_assisted"]


def _by_host(arguments: Mapping[str, Any]) -> bool:
    return bool(arguments["host_assisted"])


COPYING = "copying"
"""The phase that moves the data."""

PHASES = (
    Phase("scheduling", "migration_starting", "task_state", effect=_scheduled),
    Phase("preparing", "migration_in_progress", "task_state", effect=_prepared),
    Phase("starting", "migration_driver_starting", "task_state", when=_by_driver),
    Phase("starting", "data_copying_starting", "task_state", when=_by_host),
    Phase(COPYING, "migration_driver_in_progress", "task_state", when=_by_driver),
    Phase(COPYING, "data_copying_in_progress", "task_state", when=_by_host),
    Phase("completing", "data_copying_completing", "task_state", when=_by_host),
)
"""What a share goes through until somebody may complete its migration."""


def _undo(world: World, share: Share, task_state: str) -> None:
    """The share stays where it is."""
    destination = destination_of(world, share)
    if destination is not None:
        share_instances.remove(world, destination)
    for instance in lookup.instances_of(world, share["id"]):
        instance["cast_rules_to_readonly"] = False
    _set_snapshots(world, share, "migrating", "available")
    share["task_state"] = task_state


def failed(world: World, share: Share, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    _undo(world, share, "migration_error")


# The second phase


def completed(world: World, share: Share, arguments: Mapping[str, Any]) -> None:
    """The destination is the share now, and what it was is gone."""
    destination = destination_of(world, share)
    if destination is not None:
        source = world.store[share_instances.KIND].get(share["instance_id"])
        _take_over(world, share, destination)
        if source is not None:
            share_instances.remove(world, source)
    share["task_state"] = "migration_success"


def _take_over(world: World, share: Share, destination: ShareInstance) -> None:
    share_instances.make_active(world, share, destination)
    share_type = world.store[share_types.KIND].get(share["share_type_id"])
    specs = share_type["extra_specs"] if share_type else {}
    world.touch(
        share,
        progress="100%",
        replication_type=specs.get("replication_type"),
        **{name: extra_specs.capability(specs, name) for name in extra_specs.BOOLEAN},
    )
    share_instances.export(world, share)
    copies = {copy["snapshot_id"]: copy for copy in lookup.snapshot_instances_on(world, destination)}
    for snapshot in lookup.snapshots_of(world, share["id"]):
        copy = copies.get(snapshot["id"]) or snapshot_instances.add(world, snapshot, destination)
        if snapshot["instance_id"] == copy["id"]:  # it was forced to go, and this half of it has stayed
            continue
        snapshot["instance_id"] = copy["id"]
        snapshot_instances.kept(world, snapshot)
        snapshot_access_rules.remove(world, snapshot)  # they were those of the half that is gone
        world.touch(snapshot, status="available")


def not_completed(world: World, share: Share, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    """Nobody knows what is where: both instances are in error, and so are the snapshots."""
    destination = destination_of(world, share)
    if destination is not None:
        world.touch(destination, status="error")
        for copy in lookup.snapshot_instances_on(world, destination):
            copy["status"] = "error"
    _set_snapshots(world, share, "migrating", "error")
    share["task_state"] = "migration_error"


def cancelled(world: World, share: Share, arguments: Mapping[str, Any]) -> None:
    _undo(world, share, "migration_cancelled")
