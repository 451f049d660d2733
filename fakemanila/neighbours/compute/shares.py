"""Shares of servers: attached, shown and detached. They came with microversion 2.97."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...versions import Microversion
from ...world.lifecycle import Transition
from . import errors, manila, servers
from .records import SHARES, Server, ServerShare, shares_of

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.world import World

_SINCE = Microversion(2, 97)
FIELDS = {
    "share_id": {"type": "string", "pattern": "^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"},
    "tag": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-]*$"},
}


def _server(call: Call) -> Server:
    if call.version < _SINCE:
        raise errors.NotFound
    if call.http.method == "GET" and call.http.query:
        raise errors.BadRequest("Additional properties are not allowed in the query.")
    return servers.find(call)


def _shown(call: Call, attached: ServerShare, *, whole: bool) -> dict[str, Any]:
    shown = {"share_id": attached.share_id, "status": manila.status_of(call.world, attached), "tag": attached.tag}
    if whole and call.is_admin:
        shown.update(export_location=attached.export_location, uuid=attached["id"])
    return shown


def _find(call: Call, server: Server) -> ServerShare:
    id = call.args["share_id"]
    for attached in shares_of(call.world, server["id"]):
        if attached.share_id == id:
            return attached
    because = call.why_missing(SHARES, id)
    raise errors.NotFound(f"Share {id} could not be found.", because=because)


def list_(call: Call) -> dict[str, Any]:
    server = _server(call)
    return {"shares": [_shown(call, each, whole=False) for each in shares_of(call.world, server["id"])]}


def show(call: Call) -> dict[str, Any]:
    return {"share": _shown(call, _find(call, _server(call)), whole=True)}


def create(call: Call) -> dict[str, Any]:
    """201. 409 unless the server is stopped and the share is available, of a protocol that Nova can mount."""
    world, server = call.world, _server(call)
    if server.status != "SHUTOFF":
        raise errors.InWrongState("create share", server, server.status.lower(), "SHUTOFF")
    share = manila.share(call, call.body["share_id"])
    if share["status"] != "available":
        raise errors.Conflict(f"Share {share['id']} is in '{share['status']}' instead of 'available' status.")
    location = manila.export_location(world, share)
    if location is None:
        raise errors.Conflict(f"Share {share['id']} export location is missing.")
    if share["share_proto"] not in manila.PROTOCOLS:
        raise errors.Conflict(f"Share protocol {share['share_proto']} is not supported.")
    tag = str(call.body.get("tag", share["id"]))
    for other in shares_of(world, server["id"]):
        if other.share_id == share["id"] or other.tag == tag:
            raise errors.Conflict(f"Share '{share['id']}' or tag '{tag}' already associated to this server.")
    attached = world.store[SHARES].add(
        ServerShare(
            id=world.seeded.uuid(),
            server_id=server["id"],
            share_id=share["id"],
            tag=tag,
            export_location=location,
            share_proto=share["share_proto"],
            created_at=world.timestamp(),
        )
    )
    manila.grant(call, attached)
    return {"share": {**_shown(call, attached, whole=True), "status": manila.WAITING}}


def delete(call: Call) -> None:
    """200. 409 unless the server is stopped, or in error."""
    server = _server(call)
    if server.status not in ("SHUTOFF", "ERROR"):
        raise errors.InWrongState("delete share", server, server.status.lower(), "SHUTOFF", "ERROR")
    attached = _find(call, server)
    if attached.status != "detaching":
        call.begin("compute.server_shares.delete", SHARES, attached)


def _detached(world: World, attached: ServerShare, arguments: dict[str, Any]) -> None:
    manila.revoke(world, attached)


DETACHING = Transition("detaching", None, "error", effect=_detached)
