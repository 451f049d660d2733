"""Resource locks as those see them who set them: on shares, against deletion, and on access rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors
from ..common import listing, locks, lookup
from ..common.registry import Page, Resource, linked

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = locks.KIND

_SHARE, _RULE = "share", "access_rule"
_ACTIONS = {_SHARE: (locks.DELETE,), _RULE: (locks.DELETE, locks.SHOW)}
_KINDS = {_SHARE: lookup.SHARES, _RULE: lookup.SHARE_ACCESS_RULES}
_FUTILE = {
    _SHARE: (
        "deleting",
        "error_deleting",
        "unmanage_starting",
        "manage_error_unmanage_starting",
        "unmanage_error",
        "unmanaged",
        "deleted",
    ),
    _RULE: ("queued_to_deny", "denying", "error", "deleted"),
}
"""Statuses in which nothing is safe from deletion any more."""

_FILTERS = ("id", "user_id", "resource_id", "resource_type", "resource_action", "lock_context", "lock_reason")
_LISTING = listing.Listing(
    exact=_FILTERS,
    inexact=("lock_reason",),
    sort_keys=listing.columns(*_FILTERS, "project_id"),
    counts=True,
    sorts_any_way=True,
)

resource = Resource("resource_locks", kinds=(locks.KIND,))


resource.view = linked("resource-locks")


@resource.handles("resource_locks.list")
def list_(call: Call) -> Page:
    page = _LISTING.page(call, call.world.store[KIND].newest_first(), [*listing.created(call), *_scope(call)])
    return Page(page.records, page.count or None)  # nothing is not counted


def _scope(call: Call) -> list[listing.Test]:
    """Whose locks: those of the caller's project, of another one, or of all, for those who may ask for that."""
    everyone, project_id = call.query.get("all_projects"), call.query.get("project_id")
    if call.is_admin:
        everyone = everyone or call.http.query.get("all_tenants")  # as older lists call it
    if everyone and not call.allows("resource_lock:get_all_projects"):
        everyone = project_id = None
    if project_id and project_id != call.caller.project_id and not call.is_admin:
        raise errors.Forbidden("Not authorized.", because=call.why_denied("context_is_admin"))
    if everyone and not project_id:  # whatever it says: a no is text too
        return []
    return [listing.equals("project_id", project_id or str(call.caller.project_id))]


def _find(call: Call) -> Record:
    """A lock of the caller's project. Raises NotFound for those of others, unless to administrators."""
    id = call.args["resource_lock_id"]
    lock = call.world.store[KIND].get(id)
    if lock is None or not (call.is_admin or lock["project_id"] == call.caller.project_id):
        raise lookup.missing(call, KIND, id, f"ResourceLockNotFound: Resource lock {id} could not be found.", lock)
    return lock


@resource.handles("resource_locks.show")
def show(call: Call) -> Record:
    return _find(call)


@resource.handles("resource_locks.create")
def create(call: Call) -> Record:
    body, world = call.body, call.world
    kind, id = body.get("resource_type"), body["resource_id"]
    if kind is None:
        raise errors.BadRequest(f"'resource_type' is required and must be one of {tuple(_KINDS)}")
    action = _action(kind, body)
    if action == locks.SHOW and locks.on(world, id, action):
        raise errors.Conflict("Resource's visibility is already locked by other user.")
    record = world.store[_KINDS[kind]].get(id)
    if record is None:
        raise errors.BadRequest("No such resource found.")
    call.require("resource_lock:create", record if kind == _SHARE else lookup.share_of(world, record))
    if _is_futile(kind, record, action):
        raise errors.Conflict("Invalid input received: Resource status not suitable for locking")
    return locks.place(world, locks.owner(call), kind, id, action, body.get("lock_reason"))


def _action(kind: str, body: Mapping[str, Any]) -> str:
    """What is to be prevented: deletion unless said otherwise. Raises BadRequest for what can't be."""
    action = body.get("resource_action") or locks.DELETE
    if action not in _ACTIONS[kind]:
        raise errors.BadRequest(f"'resource_action' can only be one of {list(_ACTIONS[kind])}")
    return str(action)


def _is_futile(kind: str, record: Record, action: str) -> bool:
    deleted = kind == _SHARE and record["is_soft_deleted"]
    status = record["status" if kind == _SHARE else "state"]
    return deleted or (action == locks.DELETE and status in _FUTILE[kind])


def _check_may_change(call: Call, lock: Record, rule: str) -> None:
    """Raises Forbidden for the locks of other users, and of those who stand above the caller."""
    call.require(rule, lock)
    if not locks.may_change(call, lock):
        raise errors.Forbidden("Resource lock cannot be manipulated by user. Please contact the administrator.")


@resource.handles("resource_locks.update")
def update(call: Call) -> Record:
    lock, body = _find(call), call.body
    action = _action(lock["resource_type"], body)
    _check_may_change(call, lock, "resource_lock:update")
    changes = {"lock_reason": body["lock_reason"]} if "lock_reason" in body else {}
    if body.get("resource_action"):
        _check_new_action(call.world, lock, action)
        changes["resource_action"] = action
    if any(lock[name] != value for name, value in changes.items()):
        call.world.touch(lock, **changes)
    return lock


def _check_new_action(world: World, lock: Record, action: str) -> None:
    if action == locks.SHOW != lock["resource_action"]:
        # Manila looks for another lock of that kind, and takes an empty answer for one: only a new lock can hide.
        raise errors.BadRequest("Invalid input received: The resource already has a visibility lock.")
    record = world.store[_KINDS[lock["resource_type"]]].get(lock["resource_id"])
    if record is None:
        raise errors.NotFound("The resource could not be found.")
    if _is_futile(lock["resource_type"], record, action):
        raise errors.BadRequest("Invalid input received: Resource status not suitable for locking")


@resource.handles("resource_locks.delete")
def delete(call: Call) -> None:
    lock = _find(call)
    _check_may_change(call, lock, "resource_lock:delete")
    call.world.store[KIND].remove(lock["id"])
