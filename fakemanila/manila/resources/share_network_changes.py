"""What a change of a share network means for the share servers on it: their backends are asked first, then told.

A check asks each backend that has a server of the network whether it could take the change. The answers come in the
course of time and are kept, one record for each backend, until the change is made or somebody asks anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from ...reasons.records import WrongStatus
from ...text.booleans import strict_bool
from ...world.kinds import Kind
from ...world.lifecycle import Outcome, Transition
from .. import errors
from ..common import fields, lookup
from ..common.attributes import Dated, Text, reference
from ..common.registry import Resource
from . import services

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareInstance
    from ..context import Call

CHECKING, COMPATIBLE, INCOMPATIBLE = "checking", "compatible", "incompatible"
CHECK = Transition(CHECKING, COMPATIBLE, INCOMPATIBLE, attribute="verdict")
"""A backend thinks about it."""


class ShareNetworkCheck(Dated):
    """Whether a backend could change its servers of a network."""

    share_network_id: Annotated[Text, reference("share_networks")]
    change: Text
    host: Text
    verdict: Text = CHECKING


KIND = Kind("share_network_checks", ShareNetworkCheck)
resource = Resource("share_network_changes", kinds=(KIND,))

_VERDICTS = {CHECKING: None, COMPATIBLE: True}
"""What callers are told; whatever else a fault may have made of it is a no."""
_SERVER_DETAILS = ("name", "ou", "default_ad_site", "domain", "server", "dns_ip", "user", "type", "password")


def service_change(new: Record, current: Record | None) -> str:
    """What a check is of: a security service that is added, or replaced by another one."""
    return f"replace {current['id']} by {new['id']}" if current else f"add {new['id']}"


def allocation_change(zone: str | None) -> str:
    """What a check is of: one more subnet in a zone, or for all of them."""
    return f"add a subnet in {zone}" if zone else "add a subnet"


# Asking


def asks_anew(call: Call) -> bool:
    """Whether ``reset_operation`` wants what backends have said forgotten. Raises BadRequest for no boolean."""
    value = call.body.get("reset_operation", False)
    try:
        return strict_bool(value)
    except ValueError:
        raise errors.BadRequest(f"Invalid value {value} for reset_operation. Expecting a boolean.") from None


def forget(world: World, network: Record, change: str | None = None) -> None:
    """Drops what backends have said about a change of a network, or about any."""
    for check in _checks(world, network):
        if change in (None, check["change"]):
            world.remove(KIND, check)


def _checks(world: World, network: Record) -> list[ShareNetworkCheck]:
    return world.store[KIND].where(share_network_id=network["id"])


def verdict(
    call: Call, operation: str, network: Record, change: str, hosts: Iterable[str]
) -> tuple[bool | None, dict[str, bool | None]]:
    """What backends say about a change: each host's verdict, and that of all; None while they haven't said.

    Those that were not asked yet are asked now, which takes the time of `operation`.
    """
    world = call.world
    known = {
        check["host"]: _VERDICTS.get(check.verdict, False)
        for check in _checks(world, network)
        if check["change"] == change
    }
    said = {host: known.get(host) for host in hosts}
    if False in said.values():
        return False, said
    for host in said.keys() - known.keys():
        check = world.store[KIND].add(
            ShareNetworkCheck(
                id=world.seeded.uuid(),
                share_network_id=network["id"],
                change=change,
                host=host,
                created_at=world.timestamp(),
            )
        )
        call.begin(operation, KIND, check)
    return (None if None in said.values() else True), said


def asked(call: Call, network: Record, change: str, hosts: Iterable[str]) -> Record:
    """The answer of a check."""
    anew = asks_anew(call)
    hosts = sorted(set(hosts))
    if anew:
        forget(call.world, network, change)
    compatible, said = verdict(call, call.operation.id, network, change, hosts) if hosts else (True, {})
    return {"compatible": compatible, "hosts_check_result": said}


def check_said_yes(call: Call, check: str, network: Record, change: str, hosts: Iterable[str]) -> None:
    """Raises BadRequest unless every backend was asked by the operation `check`, and has said that it can."""
    if not any(each["change"] == change for each in _checks(call.world, network)):
        raise invalid(f"The share network {network['id']} cannot be updated before a check has found that it can be.")
    compatible, _ = verdict(call, check, network, change, sorted(set(hosts)))
    if compatible is False:
        raise invalid(f"The share network {network['id']} cannot be updated: at least one backend does not support it.")
    if compatible is None:
        raise invalid("Not all backends have been heard yet. A check is in progress. This operation can be retried.")


def invalid(message: str, because: WrongStatus | None = None) -> errors.BadRequest:
    return errors.BadRequest(f"Invalid share network: {message}", because=because)


def check_active(network: Record) -> None:
    """Raises BadRequest for a network that changes or is in error."""
    if network["status"] != "active":
        raise errors.BadRequest(
            f"The share network {network['id']} isn't in an 'active' state. Current status is {network['status']}. "
            "The action may be retried after the share network has changed its state.",
            because=WrongStatus.of(network, "active"),
        )


def check_active_of(world: World, share: Record) -> None:
    """Raises BadRequest for a share on a network that changes or is in error."""
    network = world.store[lookup.SHARE_NETWORKS].get(share["share_network_id"] or "")
    if network is not None:
        check_active(network)


def check_backends_up(world: World, servers: Iterable[Record], error: type[errors.ManilaError]) -> None:
    """Raises `error` where nobody is there to be asked."""
    up = services.hosts_up(world, with_disabled=True)
    for server in servers:
        if server["host"] not in up:
            raise error(f"Service {server['host']} is not up. Please try again later.")


def check_servers(servers: Iterable[Record]) -> None:
    """Raises BadRequest unless all servers are active."""
    for server in servers:
        if server["status"] != "active":
            raise invalid(
                f"The share server {server['id']} is not currently available.", because=WrongStatus.of(server, "active")
            )


def check_shares(world: World, shares: Sequence[Record]) -> None:
    """Raises BadRequest unless all shares are available, and nobody works on them."""
    tests: tuple[tuple[str, Callable[[Record], bool]], ...] = (
        ("are not available", lambda share: share["status"] != "available"),
        ("have access rules that are not applied", lambda share: _rules_not_applied(world, share)),
        ("are busy", lambda share: share["task_state"] in fields.BUSY_TASK_STATES),
    )
    for what, test in tests:
        found = [share["id"] for share in shares if test(share)]
        if found:
            raise invalid(f"Some shares {what}: {', '.join(found)}.")


def _rules_not_applied(world: World, share: Record) -> bool:
    return lookup.access_rules_status(world, share["id"]) != "active"


# Telling


def begin(call: Call, operation: str, network: Record, servers: Sequence[Record], **arguments: Any) -> None:
    """Has the backends change the servers of a network."""
    for server in servers:
        call.world.touch(server, status="network_change")
    call.begin(operation, lookup.SHARE_NETWORKS, network, servers=[server["id"] for server in servers], **arguments)


def changing(world: World, arguments: dict[str, Any]) -> list[Record]:
    """The servers of a change under way that nobody has given another status meanwhile."""
    found = [world.store[lookup.SHARE_SERVERS].get(id) for id in arguments["servers"]]
    return [server for server in found if server is not None and server["status"] == "network_change"]


def configured(world: World, network: Record, arguments: dict[str, Any]) -> None:
    """The servers have a new security service."""
    _tell(world, arguments, "active")


def not_configured(world: World, network: Record, arguments: dict[str, Any], outcome: Outcome) -> None:
    """A backend has failed. What another service was replaced by is used by nobody now: their shares fail as well."""
    failed = _tell(world, arguments, "error")
    if arguments["current"] is not None:
        for instance in instances_on(world, failed):
            world.touch(instance, status="error")
            for rule in world.store[lookup.SHARE_ACCESS_RULES].newest_first(share_id=instance["share_id"]):
                world.touch(rule, state="error")


def _tell(world: World, arguments: dict[str, Any], status: str) -> list[Record]:
    servers = changing(world, arguments)
    service = world.store[lookup.SECURITY_SERVICES].get(arguments["new"])
    for server in servers:
        details = server["backend_details"]
        if service is not None:
            told = json.dumps({name: service[name] for name in _SERVER_DETAILS})
            details = {**details, f"security_service_{service['type']}": told}
        world.touch(server, status=status, backend_details=details)
    return servers


def instances_on(world: World, servers: list[Record]) -> list[ShareInstance]:
    """The instances of shares on some servers."""
    ids = {server["id"] for server in servers}
    return [each for each in world.store[lookup.SHARE_INSTANCES] if each["share_server_id"] in ids]


SERVICE = Transition("network_change", "active", "active", effect=configured, undo=not_configured)
"""The security services of servers change. However it ends, the network can be used again; a server may not."""
