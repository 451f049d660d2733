"""Share groups: shares that live in one pool, and whose snapshots are taken together.

How they are made is in ``share_group_creation``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...reasons.records import WrongStatus
from ...world.lifecycle import Transition
from .. import errors
from ..backend import servers
from ..common import comparisons, fields, listing, lookup
from ..common.fields import display, echoed
from ..common.registry import Page, Resource, linked
from . import share_instances

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SHARE_GROUPS

_DELETABLE = ("available", "error")
_CHANGEABLE = ("name", "description")
_LISTING = listing.Listing(
    inexact=_CHANGEABLE,
    sort_keys=listing.columns(
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
        availability_zone_id="availability_zone",
    ),
    bounds=listing.bounds_of_slice,
    empty_order_is_none=True,
)
_NEVER_EQUAL = ("availability_zone", "metadata")
"""What Manila lets pass for columns, though its database has none of these names: nothing equals them."""

resource = Resource("share_groups", kinds=(KIND,))


resource.view = linked("share-groups")


def _find(call: Call) -> Record:
    return lookup.own_named(call, KIND, "share_group_id", "Share group {} not found.")


# What groups and their snapshots have in common


def filtered(call: Call, kind: str, asked: listing.Listing) -> Page:
    """A list of the caller's project, or with any value of ``all_tenants`` everybody's for administrators.

    Every column can be filtered by. A filter by anything else is a BadRequest.
    """
    query = {name: value for name, value in call.http.query.items() if name not in listing.NO_FILTERS}
    everyone = query.pop("all_tenants", "") and call.is_admin
    if "group_type_id" in query:
        query["share_group_type_id"] = query.pop("group_type_id")
    own = {} if everyone else {"project_id": call.caller.project_id}
    tests = [_test(kind, asked, name, value) for name, value in query.items() if name not in asked.inexact_names]
    return asked.page(call, call.world.store[kind].newest_first(**own), tests)


def _test(kind: str, asked: listing.Listing, name: str, value: str) -> listing.Test:
    if name in _NEVER_EQUAL:
        return lambda record: False
    if name not in asked.sort_keys:
        raise errors.BadRequest(f"Invalid input received: {kind} cannot be filtered using '{name}' key.")
    if name == "deleted":  # what is there says that it isn't
        here = comparisons.equals(value)("False")
        return lambda record: here
    attribute = asked.sort_keys[name]
    return listing.equals(attribute, value) if attribute else lambda record: False


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
    return filtered(call, KIND, _LISTING)


@resource.handles("share_groups.show")
def show(call: Call) -> Record:
    return _find(call)


# Update, delete


@resource.handles("share_groups.update")
def update(call: Call) -> Record:
    check_changeable(call)
    record = _find(call)
    call.refuse_late()
    call.world.touch(record, **changes(call))
    return echoed(call, record)


def _removed(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """The group's server goes after a while where nothing else is on it."""
    server_id = record["share_server_id"]
    record["share_server_id"] = None
    servers.left(world, server_id)


@resource.handles("share_groups.delete", Transition("deleting", None, "error", effect=_removed))
def delete(call: Call) -> None:
    world, record = call.world, _find(call)
    if not record["host"]:
        world.remove(KIND, record)
        return
    if record["status"] not in _DELETABLE:
        raise errors.Conflict(
            f"Invalid share group: Share group status must be one of {_DELETABLE}",
            because=WrongStatus.of(record, *_DELETABLE),
        )
    if world.store[lookup.SHARE_GROUP_SNAPSHOTS].where(share_group_id=record["id"]):
        raise errors.Conflict("Invalid share group: Cannot delete a share group with snapshots")
    if world.store[lookup.SHARES].where(share_group_id=record["id"]):
        raise errors.Conflict("Invalid share group: Cannot delete a share group with shares")
    call.begin("share_groups.delete", KIND, record)


@resource.handles("share_groups.reset_status")
def reset_status(call: Call) -> None:
    fields.reset_status(call, _find, share_instances.RESETTABLE)


@resource.handles("share_groups.force_delete")
def force_delete(call: Call) -> None:
    """Forgets the group with its snapshots, whatever the backend has. One with shares stays, without its snapshots."""
    world, record = call.world, _find(call)
    for snapshot in world.store[lookup.SHARE_GROUP_SNAPSHOTS].where(share_group_id=record["id"]):
        world.remove(lookup.SHARE_GROUP_SNAPSHOTS, snapshot)
    if any(world.store[lookup.SHARES].where(share_group_id=record["id"])):
        raise errors.BadRequest("Invalid share: It has share instances.")
    _removed(world, record, {})
    world.remove(KIND, record)
