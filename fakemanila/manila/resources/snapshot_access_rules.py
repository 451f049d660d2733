"""Access rules of snapshots, which can be mounted where the type of their share says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ...reasons.records import WrongStatus
from ...versions import Microversion
from ...world.kinds import Kind
from ...world.lifecycle import ERROR, Outcome, Transition
from .. import errors
from ..backend import access
from ..common import lookup
from ..common.access_types import QUEUED, check_target, granting, is_there
from ..common.attributes import Dated, Status, Text, reference
from ..common.registry import Page, Resource
from . import share_network_changes

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class SnapshotAccessRule(Dated):
    """Who may mount a snapshot."""

    snapshot_id: Annotated[Text, reference("snapshots")]
    access_type: Text
    access_to: str
    state: Status = QUEUED


KIND = Kind(lookup.SNAPSHOT_ACCESS_RULES, SnapshotAccessRule, message_type="SHARE_SNAPSHOT")

_IPV6_SINCE = Microversion(2, 38)

resource = Resource("snapshot_access_rules", kinds=(KIND,))


def _mountable(call: Call) -> Record:
    """The snapshot that the path names. Raises BadRequest for one that cannot be mounted."""
    snapshot = lookup.snapshot(call, call.args["snapshot_id"])
    share = lookup.share(call, snapshot["share_id"])
    if not share["mount_snapshot_support"]:
        raise errors.BadRequest(
            f"Cannot control access to the snapshot {snapshot['id']} since the parent share {share['id']} does not "
            "support mounting its snapshots."
        )
    return snapshot


def _check_own_rules(call: Call, snapshot: Record) -> None:
    """Raises BadRequest for a snapshot that has the rules of its share, or whose share's network isn't active."""
    share = lookup.share(call, snapshot["share_id"])
    share_network_changes.check_active_of(call.world, share)
    if share["snapshot_inherit_share_access_support"]:
        raise errors.BadRequest(
            f"Cannot modify access rules for the snapshot {snapshot['id']} since the parent share {share['id']} has "
            "snapshot_inherit_share_access_support enabled. Snapshot access rules are inherited from the base share."
        )


def _check_available(world: World, snapshot: Record, what: str) -> None:
    """Raises BadRequest where the snapshot, or what another half of its share has of it, isn't available."""
    others = lookup.snapshot_instances_of(world, snapshot)[1:]
    if any(each["status"] != "available" for each in (snapshot, *others)):
        raise errors.BadRequest(
            f"Invalid share snapshot instance: {what} while the snapshot or any of its replicas or migration copies "
            "lacks a valid host or is not in available state.",
            because=WrongStatus.of(snapshot, "available"),
        )


def _rules_of(world: World, snapshot_id: str) -> list[SnapshotAccessRule]:
    return world.store[KIND].where(snapshot_id=snapshot_id)


@resource.handles("snapshots.access_list")
def list_(call: Call) -> Page:
    return Page(_rules_of(call.world, _mountable(call)["id"]))


def _applied(world: World, rule: Record, arguments: dict[str, Any]) -> Outcome | None:
    snapshot = world.store[lookup.SNAPSHOTS].get(rule["snapshot_id"])
    share = snapshot and world.store[lookup.SHARES].get(snapshot["share_id"])
    return access.failure(world, share, rule) if share else Outcome(ERROR)


@resource.handles("snapshots.allow_access", granting(_applied))
def allow(call: Call) -> Record:
    world, access_type, target = call.world, call.body["access_type"], call.body["access_to"]
    check_target(access_type, target, ipv6=call.version >= _IPV6_SINCE, cephx=False)
    snapshot = _mountable(call)
    _check_own_rules(call, snapshot)
    if is_there(_rules_of(world, snapshot["id"]), access_type, target):
        raise errors.BadRequest(f"Share snapshot access {access_type}:{target} exists.")
    _check_available(world, snapshot, "New access rules cannot be applied")
    rule = new(world, snapshot, access_type=access_type, access_to=target)
    before = dict(rule)  # its backend takes it up after the answer
    call.begin("snapshots.allow_access", KIND, rule)
    return before


def new(world: World, snapshot: Record, **attributes: Any) -> Record:
    """Keeps a new rule. `attributes` are what was asked for, checked."""
    return world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "snapshot_id": snapshot["id"],
            "created_at": world.timestamp(),
            **attributes,
        }
    )


def remove(world: World, snapshot: Record) -> None:
    """Takes away all rules of a snapshot."""
    for rule in _rules_of(world, snapshot["id"]):
        world.remove(KIND, rule)


@resource.handles("snapshots.deny_access", Transition("denying", None, "error", attribute="state"))
def deny(call: Call) -> None:
    if not call.body["access_id"]:
        raise errors.BadRequest("Invalid input for access_id: it is empty")
    snapshot = _mountable(call)
    _check_own_rules(call, snapshot)
    rule = call.world.store[KIND].get(call.body["access_id"])
    if rule is None:
        raise lookup.missing(call, KIND, call.body["access_id"], "The resource could not be found.")
    if rule["snapshot_id"] != snapshot["id"]:
        raise errors.BadRequest("Access rule provided is not associated with given snapshot.")
    _check_available(call.world, snapshot, "Access rules cannot be denied")
    call.begin("snapshots.deny_access", KIND, rule)
