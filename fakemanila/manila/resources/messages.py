"""User messages: why what was answered 202 has failed. They are written by ``fakemanila/manila/user_messages.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors, user_message_texts, user_messages
from ..common import listing
from ..common.registry import Page, Resource

if TYPE_CHECKING:
    from ...world.store import Record
    from ..context import Call

_FILTERS = ("request_id", "resource_type", "resource_id", "action_id", "detail_id", "message_level")
_LISTING = listing.Listing(
    exact=_FILTERS, sort_keys=listing.columns(*_FILTERS, "project_id", "expires_at"), sorts_any_way=True
)


def view(call: Call, record: Record) -> Mapping[str, Any]:
    return {
        **record,
        "user_message": user_message_texts.text(record["action_id"], record["detail_id"]),
        "links": call.links("messages", record["id"]),
    }


resource = Resource("messages", view=view)


def _may_see(call: Call, record: Record) -> bool:
    """Administrators see everybody's messages."""
    return call.is_admin or record["project_id"] == call.caller.project_id


def _find(call: Call) -> Record:
    id = call.args["message_id"]
    record = user_messages.find(call.world, id)
    if record is None or not _may_see(call, record):
        raise errors.NotFound(f"Message {id} could not be found.")
    return record


@resource.handles("messages.list")
def list_(call: Call) -> Page:
    visible = (record for record in user_messages.unexpired(call.world) if _may_see(call, record))
    return _LISTING.page(call, visible, listing.created(call))


@resource.handles("messages.show")
def show(call: Call) -> Record:
    return _find(call)


@resource.handles("messages.delete")
def delete(call: Call) -> None:
    call.world.store[user_messages.KIND].remove(_find(call)["id"])
