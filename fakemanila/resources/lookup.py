"""Finding the record that a request names, as far as its caller may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import errors

if TYPE_CHECKING:
    from ..context import Call
    from ..store import Record
    from ..world import World

SHARES = "shares"
SNAPSHOTS = "snapshots"

_HIDDEN = "The resource could not be found."


def share(call: Call, id: Any) -> Record:
    """A share that is the caller's, or public. Raises NotFound for any other: nobody learns that it exists."""
    record = call.world.store[SHARES].get(str(id))
    if record is None or not (record["is_public"] or call.allows("share:get", record)):
        raise errors.NotFound(_HIDDEN)
    return record


def own_share(call: Call, id: Any) -> Record:
    """A share for changing: one that is public but not the caller's is Forbidden."""
    record = share(call, id)
    call.require("share:get", record)
    return record


def snapshot(call: Call, id: Any) -> Record:
    """A snapshot that is the caller's. Raises NotFound for any other."""
    record = call.world.store[SNAPSHOTS].get(str(id))
    if record is None or not call.allows("share_snapshot:get_snapshot", record):
        raise errors.NotFound(_HIDDEN)
    return record


def snapshots_of(world: World, share_id: str) -> list[Record]:
    """A share's snapshots, newest first."""
    return world.store[SNAPSHOTS].where(share_id=share_id)
