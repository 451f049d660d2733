"""Share network subnets: where a share network lies in Neutron, in one availability zone or in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ...contract.declared import Keywords
from ...contract.documents import DocumentError
from ...versions import Microversion
from ...world.lifecycle import ERROR, Outcome, Transition
from .. import errors
from ..backend import neutron
from ..common import fields, listing, lookup
from ..common.attributes import Metadata
from ..common.records import ShareNetworkSubnet
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Reference, reference
from . import availability_zones, share_network_changes
from .metadata import metadata_of

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareNetwork, ShareServer
    from ..context import Call

KIND = lookup.SHARE_NETWORK_SUBNETS

_SEVERAL_SINCE = Microversion(2, 70)
"""Since when a zone can have more than one subnet."""
FOUND_OUT = ("network_type", "segmentation_id", "cidr", "ip_version", "gateway", "mtu")
"""What is known of a subnet once a share server is on it."""
NETWORK = ("neutron_net_id", "neutron_subnet_id", *FOUND_OUT)
"""Where a subnet lies."""
_FOR_ADMINISTRATORS = ("network_type", "segmentation_id")
_MAX_NEUTRON_ID = 36
NeutronId = Annotated[str | None, Keywords(maxLength=_MAX_NEUTRON_ID)]
_MISSING = "Share network {} could not be found."

_CHECK = "share_networks.share_network_subnet_create_check"

resource = Resource("share_network_subnets", kinds=(KIND,))
checks = Resource("share_network_subnet_checks")


def new(world: World, network: Record, **attributes: Any) -> ShareNetworkSubnet:
    """A new subnet of a network, kept; without a zone, it is one for all of them."""
    defaults = {"id": world.seeded.uuid(), "created_at": world.timestamp()}
    return world.store[KIND].add(
        ShareNetworkSubnet(**{**defaults, **attributes}, share_network_id=network["id"], updated_at=None)
    )


_STANDALONE = {
    "network_type": "vlan",
    "segmentation_id": 1010,
    "cidr": "10.0.0.0/24",
    "ip_version": 4,
    "gateway": "10.0.0.1",
    "mtu": 1500,
}
"""Where subnets lie that Neutron isn't asked about."""


def look_up(world: World, subnet: Record) -> bool:
    """Finds out what becomes known of a subnet when the first share server takes addresses of it.

    False where Neutron is asked, and has no such network or subnet.
    """
    facts = neutron.facts_of(world, subnet) if neutron.knows(world, subnet) else _STANDALONE
    if facts is not None:
        fields.change(world, subnet, facts)
    return facts is not None


def shown(call: Call, subnet: Record) -> Record:
    """A subnet as the caller may see it."""
    if shows_details(call):
        return subnet
    return {**subnet, **dict.fromkeys(_FOR_ADMINISTRATORS)}


def shows_details(call: Call) -> bool:
    """Whether the caller may see what a network is made of."""
    return not call.world.settings.release.hides_network_details or call.allows("share_network:show_network_details")


def view(call: Call, record: Record) -> Mapping[str, Any]:
    network = call.world.store[lookup.SHARE_NETWORKS].get(record["share_network_id"])
    return {**shown(call, record), "share_network_name": network["name"] if network else None}


resource.view = view


def _network(call: Call) -> ShareNetwork:
    return lookup.share_network(call, call.args["share_network_id"], _MISSING)


def _find(call: Call) -> ShareNetworkSubnet:
    """The subnet of the path. Real Manila doesn't look whether it is one of the network there."""
    _network(call)
    return lookup.named(call, KIND, "share_network_subnet_id", "Share network subnet {} could not be found.")


# Lists, and one


@resource.handles("share_network_subnets.list")
def list_(call: Call) -> Page:
    return Page(lookup.subnets_of(call.world, _network(call)["id"]))


@resource.handles("share_network_subnets.show")
def show(call: Call) -> Record:
    return _find(call)


# Create, delete


def check_neutron(body: Mapping[str, Any]) -> None:
    """Raises BadRequest for a Neutron network without a subnet, or the other way round."""
    if ("neutron_net_id" in body) != ("neutron_subnet_id" in body):
        raise errors.BadRequest(
            "A share network subnet needs both neutron_net_id and neutron_subnet_id, or neither of them."
        )


