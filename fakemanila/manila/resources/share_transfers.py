"""Share transfers: a share is offered to whoever has the key, and becomes theirs when they accept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from ...http.reply import Reply
from ...reasons.records import WrongStatus
from ...text.booleans import is_true, strict_bool
from ...world.clock import format_time
from ...world.durations import Fixed
from ...world.kinds import Kind
from ...world.lifecycle import Message, Transition
from .. import errors, user_messages
from ..backend import backends
from ..common import listing, lookup, quotas
from ..common.attributes import Dated, Name, Status, Text, Time
from ..common.fields import check_display_length, is_uuid
from ..common.registry import Page, Resource, linked
from . import share_access_rules, share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class ShareTransfer(Dated):
    """An offer of a share to another project."""

    name: Name = None
    status: Status = "awaiting_transfer"
    resource_type: Literal["share"] = "share"
    resource_id: Text
    source_project_id: str | None = None
    destination_project_id: str | None = None
    accepted: bool = False
    salt: Text
    crypt_hash: Text
    expires_at: Time | None = None


KIND = Kind("share_transfers", ShareTransfer)
_WITH_RULES = Message("026", "026")
"""What the taker is told of a share whose backend lets no access rules go to another project."""

_AWAITING = "awaiting_transfer"
_RETENTION = Fixed(timedelta(minutes=5))
"""Manila's ``transfer_retention_time``: how long an offer stands."""

_FILTERS = ("id", "resource_type", "resource_id", "destination_project_id")
_NAMES = {"display_name": "name", "name": "name"}
_LISTING = listing.Listing(
    exact={**_NAMES, **{name: name for name in _FILTERS}},
    inexact=_NAMES,
    sort_keys=listing.columns(
        *_FILTERS, "source_project_id", "accepted", "expires_at", display_name="name", salt="salt", crypt_hash="id"
    ),
    empty_order_is_none=True,
    sorts_any_way=True,
)

resource = Resource("share_transfers", kinds=(KIND,))


resource.view = linked("share-transfers")


def _find(call: Call) -> Record:
    """The transfer that the path names, of a share that is the caller's. Raises NotFound."""
    id = call.args["transfer_id"]
    record = call.world.store[KIND].get(id)
    if record is not None:
        share = call.world.store[lookup.SHARES].get(record["resource_id"])
        owner = share["project_id"] if share else record["source_project_id"]
        if call.is_admin or owner == call.caller.project_id:
            return record
    raise lookup.missing(call, KIND, id, f"TransferNotFound: Transfer {id} could not be found.", record)


# Lists, and one


@resource.handles("share_transfers.list")
@resource.handles("share_transfers.detail")
def list_(call: Call) -> Page:
    query = call.query
    project_id: str | None = call.caller.project_id
    if is_true(query.get("all_tenants", "")) and call.allows("share_transfer:get_all_tenant"):
        project_id = query.get("source_project_id")
    tests = [] if project_id is None else [listing.equals("source_project_id", project_id)]
    return _LISTING.page(call, call.world.store[KIND].newest_first(), tests)


@resource.handles("share_transfers.show")
def show(call: Call) -> Record:
    return _find(call)


# An offer


