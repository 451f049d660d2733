"""Share groups: shares that live in one pool, and whose snapshots are taken together.

How they are made is in ``share_group_creation``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from .. import errors
from ..lifecycle import Transition
from ..versions import Microversion
from . import listing, lookup, share_instances
from .fields import asked_status, display, echoed
from .registry import Page, Resource

if TYPE_CHECKING:
    from ..context import Call
    from ..store import Record

KIND = lookup.SHARE_GROUPS

_INEXACT_SINCE = Microversion(2, 36)
_DELETABLE = ("available", "error")
_CHANGEABLE = ("name", "description")
_COLUMNS = (
    "id",
    "user_id",
    "project_id",
    "host",
    "name",
    "description",
    "status",
    "source_share_group_snapshot_id",
    "share_network_id",
    "share_server_id",
    "share_group_type_id",
    "consistent_snapshot_support",
    "created_at",
    "updated_at",
)

resource = Resource("share_groups")


def view(call: Call, record: Record) -> Mapping[str, Any]:
    return {**record, "links": call.links("share-groups", record["id"])}


resource.view = view


def _find(call: Call) -> Record:
    id = call.args["share_group_id"]
    record = lookup.own(call, KIND, id)
    if record is None:
        raise errors.NotFound(f"Share group {id} not found.")
    return record


# What groups and their snapshots have in common


def filtered(call: Call, kind: str, columns: Collection[str], *, inexact: Collection[str] = ()) -> Page:
    """A list of the caller's project, or with any value of ``all_tenants`` everybody's for administrators.

    A filter by anything but `columns` is a BadRequest. `inexact` are those that have a twin with ``~``.
    """
    query = {name: value for name, value in call.http.query.items() if name not in listing.NO_FILTERS}
    everyone = query.pop("all_tenants", "") and call.is_admin
    if "group_type_id" in query:
        query["share_group_type_id"] = query.pop("group_type_id")
    tests: list[listing.Test] = []
    for name, value in query.items():
        if name in columns:
            tests.append(listing.equals(name, value))
        elif name.removesuffix("~") in inexact:
            tests.append(listing.contains(name.removesuffix("~"), value))
        elif name == "availability_zone":  # no column of the database: nothing equals it
            tests.append(lambda record: False)
        else:
            raise errors.BadRequest(f"Invalid input received: {kind} cannot be filtered using '{name}' key.")
    project_id = call.caller.project_id
    if not everyone:
        tests.append(lambda record: record["project_id"] == project_id)
    found = listing.matching(call.world.store[kind].newest_first(), tests)
    keys = {name: name for name in columns}
    return listing.page(call, listing.sort(call, found, keys, empty_is_default=True))


def check_changeable(call: Call) -> None:
    """Raises BadRequest for anything but a name and a description."""
    others = call.body.keys() - set(_CHANGEABLE)
    if others:
        raise errors.BadRequest(f"The fields {others} are invalid or not allowed to be updated.")


def changes(call: Call) -> dict[str, Any]:
    """The new name and description. Raises BadRequest for those that are too long."""
    return {field: display(call.body, field) for field in _CHANGEABLE if field in call.body}


# Lists, and one


@resource.handles("share_groups.list")
@resource.handles("share_groups.detail")
def list_(call: Call) -> Page:
    if call.version < _INEXACT_SINCE:
        for name in _CHANGEABLE:
            call.http.query.pop(f"{name}~", None)
    return filtered(call, KIND, _COLUMNS, inexact=_CHANGEABLE)


@resource.handles("share_groups.show")
def show(call: Call) -> Record:
    return _find(call)


# Update, delete


@resource.handles("share_groups.update")
def update(call: Call) -> Record:
    check_changeable(call)
    record = _find(call)
    call.world.touch(record, **changes(call))
    return echoed(call, record)


@resource.handles("share_groups.delete", Transition("deleting", None, "error"))
def delete(call: Call) -> None:
    world, record = call.world, _find(call)
    if not record["host"]:
        world.remove(KIND, record)
        return
    if record["status"] not in _DELETABLE:
        raise errors.Conflict(f"Invalid share group: Share group status must be one of {_DELETABLE}")
    if world.store[lookup.SHARE_GROUP_SNAPSHOTS].where(share_group_id=record["id"]):
        raise errors.Conflict("Invalid share group: Cannot delete a share group with snapshots")
    if world.store[lookup.SHARES].where(share_group_id=record["id"]):
        raise errors.Conflict("Invalid share group: Cannot delete a share group with shares")
    world.begin("share_groups.delete", KIND, record)


@resource.handles("share_groups.reset_status")
def reset_status(call: Call) -> None:
    status = asked_status(call, "status", share_instances.RESETTABLE)
    call.world.put_right(_find(call), status)


@resource.handles("share_groups.force_delete")
def force_delete(call: Call) -> None:
    """Forgets the group with all that is in it, whatever the backend has."""
    world, record = call.world, _find(call)
    for snapshot in world.store[lookup.SHARE_GROUP_SNAPSHOTS].where(share_group_id=record["id"]):
        world.remove(lookup.SHARE_GROUP_SNAPSHOTS, snapshot)
    for share in world.store[lookup.SHARES].where(share_group_id=record["id"]):
        share_instances.removed(world, share, {})
        world.remove(lookup.SHARES, share)
    world.remove(KIND, record)
