"""Share server migration: a server moves to another backend, or to another network, with all that is on it.

As with shares, the first phase is several, and then somebody completes or cancels it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...http.reply import Reply
from ...reasons.records import WrongStatus
from ...text.booleans import strict_bool
from ...world.lifecycle import Transition
from .. import errors
from ..backend import backends, servers
from ..backend import server_migration_course as course
from ..common import lookup
from ..common.fields import check_not_busy
from ..common.registry import Resource
from . import services, share_network_changes, share_network_subnets, share_servers, share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SHARE_SERVERS
_MIGRATING, _DESTINATION = "server_migrating", "server_migrating_to"

_ACCEPTED = Reply(202, b"", {"Content-Type": "application/json"})
_FLAGS = ("writable", "nondisruptive", "preserve_snapshots")

resource = Resource("share_server_migration")


class InvalidServer(errors.Conflict):
    """Something about the server, or about what is on it, that keeps it from being migrated."""

    def __init__(self, message: str, *, because: WrongStatus | None = None) -> None:
        super().__init__(f"Invalid share server: {message}", because=because)


class _Asked:
    """Where a server is to go, and how; read from a body in real Manila's order. Raises BadRequest."""

    def __init__(self, call: Call, server: Record) -> None:
        if not call.envelope or not next(iter(call.envelope.values())):
            raise errors.BadRequest("Request is missing body.")
        if server["encryption_key_ref"]:
            raise errors.BadRequest("Cannot migrate the share server containing encryption key reference")
        missing = [name for name in (*_FLAGS, "host") if name not in call.body]
        if missing:
            raise errors.BadRequest(f"Must specify all mandatory parameters: {[*_FLAGS, 'host']}")
        self.flags = {name: _flag(call, name) for name in _FLAGS}
        call.refuse_late()
        self.host: str = call.body["host"]
        if "#" in self.host:
            raise errors.BadRequest("The destination host can not contain pool information.")
        network_id = call.body.get("new_share_network_id")
        self.new_network = call.world.store[lookup.SHARE_NETWORKS].get(str(network_id)) if network_id else None
        if network_id and self.new_network is None:
            raise errors.BadRequest(f"Share network {network_id} not found.")
        network = self.new_network or servers.network_of(call.world, server)
        if network is not None:
            share_network_changes.check_active(network)


def _flag(call: Call, name: str) -> bool:
    try:
        return strict_bool(call.body[name])
    except ValueError:
        raise errors.BadRequest(f"Invalid value {call.body[name]} for {name}. Expecting a boolean.") from None


# Whether it can


def _shares_on(world: World, server: Record) -> list[Record]:
    return [lookup.share_of(world, instance) for instance in servers.instances_on(world, server["id"])]


def _check(world: World, server: Record, asked: _Asked) -> tuple[Record, bool]:
    """The network that the server will be on, and whether that lies elsewhere. Raises Conflict, and NotFound."""
    shares = [share for share in _shares_on(world, server) if not share["is_soft_deleted"]]
    if not shares:
        raise InvalidServer(f"Share server {server['id']} does not have shares.")
    if any(share["is_soft_deleted"] for share in _shares_on(world, server)):
        raise InvalidServer(f"Share server {server['id']} has at least one share that has been soft deleted.")
    if server["status"] != "active":
        raise InvalidServer(
            f"Share server {server['id']} status must be active, but current status is: {server['status']}.",
            because=WrongStatus.of(server, "active"),
        )
    if servers.groups_on(world, server["id"]):
        raise InvalidServer(
            f"The share server {server['id']} can not be migrated because it is related to a share group."
        )
    network = asked.new_network or _network_of(world, shares[0])
    if server["host"] == asked.host and network["id"] == shares[0]["share_network_id"]:
        raise InvalidServer(
            "There is no difference between source and destination backends and between source and destination share "
            "networks. Share server migration will not proceed."
        )
    if course.destinations_of(world, server["id"], _DESTINATION):
        raise InvalidServer("There is at least one destination share server pointing to this source share server.")
    _check_place(world, server, asked, shares, network)
    for share in shares:
        _check_share(world, share)
    subnets = share_network_subnets.usable_in_zone(world, network, backends.zone_of_backend(world, asked.host))
    moves = asked.new_network is not None and _neutron(subnets) != _neutron(servers.subnets_of(world, server))
    return network, moves


def _network_of(world: World, share: Record) -> Record:
    found = world.store[lookup.SHARE_NETWORKS].get(share["share_network_id"])
    assert found is not None, "a network with shares is not deleted"
    return found