def check_neutron_ids(body: Mapping[str, Any]) -> None:
    """Raises BadRequest for ids that the database has no room for."""
    for name in ("neutron_net_id", "neutron_subnet_id"):
        if len(body.get(name) or "") > _MAX_NEUTRON_ID:  # real Manila answers 500
            raise errors.BadRequest(f"Invalid input received: {name} can only be {_MAX_NEUTRON_ID} characters long.")


def zone_asked(call: Call) -> str | None:
    """The name of the zone that the body asks for. Raises BadRequest."""
    try:
        return availability_zones.asked(call)
    except errors.NotFound:
        wanted = call.body["availability_zone"]
        raise errors.BadRequest(f"The provided availability zone {wanted} does not exist.") from None


def in_zone(world: World, network: Record, zone: str | None) -> list[ShareNetworkSubnet]:
    """The network's subnets in a zone, those for all of them with None."""
    return [each for each in lookup.subnets_of(world, network["id"]) if each["availability_zone"] == zone]


def usable_in_zone(world: World, network: Record, zone: str | None) -> list[ShareNetworkSubnet]:
    """The subnets that a share in a zone is served from: the zone's own, else those for all of them."""
    return (in_zone(world, network, zone) if zone else []) or in_zone(world, network, None)


def _asked(call: Call, *, several: bool) -> tuple[ShareNetwork, str | None, list[ShareServer]]:
    """The network that a new subnet is for, its zone, and the servers that would be on it.

    Raises NotFound and BadRequest, and Conflict for a second subnet of a zone where only one is allowed.
    """
    check_neutron(call.body)
    network = _network(call)
    zone = zone_asked(call)
    beside = in_zone(call.world, network, zone)
    if beside and not several:
        raise errors.Conflict(
            f"There is a subnet in this availability zone already. Share network {network['id']} can have one in each."
        )
    return network, zone, lookup.servers_on(call.world, beside[:1])


def _allocated(world: World, network: Record, arguments: dict[str, Any]) -> Outcome | None:
    """The servers have addresses of the new subnet."""
    subnet = world.store[KIND].get(arguments["subnet"])
    if subnet is not None and not look_up(world, subnet):
        return Outcome(ERROR)
    servers = share_network_changes.changing(world, arguments)
    if subnet is not None and neutron.knows(world, subnet):
        for server in servers:
            if isinstance(neutron.allocate(world, server, subnet, network["project_id"]), str):
                return Outcome(ERROR)
    for server in servers:
        world.touch(server, status="active")
    return None


def _not_allocated(world: World, network: Record, arguments: dict[str, Any], outcome: Outcome) -> None:
    """A backend has failed, and with its servers what is on them."""
    servers = share_network_changes.changing(world, arguments)
    for server in servers:
        world.touch(server, status="error")
    for instance in share_network_changes.instances_on(world, servers):
        for record in (instance, *lookup.snapshot_instances_on(world, instance)):
            world.touch(record, status="error")


@resource.handles(
    "share_network_subnets.create",
    Transition("network_change", "active", "active", effect=_allocated, undo=_not_allocated),
)
def create(call: Call) -> Record:
    world, body = call.world, call.body
    takes_metadata = call.knows_field("metadata")
    if takes_metadata:
        fields.check_metadata(body.get("metadata"))
    network, zone, servers = _asked(call, several=call.version >= _SEVERAL_SINCE)
    call.refuse_late()
    check_neutron_ids(body)
    change = share_network_changes.allocation_change(zone)
    if servers:
        hosts = _checked(world, network, servers)
        share_network_changes.check_said_yes(call, _CHECK, network, change, hosts)
    subnet = new(
        world,
        network,
        availability_zone=zone,
        neutron_net_id=body.get("neutron_net_id"),
        neutron_subnet_id=body.get("neutron_subnet_id"),
        metadata=(body.get("metadata") if takes_metadata else None) or {},
    )
    if servers:
        share_network_changes.forget(world, network, change)
        for server in servers:
            server["share_network_subnet_ids"] = [*server["share_network_subnet_ids"], subnet["id"]]
        share_network_changes.begin(call, call.operation.id, network, servers, subnet=subnet["id"])
    return subnet


@checks.handles(_CHECK, share_network_changes.CHECK)
def check_creating(call: Call) -> Record:
    """Real Manila asks no policy about it: whoever sees the network may."""
    network, zone, servers = _asked(call, several=True)
    share_network_changes.asks_anew(call)
    hosts = _checked(call.world, network, servers) if servers else []
    return share_network_changes.asked(call, network, share_network_changes.allocation_change(zone), hosts)


