"""Share snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ... import versions
from ...contract.documents import DocumentError
from ...contract.validate import query_parameters, query_value_fits
from ...reasons.records import WrongStatus
from ...world.lifecycle import Message, Outcome, Transition
from .. import errors
from ..common import listing, lookup, quotas
from ..common.attributes import Metadata, Name, Size, Text
from ..common.fields import (
    asked_status,
    check_display_length,
    check_display_lengths,
    check_metadata,
    check_not_busy,
    check_not_soft_deleted,
    display,
    echoed,
    replaced,
)
from ..common.records import Snapshot
from ..common.registry import Page, Resource
from ..common.seeds import UNPLACED, Fields, Identified, Project, Reference, one_of, reference
from ..user_message_texts import UNKNOWN_ERROR
from . import snapshot_instances

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import SnapshotInstance
    from ..context import Call

KIND = lookup.SNAPSHOTS


STATUSES = (
    "available",
    "error",
    "creating",
    "deleting",
    "error_deleting",
    "manage_starting",
    "manage_error",
    "unmanage_starting",
    "unmanage_error",
    "migrating",
    "migrating_to",
    "restoring",
)
_DELETABLE = ("available", "error")

_NAMES = {"display_name": "name", "name": "name", "display_description": "description", "description": "description"}
_LOOKED_AT_LAST = {*_NAMES, "metadata."}
_FILTERS = {**_NAMES, "size": "size"}
_ADMIN_FILTERS = ("id", "user_id", "project_id", "share_proto", "share_size")
_LISTING = listing.Listing(
    exact=_FILTERS,
    inexact=_NAMES,
    sort_keys=listing.columns(
        "name", "description", "share_id", "project_id", "user_id", "size", "share_size", "share_proto", **listing.NAMED
    ),
    counts=True,
)
_FOR_ADMINISTRATORS = _LISTING._replace(exact={**_FILTERS, **{name: name for name in _ADMIN_FILTERS}})
_FILLED = frozenset(
    ("status", "share_id", "size", *_NAMES, "name~", "display_name~", "description~", "display_description~")
)
_MAY_BE_EMPTY = frozenset(("limit", "offset", "with_count", "all_tenants", "metadata"))

resource = Resource("snapshots", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    status = lookup.snapshot_status(call.world, record)
    return {**record, "status": status, "links": call.links(KIND, record["id"])}


resource.view = view


# Lists


@resource.handles("snapshots.list")
@resource.handles("snapshots.detail")
def list_(call: Call) -> Page:
    _check_filled(call)
    _check_later_parameters(call)
    everyone = call.is_admin and listing.all_tenants(call) and call.allows("share_snapshot:list_all_projects")
    tests, same = _filters(call)
    if not everyone:
        same["project_id"] = call.caller.project_id
    snapshots = call.world.store[KIND].newest_first(**same)
    asked = _FOR_ADMINISTRATORS if call.is_admin else _LISTING
    return asked.page(call, snapshots, [*tests, *lookup.listed(call, KIND)])


def _filters(call: Call) -> tuple[list[listing.Test], dict[str, Any]]:
    """What records have to pass, and the values by which the store finds them."""
    query = call.query
    same: dict[str, Any] = {name: query[name] for name in ("status", "share_id") if name in query}
    metadata = listing.mapping(call, "metadata")
    tests = [] if metadata is None else [listing.has_items("metadata", metadata)]
    also = _on_other_replicas(call.world, same.get("status"))
    if also:  # the index doesn't know of those
        fits = listing.equals("status", same.pop("status"))
        tests.append(lambda record: record["id"] in also or fits(record))
    return tests, same


def _on_other_replicas(world: World, status: str | None) -> set[str]:
    """The snapshots that are in that status on a replica that isn't the active one: they are found by it too."""
    shown, instances = world.store[KIND], world.store[lookup.SNAPSHOT_INSTANCES]
    if status is None or len(instances) == len(shown):  # each has its own, and there are no others
        return set()
    ids = {each.snapshot_id: each.id for each in instances.newest_first(status=status)}
    return {id for id, one in ids.items() if (snapshot := shown.get(id)) is not None and snapshot.status != status}


