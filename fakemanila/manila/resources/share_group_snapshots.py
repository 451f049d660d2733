"""Snapshots of share groups: of all their shares at once. Each share's part is a member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ...reasons.records import WrongStatus
from ...world.lifecycle import Transition
from .. import errors
from ..common import fields, listing, lookup, quotas
from ..common.attributes import Name
from ..common.fields import display, echoed, is_uuid
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Project, Reference, one_of, reference
from . import share_groups, share_instances

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import Share
    from ..context import Call

KIND = lookup.SHARE_GROUP_SNAPSHOTS

_DELETABLE = ("available", "error")
_LISTING = listing.Listing(
    sort_keys=listing.columns("share_group_id", "user_id", "project_id", "name", "description", "status"),
    bounds=listing.bounds_of_slice,
    empty_order_is_none=True,
)

resource = Resource("share_group_snapshots", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    members = [{name: member[name] for name in ("id", "size", "share_id")} for member in record["members"]]
    return {**record, "members": members, "links": call.links("share-group-snapshots", record["id"])}


resource.view = view


def _find(call: Call) -> Record:
    return lookup.own_named(call, KIND, "group_snapshot_id", "Share group snapshot {} not found.")


@resource.handles("share_group_snapshots.list")
@resource.handles("share_group_snapshots.detail")
def list_(call: Call) -> Page:
    return share_groups.filtered(call, KIND, _LISTING)


@resource.handles("share_group_snapshots.show")
def show(call: Call) -> Record:
    return _find(call)


members = Resource("share_group_snapshot_members")


@members.handles("share_group_snapshots.members")
def list_members(call: Call) -> Page:
    """Of any project's snapshot, and none of one that isn't there, as real Manila has it."""
    snapshot = call.world.store[KIND].get(call.args["group_snapshot_id"])
    found = [
        {
            **member,
            "share_protocol": member["share_proto"],
            "project_id": snapshot["project_id"],
            "share_group_snapshot_id": snapshot["id"],
            "created_at": snapshot["created_at"],
        }
        for member in (snapshot["members"] if snapshot else ())
        if snapshot is not None
    ]
    return Page(listing.bounds_of_slice(call).of(found))


@resource.handles("share_group_snapshots.create", Transition("creating", "available", "error"))
def create(call: Call) -> Record:
    world, group_id = call.world, call.body["share_group_id"]
    if not group_id:
        raise errors.BadRequest("Must supply 'share_group_id' attribute.")
    if not is_uuid(group_id):
        raise errors.BadRequest("The 'share_group_id' attribute must be a uuid.")
    group = lookup.own(call, lookup.SHARE_GROUPS, group_id)
    if group is None:
        raise errors.BadRequest(f"Share group {group_id} could not be found.")
    if group["status"] != "available":
        raise errors.Conflict(
            "Invalid share group: Share group status must be available", because=WrongStatus.of(group, "available")
        )
    for share in _shares(world, group):
        if share["status"] != "available":
            raise errors.Conflict(
                f"Invalid share group: Share {share['id']} in share group must have status of available in order to "
                "create a group snapshot",
                because=WrongStatus.of(share, "available"),
            )
    quotas.check(call, {"share_group_snapshots": 1})
    call.refuse_late()
    name, description = display(call.body, "name"), display(call.body, "description")
    if not group["host"]:  # real Manila answers 500
        raise errors.BadRequest(f"Share group {group_id} is on no host.")
    record = new(
        world,
        group,
        name=name,
        description=description,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
    )
    call.begin("share_group_snapshots.create", KIND, record)
    return {**echoed(call, record), "members": []}  # the answer is made before they are


def _shares(world: World, group: Record) -> list[Share]:
    """The shares in a group but those in the recycle bin."""
    return [
        share for share in world.store[lookup.SHARES].where(share_group_id=group["id"]) if not share.is_soft_deleted
    ]


def new(world: World, group: Record, **attributes: Any) -> Record:
    """Keeps a new snapshot of all shares in a group. `attributes` are its owner's ids, and all that was asked for."""
    return world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "share_group_id": group["id"],
            "members": [
                {
                    "id": world.seeded.uuid(),
                    "size": share["size"],
                    "share_proto": share["share_proto"],
                    "share_id": share["id"],
                }
                for share in _shares(world, group)
            ],
            "created_at": world.timestamp(),
            **attributes,
        }
    )


@resource.handles("share_group_snapshots.update")
def update(call: Call) -> Record:
    share_groups.check_changeable(call)
    record = _find(call)
    call.refuse_late()
    call.world.touch(record, **share_groups.changes(call))
    return echoed(call, record)


def _deleted(world: World, record: Record, arguments: dict[str, Any]) -> str | None:
    """A backend that doesn't find a share of which it has a snapshot gives up, and tells nobody."""
    gone = any(member["share_id"] not in world.store[lookup.SHARES] for member in record["members"])
    return "deleting" if gone else None


@resource.handles("share_group_snapshots.delete", Transition("deleting", None, "error", effect=_deleted))
def delete(call: Call) -> None:
    record = _find(call)
    if record["status"] not in _DELETABLE:
        raise errors.Conflict(
            f"Invalid share group snapshot: Share group snapshot status must be one of {_DELETABLE}",
            because=WrongStatus.of(record, *_DELETABLE),
        )
    call.begin("share_group_snapshots.delete", KIND, record)


@resource.handles("share_group_snapshots.reset_status")
def reset_status(call: Call) -> None:
    fields.reset_status(call, _find, share_instances.RESETTABLE)


@resource.handles("share_group_snapshots.force_delete")
def force_delete(call: Call) -> None:
    """Forgets the snapshot, whatever the backend has."""
    call.world.remove(KIND, _find(call))


# Seeding


class ShareGroupSnapshotNeeds(TypedDict):
    share_group: Annotated[Reference, reference("share_group"), "What it was taken of: all shares that are in it then."]


class ShareGroupSnapshotFields(ShareGroupSnapshotNeeds, Identified, total=False):
    name: Name
    description: Name
    status: Annotated[str, one_of(("available", "creating", "deleting", "error"))]
    project: Project
    user: Annotated[Reference, reference("user"), "The owner; default: the group's."]


@resource.seeds_as("share_group_snapshot", KIND, ShareGroupSnapshotFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    group = given.pop("share_group")
    fields = {"name": None, "description": None, "status": "available", **seeder.owner(given, group), **given}
    return new(seeder.world, group, **fields)
