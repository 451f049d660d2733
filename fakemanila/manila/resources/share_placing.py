"""Where new shares come to live: the pool that the scheduler finds, and the share server there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...world.lifecycle import ERROR, Message, Outcome, Phase, Transition
from .. import user_messages
from ..backend import affinity, backends, scheduling, servers
from ..common import lookup
from ..user_message_texts import UNKNOWN_ERROR
from . import share_instances, share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import Share

UNEXPECTED_NETWORK = "003"
"""The detail of the user message about a share on a network in a backend that makes no servers."""


def placed(world: World, record: Share, arguments: Mapping[str, Any]) -> Outcome | None:
    """What the scheduler and the backend do: a host, a zone and export locations, or an error when nothing fits."""
    failure = (
        _place(world, record, arguments)
        or _serve(world, record)
        or _set_up(world, record)
        or (UNKNOWN_ERROR if backends.protocol_of(world, record) is None else None)
    )
    if failure is not None:
        return Outcome(ERROR, message=failure)
    _note_metadata(world, record)
    record["progress"] = "100%"
    share_instances.export(world, record)
    return None


def _note_metadata(world: World, record: Record) -> None:
    """What a driver tells the users of a share in its metadata."""
    record["metadata"] = {**record["metadata"], **backends.share_metadata(world, record["host"])}


def _place(world: World, record: Record, arguments: Mapping[str, Any]) -> str | None:
    """What the scheduler does: gives the share a host, or says, by a detail of user messages, why there is none.

    `arguments` may have ``scheduler_hints``, as far as the caller was allowed to give them, and ``zones_of_type``,
    False where the zones of the type don't matter.
    """
    if record["host"]:
        return None
    share_type = world.store[share_types.KIND].get(record["share_type_id"])
    if share_type is None:
        return scheduling.NO_TYPE
    hints = arguments.get("scheduler_hints") or affinity.hints_of(record)
    specs = dict(share_type["extra_specs"])
    if not arguments.get("zones_of_type", True):
        specs.pop("availability_zones", None)
    request = scheduling.Request(
        size=record["size"],
        specs=specs,
        share_proto=record["share_proto"],
        zone=record["availability_zone"],
        zones=zones_of(world, record),
        same_host=affinity.shares_of(hints, affinity.SAME_HOST),
        different_host=affinity.shares_of(hints, affinity.DIFFERENT_HOST),
        only_host=hints.get(affinity.ONLY_HOST),
        disabled_too=affinity.ONLY_HOST in hints,
    )
    pool = scheduling.place(world, request)
    if isinstance(pool, str):
        return pool
    record.update(host=pool["host"], availability_zone=pool["availability_zone"])
    return None


def zones_of(world: World, record: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The zones that a share, or a group, may be in because of its network; None for any."""
    network = world.store[lookup.SHARE_NETWORKS].get(record.get("share_network_id") or "")
    return None if network is None else tuple(servers.zones_of(world, network))


def _serve(world: World, record: Record) -> str | None:
    """What a backend does for a share on a network: it lives on that network's server, or a new one.

    Says, by a detail of user messages, why there is none.
    """
    if record["share_network_id"] is None or record["share_server_id"] is not None:
        return None
    if not backends.handles_share_servers(world, record["host"]):
        return UNEXPECTED_NETWORK
    server = _server_of_origin(world, record)
    if server is None:
        server = servers.provide(world, record["host"], record["share_network_id"], record["availability_zone"], record)
    elif server["status"] != "active":
        return servers.NO_SERVER
    if server is None:
        return servers.NO_SERVER
    record["share_server_id"] = server["id"]
    return None


def _server_of_origin(world: World, record: Record) -> Record | None:
    """The server of the share, or of the group, where a share has to live; None where it may be on any."""
    snapshot = world.store[lookup.SNAPSHOTS].get(record["snapshot_id"] or "")
    origin: Record | None = world.store[lookup.SHARES].get(snapshot["share_id"]) if snapshot else None
    if origin is None:
        origin = world.store[lookup.SHARE_GROUPS].get(record["share_group_id"] or "")
    return world.store[servers.KIND].get(origin["share_server_id"] or "") if origin else None


def _set_up(world: World, record: Record) -> str | None:
    """Has a new server ready. Says, by a detail of user messages, why it isn't."""
    if record["share_server_id"] is None:
        return None
    server = world.store[servers.KIND].get(record["share_server_id"])
    if server is None or server["status"] not in servers.USABLE:
        return servers.NO_SERVER
    return servers.set_up(world, server) if server["status"] == "creating" else None


def _failed(world: World, record: Record, arguments: dict[str, Any], outcome: Outcome) -> None:
    """A share that a backend failed to make has its host, and its server, unlike one that never got as far."""
    if outcome.message in user_messages.NEVER_PLACED or _place(world, record, arguments) is not None:
        return
    was_to_be_set_up = record["share_server_id"] is not None
    if _serve(world, record) is None and record["share_server_id"] is not None:
        server = world.store[servers.KIND].get(record["share_server_id"])
        if server is not None and server["status"] == "creating":
            if was_to_be_set_up or outcome.message in servers.FAILURES:
                world.touch(server, status="error")
            else:
                servers.set_up(world, server)


# On a network, it takes several steps, so that one can see the server come; a clone is there before its data is.


def _found_place(world: World, record: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    failure = _place(world, record, arguments) or _serve(world, record)
    return None if failure is None else Outcome(ERROR, message=failure)


def _server_ready(world: World, record: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    failure = _set_up(world, record)
    return None if failure is None else Outcome(ERROR, message=failure)


def _on_network(arguments: Mapping[str, Any]) -> bool:
    return bool(arguments.get("on_network"))


def _there(world: World, record: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    """A clone is there, and its data is still to be copied."""
    if _cloned(arguments):
        _note_metadata(world, record)
        record["progress"] = "0%"
    return None


def _cloned(arguments: Mapping[str, Any]) -> bool:
    return bool(arguments.get("cloned"))


def _in_steps(arguments: Mapping[str, Any]) -> bool:
    return _on_network(arguments) or _cloned(arguments)


_PHASES = (
    Phase("scheduling", "creating", when=_on_network, effect=_found_place),
    Phase("server", "creating", when=_on_network, effect=_server_ready),
    Phase("creating", "creating", when=_in_steps, effect=_there),
    Phase("cloning", "creating_from_snapshot", when=_cloned),
)

PLACING = Transition(
    "creating",
    "available",
    "error",
    effect=placed,
    undo=_failed,
    phases=_PHASES,
    message=Message("002", UNKNOWN_ERROR, elsewhere={**user_messages.SCHEDULED, "017": user_messages.UPDATE}),
)
"""How a new share gets where it lives."""
