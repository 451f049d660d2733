"""Where replicas come to live: the pool that the scheduler finds, and the share server there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...world.lifecycle import ERROR, Message, Outcome, Phase, Transition
from .. import user_messages
from ..backend import backends, scheduling, servers
from ..common import lookup
from ..common.records import Share, ShareInstance
from ..user_message_texts import UNKNOWN_ERROR
from . import share_instances, share_placing, share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World

ACTIVE, IN_SYNC, OUT_OF_SYNC, FAILED = STATES = ("active", "in_sync", "out_of_sync", "error")
NO_ACTIVE_REPLICA = "006"
MESSAGE_TYPE = "SHARE_REPLICA"
"""What user messages call an instance that is a replica."""


def active_of(world: World, share_id: str) -> ShareInstance | None:
    """The active replica of a share; of several the one that the share shows."""
    found = [record for record in lookup.replicas_of(world, share_id) if record["replica_state"] == ACTIVE]
    return next((record for record in found if share_instances.is_active(world, record)), next(iter(found), None))


def _placed(world: World, record: ShareInstance, arguments: Mapping[str, Any]) -> Outcome | None:
    """What the scheduler and the backend do: a host, a zone and export locations, or an error."""
    failure = _find_host(world, record, arguments)
    if failure is not None:
        return Outcome(ERROR, message=failure)
    active = active_of(world, record["share_id"])
    if active is None or active["status"] != "available":
        return Outcome(ERROR, message=NO_ACTIVE_REPLICA)
    failure = find_server(world, record)
    if failure is not None:
        return Outcome(ERROR, message=failure)
    export(world, record)
    return None


def find_server(world: World, record: ShareInstance) -> str | None:
    """Puts a replica on a server of its network, a new one if need be, or says by a detail why there is none."""
    network_id = record.share_network_id
    if backends.handles_share_servers(world, record.host) != (network_id is not None):
        return share_placing.UNEXPECTED_NETWORK
    if network_id is None:
        return None
    server = servers.provide(world, record.host, network_id, record.availability_zone)
    if server is None:
        return servers.NO_SERVER
    failure = servers.set_up(world, server) if server["status"] == "creating" else None
    record.share_server_id = server["id"]
    return failure


def _find_host(world: World, record: ShareInstance, arguments: Mapping[str, Any]) -> str | None:
    """What the scheduler does: gives the replica a host, or says, by a detail of user messages, why there is none."""
    share = lookup.share_of(world, record)
    pool = place(
        world,
        share,
        record.share_type_id,
        zone=record.availability_zone,
        zones=share_placing.zones_of(world, record),
        only_host=arguments.get("only_host"),
    )
    if isinstance(pool, str):
        return pool
    world.touch(record, host=pool["host"], availability_zone=pool["availability_zone"])
    return None


def place(
    world: World,
    share: Share,
    share_type_id: str | None,
    *,
    zone: str | None,
    zones: tuple[str, ...] | None = None,
    only_host: str | None = None,
) -> Record | str:
    """The pool for another replica of a share, or the detail of the user message where there is none.

    `zones` are those that the network of the replica serves; None where it is on none.
    """
    share_type = world.store[share_types.KIND].get(share_type_id or "")
    if share_type is None:
        return scheduling.NO_TYPE
    replicas = lookup.replicas_of(world, share.id)
    replicas.sort(key=lambda record: record["replica_state"] != ACTIVE)
    request = scheduling.Request(
        size=share.size,
        specs=share_type.extra_specs,
        share_proto=share.share_proto,
        zone=zone,
        zones=zones,
        only_host=only_host,
        disabled_too=only_host is not None,
        replicas=tuple(record.host for record in replicas if record.host),
    )
    return scheduling.place(world, request)


def export(world: World, record: ShareInstance) -> None:
    """Gives a replica the locations under which its backend exports it."""
    share_instances.export_on_server(world, record)
    record.progress = "100%"


def synced(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """It has all that its share has, snapshots too."""
    for copy in lookup.snapshot_instances_on(world, record):
        if copy["status"] == "creating":
            world.touch(copy, status="available", progress="100%")


def _failed(world: World, record: ShareInstance, arguments: dict[str, Any], outcome: Outcome) -> None:
    """A replica that a backend failed to make has its host, unlike one that never got as far."""
    if not record["host"] and outcome.message not in user_messages.NEVER_PLACED:
        _find_host(world, record, arguments)
    record["status"] = "error"
    if not record["host"]:  # the scheduler cares for these, a backend doesn't
        for copy in lookup.snapshot_instances_on(world, record):
            world.touch(copy, status="error")


PLACING = Transition(
    OUT_OF_SYNC,
    IN_SYNC,
    FAILED,
    effect=synced,
    undo=_failed,
    attribute="replica_state",
    phases=(
        Phase("creating", "creating", "status", effect=_placed),
        Phase("syncing", "available", "status", instant=True),
    ),
    message=Message("002", UNKNOWN_ERROR, resource_type=MESSAGE_TYPE, elsewhere=user_messages.SCHEDULED),
)
"""How another replica gets where it lives, and in sync with the active one."""
