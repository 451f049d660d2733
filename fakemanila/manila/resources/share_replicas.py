"""Share replicas: the instances that a share of a replicated type has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...world.lifecycle import Message, Outcome, Transition
from .. import errors
from ..common import listing, lookup
from ..common.registry import Page, Resource
from ..user_message_texts import UNKNOWN_ERROR
from . import share_instances

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

ACTIVE = "active"


def view(call: Call, record: Record) -> Mapping[str, Any]:
    return {"metadata": {}, **share_instances.view(call, record)}


resource = Resource("share_replicas", view=view)


def _visible(call: Call) -> list[listing.Test]:
    """What makes an instance a replica that the caller may see: administrators see those of every project."""
    tests: list[listing.Test] = [lambda record: record["replica_state"] is not None]
    if not call.is_admin:
        own = call.caller.project_id
        tests.append(lambda record: lookup.share_of(call.world, record)["project_id"] == own)
    return tests


@resource.handles("share_replicas.list")
@resource.handles("share_replicas.detail")
def list_(call: Call) -> Page:
    tests = _visible(call)
    if call.query.get("share_id"):
        tests.append(listing.equals("share_id", call.query["share_id"]))
    found = listing.matching(call.world.store[share_instances.KIND].newest_first(), tests)
    return Page(listing.bounds_of_slice(call).of(found))


@resource.handles("share_replicas.show")
def show(call: Call) -> Record:
    return _find(call)


def _not_deleted(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    record["replica_state"] = "error"


@resource.handles(
    "share_replicas.delete",
    Transition(
        "deleting",
        None,
        "error_deleting",
        undo=_not_deleted,
        message=Message("007", UNKNOWN_ERROR, resource_type="SHARE_REPLICA"),
    ),
)
def delete(call: Call) -> None:
    record = _find(call)
    siblings = lookup.instances_of(call.world, record["share_id"])
    if record["replica_state"] == ACTIVE and [other["replica_state"] for other in siblings].count(ACTIVE) == 1:
        raise errors.BadRequest("Cannot delete last active replica.")
    call.begin("share_replicas.delete", share_instances.KIND, record)


def _find(call: Call) -> Record:
    """The replica that the path names. Raises NotFound."""
    id = call.args["share_replica_id"]
    record = call.world.store[share_instances.KIND].get(id)
    if record is None or not all(test(record) for test in _visible(call)):
        raise errors.NotFound(f"Replica {id} could not be found.")
    return record
