"""Share servers: what backends make on share networks, as administrators see it.

How they come and go by themselves is in ``backend/servers.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ...contract.documents import DocumentError
from ...reasons.records import WrongStatus
from ...world.lifecycle import Transition
from .. import errors
from ..backend import backends, servers
from ..common import comparisons, fields, listing, lookup
from ..common.attributes import Name
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Reference, one_of, reference
from . import share_seeding

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareServer
    from ..context import Call

KIND = lookup.SHARE_SERVERS

RESETTABLE = (
    "active",
    "error",
    "deleting",
    "creating",
    "manage_starting",
    "unmanage_starting",
    "unmanage_error",
    "manage_error",
    "inactive",
    "server_migrating",
    "server_migrating_to",
    "network_change",
)
_DELETABLE = ("error", "active")
_MISSING = "Share server {} could not be found."

resource = Resource("share_servers", transitions={servers.RECLAIM: servers.RECLAIMING}, kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    network = servers.network_of(call.world, record)
    ids = sorted(record["share_network_subnet_ids"])
    return {
        **record,
        "project_id": network["project_id"] if network else "",
        "share_network_name": (network["name"] or network["id"]) if network else "",
        "share_network_id": network["id"] if network else None,
        "share_network_subnet_ids": ids,
        "share_network_subnet_id": next(iter(record["share_network_subnet_ids"]), None),
    }


resource.view = view


def find(call: Call) -> ShareServer:
    """The server that the path names. Raises NotFound."""
    return lookup.named(call, KIND, "share_server_id", _MISSING)


# Lists

_COLUMNS = (
    "id",
    "deleted",
    "host",
    "is_auto_deletable",
    "identifier",
    "task_state",
    "source_share_server_id",
    "status",
    "security_service_update_support",
    "network_allocation_update_support",
    "encryption_key_ref",
)
_OF_NETWORKS = ("id", "deleted", "status")
_NEVER_OF_NETWORKS = ("security_service_update_support", "network_allocation_update_support")
"""Networks have these, but not in the database: nothing equals them."""
_OF_SUBNETS = ("id", "deleted")
_BY_NETWORK = ("project_id", "share_network", "share_network_id")
_BY_SUBNET = "share_network_subnet_id"


@resource.handles("share_servers.list")
def list_(call: Call) -> Page:
    """By id, as nobody asks the database for another order.

    Real Manila lists nothing with a parameter that it doesn't know. Where servers are looked for by their network or
    their subnet, it holds what else is asked for against that network or subnet, and not against the server.
    """
    query = call.http.query
    if not set(query) <= {*_COLUMNS, *_BY_NETWORK, _BY_SUBNET}:
        return Page([])
    tests = [_about(call, name, value) for name, value in query.items() if name not in _COLUMNS and value]
    compared = _compared(query)
    tests += [_equals(call, compared, name, query[name]) for name in _COLUMNS if name in query]
    found = [server for server in call.world.store[KIND] if all(test(server) for test in tests)]
    return Page(lookup.by_id(found))


def _compared(query: Mapping[str, str]) -> str:
    """What the other filters are held against: records of this kind."""
    if any(query.get(name) for name in _BY_NETWORK):
        return lookup.SHARE_NETWORKS
    return lookup.SHARE_NETWORK_SUBNETS if query.get(_BY_SUBNET) else KIND


def _about(call: Call, name: str, value: str) -> listing.Test:
    """Whether a server is on such a network or subnet."""
    world = call.world
    fits = comparisons.equals(value)
    if name == _BY_SUBNET:
        return lambda server: any(fits(id) for id in server["share_network_subnet_ids"])
    attributes = {"share_network": ("id", "name"), "share_network_id": ("id",)}.get(name, (name,))

    def test(server: Record) -> bool:
        network = servers.network_of(world, server)
        return network is not None and any(fits(network[attribute]) for attribute in attributes)

    return test


def _equals(call: Call, compared: str, name: str, value: str) -> listing.Test:
    world = call.world
    if name == "deleted":  # what is there says that it isn't
        here = comparisons.equals(value)("False")
        return lambda server: here
    fits = listing.equals(name, value)
    if compared == KIND:
        return fits
    if compared == lookup.SHARE_NETWORKS and name in _NEVER_OF_NETWORKS:
        return lambda server: False
    if name not in (_OF_NETWORKS if compared == lookup.SHARE_NETWORKS else _OF_SUBNETS):  # real Manila answers 500
        raise errors.BadRequest(f"Share servers of a network or a subnet cannot be filtered by {name!r}.")
    if compared == lookup.SHARE_NETWORKS:
        return lambda server: (network := servers.network_of(world, server)) is not None and fits(network)
    return lambda server: any(fits(subnet) for subnet in servers.subnets_of(world, server))


# One of them


@resource.handles("share_servers.show")
def show(call: Call) -> Record:
    record = find(call)
    if servers.network_of(call.world, record) is None:
        raise errors.NotFound("Share server could not be found. Its share network does not exist.")
    return record


details = Resource("share_server_details")


@details.handles("share_servers.details")
def show_details(call: Call) -> Record:
    return dict(find(call)["backend_details"])


# Delete


def check_unused(world: World, record: Record, refusal: Callable[[str], errors.ManilaError]) -> None:
    """Raises what `refusal` makes of a message for a server that shares or groups are on."""
    if servers.is_used(world, record["id"]):
        raise refusal(f"Share server {record['id']} is in use.")


@resource.handles("share_servers.delete", Transition("deleting", None, "error", effect=servers.taken_away))
def delete(call: Call) -> None:
    record = find(call)
    if record["status"] not in _DELETABLE:
        raise errors.Forbidden(
            f"Share server's actual status is {record['status']}, allowed statuses for deletion are "
            f"{list(_DELETABLE)}.",
            because=WrongStatus.of(record, *_DELETABLE),
        )
    check_unused(call.world, record, errors.Conflict)
    call.begin("share_servers.delete", KIND, record)


@resource.handles("share_servers.reset_status")
def reset_status(call: Call) -> None:
    status = fields.asked_status(call, "status", RESETTABLE)
    call.world.reset_status(_found(call), status)


def _found(call: Call) -> ShareServer:
    """The server of a reset, which says nothing about one that isn't there."""
    return lookup.named(call, KIND, "share_server_id", "The resource could not be found.")


