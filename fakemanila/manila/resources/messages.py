"""User messages: why what was answered 202 has failed. They are written by ``fakemanila/manila/user_messages.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from ...contract.documents import DocumentError, echo
from ...contract.model import load as load_contract
from ...text.suggestions import nearest
from ...world.clock import read_time
from .. import user_message_texts, user_messages
from ..common import listing, lookup
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Reference, SeedFields, either, reference
from ..user_message_texts import DETAILS

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
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


resource = Resource("messages", view=view, kinds=(user_messages.KIND,))


def _may_see(call: Call, record: Record) -> bool:
    """Administrators see everybody's messages."""
    return call.is_admin or record["project_id"] == call.caller.project_id


def _find(call: Call) -> Record:
    id = call.args["message_id"]
    record = user_messages.find(call.world, id)
    if record is None or not _may_see(call, record):
        raise lookup.missing(call, user_messages.KIND, id, f"Message {id} could not be found.", record)
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


# Seeding


class MessageFields(SeedFields, total=False):
    share: Annotated[Reference, reference("share"), "What it is about; either this or snapshot."]
    snapshot: Annotated[Reference, reference("snapshot")]
    operation: Annotated[str, "What failed; default: shares.create or snapshots.create."]
    detail: Annotated[str, "The reason, from 001 to 035; default: what Manila gives where it knows no more."]


@resource.seeds_as("message", user_messages.KIND, MessageFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    world, (kind, of) = seeder.world, either(given)
    operation = given.get("operation", f"{kind}s.create")
    known = load_contract().operations
    if operation not in known:
        raise DocumentError(("operation",), f"no operation is called {echo(operation)}{nearest(operation, known)}")
    detail = given.get("detail")
    if detail is not None and detail not in DETAILS:
        raise DocumentError(("detail",), f"{echo(detail)} is not a detail from {min(DETAILS)} to {max(DETAILS)}")
    with world.at(read_time(given["created_at"]) if "created_at" in given else None):
        record = user_messages.leave(world, operation, f"{kind}s", of, None, detail)
    if record is None:
        raise DocumentError(("detail",), f"is missing: a failed {operation} leaves no message by itself")
    record["request_id"] = f"req-{world.seeded.uuid()}"
    return record