def _check_filled(call: Call) -> None:
    """Raises BadRequest for an empty parameter; administrators may give any, and all of them have to say something."""
    sent = call.http.query if call.is_admin else {name: call.query[name] for name in _FILLED & call.query.keys()}
    for name in (*sent, "sort_key", "sort_dir"):
        if call.http.query.get(name) == "" and name not in _MAY_BE_EMPTY:
            raise errors.BadRequest(f"Invalid input received: Wrong '{name}' filter provided: ''.")


def _check_later_parameters(call: Call) -> None:
    """Raises BadRequest for a parameter that is wrong, in the short list also where it came later and is ignored.

    Its schemas for the microversions share one set of parameters.
    """
    if call.operation.query_enforced:
        newest = query_parameters(call.operation.id, versions.MAXIMUM)
        for name in newest.keys() & call.http.query.keys():
            if not query_value_fits(newest[name], call.http.query[name]):
                raise errors.BadRequest(f"Invalid input for query parameter {name}: {call.http.query[name]!r}.")


# Show, create, update, delete


@resource.handles("snapshots.show")
def show(call: Call) -> Record:
    return lookup.snapshot(call, call.args["snapshot_id"])


def new(world: World, share: Record, *, provider_location: str | None = None, **attributes: Any) -> Snapshot:
    """Keeps a new snapshot with its instance, which a backend has already where there is a location.

    `attributes` are its owner's ids, and all that was asked for, checked.
    """
    record = world.store[KIND].add(
        Snapshot(
            **{
                "id": world.seeded.uuid(),
                "share_id": share["id"],
                "share_size": share["size"],
                "share_proto": share["share_proto"],
                "size": share["size"],
                "instance_id": world.seeded.uuid(),
                "created_at": world.timestamp(),
                **attributes,
            }
        )
    )
    on = world.store[lookup.SHARE_INSTANCES].get(share["instance_id"])
    snapshot_instances.add(world, record, on, record["instance_id"], created_at=record["created_at"])
    snapshot_instances.add_for_replicas(world, record, share)
    if provider_location is not None:
        snapshot_instances.kept(world, record, provider_location)
    return record