def _expired(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """An offer that nobody took: the share is its owner's to use again."""
    share = world.store[lookup.SHARES].get(record["resource_id"])
    if share is not None and share["status"] == _AWAITING:
        world.touch(share, status="available")


@resource.handles(
    "share_transfers.create", Transition(_AWAITING, None, _AWAITING, effect=_expired, deadline=_RETENTION)
)
def create(call: Call) -> Record:
    world, name = call.world, call.body.get("name")
    share_id = _share_id(call.body["share_id"])
    name = None if name is None else name.strip()
    check_display_length(name, "name")
    try:
        share = lookup.share(call, share_id)
    except errors.NotFound:
        raise errors.BadRequest("Invalid share: Share specified was not found.") from None
    call.require("share_transfer:create", share)
    _check_offer(world, share)
    key = f"{world.seeded.getrandbits(64):016x}"
    salt = f"{world.seeded.getrandbits(32):08x}"
    record = world.store[KIND].add(
        ShareTransfer(
            id=world.seeded.uuid(),
            name=name,
            resource_type="share",
            resource_id=share["id"],
            source_project_id=share["project_id"],
            # Who took it is never seen: an offer that was accepted is gone.
            destination_project_id=None,
            accepted=False,
            salt=salt,
            crypt_hash=_hash(salt, key),
            created_at=world.timestamp(),
            expires_at=None,
        )
    )
    due = call.begin("share_transfers.create", KIND, record).due
    record.update(expires_at=due and format_time(due), updated_at=None)
    world.touch(share, status=_AWAITING)
    return {**record, "auth_key": key}


def _share_id(given: str) -> str:
    if not given:
        raise errors.BadRequest("Must supply 'share_id' attribute.")
    if not is_uuid(given):
        raise errors.BadRequest("The 'share_id' attribute must be a uuid.")
    return given


def _check_offer(world: World, share: Record) -> None:
    """Raises BadRequest for a share that cannot be given away."""
    mount_point = share["mount_point_name"]
    if mount_point and mount_point.startswith(share["project_id"]):
        raise errors.BadRequest(
            f"Share share-{share['id']} has a custom mount_point_name {mount_point}. This has the project_id encoded "
            "in it. Transferring such a share isn't supported"
        )
    if share["status"] != "available":
        raise errors.BadRequest(
            "Invalid share: Share's status must be available.", because=WrongStatus.of(share, "available")
        )
    if share["share_network_id"]:
        raise errors.BadRequest("Invalid share: Shares exported over share networks cannot be transferred.")
    if share["share_group_id"]:
        raise errors.BadRequest("Invalid share: Shares within share groups cannot be transferred.")
    if lookup.has_replicas(world, share):
        raise errors.BadRequest("Invalid share: Shares with replicas cannot be transferred.")
    for snapshot in lookup.snapshots_of(world, share["id"]):
        if snapshot["status"] != "available":
            raise errors.BadRequest(
                f"Invalid snapshot: Snapshot: {snapshot['id']} status must be available",
                because=WrongStatus.of(snapshot, "available"),
            )


def _hash(salt: str, key: str) -> str:
    return hmac.new(salt.encode(), key.encode(), hashlib.sha256).hexdigest()


@resource.handles("share_transfers.delete")
def delete(call: Call) -> None:
    record = _find(call)
    call.require("share_transfer:delete", {"project_id": record["source_project_id"]})
    share = _awaiting(record, call.world.store[lookup.SHARES].get(record["resource_id"]))
    call.world.remove(KIND, record)
    call.world.touch(share, status="available")


def _awaiting(transfer: Record, share: Record | None) -> Record:
    """The share, if it is still waiting to be taken. Raises BadRequest."""
    if share is None or share["status"] != _AWAITING:
        raise errors.BadRequest(
            f"Invalid share: Transfer {transfer['id']}: share id {transfer['resource_id']} expected in "
            f"{_AWAITING} state."
        )
    return share


# Taking it


@resource.handles("share_transfers.accept")
def accept(call: Call) -> Reply:
    world, caller = call.world, call.caller
    key, clear = _accepted(call)
    id = call.args["transfer_id"]
    record = world.store[KIND].get(id)
    if record is None:
        raise errors.BadRequest(f"Transfer {id} could not be found.")
    if not hmac.compare_digest(_hash(record["salt"], key), record["crypt_hash"]):
        raise errors.BadRequest(f"Invalid auth key: Attempt to transfer {id} with invalid auth key.")
    found = world.store[lookup.SHARES].get(record["resource_id"])
    if found is None:
        raise errors.BadRequest("Invalid share: Share specified was not found.")
    share = _awaiting(record, found)
    snapshots = lookup.snapshots_of(world, share["id"])
    _check_taking(call, record, share, snapshots)
    if not clear:
        _check_rules(call, share)
    world.remove(KIND, record)
    if clear:
        share_access_rules.clear(world, share)
    for one in (share, *snapshots):
        world.touch(one, project_id=caller.project_id, user_id=caller.user_id)
    world.touch(share, status="available")
    # No content, and yet it is said to be JSON.
    return Reply(call.operation.success[0], b"", {"Content-Type": "application/json"})


def _accepted(call: Call) -> tuple[str, bool]:
    """The key, and whether the access rules are to go."""
    key, clear = call.body.get("auth_key"), call.body.get("clear_access_rules")
    if not key:
        raise errors.BadRequest("Must supply 'auth_key' while accepting a share transfer.")
    try:
        return str(key), bool(clear) and strict_bool(clear)
    except ValueError:
        raise errors.BadRequest(f"Invalid boolean clear_access_rules : {clear}") from None


def _check_rules(call: Call, share: Record) -> None:
    """Raises BadRequest, and leaves a message, where the backend lets no rules go to another project."""
    pool = backends.pool_of(call.world, share["host"])
    if pool is None or backends.driver_of(pool).transfers_rules or share["project_id"] == call.caller.project_id:
        return
    if call.world.store[lookup.SHARE_ACCESS_RULES].where(share_id=share["id"]):
        of_the_taker = {**share, "project_id": call.caller.project_id}
        user_messages.leave(
            call.world, call.operation.id, lookup.SHARES, of_the_taker, call.entry.id, message=_WITH_RULES
        )
        raise errors.BadRequest("Failed to transfer share to a new project because the share has access rules.")


def _check_taking(call: Call, transfer: Record, share: Record, snapshots: Sequence[Record]) -> None:
    """Raises an error where the caller's project cannot have the share."""
    share_type = call.world.store[share_types.KIND].get(share["share_type_id"])
    if share_type is not None and not share_types.usable(call, share_type):
        id = share_type["id"]
        raise lookup.missing(
            call, share_types.KIND, id, f"ShareTypeNotFound: Share type {id} could not be found.", share_type
        )
    try:
        quotas.check_share_size(call, share["size"])
        quotas.check(call, {"shares": 1, "gigabytes": share["size"]})
        for snapshot in snapshots:
            if snapshot["status"] != "available":
                raise errors.BadRequest(
                    f"Invalid snapshot: Transfer {transfer['id']}: Snapshot {snapshot['id']} is not in the expected "
                    "available state.",
                    because=WrongStatus.of(snapshot, "available"),
                )
        quotas.check(call, {"snapshots": len(snapshots)})
    except quotas.Exceeded as error:
        raise errors.OverLimit(error.text, because=error.because) from None
    if snapshots and not call.is_admin and share["project_id"] != call.caller.project_id:
        # Manila looks at the donor's quota of snapshots with the taker's token.
        raise errors.Forbidden("Not authorized.")
