"""The recycle bin: shares that are deleted softly, kept for a week, and restored or really deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from ...http.reply import Reply
from ...reasons.records import WrongStatus
from ...world.clock import format_time
from ...world.durations import Fixed
from ...world.kinds import Kind
from ...world.lifecycle import Transition
from ...world.rows import Row
from .. import errors
from ..common import lookup
from ..common.attributes import Text, Time
from ..common.fields import ShareBusy, check_not_busy
from ..common.registry import Resource
from . import share_instances, shares

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class Kept(Row):
    """That a share is in the recycle bin, for as long as it stays there."""

    id: Text
    share_id: Text
    status: Literal["kept"] = "kept"
    updated_at: Time | None = None


KIND = Kind(lookup.RECYCLE_BIN, Kept)
"""What is in the bin: a record per share, whose time there runs out."""

_KEPT = "kept"
_RETENTION = Fixed(timedelta(days=7))
"""Manila's ``soft_deleted_share_retention_time``."""

resource = Resource("recycle_bin", kinds=(KIND,))


def _expired(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """The share is deleted as if its owner had asked for it, whatever became of it in the meantime."""
    share = world.store[lookup.SHARES].get(record["share_id"])
    if share is not None and share["status"] != "deleting":
        shares.begin_deletion(world, world.begin, "shares.delete", share)


@resource.handles("shares.soft_delete", Transition(_KEPT, None, _KEPT, effect=_expired, deadline=_RETENTION))
def soft_delete(call: Call) -> None:
    world = call.world
    share = lookup.own_share(call, call.args["share_id"])
    try:
        shares.check_unlocked(call, share)
        if share["is_soft_deleted"]:
            raise errors.Forbidden("Invalid share: The share has been soft deleted already")
        shares.check_deletable(share)
        if lookup.has_replicas(call.world, share):
            raise errors.Conflict(
                f"Share {share['id']} has replicas. Remove the replicas before soft deleting the share."
            )
        shares.check_independent(world, share)
        check_not_busy(share)
    except (shares.InvalidShare, ShareBusy) as error:
        raise errors.Forbidden(error.message, because=error.because) from None
    kept = world.store[KIND].add({"id": world.seeded.uuid(), "share_id": share["id"], "updated_at": None})
    due = call.begin("shares.soft_delete", KIND, kept).due
    world.touch(share, is_soft_deleted=True, scheduled_to_be_deleted_at=due and format_time(due))


@resource.handles("shares.restore")
def restore(call: Call) -> Reply | None:
    share = lookup.own_share(call, call.args["share_id"])
    if not share["is_soft_deleted"]:
        return Reply(200)
    if share["status"] in ("deleting", "error_deleting"):
        raise errors.Forbidden(
            f"Share {share['id']} is being deleted or has suffered an error during deletion, cannot be restored.",
            because=WrongStatus.among(share, "deleting", "error_deleting"),
        )
    share_instances.remove_from_recycle_bin(call.world, share)
    call.world.touch(share, is_soft_deleted=False, scheduled_to_be_deleted_at=None)
    return None
