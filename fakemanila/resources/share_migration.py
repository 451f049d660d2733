"""The state of the long task that a share is in. Migration itself is not served yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import errors
from . import lookup
from .registry import Resource

if TYPE_CHECKING:
    from ..context import Call

resource = Resource("share_migration")


@resource.handles("shares.reset_task_state")
def reset_task_state(call: Call) -> None:
    share = lookup.share(call, call.args["share_id"])
    if share["is_soft_deleted"]:
        raise errors.Forbidden(f"task state cannot be reset for share '{share['id']}' since it has been soft deleted.")
    if "task_state" not in call.body:
        raise errors.BadRequest("Must specify 'task_state'")
    call.world.touch(share, task_state=call.body["task_state"])
