"""Shares: what snapshots are taken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import errors
from ..lifecycle import Outcome, Transition
from . import affinity, listing, locks, lookup, share_instances, share_types
from .fields import asked_status, check_display_length, check_not_busy
from .registry import Page, Resource

if TYPE_CHECKING:
    from ..context import Call
    from ..store import Record
    from ..world import World

KIND = lookup.SHARES

_DELETABLE = ("available", "error", "inactive")

_SORT_KEYS = {
    "name": "name",
    **{
        key: key
        for key in (
            "id",
            "created_at",
            "updated_at",
            "project_id",
            "user_id",
            "size",
            "share_proto",
            "is_public",
            "snapshot_id",
            "snapshot_support",
            "task_state",
            "status",
            "host",
            "share_type_id",
            "share_network_id",
            "share_server_id",
            "share_group_id",
        )
    },
    "display_name": "name",
    "display_description": "description",
}
_FILTERS = (
    "status",
    "share_server_id",
    "snapshot_id",
    "share_network_id",
    "share_group_id",
    "mount_point_name",
    "availability_zone",
)

resource = Resource("shares")


def view(call: Call, record: Record) -> Mapping[str, Any]:
    share_type = call.world.store[share_types.KIND].get(record["share_type_id"])
    instance = call.world.store[share_instances.KIND].get(record["instance_id"])
    paths = [location["path"] for location in instance["export_locations"]] if instance else []
    unknown = {"size": None} if record["status"] == "manage_starting" else {}  # until the backend has looked
    return {
        **record,
        **unknown,
        "share_type_name": share_type["name"] if share_type else None,
        "access_rules_status": lookup.access_rules_status(call.world, record["id"]),
        "export_location": next(iter(paths), None),
        "export_locations": paths,
        "links": call.links(KIND, record["id"]),
    }


resource.view = view


# Lists


@resource.handles("shares.list")
@resource.handles("shares.detail")
def list_(call: Call) -> Page:
    listing.page_bounds(call)
    hidden = lookup.listed(call, KIND)
    tests, same = _scope(call)
    found = listing.matching(call.world.store[KIND].newest_first(**same), [*_filters(call), *tests, *hidden])
    return listing.page(call, listing.sort(call, found, _SORT_KEYS), offset_needs_limit=True)


def _scope(call: Call) -> tuple[list[listing.Test], dict[str, Any]]:
    """Whose shares: the caller's project's, with ``is_public`` those that are public, everyone's for administrators."""
    try:
        public = listing.strict_bool(call.query.get("is_public", False))
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None
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
    names = (*_FILTERS, "encryption_key_ref") if call.is_admin else _FILTERS  # nobody else may look for keys
    tests += [listing.equals(name, query[name]) for name in names if name in query]
    if "host" in query:
        call.require("share:list_by_host")
        tests.append(listing.equals("host", query["host"]))
    if "share_server_id" in query:
        call.require("share:list_by_share_server_id")
    for name in ("name", "description"):
        exact = query.get(name, query.get(f"display_{name}"))
        if exact:
            tests.append(listing.equals(name, exact))
        elif query.get(f"{name}~"):
            tests.append(listing.contains(name, query[f"{name}~"]))
    type_id = query.get("share_type_id", query.get("volume_type_id"))
    if type_id is not None:
        tests.append(listing.equals("share_type_id", type_id))
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
        types = {t["id"] for t in call.world.store[share_types.KIND] if listing.has_items("extra_specs", specs)(t)}
        tests.append(lambda record: record["share_type_id"] in types)
    return tests


# Show, update, delete


@resource.handles("shares.show")
def show(call: Call) -> Record:
    return lookup.share(call, call.args["share_id"])


def asked_public(call: Call, rule: str) -> bool:
    """``is_public``; making a share public needs a policy of its own."""
    try:
        wanted = listing.strict_bool(call.body.get("is_public", False))
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None
    if wanted and not call.allows(rule):
        raise errors.Forbidden("User is not authorized to set 'is_public' to True in the request.")
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
    if record["is_soft_deleted"]:
        raise errors.Forbidden(f"Share '{record['id']} cannot be updated, since it has been soft deleted.")
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
        raise InvalidShare(f"Invalid share: Share status must be one of {_DELETABLE}")


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
    check_independent(call.world, share)
    check_not_busy(share)
    begin_deletion(call.world, operation, share)


def begin_deletion(world: World, operation: str, share: Record) -> None:
    """Deletes a share that nothing keeps any more."""
    affinity.forget(world, share)
    if share["host"]:
        world.begin(operation, KIND, share)
    else:  # no backend knows of it: there is nothing to wait for
        share_instances.removed(world, share, {})
        world.remove(KIND, share)


_DELETION = Transition(
    "deleting", None, "error_deleting", effect=share_instances.removed, undo=share_instances.not_removed
)
_FORCED_DELETION = replace(_DELETION, failed=None)


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
        raise errors.Forbidden(error.message) from None


@resource.handles("shares.force_delete", _FORCED_DELETION)
def force_delete(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    call.require("share:force_delete", record)
    _remove(call, "shares.force_delete", record)


@resource.handles("shares.reset_status")
def reset_status(call: Call) -> None:
    record = lookup.share(call, call.args["share_id"])
    if record["is_soft_deleted"]:
        raise errors.Forbidden(f"status cannot be reset for share '{record['id']}' since it has been soft deleted.")
    call.refuse_late()
    status = asked_status(call, "status", share_instances.RESETTABLE)
    call.require("share:reset_status", record)
    call.world.put_right(record, status)


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
    Transition("reverting", "available", "reverting_error", effect=_reverted, undo=_not_reverted),
)
def revert(call: Call) -> None:
    call.require("share:revert_to_snapshot")
    share = lookup.share(call, call.args["share_id"])
    if call.body["snapshot_id"] not in call.world.store[lookup.SNAPSHOTS]:
        raise errors.BadRequest(f"Snapshot {call.body['snapshot_id']} could not be found.")
    snapshot = lookup.snapshot(call, call.body["snapshot_id"])
    share_id, snapshot_id = share["id"], snapshot["id"]
    if share["is_soft_deleted"]:
        raise errors.Forbidden(f"Share '{share_id} cannot revert to snapshot, since it has been soft deleted.")
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
            "a snapshot."
        )
    if snapshot["status"] != "available":
        raise errors.Conflict(
            f"Snapshot {snapshot_id} is in '{snapshot['status']}' state, but it must be in 'available' state to be "
            "restored."
        )
    check_not_busy(share)
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
    call.world.begin("shares.revert", KIND, share, snapshot_id=snapshot_id)
