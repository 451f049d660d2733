"""Metadata of shares and snapshots: five calls, the same for every resource that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import errors
from ..reply import Reply
from . import lookup
from .fields import check_metadata
from .registry import Resource

if TYPE_CHECKING:
    from ..context import Call
    from ..store import Record

Find = Callable[["Call", str], "Record"]


RESERVED = frozenset(("__affinity_same_host", "__affinity_different_host", "__managed_at"))
"""Keys that only administrators may set."""


def metadata_of(name: str, find: Find, *, of_shares: bool = False, find_own: Find | None = None) -> Resource:
    """The metadata calls of one resource.

    `find` gets a record by the path's id, `find_own` one that is to be changed; each raises what the caller may see of
    its absence. Those `of_shares` have a controller of their own, with keys for administrators only, answers that show
    all there is, and an update of one item that reads it together with the others.
    """
    resource = Resource(name)
    find_own = find_own or find

    def id_of(call: Call) -> str:
        return next(iter(call.args.values()))

    def sent(call: Call) -> dict[str, Any]:
        check_metadata(call.body)
        if of_shares and not RESERVED.isdisjoint(call.body) and not call.allows("share:update_admin_only_metadata"):
            raise errors.Forbidden("Cannot set or update admin only metadata.")
        return call.body

    @resource.handles(f"{name}.list")
    def list_(call: Call) -> Record:
        metadata: Record = find(call, id_of(call))["metadata"]
        return metadata

    @resource.handles(f"{name}.create")
    def create(call: Call) -> Record:
        metadata, record = sent(call), find_own(call, id_of(call))
        merged = {**record["metadata"], **metadata}
        call.world.touch(record, metadata=merged)
        return merged if of_shares else metadata

    @resource.handles(f"{name}.replace")
    def replace(call: Call) -> Record:
        metadata, record = sent(call), find_own(call, id_of(call))
        call.world.touch(record, metadata=metadata)
        return metadata

    @resource.handles(f"{name}.show")
    def show(call: Call) -> Record:
        metadata, key = find(call, id_of(call))["metadata"], call.args["key"]
        if key not in metadata:
            raise errors.NotFound("Metadata item is not found.")
        return {key: metadata[key]}

    @resource.handles(f"{name}.update")
    def update(call: Call) -> Record:
        if of_shares and not isinstance(call.envelope.get("meta"), dict):
            raise errors.MalformedBody
        metadata, key = sent(call), call.args["key"]
        record = find_own(call, id_of(call))
        read = {**record["metadata"], **metadata} if of_shares else metadata
        if key not in read:
            raise errors.BadRequest("Request body and URI mismatch")
        if len(read) > 1:
            raise errors.BadRequest("Request body contains too many items")
        call.world.touch(record, metadata={**record["metadata"], **metadata})
        return metadata

    @resource.handles(f"{name}.delete")
    def delete(call: Call) -> Reply:
        record, key = find_own(call, id_of(call)), call.args["key"]
        if key not in record["metadata"]:
            raise errors.NotFound("Metadata item is not found.")
        call.world.touch(record, metadata={k: v for k, v in record["metadata"].items() if k != key})
        # No content, and yet it is said to be JSON.
        return Reply(call.operation.success[0], b"", {"Content-Type": "application/json"})

    return resource


resources = (
    metadata_of("share_metadata", lookup.share, of_shares=True, find_own=lookup.own_share),
    metadata_of("snapshot_metadata", lookup.snapshot),
)