def _neutron(subnets: Iterable[Record]) -> list[tuple[str, str]]:
    """Where subnets lie in Neutron, in any order."""
    return sorted((str(subnet["neutron_net_id"]), str(subnet["neutron_subnet_id"])) for subnet in subnets)


def _check_place(world: World, server: Record, asked: _Asked, shares: list[Record], network: Record) -> None:
    host = asked.host
    if services.find(world, services.SHARE, host) is None:
        raise errors.NotFound(f"ServiceNotFound: Service {host} could not be found.")
    if host not in services.hosts_up(world, with_disabled=True):
        raise errors.BadRequest(f"Service {host} is down.")
    zone = backends.zone_of_backend(world, host)
    for type_id in {share["share_type_id"] for share in shares}:
        share_type = world.store[share_types.KIND].get(type_id or "")
        zones = share_type.extra_specs.get("availability_zones") if share_type else None
        if share_type and zones and zone not in zones.split(","):
            raise InvalidServer(
                f"Share server {server['id']} cannot be migrated to host {host} because the share type "
                f"{share_type['name']}(ID: {type_id}) is used by one of the shares, and this share type is not "
                f"supported within the availability zone ({zone}) that the host is in."
            )
    if not share_network_subnets.usable_in_zone(world, network, zone):
        raise InvalidServer(
            f"The share network {network['id']} does not have a subnet that spans the destination host availability "
            "zone."
        )


def _check_share(world: World, share: Record) -> None:
    id = share["id"]
    if share["status"] != "available":
        raise InvalidServer(
            f"Share {id} status must be available, but current status is: {share['status']}.",
            because=WrongStatus.of(share, "available"),
        )
    if any(snapshot["status"] != "available" for snapshot in lookup.snapshots_of(world, id)):
        raise InvalidServer(
            f"All snapshots must have 'available' status to be migrated by the driver along with share {id}."
        )
    if share["share_group_id"]:
        raise InvalidServer(
            f"Share {id} is a member of a group. This operation is not currently supported for share servers that "
            "contain shares members of  groups."
        )
    if lookup.access_rules_status(world, id) == "error":
        raise InvalidServer(
            f"Share instance {share['instance_id']} access rules status must not be in error when attempting to start "
            "a share server migration."
        )
    try:
        check_not_busy(share)
    except errors.BadRequest as error:
        raise InvalidServer(error.message) from None


_NOTHING = dict.fromkeys(("writable", "nondisruptive", "preserve_snapshots", "migration_cancel"), False)
_ALL = {"writable": True, "nondisruptive": False, "preserve_snapshots": True, "migration_cancel": True}


@resource.handles("share_servers.migration_check")
def check(call: Call) -> Record:
    """What the destination's backend could do; nothing where it doesn't handle share servers."""
    server = share_servers.find(call)
    asked = _Asked(call, server)
    network, moves = _check(call.world, server, asked)
    nondisruptive = asked.flags["nondisruptive"]
    supported: dict[str, Any] = dict(_ALL)
    if moves and nondisruptive:
        supported = dict(_NOTHING)
    elif not backends.handles_share_servers(call.world, asked.host):
        supported = dict.fromkeys(_ALL)
    if "new_share_network_id" not in call.body:  # real Manila answers 500, once it has looked at all the rest
        raise errors.BadRequest("new_share_network_id is required; it may be null")
    return {
        "compatible": bool(supported["writable"]) and not nondisruptive,
        "requested_capabilities": {
            **{name: call.body[name] for name in (*_FLAGS, "host")},
            "share_network_id": call.body["new_share_network_id"],
        },
        "supported_capabilities": {
            **supported,
            "migration_get_progress": supported["migration_cancel"],
            "share_network_id": network["id"],
        },
    }


# The first phase


@resource.handles(
    "share_servers.migration_start",
    Transition(_MIGRATING, _MIGRATING, "active", effect=course.first_done, undo=course.failed, phases=course.PHASES),
)
def start(call: Call) -> Reply:
    server = share_servers.find(call)
    asked = _Asked(call, server)
    network, moves = _check(call.world, server, asked)
    if moves and asked.flags["nondisruptive"]:
        raise errors.BadRequest(
            "Invalid input received: Nondisruptive migration would only be feasible when the current and new share "
            "networks carry the same 'neutron_net_id' and 'neutron_subnet_id', or when no network changes are "
            "occurring."
        )
    course.begun(call.world, server)
    call.begin(
        "share_servers.migration_start",
        KIND,
        server,
        host=asked.host,
        share_network_id=network["id"],
        nondisruptive=asked.flags["nondisruptive"],
    )
    return _ACCEPTED


# The second phase