# Seeding


class ShareServerNeeds(TypedDict):
    share_network: Annotated[Reference, reference("share_network"), "Where it is."]


class ShareServerFields(ShareServerNeeds, Identified, total=False):
    host: Annotated[
        Reference,
        reference("pool"),
        "Its backend, by a pool of it or a part of its name; default: the first one with servers.",
    ]
    status: Annotated[str, one_of(RESETTABLE, "active")]
    identifier: Name
    is_auto_deletable: Annotated[bool, "Whether it goes when nothing is on it; default: true."]


@resource.seeds_as("share_server", KIND, ShareServerFields)
def seed(seeder: Seeder, given: Fields) -> ShareServer:
    world, network = seeder.world, given.pop("share_network")
    zones = servers.zones_of(world, network)
    pools = [pool for pool in world.store[backends.KIND] if pool.driver_handles_share_servers]
    pool = given.pop("host", None) or next((each for each in pools if each.availability_zone in zones), None)
    if pool is None:
        raise DocumentError(("host",), "there is no pool with share servers in the zones that the network serves")
    share_seeding.check_served(world, pool, network)
    status = given.pop("status", "active")
    record = servers.make(world, pool["host"], network["id"], pool["availability_zone"])
    assert record is not None, "the network has just been found to serve the zone"
    identifier = given.pop("identifier", None)
    if servers.set_up(world, record) is not None:
        world.remove(KIND, record)
        raise DocumentError(("share_network",), "Neutron has no address left for a server there")
    record.update(status=status, identifier=identifier or record.identifier, **given)
    return record


_TASK_STATES = (
    "migration_starting",
    "migration_in_progress",
    "migration_completing",
    "migration_success",
    "migration_error",
    "migration_cancel_in_progress",
    "migration_cancelled",
    "migration_driver_in_progress",
    "migration_driver_phase1_done",
    None,
)


@resource.handles("share_servers.reset_task_state")
def reset_task_state(call: Call) -> None:
    if "task_state" not in call.body:
        raise errors.BadRequest("Must specify 'task_state'")
    state = call.body["task_state"]
    if state not in _TASK_STATES:
        known = ", ".join(str(each) for each in _TASK_STATES)
        raise errors.BadRequest(f"Invalid state. Valid states: {known}.")
    call.world.touch(_found(call), task_state=state)
