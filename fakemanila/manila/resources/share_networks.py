"""Share networks: what lets a project's own servers serve its shares.

What changes the security services of a network is in ``share_network_security``, its subnets in
``share_network_subnets``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from ...versions import Microversion
from ...world.clock import format_time, parse_time
from .. import errors
from ..common import fields, listing, lookup, quotas
from ..common.attributes import Name
from ..common.records import ShareNetwork
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Project, Reference, User, one_of, reference
from . import share_network_changes, share_network_subnets

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ..common.records import ShareNetworkSubnet
    from ..context import Call

KIND = lookup.SHARE_NETWORKS

RESETTABLE = ("active", "error", "network_change")

_FREE = ("name", "description")
"""What may change while share servers are on a network."""
_MISSING = "Share network {} could not be found."
_NOT_COMPARED = (
    "all_tenants",
    "created_since",
    "created_before",
    "limit",
    "offset",
    "security_service_id",
    "project_id",
)
"""Query parameters that aren't looked for in the attributes of networks and of their subnets."""
_FOR_ADMINISTRATORS = ("network_type", "segmentation_id")
_NUMBERS = ("ip_version", "segmentation_id")
_INEXACT_SINCE = Microversion(2, 36)
"""Since when a ``~`` behind an attribute's name looks for a part of it."""

_UNDOCUMENTED: Mapping[str, type] = {
    "metadata": dict,
    "created_at": str,
    "network_type": str,
    "segmentation_id": int,
    "cidr": str,
    "ip_version": int,
    "gateway": str,
    "mtu": int,
}
"""What else can be told of a new network, or of its subnet, and as what."""

