"""What a share server goes through while it migrates: its task states, the second server, and what is left in the end.

All that is on the server moves with it, and is ``server_migrating`` until that is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...world.lifecycle import ERROR, Outcome, Phase
from ..common import lookup
from ..resources import share_instances
from . import backends, servers

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World

KIND = lookup.SHARE_SERVERS

DONE = "migration_driver_phase1_done"
MEASURED = "migration_driver_in_progress"
"""While this lasts there is a progress to tell."""
_STARTING = "migration_driver_starting"
_ERROR = "migration_error"
COPYING = "copying"
"""The phase that moves the data."""


def destinations_of(world: World, server_id: str, status: str) -> list[Record]:
    """The servers that a server is migrating to, or has migrated to, by their status."""
    return [each for each in world.store[KIND].where(status=status) if each["source_share_server_id"] == server_id]


def _destination_of(world: World, server: Record) -> Record | None:
    return next(iter(destinations_of(world, server["id"], "server_migrating_to")), None)


def _moving(world: World, server: Record) -> Iterator[Record]:
    """The share instances on a server, and what backends hold of their snapshots."""
    for instance in servers.instances_on(world, server["id"]):
        yield instance
        yield from lookup.snapshot_instances_on(world, instance)


def _set_status(world: World, server: Record, was: str, status: str) -> None:
    for record in _moving(world, server):
        if record["status"] == was:
            world.touch(record, status=status)


# The first phase, as Manila calls it, which is several here


def begun(world: World, server: Record) -> None:
    """Nobody may do anything to what is on the server now."""
    _set_status(world, server, "available", "server_migrating")


def _prepared(world: World, server: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    """There is a second server, unless the backend can't do what was asked for."""
    zone = backends.zone_of_backend(world, arguments["host"])
    made = None
    if not arguments["nondisruptive"] and backends.handles_share_servers(world, arguments["host"]):
        made = servers.make(world, arguments["host"], arguments["share_network_id"], zone)
    if made is None:
        return Outcome(ERROR)
    if servers.set_up(world, made) is not None:
        return Outcome(ERROR)
    world.touch(made, status="server_migrating_to", source_share_server_id=server["id"], task_state=_STARTING)
    return None


def _started(world: World, server: Record, arguments: Mapping[str, Any]) -> None:
    _tell(world, server, MEASURED)


def first_done(world: World, server: Record, arguments: Mapping[str, Any]) -> None:
    """The data is at the destination."""
    _tell(world, server, DONE)
    server["task_state"] = DONE


def _tell(world: World, server: Record, state: str) -> None:
    """The destination is as far as the server itself."""
    destination = _destination_of(world, server)
    if destination is not None:
        world.touch(destination, task_state=state)


PHASES = (
    Phase("scheduling", "migration_starting", "task_state"),
    Phase("preparing", "migration_in_progress", "task_state", effect=_prepared),
    Phase("starting", _STARTING, "task_state", effect=_started),
    Phase(COPYING, MEASURED, "task_state"),
)
"""What a server goes through until somebody may complete its migration."""


def failed(world: World, server: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    """The server stays where it is."""
    _give_up(world, server, "available")


def _give_up(world: World, server: Record, status: str) -> None:
    """Leaves what was migrating in that status, and the destination in error."""
    _set_status(world, server, "server_migrating", status)
    destination = _destination_of(world, server)
    if destination is not None:
        world.touch(destination, status="error", task_state=_ERROR)
    server["task_state"] = _ERROR


# The second phase


def completed(world: World, server: Record, arguments: Mapping[str, Any]) -> None:
    """All that was on the server is on the destination, and the server is gone."""
    destination = _destination_of(world, server)
    servers.taken_away(world, server, arguments)
    if destination is None:
        return
    network = servers.network_of(world, destination)
    pool = backends.first_pool_of(world, destination["host"])
    for instance in servers.instances_on(world, server["id"]):
        world.touch(
            instance,
            share_server_id=destination["id"],
            share_network_id=network["id"] if network else None,
            host=pool["host"] if pool else destination["host"],
            availability_zone=pool["availability_zone"] if pool else instance["availability_zone"],
        )
        if instance["export_locations"]:
            share_instances.export_on_server(world, instance)
    _set_status(world, destination, "server_migrating", "available")
    world.touch(destination, status="active", task_state="migration_success")
    server["task_state"] = "migration_success"


def not_completed(world: World, server: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    """Nobody knows what is where: all of it is in error."""
    _give_up(world, server, "error")


def cancelled(world: World, server: Record, arguments: Mapping[str, Any]) -> None:
    """Everything stays where it is. The destination is of no use, and goes after a while."""
    _set_status(world, server, "server_migrating", "available")
    destination = _destination_of(world, server)
    if destination is not None:
        world.touch(destination, status="inactive", task_state="migration_cancelled")
        servers.left(world, destination["id"])
    server["task_state"] = "migration_cancelled"