def _checked(world: World, network: Record, servers: list[ShareServer]) -> list[str]:
    """The hosts of the servers. Raises BadRequest where they can't get addresses of another subnet."""
    share_network_changes.check_active(network)
    if not all(each["network_allocation_update_support"] for each in lookup.servers_of_network(world, network["id"])):
        raise share_network_changes.invalid(
            "It cannot have another subnet there while it has shares. See 'network_allocation_update_support'."
        )
    for server in servers:
        share_network_changes.check_servers([server])
        share_network_changes.check_backends_up(world, [server], errors.BadRequest)  # real Manila answers 500
        on_it = [each["share_id"] for each in share_network_changes.instances_on(world, [server])]
        shares = [world.store[lookup.SHARES].get(id) for id in on_it]
        share_network_changes.check_shares(world, [share for share in shares if share is not None])
    return [server["host"] for server in servers]


@resource.handles("share_network_subnets.delete")
def delete(call: Call) -> None:
    world, subnet = call.world, _find(call)
    servers = lookup.servers_on(world, [subnet])
    for server in servers:
        for kind, what in ((lookup.SHARE_INSTANCES, "shares"), (lookup.SHARE_GROUPS, "share groups")):
            if any(record.get("share_server_id") == server["id"] for record in world.store[kind]):
                raise errors.Conflict(f"Cannot delete share network subnet {subnet['id']}, it has one or more {what}.")
    check_servers_deletable(subnet, servers)
    for server in servers:
        call.begin("share_servers.delete", lookup.SHARE_SERVERS, server)
    world.remove(KIND, subnet)


def check_servers_deletable(subnet: Record, servers: Iterable[Record]) -> None:
    """Raises Conflict where a server on a subnet is not to be deleted without being asked."""
    if not all(server["is_auto_deletable"] for server in servers):
        raise errors.Conflict(
            f"There may be unmanaged shares on the share network subnet {subnet['id']}, so it cannot be deleted."
        )


# Metadata


def _with_metadata(call: Call, network_id: str) -> ShareNetworkSubnet:
    """A subnet of the network in the path. Whose it is doesn't matter to who only reads it, in real Manila."""
    record = call.world.store[KIND].get(call.args["share_network_subnet_id"])
    if record is None or not listing.equals("share_network_id", network_id)(record):
        raise lookup.missing(
            call, KIND, call.args["share_network_subnet_id"], "Share network subnet not found.", record
        )
    return record


def _with_own_metadata(call: Call, network_id: str) -> ShareNetworkSubnet:
    record = _with_metadata(call, network_id)
    call.require("share_network_subnet:show", call.world.store[lookup.SHARE_NETWORKS].get(network_id))
    return record


metadata = metadata_of("share_network_subnet_metadata", _with_metadata, find_own=_with_own_metadata, dates=False)


# Seeding


class ShareNetworkSubnetNeeds(TypedDict):
    share_network: Annotated[Reference, reference("share_network")]


class ShareNetworkSubnetFields(ShareNetworkSubnetNeeds, Identified, total=False):
    availability_zone: Annotated[Reference, reference("availability_zone"), "Default: all."]
    neutron_net_id: NeutronId
    neutron_subnet_id: NeutronId
    metadata: Metadata


def seeded_place(seeder: Seeder, given: Fields) -> Fields:
    """Takes out of the fields where a subnet lies. Raises DocumentError for half of it.

    What the world's Neutron has may be named. Anything else is an id: as through the API, nobody looks it up.
    """
    zone = given.pop("availability_zone", None)
    net, subnet = given.pop("neutron_net_id", None), given.pop("neutron_subnet_id", None)
    if (net is None) != (subnet is None):
        raise DocumentError(("neutron_net_id",), "expected both neutron_net_id and neutron_subnet_id, or neither")
    place = {"availability_zone": zone and zone["name"], "neutron_net_id": net, "neutron_subnet_id": subnet}
    for field, kind in (("neutron_net_id", "network"), ("neutron_subnet_id", "subnet")):
        if place[field] is not None and (named := seeder.find_if_any(kind, place[field], field)) is not None:
            place[field] = named["id"]
    return place


@resource.seeds_as("share_network_subnet", KIND, ShareNetworkSubnetFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    return new(seeder.world, given.pop("share_network"), **seeded_place(seeder, given), **given)
