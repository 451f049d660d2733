"""Share backups: what a share held, kept by its backend or by the data service, and put back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from ...contract.documents import DocumentError
from ...reasons.records import WrongStatus
from ...versions import Microversion
from ...world.lifecycle import ERROR, Message, Outcome, Transition
from .. import errors
from ..backend import backends
from ..common import fields, listing, lookup, quotas
from ..common.attributes import Name, Size
from ..common.fields import ShareBusy, check_not_busy, check_not_soft_deleted, display, echoed
from ..common.registry import Page, Resource
from ..common.seeds import UNPLACED, Fields, Identified, Project, Reference, one_of, reference
from . import share_instances

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SHARE_BACKUPS

# Who keeps a backup: the backend where options were given for it, the data service otherwise.
_BY_BACKEND: Literal["manila-share"] = "manila-share"
_BY_DATA_SERVICE: Literal["manila-data"] = "manila-data"
PROTOCOLS_OF_DATA_SERVICE = ("NFS",)

_TARGETS_SINCE = Microversion(2, 91)
_DELETABLE = ("available", "error")
_TARGET_UNSUPPORTED = "032"
"""The user message where a backup cannot go into another share than it came from."""

_NAMES = {"display_name": "name", "name": "name", "display_description": "description", "description": "description"}
_FILTERS = {**_NAMES, "status": "status", "share_id": "share_id", "topic": "topic"}
_LISTING = listing.Listing(
    exact=_FILTERS,
    inexact=_NAMES,
    sort_keys=listing.columns(
        "name",
        "description",
        "share_id",
        "project_id",
        "user_id",
        "size",
        "status",
        "host",
        "topic",
        "progress",
        "restore_progress",
        "backup_type",
        "fail_reason",
        **listing.NAMED,
        availability_zone_id="availability_zone",
    ),
    empty_order_is_none=True,
)
_FOR_ADMINISTRATORS = _LISTING._replace(exact={**_FILTERS, "id": "id", "host": "host"})

resource = Resource("share_backups", kinds=(KIND,))


def _find(call: Call) -> Record:
    """The backup that the path names, of the caller's project. Raises NotFound."""
    return lookup.own_named(call, KIND, "backup_id", "No backup exists with ID {}.")


def _set_share_status(world: World, share_id: str, status: str) -> None:
    share = world.store[lookup.SHARES].get(share_id)
    if share is not None:
        world.touch(share, status=status)


# Lists, and one


@resource.handles("share_backups.list")
@resource.handles("share_backups.detail")
def list_(call: Call) -> Page:
    query = call.query
    if query.get("share_id"):
        _share(call, query["share_id"])
    # Any value of it means yes, also 0.
    everyone = call.is_admin and (query.get("all_tenants") or query.get("all_projects"))
    own = {} if everyone and call.allows("share_backup:get_all_project") else {"project_id": call.caller.project_id}
    asked = _FOR_ADMINISTRATORS if call.is_admin else _LISTING
    return asked.page(call, call.world.store[KIND].newest_first(**own))


def _share(call: Call, id: str) -> Record:
    try:
        return lookup.share(call, id)
    except errors.NotFound:
        raise errors.BadRequest(f"No share exists with ID {id}.") from None


@resource.handles("share_backups.show")
def show(call: Call) -> Record:
    return _find(call)


# Create


def _created(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    record["progress"] = "100"
    _set_share_status(world, record["share_id"], "available")


def _not_created(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    _set_share_status(world, record["share_id"], "available")


@resource.handles(
    "share_backups.create", Transition("creating", "available", "error", effect=_created, undo=_not_created)
)
def create(call: Call) -> Record:
    world, body = call.world, call.body
    options = body.get("backup_options") or {}
    if not body["share_id"]:
        raise errors.BadRequest("'share_id' is missing from the request body.")
    share = _share(call, body["share_id"])
    call.require("share:get", share)
    _check_share(call, share)
    quotas.check(call, {"backups": 1, "backup_gigabytes": share["size"]})
    call.refuse_late()
    _check_way(world, share, options)
    if body.get("backup_options") in ({}, []):  # real Manila stumbles over them
        raise errors.BadRequest("Invalid input for backup_options: it is empty")
    if share["availability_zone"] is None:  # and over this, too
        raise errors.BadRequest(f"Cannot backup share {share['id']}, which is in no availability zone.")
    name, description = display(body, "name"), display(body, "description")
    record = new(
        world,
        share,
        by_backend=bool(options),
        backup_type=options.get("backup_type") if options else body.get("backup_options"),
        name=name,
        description=description,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
    )
    call.begin("share_backups.create", KIND, record)
    world.touch(share, status="backup_creating")
    # Who takes care of it is written down after the answer was made.
    return {**echoed(call, record), "host": record["host"] if options else None, "topic": None, "updated_at": None}


def new(world: World, share: Record, *, by_backend: bool, **attributes: Any) -> Record:
    """Keeps a new backup. `attributes` are its owner's ids, and all that was asked for, checked."""
    return world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "share_id": share["id"],
            "size": share["size"],
            "availability_zone": share["availability_zone"],
            "host": backends.backend_of(share["host"]) if by_backend else backends.DATA_HOST,
            "topic": _BY_BACKEND if by_backend else _BY_DATA_SERVICE,
            "created_at": world.timestamp(),
            **attributes,
        }
    )


