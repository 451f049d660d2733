"""What Nova asks of Manila: shares as their user sees them, and access to them as a user of its own, `nova`.

Nova sends no user's token along when it grants access, so that its locks are an administrator's.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ...manila.common import locks, lookup
from ...manila.errors import ManilaError
from ...manila.resources import share_access_rules as rules
from . import errors
from .records import SHARES, ServerShare

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.rows import Record
    from ...world.world import World

HOST = "compute"
HOST_ADDRESS = "192.168.24.10"
"""Of the host that servers are on, which mounts the shares."""
PROTOCOLS = {"NFS": "ip", "CEPHFS": "cephx"}
"""The shares that Nova can mount, and how it is let in."""
_USER, _PROJECT = "nova", "service"
WAITING, GRANTED, FAILED = "attaching", "inactive", "error"


def share(call: Call, share_id: str) -> Record:
    """A share that the caller sees. Raises NotFound."""
    try:
        return lookup.share(call, share_id)
    except ManilaError as error:
        raise errors.NotFound(f"Share {share_id} could not be found.", because=error.because) from None


def export_location(world: World, share: Record) -> str | None:
    """Where Nova would mount it from: the preferred location, or the first."""
    locations = [
        location
        for instance in lookup.instances_of(world, share["id"])
        if instance["replica_state"] in (None, "active")
        for location in instance["export_locations"]
        if not location["is_admin_only"]
    ]
    preferred = [one for one in locations if one["metadata"].get("preferred", "").lower() == "true"]
    return next((str(one["path"]) for one in (*preferred, *locations)), None)


def _target(attached: ServerShare) -> tuple[str, str]:
    """The type of the access rule, and whom it is for: the host, or one Ceph user for each server."""
    kind = PROTOCOLS[attached.share_proto]
    if kind == "ip":
        return kind, HOST_ADDRESS
    return kind, "nova-" + hashlib.sha256(f"{attached.server_id}:{HOST}".encode()).hexdigest()[:16]


def _rule(world: World, attached: ServerShare) -> Record | None:
    kind, target = _target(attached)
    for rule in world.store[rules.KIND].where(share_id=attached.share_id):
        if (rule["access_type"], rule["access_to"]) == (kind, target):
            return rule
    return None


def status_of(world: World, attached: ServerShare) -> str:
    """What an attachment shows: while it is being attached, how its access rule is."""
    if attached.status != WAITING:
        return attached.status
    rule = _rule(world, attached)
    if rule is None or rule["state"] == "error":
        return FAILED
    return GRANTED if rule["state"] == "active" else WAITING


def grant(call: Call, attached: ServerShare) -> None:
    """Makes the access rule, locked against being seen and deleted, unless there is one."""
    world = call.world
    if _rule(world, attached) is not None:
        return
    share = world.store[lookup.SHARES].get(attached.share_id)
    assert share is not None, "the caller has just seen it"
    kind, target = _target(attached)
    rule = rules.new(world, share, access_type=kind, access_to=target, access_level="rw")
    user, project = world.identity.find_user(_USER), world.identity.find_project(_PROJECT)
    owner = locks.Owner(user["id"] if user else None, project["id"] if project else None, "admin")
    reason = f"Lock by nova for instance {attached.server_id}"
    rules.lock(world, owner, rule, (locks.DELETE, locks.SHOW), reason)
    call.begin("shares.allow_access", rules.KIND, rule)


def revoke(world: World, attached: ServerShare) -> None:
    """Takes the access rule away, unless another server on the host needs it."""
    kind, _ = _target(attached)
    others = [
        other
        for other in world.store[SHARES]
        if other["share_id"] == attached.share_id and other["id"] != attached["id"] and other.status != "detaching"
    ]
    rule = _rule(world, attached)
    if rule is not None and not (kind == "ip" and others) and rule["state"] not in ("queued_to_deny", "denying"):
        world.begin("shares.deny_access", rules.KIND, rule)
