"""Share servers that Manila takes over from a backend, or lets go of without touching them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...reasons.records import WrongStatus
from ...world.lifecycle import ERROR, Outcome, Transition
from .. import errors
from ..backend import servers
from ..common import lookup
from ..common.fields import check_display_length
from ..common.registry import Resource
from . import services, share_network_changes, share_network_subnets, share_servers

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareServer
    from ..context import Call

KIND = lookup.SHARE_SERVERS

_REQUIRED = ("host", "share_network_id", "identifier")
_UNMANAGEABLE = ("error", "active", "manage_error", "unmanage_error")

resource = Resource("share_server_managing", kinds=(servers.UNMANAGED,), view=share_servers.view)


def _key(host: str, identifier: str) -> str:
    """Under what a backend remembers a server."""
    return f"{host}:{identifier}"


# Taking over


def _managed(world: World, server: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    """Takes over what the backend knows by the identifier, if anything."""
    known = world.store[servers.UNMANAGED].get(_key(server["host"], server["identifier"]))
    if known is None:
        return Outcome(ERROR)
    subnets = servers.subnets_of(world, server)
    if not all(share_network_subnets.look_up(world, subnet) for subnet in subnets):
        return Outcome(ERROR)
    world.store[servers.UNMANAGED].remove(known["id"])
    details = {**known["backend_details"], **servers.security_details(world, server)}
    server.update(backend_details=details, network_allocation_update_support=True)
    return None


@resource.handles("share_servers.manage", Transition("manage_starting", "active", "manage_error", effect=_managed))
def manage(call: Call) -> Record:
    world, body = call.world, call.body
    for field in _REQUIRED:
        if field not in body:
            raise errors.BadRequest(f"Required parameter {field} not found")
        if not body[field]:
            raise errors.BadRequest(f"Required parameter {field} is empty")
    call.refuse_late()
    check_display_length(body["identifier"], "identifier")  # real Manila answers 500
    subnet = _subnet(call)
    network = world.store[lookup.SHARE_NETWORKS].get(subnet["share_network_id"])
    if network is not None:
        share_network_changes.check_active(network)
    host = _host(call)
    if body["share_network_id"] not in world.store[lookup.SHARE_NETWORKS]:
        raise errors.BadRequest(f"Share network {body['share_network_id']} could not be found.")
    matching = ", ".join(str(server["identifier"]) for server in _known_by(world, body["identifier"]))
    if matching:
        raise errors.BadRequest(
            f"Invalid input received: Identifier {body['identifier']} specified matches existing share servers: "
            f"{matching}."
        )
    record = servers.new(
        world,
        host,
        [subnet],
        identifier=body["identifier"],
        is_auto_deletable=False,
        security_service_update_support=False,
        network_allocation_update_support=False,
    )
    call.begin("share_servers.manage", KIND, record)
    return record


def _subnet(call: Call) -> Record:
    """The subnet that the server is on, which has to be the only one of its zone. Raises BadRequest."""
    world, body = call.world, call.body
    subnet_id = body.get("share_network_subnet_id") if call.knows_field("share_network_subnet_id") else None
    if subnet_id:
        subnet = world.store[lookup.SHARE_NETWORK_SUBNETS].get(str(subnet_id))
        if subnet is None:
            raise errors.BadRequest(f"The share network subnet {subnet_id} does not exist.")
        network_id, zone = subnet["share_network_id"], subnet["availability_zone"]
    else:
        network_id, zone = body["share_network_id"], None
    beside = [each for each in lookup.subnets_of(world, network_id) if each["availability_zone"] == zone]
    if not beside:
        raise errors.BadRequest(
            f"The share network {network_id} has no default subnet. Create one, or name a subnet at microversion 2.51 "
            "or later."
        )
    if len(beside) > 1:
        raise errors.BadRequest(
            f"Cannot manage the share server, since the share network subnet {subnet_id} has more subnets in its "
            "availability zone and share network."
        )
    return beside[0]


def _host(call: Call) -> str:
    """The backend, whose service has to be up. Raises BadRequest."""
    host = str(call.body["host"])
    if "#" in host:
        raise errors.BadRequest("Host parameter should not contain pool.")
    if services.find(call.world, services.SHARE, host) is None:
        raise errors.BadRequest(f"Service {host} could not be found.")
    if host not in services.hosts_up(call.world, with_disabled=True):
        raise errors.BadRequest(f"Service {host} is down.")
    return host


def _known_by(world: World, identifier: str) -> list[ShareServer]:
    """The servers whose identifier ends with that one, in one spelling or the other, or is a part of it."""
    named = [server for server in world.store[KIND] if server["identifier"]]
    for spelling in (identifier, identifier.replace("-", "_"), identifier.replace("_", "-")):
        found = [server for server in named if str(server["identifier"]).endswith(spelling)]
        if found:
            return found
    for spelling in (identifier, identifier.replace("-", "_"), identifier.replace("_", "-")):
        found = [server for server in named if str(server["identifier"]) in spelling]
        if found:
            return found
    return []


# Letting go


def _unmanaged(world: World, server: Record, arguments: Mapping[str, Any]) -> None:
    """The backend keeps what it knows of the server."""
    details = server["backend_details"]
    if "server_id" in details:
        key = _key(server["host"], details["server_id"])
        if key not in world.store[servers.UNMANAGED]:
            world.store[servers.UNMANAGED].add(servers.UnmanagedServer(id=key, backend_details=dict(details)))


@resource.handles("share_servers.unmanage", Transition("unmanage_starting", None, "unmanage_error", effect=_unmanaged))
def unmanage(call: Call) -> None:
    world, server = call.world, share_servers.find(call)
    if len(server["share_network_subnet_ids"]) > 1:
        raise errors.BadRequest("Cannot unmanage the share server containing multiple subnets.")
    if server["encryption_key_ref"]:
        raise errors.BadRequest("Cannot unmanage the share server containing encryption key reference")
    network = servers.network_of(world, server)
    if network is not None:
        share_network_changes.check_active(network)
    if server["status"] not in _UNMANAGEABLE:
        raise errors.BadRequest(
            f"Share server's actual status is {server['status']}, allowed statuses for unmanaging are "
            f"{', '.join(_UNMANAGEABLE)}.",
            because=WrongStatus.of(server, *_UNMANAGEABLE),
        )
    share_servers.check_unused(world, server, errors.BadRequest)
    call.begin("share_servers.unmanage", KIND, server)