resource = Resource("share_networks", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    """With its subnets, what the last of those for all zones says of the network itself, and what its servers can."""
    world = call.world
    subnets = [share_network_subnets.shown(call, each) for each in lookup.subnets_of(world, record["id"])]
    whole: Mapping[str, Any] = next((each for each in reversed(subnets) if each["availability_zone"] is None), {})
    servers = lookup.servers_on(world, subnets)
    return {
        **record,
        **{name: whole.get(name) for name in share_network_subnets.NETWORK},
        "nova_net_id": None,
        "share_network_subnets": [
            {name: value for name, value in each.items() if name != "share_network_id"} for each in subnets
        ],
        "security_service_update_support": supports(servers, "security_service_update_support"),
        "network_allocation_update_support": supports(servers, "network_allocation_update_support"),
    }


resource.view = view


def supports(servers: Iterable[Record], what: str) -> bool:
    """Whether all servers of a network can take such a change."""
    return all(server[what] for server in servers)


def _find(call: Call) -> ShareNetwork:
    return lookup.share_network(call, call.args["share_network_id"], _MISSING)


# Lists, and one


@resource.handles("share_networks.list")
@resource.handles("share_networks.detail")
def list_(call: Call) -> Page:
    networks = call.world.store[KIND]
    owner = _project_asked(call)
    found = networks.newest_first() if owner is None else networks.newest_first(project_id=owner)
    return Page(listing.bounds_of_slice(call).of(listing.matching(lookup.by_id(found), list(_tests(call)))))


def _project_asked(call: Call) -> str | None:
    """Whose networks are listed, None for everybody's. Only administrators see others'."""
    query = call.http.query
    if not call.is_admin:
        return call.caller.project_id
    if "project_id" in query:
        return query["project_id"]
    return None if listing.all_tenants(call) else call.caller.project_id


def _tests(call: Call) -> Iterator[listing.Test]:
    query = call.http.query
    for name, fits in _DATES.items():
        if name in query:
            yield _dated(fits, _day(query[name]))
    if "security_service_id" in query:
        wanted = listing.equals("id", query["security_service_id"])
        yield lambda network: any(wanted({"id": id}) for id in network["security_services"])
    hidden = () if share_network_subnets.shows_details(call) else _FOR_ADMINISTRATORS
    inexact = call.version >= _INEXACT_SINCE
    for name, text in query.items():
        if name not in (*_NOT_COMPARED, *hidden):
            yield _compared(call, name, text, inexact=inexact)


_DATES: Mapping[str, Callable[[datetime, datetime], bool]] = {
    "created_since": lambda created, day: created >= day,
    "created_before": lambda created, day: created <= day,
}


def _dated(fits: Callable[[datetime, datetime], bool], day: datetime) -> listing.Test:
    return lambda network: fits(parse_time(network["created_at"]), day)


def _day(text: str) -> datetime:
    try:
        return parse_time(datetime.strptime(text, "%Y-%m-%d").isoformat())
    except ValueError:
        raise errors.BadRequest(f"{text} is not in yyyy-mm-dd format.") from None


def _compared(call: Call, name: str, text: str, *, inexact: bool) -> listing.Test:
    """Manila compares with every attribute of a network and of its subnets itself, letter by letter."""
    value: Any = text
    if name in _NUMBERS:
        try:
            value = int(text)
        except ValueError:  # real Manila answers 500
            raise errors.BadRequest(f"Invalid value for {name} filter: {text} is not a number.") from None
    part = name.rstrip("~")
    world = call.world

    def test(network: Record) -> bool:
        subnets = [
            {**subnet, "share_network_name": network["name"]} for subnet in lookup.subnets_of(world, network["id"])
        ]
        for record in (network, *subnets):
            if record.get(name) == value:
                return True
            found = record.get(part)
            if inexact and name.endswith("~") and found and isinstance(found, str) and text in found:
                return True
        return False

    return test


@resource.handles("share_networks.show")
def show(call: Call) -> Record:
    return _find(call)


# Create, update, delete


@resource.handles("share_networks.create")
def create(call: Call) -> Record:
    world, body = call.world, call.body
    _refuse_nova(call)
    zone = None
    knows_zones = call.knows_field("availability_zone")
    if "availability_zone" in body and knows_zones:
        zone = share_network_subnets.zone_asked(call)
        if zone is None:
            raise errors.BadRequest(f"The provided availability zone {body['availability_zone']} does not exist.")
    share_network_subnets.check_neutron(body)
    quotas.check(call, {"share_networks": 1})
    # What real Manila's database refuses, with 500.
    call.refuse_late()
    if "availability_zone" in body and not knows_zones:
        raise errors.BadRequest("availability_zone is only supported from API version 2.51.")
    share_network_subnets.check_neutron_ids(body)
    name, description = (fields.display(body, field) for field in _FREE)
    known = _undocumented(call)
    network = world.store[KIND].add(
        ShareNetwork(
            id=world.seeded.uuid(),
            project_id=call.caller.project_id,
            user_id=call.caller.user_id,
            name=name,
            description=description,
            created_at=world.timestamp(),
        )
    )
    subnet = share_network_subnets.new(
        world,
        network,
        availability_zone=zone,
        neutron_net_id=body.get("neutron_net_id"),
        neutron_subnet_id=body.get("neutron_subnet_id"),
    )
    for record in (network, subnet):  # type: Record
        record.update({name: value for name, value in known.items() if name in record})
    return network


def _undocumented(call: Call) -> dict[str, Any]:
    """What real Manila takes besides: anything that its tables have a column for. Upstream's tests rely on some of it.

    The journal has noted that the contract knows nothing of it. Raises BadRequest for what no column takes.
    """
    sent = {name: value for name, value in call.body.items() if name in _UNDOCUMENTED and value is not None}
    for name, value in sent.items():
        if not isinstance(value, _UNDOCUMENTED[name]):
            raise errors.BadRequest(f"Invalid input for {name}: {value!r}")
    metadata = sent.get("metadata", {})
    fields.check_metadata(metadata)
    if not all(isinstance(value, str) for value in metadata.values()):
        raise errors.BadRequest("Invalid input for metadata: its values are texts.")
    if "created_at" in sent:
        try:
            created = datetime.fromisoformat(sent["created_at"]).replace(tzinfo=None)
        except ValueError:
            raise errors.BadRequest(f"Invalid input for created_at: {sent['created_at']!r} is not a time.") from None
        sent["created_at"] = format_time(created)
    return sent


@resource.handles("share_networks.update")
def update(call: Call) -> Record:
    network, body = _find(call), call.body
    call.refuse_late()
    _refuse_nova(call)
    if not set(_FREE).issuperset(body) and lookup.servers_of_network(call.world, network["id"]):
        raise errors.Forbidden(
            f"Cannot update share network {network['id']}. It is used by share servers. Only 'name' and 'description' "
            "can be updated."
        )
    neutron: dict[str, Any] = {name: body[name] for name in ("neutron_net_id", "neutron_subnet_id") if name in body}
    texts = {field: fields.display(body, field) for field in _FREE if field in body}
    if neutron:
        subnet = _only_default_subnet(call, network)
        given = [value for value in neutron.values() if value is not None]
        if subnet["neutron_net_id"] is None and subnet["neutron_subnet_id"] is None and len(given) < 2:
            raise errors.BadRequest(
                f"To update the share network {network['id']} both 'neutron_net_id' and 'neutron_subnet_id' are needed."
            )
        share_network_subnets.check_neutron_ids(neutron)
        fields.change(call.world, subnet, neutron)
    fields.change(call.world, network, texts)
    return fields.echoed(call, network)


def _refuse_nova(call: Call) -> None:
    if "nova_net_id" in call.body:
        raise errors.BadRequest("nova networking is not supported starting in Ocata.")


def _only_default_subnet(call: Call, network: Record) -> ShareNetworkSubnet:
    """The subnet for all zones. Raises BadRequest when there is none, or more than one."""
    found = share_network_subnets.in_zone(call.world, network, None)
    if len(found) != 1:
        raise errors.BadRequest(
            f"The share network {network['id']} has no 'default' subnet, or more than one, so 'neutron_net_id' and "
            "'neutron_subnet_id' cannot be updated."
        )
    return found[0]


@resource.handles("share_networks.delete")
def delete(call: Call) -> None:
    world, network = call.world, _find(call)
    for kind, what in ((lookup.SHARE_INSTANCES, "share"), (lookup.SHARE_GROUPS, "share group")):
        number = sum(1 for _ in world.store[kind].newest_first(share_network_id=network["id"]))
        if number:
            raise errors.Conflict(f"Can not delete share network {network['id']}, it has {number} {what}(s).")
    subnets = lookup.subnets_of(world, network["id"])
    if len(subnets) > 1:
        raise errors.Conflict(
            f"The share network {network['id']} has more than one subnet. Delete subnets until one or none is left."
        )
    for subnet in subnets:
        servers = lookup.servers_on(world, [subnet])
        share_network_subnets.check_servers_deletable(subnet, servers)
        for server in servers:
            call.begin("share_servers.delete", lookup.SHARE_SERVERS, server)
        world.remove(lookup.SHARE_NETWORK_SUBNETS, subnet)
    share_network_changes.forget(world, network)
    world.remove(KIND, network)


@resource.handles("share_networks.reset_status")
def reset_status(call: Call) -> None:
    status, network = fields.asked_status(call, "status", RESETTABLE), _find(call)
    if network["status"] != status:  # a row that stays as it is, is not written
        call.world.reset_status(network, status)


# Seeding


class ShareNetworkFields(Identified, total=False):
    """What a share network, and its first subnet, are seeded from."""

    name: Name
    description: Name
    user: User
    project: Annotated[Project, "Default: the project of the user."]
    status: Annotated[str, one_of(RESETTABLE, "active")]
    security_services: Annotated[list[Reference], reference("security_service")]
    availability_zone: Annotated[Reference, reference("availability_zone"), "Of its subnet; default: all."]
    neutron_net_id: share_network_subnets.NeutronId
    neutron_subnet_id: share_network_subnets.NeutronId


@resource.seeds_as("share_network", KIND, ShareNetworkFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    world = seeder.world
    owner = seeder.owner(given)
    services = [service["id"] for service in given.pop("security_services", [])]
    place = share_network_subnets.seeded_place(seeder, given)
    defaults = {"id": world.seeded.uuid(), "created_at": world.timestamp()}
    network = world.store[KIND].add(ShareNetwork(**{**defaults, **owner, **given}, security_services=services))
    share_network_subnets.new(world, network, created_at=network.created_at, **place)
    return network
