"""Shares: what snapshots are taken of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...reasons.records import WrongStatus
from ...text.booleans import strict_bool
from ...world.lifecycle import Message, Outcome, Transition
from .. import errors, user_messages
from ..backend import affinity
from ..common import comparisons, listing, locks, lookup
from ..common.fields import (
    ShareBusy,
    asked_status,
    check_display_length,
    check_not_busy,
    check_not_soft_deleted,
    is_uuid,
)
from ..common.registry import Page, Resource
from ..user_message_texts import UNKNOWN_ERROR
from . import availability_zones, share_instances, share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SHARES

_DELETABLE = ("available", "error", "inactive")

_FILTERS = ("snapshot_id", "share_group_id", "mount_point_name")
_FILTERS_OF_INSTANCES = ("status", "share_network_id", "share_type_id", "host")
_LISTING = listing.Listing(
    exact=_FILTERS,
    sort_keys=listing.columns(
        "name",
        "user_id",
        "project_id",
        "size",
        "share_proto",
        "snapshot_id",
        "source_backup_id",
        "is_public",
        "snapshot_support",
        "create_share_from_snapshot_support",
        "revert_to_snapshot_support",
        "mount_snapshot_support",
        "replication_type",
        "share_group_id",
        "source_share_group_snapshot_member_id",
        "task_state",
        "is_soft_deleted",
        "scheduled_to_be_deleted_at",
        # What the share has from its instance:
        "status",
        "host",
        "progress",
        "mount_point_name",
        "encryption_key_ref",
        "share_type_id",
        "qos_type_id",
        "share_network_id",
        "share_server_id",
        **listing.NAMED,
        snapshot_inherit_share_access_support=None,
        share_id="id",
        access_rules_status=None,
        scheduled_at=None,
        launched_at=None,
        terminated_at=None,
        replica_state=None,
        cast_rules_to_readonly=None,
        availability_zone_id="availability_zone",
    ),
    bounds=listing.bounds_of_rows,
    counts=True,
)
_FOR_ADMINISTRATORS = _LISTING._replace(exact=(*_FILTERS, "encryption_key_ref"))
"""Nobody else may look for keys."""

resource = Resource("shares", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    share_type = call.world.store[share_types.KIND].get(record["share_type_id"])
    instance = call.world.store[share_instances.KIND].get(record["instance_id"])
    paths = [location["path"] for location in instance["export_locations"]] if instance else []
    first = next(iter(paths), None)
    if record["status"] != "available":  # while it isn't, the list is empty; the single one is always there
        paths = []
    unknown = {"size": None} if record["status"] == "manage_starting" else {}  # until the backend has looked
    return {
        **record,
        **unknown,
        "share_type_name": share_type["name"] if share_type else None,
        "has_replicas": lookup.has_replicas(call.world, record),
        "access_rules_status": lookup.shown_access_rules_status(call.world, record["id"]),
        "export_location": first,
        "export_locations": paths,
        "links": call.links(KIND, record["id"]),
    }


resource.view = view


# Lists


@resource.handles("shares.list")
@resource.handles("shares.detail")
def list_(call: Call) -> Page:
    hidden = lookup.listed(call, KIND)
    tests, same = _scope(call)
    shares = call.world.store[KIND].newest_first(**same)
    asked = _FOR_ADMINISTRATORS if call.is_admin else _LISTING
    return asked.page(call, shares, [*_filters(call), *tests, *hidden])


def _scope(call: Call) -> tuple[list[listing.Test], dict[str, Any]]:
    """Whose shares: the caller's project's, with ``is_public`` those that are public, everyone's for administrators.

    All those of a share server for who may ask for one; where its id is empty, all there are.
    """
    try:
        public = strict_bool(call.query.get("is_public", False))
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None
    if "share_server_id" in call.query:
        call.require("share:list_by_share_server_id")
        server = call.query["share_server_id"]
        return ([listing.equals("share_server_id", server)] if server else []), {}
    if call.is_admin and listing.all_tenants(call) and call.allows("share:list_all_projects"):
        wanted = call.query.get("project_id")
        return ([listing.equals("project_id", wanted)] if wanted else []), {}
    project_id = call.caller.project_id
    if public:
        return [lambda record: record["project_id"] == project_id or record["is_public"]], {}
    return [], {"project_id": project_id}


def _filters(call: Call) -> list[listing.Test]:
    query = call.query
    deleted = listing.flag(call, "is_soft_deleted")
    tests: list[listing.Test] = [lambda record: record["is_soft_deleted"] == deleted]
    if "host" in query:
        call.require("share:list_by_host")
    for name in ("name", "description"):
        exact, pattern = _either(query, name), _either(query, name, "~")
        if exact:
            tests.append(listing.equals(name, exact))
        elif pattern:
            # Manila escapes bars, so that none of them separates alternatives.
            tests.append(listing.expression(name, pattern.replace("|", "\\|")))
    of_instances = [listing.equals(name, query[name]) for name in _FILTERS_OF_INSTANCES if name in query]
    if "availability_zone" in query:
        zone = availability_zones.find(call.world, query["availability_zone"])
        of_instances.append(listing.equals("availability_zone", zone and zone["name"]))
    if of_instances:
        tests.append(_has_instance(call.world, of_instances))
    located = share_instances.located(query)
    if located:
        exported = listing.matching(call.world.store[share_instances.KIND], located)
        ids = {record["share_id"] for record in exported}
        tests.append(lambda record: record["id"] in ids)
    metadata = listing.mapping(call, "metadata")
    if metadata is not None:
        tests.append(listing.has_items("metadata", metadata))
    specs = listing.mapping(call, "extra_specs", policy="share_types_extra_spec:index")
    if specs is not None:
        fits = comparisons.has_one_item(specs) if specs else bool
        types = {each["id"] for each in call.world.store[share_types.KIND] if fits(each["extra_specs"])}
        tests.append(lambda record: record["share_type_id"] in types)
    return tests


def _has_instance(world: World, tests: list[listing.Test]) -> listing.Test:
    """The shares with an instance that passes all of the tests: a share is found by each of its replicas."""

    def passes(share: Record) -> bool:
        if all(test(share) for test in tests):
            return True
        if not share["replication_type"] and share["status"] not in ("migrating", "server_migrating"):
            return False  # the only one there is, is as the share is
        return any(all(test(one) for test in tests) for one in lookup.instances_of(world, share["id"]))

    return passes


def _either(query: Mapping[str, str], name: str, suffix: str = "") -> str | None:
    """A parameter by its name or, where that isn't there, by the older one with ``display_`` before it."""
    return query.get(name + suffix, query.get(f"display_{name}{suffix}"))