def created(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """What the backend does: it keeps the snapshot somewhere, and those of other replicas do too."""
    snapshot_instances.kept(world, record)
    snapshot_instances.follow(world, record, "available", was="creating")


def _not_created(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    snapshot_instances.follow(world, record, "error", was="creating")


@resource.handles(
    "snapshots.create",
    Transition(
        "creating",
        "available",
        "error",
        effect=created,
        undo=_not_created,
        message=Message("002", UNKNOWN_ERROR, about="instance_id"),
    ),
)
def create(call: Call) -> Record:
    body = call.body
    share = lookup.share(call, body.get("share_id"))
    if not share["snapshot_support"]:
        raise errors.UnprocessableEntity(
            f"Snapshots cannot be created for share '{share['id']}' since it does not have that capability."
        )
    check_not_soft_deleted(share, "Snapshots cannot be created for share '{id}'")
    check_display_lengths(call)
    call.require("share:create_snapshot", share)
    call.refuse_late(_LOOKED_AT_LAST)
    metadata = _metadata(call)
    if share["status"] != "available":
        raise errors.BadRequest(
            "Invalid share: Source share status must be available.", because=WrongStatus.of(share, "available")
        )
    check_not_busy(share)
    taken = {"snapshots": 1, "snapshot_gigabytes": share["size"]}
    quotas.check(call, taken, share_type_id=share["share_type_id"])
    call.refuse_late(replaced(body))
    name = display(body, "name" if "name" in body else "display_name")
    description = display(body, "description" if "description" in body else "display_description")
    record = new(call.world, share, **owner_of(call), name=name, description=description, metadata=metadata)
    call.begin("snapshots.create", KIND, record)
    return echoed(call, record)


def owner_of(call: Call) -> dict[str, Any]:
    return {"project_id": call.caller.project_id, "user_id": call.caller.user_id}


_NO_METADATA: dict[str, str] = {}
"""Of all snapshots that have none, and there are many: what is in a record is replaced, and never changed in place."""


def _metadata(call: Call) -> dict[str, str]:
    """The metadata of a creation, where the microversion has any."""
    metadata = dict(call.body.get("metadata") or {}) if call.knows_field("metadata") else {}
    check_metadata(metadata)
    return metadata or _NO_METADATA


@resource.handles("snapshots.update")
def update(call: Call) -> Record:
    changes = {}
    for field in ("name", "description"):
        if f"display_{field}" in call.body:
            changes[field] = call.body[f"display_{field}"]
            if isinstance(changes[field], str):
                check_display_length(changes[field], f"display_{field}")
    record = lookup.snapshot(call, call.args["snapshot_id"])
    call.require("share:snapshot_update", record)
    call.refuse_late()
    call.world.touch(record, **changes)
    return record


def removed(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """What goes with a snapshot: its instances and its access rules."""
    _clear_access(world, record)
    snapshot_instances.remove(world, record)


def _clear_access(world: World, record: Record) -> None:
    for rule in world.store[lookup.SNAPSHOT_ACCESS_RULES].where(snapshot_id=record["id"]):
        world.store[lookup.SNAPSHOT_ACCESS_RULES].remove(rule["id"])


def _not_removed(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    """Its access rules go before the backend is asked to delete it."""
    _clear_access(world, record)
    snapshot_instances.follow(world, record, "error_deleting", was="deleting")


def _forced_away(world: World, record: Snapshot, arguments: Mapping[str, Any]) -> str | None:
    """Only what the old half of a share that migrates holds goes; the other half's stays, and is deleting from then on.

    It goes with that half, or when it is forced to go, too.
    """
    others = lookup.snapshot_instances_of(world, record)[1:]
    other = next((each for each in others if _is_of_new_half(world, each)), None)
    if other is None:
        removed(world, record, arguments)
        return None
    _clear_access(world, record)
    world.store[lookup.SNAPSHOT_INSTANCES].remove(record.instance_id)
    record.update(instance_id=other.id, provider_location=None)
    return "deleting"


def _is_of_new_half(world: World, instance: SnapshotInstance) -> bool:
    on = world.store[lookup.SHARE_INSTANCES].get(instance.share_instance_id or "")
    return on is not None and on.status == "migrating_to"


_NOT_DELETED = Message("007", UNKNOWN_ERROR, about="instance_id")


@resource.handles(
    "snapshots.delete",
    Transition("deleting", None, "error_deleting", effect=removed, undo=_not_removed, message=_NOT_DELETED),
)
def delete(call: Call) -> None:
    record = lookup.snapshot(call, call.args["snapshot_id"])
    if lookup.snapshot_status(call.world, record) not in _DELETABLE:
        raise errors.BadRequest(
            f"Invalid share snapshot: Share Snapshot status must be one of {_DELETABLE}.",
            because=WrongStatus.of(record, *_DELETABLE, status=lookup.snapshot_status(call.world, record)),
        )
    call.begin("snapshots.delete", KIND, record)
    snapshot_instances.follow(call.world, record, "deleting")


# Administrators' actions


@resource.handles("snapshots.reset_status")
def reset_status(call: Call) -> None:
    status = asked_status(call, "status", STATUSES)
    record = lookup.snapshot(call, call.args["snapshot_id"])
    call.require("share_snapshot:reset_status", record)
    call.world.reset_status(record, status)


@resource.handles(
    "snapshots.force_delete",
    Transition("deleting", None, None, effect=_forced_away, undo=_not_removed, message=_NOT_DELETED),
)
def force_delete(call: Call) -> None:
    record = lookup.snapshot(call, call.args["snapshot_id"])
    call.require("share_snapshot:force_delete", record)
    call.begin("snapshots.force_delete", KIND, record)
    snapshot_instances.follow(call.world, record, "deleting")


# Seeding


class SnapshotNeeds(TypedDict):
    share: Annotated[Reference, reference("share"), "What it was taken of."]


class SnapshotFields(SnapshotNeeds, Identified, total=False):
    name: Name
    description: Name
    status: Annotated[str, one_of(STATUSES)]
    size: Annotated[Size, "GiB; default: the share's."]
    metadata: Metadata
    provider_location: Text
    project: Project
    user: Annotated[Reference, reference("user"), "The owner; default: the share's."]


@resource.seeds_as("snapshot", KIND, SnapshotFields)
def seed(seeder: Seeder, given: Fields) -> Snapshot:
    world, share = seeder.world, given.pop("share")
    if not share["snapshot_support"]:
        raise DocumentError(("share",), f"{share['id']} is of a type without snapshot_support")
    placed = given.get("status") not in UNPLACED
    record = new(
        world,
        share,
        **{"name": None, "description": None, "status": "available", **seeder.owner(given, share), **given},
    )
    if placed and record["provider_location"] is None:
        created(world, record, {})
    return record