class _NotPossible(errors.BadRequest):
    """What the status or the task state doesn't allow."""

    def __init__(self, message: str, *, because: WrongStatus | None = None) -> None:
        super().__init__(f"Invalid share server: {message}", because=because)


def _why_not(server: Record, otherwise: str) -> _NotPossible:
    """The refusal of what the task state doesn't allow."""
    state, id = server["task_state"], server["id"]
    if state == "migration_success":
        return _NotPossible(f"Migration of share_server {id} has already completed.")
    if state in (None, "migration_error"):
        return _NotPossible(f"There is no migration being performed for share_server {id} at this moment.")
    if state == "migration_cancelled":
        return _NotPossible(f"Migration of share_server {id} was already cancelled.")
    if state == course.DONE:
        return _NotPossible(f"Migration of share_server {id} has already completed first phase.")
    return _NotPossible(otherwise)


def _destination(world: World, server_id: str, status: str = _DESTINATION) -> Record:
    """The server that a server migrates to. Raises BadRequest unless there is one."""
    found = course.destinations_of(world, server_id, status)
    if not found:
        raise _NotPossible(f"A destination share server wasn't found for source share server {server_id}.")
    if len(found) > 1:
        raise _NotPossible(f"More than one destination share server was found for source share server {server_id}.")
    return found[0]


@resource.handles(
    "share_servers.migration_complete",
    Transition(_MIGRATING, None, "error", effect=course.completed, undo=course.not_completed),
)
def complete(call: Call) -> Record:
    world, server = call.world, share_servers.find(call)
    if server["status"] != _MIGRATING:
        raise _NotPossible(f"Share server {server['id']} is not migrating", because=WrongStatus.of(server, _MIGRATING))
    if server["task_state"] != course.DONE:
        raise _NotPossible(
            f"The first phase of migration has to finish to request the completion of server {server['id']}'s "
            "migration.",
            because=WrongStatus.of(server, course.DONE, attribute="task_state"),
        )
    destination = _destination(world, server["id"])
    for each in (server, destination):
        world.touch(each, task_state="migration_completing")
    call.begin("share_servers.migration_complete", KIND, server)
    return {"destination_share_server_id": destination["id"]}


@resource.handles(
    "share_servers.migration_cancel", Transition(_MIGRATING, "active", _MIGRATING, effect=course.cancelled)
)
def cancel(call: Call) -> Reply:
    world, server = call.world, share_servers.find(call)
    id = server["id"]
    if server["status"] != _MIGRATING:
        raise _NotPossible(
            f"Migration of share server {id} cannot be cancelled because the provided share server is not being "
            "migrated.",
            because=WrongStatus.of(server, _MIGRATING),
        )
    if server["task_state"] not in (course.DONE, course.MEASURED):
        raise _why_not(
            server,
            f"Migration of share server {id} can be cancelled only after the driver already started the migration, or "
            "when the first phase of the migration gets completed.",
        )
    _destination(world, id)
    world.scheduler.drop(id)
    world.touch(server, task_state="migration_cancel_in_progress")
    call.begin("share_servers.migration_cancel", KIND, server)
    return _ACCEPTED


# What is known of it

_NOT_MOVED_YET = ("migration_starting", "migration_driver_starting", "migration_in_progress")


@resource.handles("share_servers.migration_get_progress")
def progress(call: Call) -> Record:
    world, id = call.world, call.args["share_server_id"]
    server = world.store[KIND].get(id)
    if server is None:
        return _progress(100, _destination(world, id, "active"))
    if server["status"] != _MIGRATING:
        raise _NotPossible(
            f"Migration progress of share server {id} cannot be obtained. The provided share server is not being "
            "migrated.",
            because=WrongStatus.of(server, _MIGRATING),
        )
    found = course.destinations_of(world, id, _DESTINATION)
    destination = found[0] if len(found) == 1 else {"id": "", "task_state": ""}
    state = server["task_state"]
    if state == course.MEASURED and found:
        return _progress(_measured(world, server), destination)
    if state is None or state == course.MEASURED:  # real Manila says no more than that something is wrong
        raise _why_not(server, f"Migration progress of share server {id} cannot be obtained at this moment.")
    return _progress(0 if state in _NOT_MOVED_YET else 100, destination)


def _progress(total: int, destination: Record) -> Record:
    return {
        "total_progress": total,
        "task_state": destination["task_state"],
        "destination_share_server_id": destination["id"],
    }


def _measured(world: World, server: Record) -> int:
    """How much of the phase that moves the data is over, in percent; it is not told as over while it lasts."""
    for pending in world.scheduler.of(server["id"]):
        if pending.phase == course.COPYING:
            return min(99, int(100 * (pending.progress(world.now()) or 0)))
    return 0