# Show, update, delete


@resource.handles("shares.show")
def show(call: Call) -> Record:
    return lookup.share(call, call.args["share_id"])


def asked_public(call: Call, rule: str) -> bool:
    """``is_public``; making a share public needs a policy of its own."""
    try:
        wanted = strict_bool(call.body.get("is_public", False))
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None
    if wanted and not call.allows(rule):
        message = "User is not authorized to set 'is_public' to True in the request."
        raise errors.Forbidden(message, because=call.why_denied(rule))
    return wanted


@resource.handles("shares.update")
def update(call: Call) -> Record:
    changes: dict[str, Any] = {}
    for field in ("name", "description"):
        if f"display_{field}" in call.body:
            changes[field] = call.body[f"display_{field}"]
            if isinstance(changes[field], str):
                check_display_length(changes[field], f"display_{field}")
    record = lookup.share(call, call.args["share_id"])
    check_not_soft_deleted(record, "Share '{id} cannot be updated,")
    if "is_public" in call.body:
        changes["is_public"] = asked_public(call, "share:set_public_share")
    call.require("share:update", record)
    call.refuse_late()
    call.world.touch(record, **changes)
    return record


class InvalidShare(errors.BadRequest):
    """A share that isn't in a state for what is asked; some calls answer it with 403."""


def check_unlocked(call: Call, share: Record) -> None:
    """Raises InvalidShare while a lock keeps a share from being deleted."""
    locked = locks.on(call.world, share["id"], locks.DELETE)
    if locked:
        raise InvalidShare(f"Resource lock/s [{', '.join(lock['id'] for lock in locked)}] prevent delete action.")


def check_deletable(share: Record) -> None:
    """Raises InvalidShare for a share in a status in which it isn't deleted unless by force."""
    if share["status"] not in _DELETABLE:
        raise InvalidShare(
            f"Invalid share: Share status must be one of {_DELETABLE}", because=WrongStatus.of(share, *_DELETABLE)
        )


_DEPENDENTS = (
    (lookup.snapshots_of, "snapshots"),
    (lookup.backups_of, "backups"),
    (lookup.members_of, "share group snapshot members"),
)


def check_independent(world: World, share: Record) -> None:
    """Raises InvalidShare for a share that snapshots, backups or snapshots of its group depend on."""
    for dependents, name in _DEPENDENTS:
        count = len(dependents(world, share["id"]))
        if count:
            raise InvalidShare(f"Invalid share: Share still has {count} dependent {name}.")


def _remove(call: Call, operation: str, share: Record) -> None:
    check_unlocked(call, share)
    if lookup.has_replicas(call.world, share):
        raise errors.Conflict(f"Share {share['id']} has replicas. Remove the replicas before deleting the share.")
    check_independent(call.world, share)
    check_not_busy(share)
    begin_deletion(call.world, call.begin, operation, share)


def begin_deletion(world: World, begin: Callable[..., object], operation: str, share: Record) -> None:
    """Deletes a share that nothing keeps any more; `begin` is the call's, or the world's where nobody asks for it."""
    affinity.forget(world, share)
    if share["host"]:
        begin(operation, KIND, share)
    else:  # no backend knows of it: there is nothing to wait for
        share_instances.removed(world, share, {})
        world.remove(KIND, share)


