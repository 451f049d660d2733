"""Share servers: what a backend makes on a share network for the shares that live there.

A server is on the subnets of its network that serve the backend's zone; its network, and with it its project, is that
of these subnets. Shares know their server by the id that their instances have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from ...world.durations import Fixed
from ...world.kinds import Kind
from ...world.lifecycle import Transition
from ...world.rows import Row
from ..common import lookup
from ..common.attributes import Text
from ..common.records import ShareServer
from ..resources import share_network_subnets
from . import backends, barbican, neutron

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareGroup, ShareInstance, ShareNetwork, ShareNetworkSubnet

KIND = lookup.SHARE_SERVERS


class UnmanagedServer(Row):
    """A server that a backend has without Manila knowing of it. Its id is the backend and the identifier."""

    id: Text
    backend_details: dict[str, str]


UNMANAGED = Kind("unmanaged_share_servers", UnmanagedServer)

NO_SERVER = neutron.NO_SERVER
"""The detail of the user message about a share for which there is no server."""
FAILURES = frozenset((NO_SERVER, "022", "023", "025", "027", "033"))
"""Details of what goes wrong while a backend sets a server up."""

RECLAIM = "share_servers.reclaim"
"""Not a call: backends take servers away that nothing has lived on for a while."""
_IN_USE, _UNUSED = "in use", "unused"
_RECLAIMED_AFTER = Fixed(timedelta(minutes=10))
"""Manila's ``unused_share_server_cleanup_interval``."""
_RECLAIMABLE = ("inactive", "active", "error", "creating", "deleting")

USABLE = ("active", "creating")

_FIRST, _EACH = 10, 200
"""The addresses of a network that servers may have, as in the mirrored deployment."""


# Where servers are


def zones_of(world: World, network: ShareNetwork) -> list[str]:
    """The zones in which a network can have servers."""
    zones = [zone["name"] for zone in world.store["availability_zones"]]
    return [zone for zone in zones if share_network_subnets.usable_in_zone(world, network, zone)]


def subnets_of(world: World, server: Record) -> list[ShareNetworkSubnet]:
    """The subnets that a server is on, as far as they are still there."""
    found = (world.store[lookup.SHARE_NETWORK_SUBNETS].get(id) for id in server["share_network_subnet_ids"])
    return [subnet for subnet in found if subnet is not None]


def network_of(world: World, server: Record) -> ShareNetwork | None:
    """The network that a server is on; None where that is gone."""
    subnets = subnets_of(world, server)
    return world.store[lookup.SHARE_NETWORKS].get(subnets[0]["share_network_id"]) if subnets else None


# What is on them


def instances_on(world: World, server_id: str) -> list[ShareInstance]:
    """The share instances on a server, oldest first."""
    return world.store[lookup.SHARE_INSTANCES].where(share_server_id=server_id)[::-1]


def groups_on(world: World, server_id: str) -> list[ShareGroup]:
    return world.store[lookup.SHARE_GROUPS].where(share_server_id=server_id)


def is_used(world: World, server_id: str) -> bool:
    """Whether any share or group is on a server."""
    return bool(instances_on(world, server_id) or groups_on(world, server_id))


def has_place(world: World, network: ShareNetwork, zone: str) -> bool:
    """Whether Neutron, where it is asked, has all that the servers of a zone are to be on."""
    subnets = share_network_subnets.usable_in_zone(world, network, zone)
    return all(neutron.facts_of(world, each) is not None for each in subnets if neutron.knows(world, each))


# How they are made


def new(world: World, host: str, subnets: Iterable[Record], **attributes: Any) -> ShareServer:
    """Keeps a server of a backend, such as ``oracle@gamma``, on these subnets."""
    now = world.timestamp()
    fields = {"id": world.seeded.uuid(), "created_at": now, "updated_at": now, **attributes}
    return world.store[KIND].add(
        ShareServer(host=host, share_network_subnet_ids=[subnet["id"] for subnet in subnets], **fields)
    )


def provide(
    world: World, host: str, network_id: str, zone: str | None, share: Record | None = None
) -> ShareServer | None:
    """A server for what is to live in a pool on a network: one that is there, or a new one that is being created.

    All that is on a server is encrypted with the same key, or not at all: that of `share`, if any. None where no subnet
    of the network serves the zone, and where Barbican doesn't give the key away.
    """
    backend, key = backends.backend_of(host), _key_of(share)
    for server in lookup.servers_on(world, _subnets(world, network_id, zone)[:1]):
        same = (server.host, server.encryption_key_ref) == (backend, key or None)
        if same and server.status in USABLE:
            if key and barbican.is_there(world) and not barbican.still_has(world, server):
                return None
            _keep(world, server)
            return server
    return make(world, host, network_id, zone, share)


def make(world: World, host: str, network_id: str, zone: str | None, share: Record | None = None) -> ShareServer | None:
    """A new server that is being created, whatever there is; None where `provide` says so."""
    subnets = _subnets(world, network_id, zone)
    key, credential = _key_of(share), None
    if share is not None and key and subnets and barbican.is_there(world):
        credential = barbican.hand_over(world, share)
        if credential is None:
            return None
    encrypted = {"encryption_key_ref": key, "application_credential_id": credential}
    return new(world, backends.backend_of(host), subnets, **encrypted) if subnets else None


def _key_of(share: Record | None) -> str | None:
    return (share["encryption_key_ref"] or None) if share is not None else None


def _subnets(world: World, network_id: str, zone: str | None) -> list[ShareNetworkSubnet]:
    network = world.store[lookup.SHARE_NETWORKS].get(network_id)
    return share_network_subnets.usable_in_zone(world, network, zone) if network else []


