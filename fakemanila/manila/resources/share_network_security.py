"""The security services of a share network: added, removed, replaced, and whether they could be.

Where share servers are on the network already, their backends have to be asked before; see ``share_network_changes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...versions import Microversion
from .. import errors
from ..common import lookup
from ..common.registry import Resource
from . import security_services, share_network_changes, share_networks

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..common.records import SecurityService, ShareNetwork, ShareServer
    from ..context import Call

_IN_USE_SINCE = Microversion(2, 63)
"""Since when a service can be added to a network that has share servers."""
_ADD, _ADD_CHECK = "share_networks.add_security_service", "share_networks.add_security_service_check"
_UPDATE, _UPDATE_CHECK = "share_networks.update_security_service", "share_networks.update_security_service_check"

resource = Resource("share_network_security", view=share_networks.view)
checks = Resource("share_network_checks")


def _find(call: Call) -> ShareNetwork:
    """The network, once it is known that the caller may do this to it, and what is wrong with the body."""
    network = lookup.share_network(call, call.args["share_network_id"])
    assert call.operation.policy is not None
    call.require(call.operation.policy, network)
    return network


@resource.handles(_ADD, share_network_changes.SERVICE)
def add(call: Call) -> Record:
    network = _find(call)
    call.refuse_late()
    service = security_services.find(call, _id(call.body["security_service_id"]))
    if call.version < _IN_USE_SINCE and lookup.servers_of_network(call.world, network["id"]):
        raise errors.Forbidden("Cannot add security services. Share network is used.")
    servers = _checked(call, network, service, None)
    _begin(call, _ADD, _ADD_CHECK, network, servers, service, None)
    network["security_services"] = [*network["security_services"], service["id"]]
    return network


@resource.handles("share_networks.remove_security_service")
def remove(call: Call) -> Record:
    network = _find(call)
    if lookup.servers_of_network(call.world, network["id"]):
        raise errors.Forbidden("Cannot remove security services. Share network is used.")
    call.refuse_late()
    service = security_services.find(call, _id(call.body["security_service_id"]))
    if service["id"] not in network["security_services"]:
        raise errors.BadRequest(
            f"Failed to dissociate share network {network['id']} and security service {service['id']}: "
            "No association defined."
        )
    network["security_services"] = [id for id in network["security_services"] if id != service["id"]]
    return network


@resource.handles(_UPDATE, share_network_changes.SERVICE)
def update(call: Call) -> Record:
    network = _find(call)
    call.refuse_late()
    current, new = _both(call)
    servers = _checked(call, network, new, current)
    _begin(call, _UPDATE, _UPDATE_CHECK, network, servers, new, current)
    others = [id for id in network["security_services"] if id != current["id"]]
    network["security_services"] = [*others, new["id"]]
    return network


@checks.handles(_ADD_CHECK, share_network_changes.CHECK)
def check_adding(call: Call) -> Record:
    network = _find(call)
    call.refuse_late()
    id = call.body["security_service_id"]
    service = lookup.own(call, security_services.KIND, _id(id))
    if service is None:
        raise errors.BadRequest(f"Security service {id} doesn't exist.")
    return _check(call, network, service, None)


@checks.handles(_UPDATE_CHECK, share_network_changes.CHECK)
def check_updating(call: Call) -> Record:
    network = _find(call)
    call.refuse_late()
    current, new = _both(call)
    return _check(call, network, new, current)


def _id(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _both(call: Call) -> tuple[SecurityService, SecurityService]:
    """The service that is replaced, and the one that replaces it. Raises BadRequest."""
    table = call.world.store[security_services.KIND]
    current, new = (table.get(_id(call.body[name])) for name in ("current_service_id", "new_service_id"))
    if current is None or new is None:
        raise errors.BadRequest("The current security service or the new security service doesn't exist.")
    return current, new


def _check(call: Call, network: Record, new: Record, current: Record | None) -> Record:
    share_network_changes.asks_anew(call)  # whether it is a boolean is looked at before the network is
    servers = _checked(call, network, new, current)
    hosts = [server["host"] for server in servers]
    answer = share_network_changes.asked(call, network, share_network_changes.service_change(new, current), hosts)
    operation = "update_security_service" if current else "add_security_service"
    body = call.body
    requested = {
        "operation": operation,
        "current_security_service": body.get("current_service_id"),
        "new_security_service": body.get("new_service_id") or body.get("security_service_id"),
    }
    return {**answer, "requested_operation": requested}


def _checked(call: Call, network: Record, new: Record, current: Record | None) -> list[ShareServer]:
    """The servers that a change concerns. Raises BadRequest or Conflict where a network can't change so."""
    world = call.world
    share_network_changes.check_active(network)
    attached = [world.store[security_services.KIND].get(id) for id in network["security_services"]]
    if current is None:
        if any(each is not None and each["type"] == new["type"] for each in attached):
            raise _conflict(f"A security service of the type '{new['type']}' was added to the share network already.")
    elif current["id"] not in network["security_services"]:
        raise _conflict(f"The security service {current['id']} is not one of the share network {network['id']}.")
    elif current["type"] != new["type"]:
        raise _conflict(f"A security service of the type '{current['type']}' can be replaced only by one of the same.")
    servers = lookup.servers_of_network(world, network["id"])
    if servers:
        if not share_networks.supports(servers, "security_service_update_support"):
            raise share_network_changes.invalid(
                "Its security services cannot change while it has shares. See 'security_service_update_support'."
            )
        share_network_changes.check_servers(servers)
        share_network_changes.check_backends_up(world, servers, errors.Conflict)
        shares = world.store[lookup.SHARES].where(share_network_id=network["id"])
        if any(share["is_soft_deleted"] for share in shares):
            raise share_network_changes.invalid("Some of its shares have been soft deleted.")
        # Real Manila looks at the shares of the caller's project, whoever owns the network.
        own = [share for share in shares if share["project_id"] == call.caller.project_id]
        share_network_changes.check_shares(world, own)
    return servers


def _conflict(message: str) -> errors.Conflict:
    return errors.Conflict(f"Invalid security service: {message}")


def _begin(
    call: Call,
    operation: str,
    check: str,
    network: Record,
    servers: list[ShareServer],
    new: Record,
    current: Record | None,
) -> None:
    if not servers:
        return
    change = share_network_changes.service_change(new, current)
    share_network_changes.check_said_yes(call, check, network, change, [server["host"] for server in servers])
    share_network_changes.forget(call.world, network, change)
    current_id = None if current is None else current["id"]
    share_network_changes.begin(call, operation, network, servers, new=new["id"], current=current_id)