_DELETION = Transition(
    "deleting",
    None,
    "error_deleting",
    effect=share_instances.removed,
    undo=share_instances.not_removed,
    message=Message("007", UNKNOWN_ERROR, about="instance_id"),
)
_FORCED_DELETION = _DELETION._replace(failed=None)


def _check_group(call: Call, share: Record) -> None:
    """Whoever deletes a share of a group has to know that it is in one. Raises BadRequest."""
    named = call.query.get("share_group_id")
    if share["share_group_id"] and not named:
        raise errors.BadRequest(
            "Must provide 'share_group_id' as a request parameter when deleting a share in a share group."
        )
    if share["share_group_id"] and named != share["share_group_id"]:
        raise errors.BadRequest("The specified 'share_group_id' does not match the share group id of the share.")


@resource.handles("shares.delete", _DELETION)
def delete(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    _check_group(call, record)
    call.require("share:delete", record)
    try:
        check_deletable(record)
        _remove(call, "shares.delete", record)
    except InvalidShare as error:
        raise errors.Forbidden(error.message, because=error.because) from None


@resource.handles("shares.force_delete", _FORCED_DELETION)
def force_delete(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    call.require("share:force_delete", record)
    _remove(call, "shares.force_delete", record)


@resource.handles("shares.reset_status")
def reset_status(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    check_not_soft_deleted(record, "status cannot be reset for share '{id}'")
    call.refuse_late()
    status = asked_status(call, "status", share_instances.RESETTABLE)
    call.require("share:reset_status", record)
    call.world.reset_status(record, status)


# Revert to a snapshot


def _reverted(world: World, record: Record, arguments: dict[str, Any]) -> None:
    snapshot = world.store[lookup.SNAPSHOTS].get(arguments["snapshot_id"])
    if snapshot is not None:
        record["size"] = snapshot["size"]
        world.touch(snapshot, status="available")


def _not_reverted(world: World, record: Record, arguments: dict[str, Any], outcome: Outcome) -> None:
    snapshot = world.store[lookup.SNAPSHOTS].get(arguments["snapshot_id"])
    if snapshot is not None:
        world.touch(snapshot, status="available")


@resource.handles(
    "shares.revert",
    Transition(
        "reverting",
        "available",
        "reverting_error",
        effect=_reverted,
        undo=_not_reverted,
        message=Message("006", UNKNOWN_ERROR, elsewhere={"035": user_messages.UPDATE}),
    ),
)
def revert(call: Call) -> None:
    snapshot_id = call.body["snapshot_id"]
    if not is_uuid(snapshot_id):
        raise errors.BadRequest(f"Invalid input for snapshot_id: {snapshot_id!r} is not a UUID")
    call.require("share:revert_to_snapshot")
    share = lookup.share(call, call.args["share_id"])
    kept = call.world.store[lookup.SNAPSHOTS].get(snapshot_id)
    if kept is None or not call.allows("share_snapshot:get_snapshot", kept):
        raise errors.BadRequest(f"Snapshot {snapshot_id} could not be found.")
    snapshot = lookup.snapshot(call, snapshot_id)
    share_id, snapshot_id = share["id"], snapshot["id"]
    check_not_soft_deleted(share, "Share '{id} cannot revert to snapshot,")
    if not share["revert_to_snapshot_support"]:
        raise errors.BadRequest(
            f"Share {share_id} may not be reverted to snapshot {snapshot_id}, because the share does not have that "
            "capability."
        )
    if snapshot["share_id"] != share_id:
        raise errors.BadRequest(f"Snapshot {snapshot_id} is not associated with share {share_id}.")
    if share["status"] != "available":
        raise errors.Conflict(
            f"Share {share_id} is in '{share['status']}' state, but it must be in 'available' state to be reverted to "
            "a snapshot.",
            because=WrongStatus.of(share, "available"),
        )
    if snapshot["status"] != "available":
        raise errors.Conflict(
            f"Snapshot {snapshot_id} is in '{snapshot['status']}' state, but it must be in 'available' state to be "
            "restored.",
            because=WrongStatus.of(snapshot, "available"),
        )
    try:
        check_not_busy(share)
    except ShareBusy as error:
        raise errors.Conflict(error.message) from None
    latest = lookup.snapshots_of(call.world, share_id)[0]
    if latest is not snapshot:
        raise errors.Conflict(
            f"Snapshot {snapshot_id} may not be restored because it is not the most recent snapshot of share "
            f"{share_id}. Currently the latest snapshot is {latest['id']}."
        )
    if lookup.access_rules_status(call.world, share_id) != "active":
        raise errors.Conflict(
            f"Snapshot {snapshot_id} belongs to a share {share_id} which has access rules that are not active."
        )
    call.world.touch(snapshot, status="restoring")
    call.begin("shares.revert", KIND, share, snapshot_id=snapshot_id)