def _check_share(call: Call, share: Record) -> None:
    """Raises an error for a share that cannot be backed up as it is."""
    check_not_soft_deleted(share, "Backup can not be created for share '{id}'")
    try:
        check_not_busy(share)
    except ShareBusy as error:
        raise errors.Conflict(error.message) from None
    if share["status"] != "available":
        raise errors.BadRequest(
            f"Share {share['id']} is in '{share['status']}' state, but it must be in 'available' state to create a "
            "backup.",
            because=WrongStatus.of(share, "available"),
        )
    if any(lookup.snapshots_of(call.world, share["id"])):
        raise errors.BadRequest(f"Cannot backup share {share['id']} while it has snapshots.")
    if lookup.has_replicas(call.world, share):
        raise errors.BadRequest(f"Cannot backup share {share['id']} while it has replicas.")


def _check_way(world: World, share: Record, options: Mapping[str, Any]) -> None:
    """Raises BadRequest where the share has backups of another type, or the data service cannot mount it."""
    backup_type = options.get("backup_type")
    others = [
        backup
        for backup in lookup.backups_of(world, share["id"])
        if backup["status"] == "available" and backup["topic"] == _BY_BACKEND
    ]
    if backup_type and others and others[0]["backup_type"] != backup_type:
        raise errors.BadRequest(
            f"Share '{share['name']}' has existing backups with backup_type: '{others[0]['backup_type']}'. You must "
            "delete these backups to schedule a backup with a different backup_type, or re-use the same backup_type."
        )
    if not options and share["share_proto"] not in PROTOCOLS_OF_DATA_SERVICE:
        raise errors.BadRequest(
            f"Cannot backup share {share['id']}. The generic approach for share backups only supports the following "
            f"protocols: {list(PROTOCOLS_OF_DATA_SERVICE)}."
        )


# Update, delete


@resource.handles("share_backups.update")
def update(call: Call) -> Record:
    record = _find(call)
    call.refuse_late()
    changes = {field: display(call.body, field) for field in ("name", "description") if field in call.body}
    if changes:
        call.world.touch(record, **changes)
    return echoed(call, record)


@resource.handles("share_backups.delete", Transition("deleting", None, "error_deleting"))
def delete(call: Call) -> None:
    record = _find(call)
    if record["status"] not in _DELETABLE:
        raise errors.BadRequest(
            f"Invalid backup: Backup {record['id']} status must be available or error.",
            because=WrongStatus.of(record, *_DELETABLE),
        )
    if record["topic"] == _BY_BACKEND and record["share_id"] not in call.world.store[lookup.SHARES]:
        call.world.touch(record, status="deleting")  # for good: a backend asks for the share first
        return
    call.begin("share_backups.delete", KIND, record)


@resource.handles("share_backups.reset_status")
def reset_status(call: Call) -> None:
    fields.reset_status(call, _find, share_instances.RESETTABLE)


# Restore


def _restored(world: World, record: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    """Backends put a backup back only where it came from; the data service copies it into any share."""
    if record["topic"] == _BY_BACKEND and record["target_share_id"] != record["share_id"]:
        return Outcome(ERROR, message=_TARGET_UNSUPPORTED)
    record["restore_progress"] = "100"
    _set_share_status(world, record["target_share_id"], "available")
    return None


def _not_restored(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    _set_share_status(world, record["target_share_id"], "backup_restoring_error")


@resource.handles(
    "share_backups.restore",
    Transition(
        "restoring",
        "available",
        "error",
        effect=_restored,
        undo=_not_restored,
        message=Message("028", about="target_share_id"),
    ),
)
def restore(call: Call) -> Record:
    record, target = _find(call), _target(call)
    if record["status"] != "available":
        raise errors.BadRequest(
            f"Invalid backup: Backup {record['id']} status must be available.",
            because=WrongStatus.of(record, "available"),
        )
    share = lookup.share(call, target or record["share_id"])
    if share["status"] != "available":
        raise errors.BadRequest(
            "Invalid share: Share to be restored to must be available.", because=WrongStatus.of(share, "available")
        )
    if record["size"] > share["size"]:
        raise errors.BadRequest(
            f"Invalid share: Share size {share['size']} is too small to restore backup of size {record['size']}."
        )
    record["target_share_id"] = share["id"]
    call.begin("share_backups.restore", KIND, record)
    call.world.touch(share, status="backup_restoring", source_backup_id=record["id"])
    return {"backup_id": record["id"], "share_id": share["id"]}


def _target(call: Call) -> str | None:
    """The share to restore into, where the action names one. Raises BadRequest."""
    named = call.envelope["restore"] if call.version >= _TARGETS_SINCE else None
    if isinstance(named, list) and len(named) == 1:
        named = named[0]  # a database takes a list of one text for the text
    if named and isinstance(named, dict | list):
        raise errors.BadRequest(f"Invalid input for restore: {named!r} is not the id of a share.")
    return str(named) if named else None


# Seeding


class ShareBackupNeeds(TypedDict):
    share: Annotated[Reference, reference("share"), "What it was made of."]


class ShareBackupFields(ShareBackupNeeds, Identified, total=False):
    name: Name
    description: Name
    status: Annotated[str, one_of(("available", "creating", "deleting", "error", "error_deleting", "restoring"))]
    size: Annotated[Size, "GiB; default: the share's."]
    backup_type: Annotated[Reference, "How the backend makes it; without one the data service does."]
    project: Project
    user: Annotated[Reference, reference("user"), "The owner; default: the share's."]


@resource.seeds_as("share_backup", KIND, ShareBackupFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    share, kind = given.pop("share"), given.get("backup_type")
    if kind is None and share["share_proto"] not in PROTOCOLS_OF_DATA_SERVICE:
        raise DocumentError(("backup_type",), f"is missing: the data service backs up no {share['share_proto']} shares")
    status = given.setdefault("status", "available")
    fields = {"name": None, "description": None, "backup_type": None, **seeder.owner(given, share), **given}
    if status not in UNPLACED:
        fields["progress"] = "100"
    return new(seeder.world, share, by_backend=kind is not None, **fields)