def set_up(world: World, server: Record) -> str | None:
    """What a backend does for a new server: addresses, and what it remembers of its security services.

    Says, by a detail of user messages, why there are no addresses; then the server is in error.
    """
    if server["backend_details"]:
        world.touch(server, status="active")
        return None
    admins, users = _free_addresses(world)
    allocations = []
    for subnet in subnets_of(world, server):
        found = allocate(world, server, subnet, users)
        if isinstance(found, str):
            neutron.release(world, server["id"])
            world.touch(server, status="error")
            return found
        allocations.append(found)
    details = {
        **security_details(world, server),
        "service_ip": next(admins),
        "username": "fake_username",
        "server_id": server["id"],
        "subnet_allocations": json.dumps(allocations),
    }
    world.touch(server, status="active", identifier=server["id"], backend_details=details)
    return None


def allocate(world: World, server: Record, subnet: Record, users: Iterator[str]) -> dict[str, str] | str:
    """A server's addresses on a subnet: of Neutron's ports where that is asked, else the next ones for users.

    A text says, by a detail of user messages, why there are none.
    """
    if not share_network_subnets.look_up(world, subnet):
        return NO_SERVER
    if not neutron.knows(world, subnet):
        return {"primary_public_ip": next(users), "secondary_public_ip": next(users)}
    network = network_of(world, server)
    found = neutron.allocate(world, server, subnet, network["project_id"] if network else None)
    return found if isinstance(found, str) else {"primary_public_ip": found[0], "secondary_public_ip": found[1]}


def taken_away(world: World, server: Record, arguments: Mapping[str, Any]) -> None:
    """What else goes with a server that is deleted."""
    neutron.release(world, server["id"])
    barbican.take_back(world, server)


_SECURITY = ("name", "ou", "domain", "server", "dns_ip", "user", "type", "password", "default_ad_site")


def security_details(world: World, server: Record) -> dict[str, str]:
    """What a server remembers of the security services of its network, each as JSON."""
    network = network_of(world, server) or {"security_services": ()}
    services = (world.store[lookup.SECURITY_SERVICES].get(id) for id in network["security_services"])
    return {
        f"security_service_{service['type']}": json.dumps({name: service.get(name) for name in _SECURITY})
        for service in services
        if service is not None
    }


# Where they are reached


class Addresses(NamedTuple):
    """Where a share server is found, or a backend that has none."""

    service: str
    """For administrators."""
    pairs: Sequence[tuple[str, str]]
    """The better and the other one, for each subnet."""


_OF_BACKENDS = Addresses("11.0.0.11", (("10.0.0.10", "10.0.0.20"),))


def _allocations(server: Mapping[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(server["backend_details"].get("subnet_allocations", "[]"))
    return found


def addresses(server: Mapping[str, Any] | None) -> Addresses:
    """Under which addresses the shares of a server are found; those of the backend where there is no server."""
    if server is None or not _allocations(server):
        return _OF_BACKENDS
    pairs = [(each["primary_public_ip"], each["secondary_public_ip"]) for each in _allocations(server)]
    return Addresses(server["backend_details"]["service_ip"], pairs)


def addresses_of(world: World, server_id: str | None) -> Addresses:
    """The same, by the server's id."""
    return addresses(None if server_id is None else world.store[KIND].get(server_id))


def _free_addresses(world: World) -> tuple[Iterator[str], Iterator[str]]:
    """Addresses that no server has yet: for administrators, and for users."""
    known = [*world.store[KIND], *world.store[UNMANAGED]]
    taken = {each["backend_details"].get("service_ip") for each in known}
    for each in known:
        for allocation in _allocations(each):
            taken |= set(allocation.values())
    return _free("11.0", taken), _free("10.0", taken)


def _free(network: str, taken: set[str | None]) -> Iterator[str]:
    """10 to 209 of each network of 256 addresses, one network after the other."""
    for number in count():
        address = f"{network}.{number // _EACH}.{_FIRST + number % _EACH}"
        if address not in taken:
            taken.add(address)
            yield address


# How they go


def _reclaimed(world: World, server: Record, arguments: Mapping[str, Any]) -> str | None:
    """The server goes if it still may."""
    goes = server["is_auto_deletable"] and server["status"] in _RECLAIMABLE and not is_used(world, server["id"])
    if not goes:
        return _IN_USE
    taken_away(world, server, arguments)
    return None


RECLAIMING = Transition(_UNUSED, None, _UNUSED, effect=_reclaimed, deadline=_RECLAIMED_AFTER, attribute="use")


def left(world: World, server_id: str | None) -> None:
    """Something that was on a server is gone; a server that is empty goes too, after a while."""
    server = None if server_id is None else world.store[KIND].get(server_id)
    if server is None:
        return
    world.touch(server)
    if server["is_auto_deletable"] and not is_used(world, server["id"]):
        _keep(world, server)
        world.begin(RECLAIM, KIND, server)


def _keep(world: World, server: Record) -> None:
    """What was empty is not going to go for the time being."""
    server["use"] = _IN_USE
    for pending in world.scheduler.of(server["id"]):
        if pending.operation == RECLAIM:
            world.scheduler.take(pending)


def keep(world: World, server_id: str | None) -> None:
    """Something of a server is not Manila's any more: it is never deleted by itself."""
    server = None if server_id is None else world.store[KIND].get(server_id)
    if server is not None:
        world.touch(server, is_auto_deletable=False)
