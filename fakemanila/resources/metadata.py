"""Metadata of shares and snapshots: five calls, the same for every resource that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import errors
from . import lookup
from .fields import check_metadata
from .registry import Resource

if TYPE_CHECKING:
    from ..context import Call
    from ..reply import Reply
    from ..store import Record

Find = Callable[["Call", str], "Record"]


def metadata_of(name: str, find: Find, *, item_envelope: str | None = None) -> Resource:
    """The metadata calls of one resource.

    `find` gets a record by the path's id, and raises what the caller may see of its absence. `item_envelope` is a
    further key that the body of an update of one item must have.
    """
    resource = Resource(name)

    def record_of(call: Call) -> Record:
        return find(call, next(iter(call.args.values())))

    def sent(call: Call) -> dict[str, Any]:
        metadata = call.envelope.get("metadata") if isinstance(call.envelope, dict) else None
        if not isinstance(metadata, dict):
            raise errors.MalformedBody
        check_metadata(metadata)
        return metadata

    @resource.handles(f"{name}.list")
    def list_(call: Call) -> dict[str, Any]:
        return {"metadata": record_of(call)["metadata"]}

    @resource.handles(f"{name}.create")
    def create(call: Call) -> dict[str, Any]:
        metadata, record = sent(call), record_of(call)
        call.world.touch(record, metadata={**record["metadata"], **metadata})
        return {"metadata": record["metadata"]}

    @resource.handles(f"{name}.replace")
    def replace(call: Call) -> dict[str, Any]:
        metadata, record = sent(call), record_of(call)
        call.world.touch(record, metadata=metadata)
        return {"metadata": record["metadata"]}

    @resource.handles(f"{name}.show")
    def show(call: Call) -> dict[str, Any]:
        metadata, key = record_of(call)["metadata"], call.args["key"]
        if key not in metadata:
            raise errors.NotFound("Metadata item is not found.")
        return {"meta": {key: metadata[key]}}

    @resource.handles(f"{name}.update")
    def update(call: Call) -> dict[str, Any]:
        if item_envelope is not None and not isinstance(call.envelope.get(item_envelope), dict):
            raise errors.MalformedBody
        metadata, key = sent(call), call.args["key"]
        if key not in metadata:
            raise errors.BadRequest("Request body and URI mismatch")
        if len(metadata) > 1:
            raise errors.BadRequest("Request body contains too many items")
        record = record_of(call)
        call.world.touch(record, metadata={**record["metadata"], **metadata})
        return {"metadata": metadata}

    @resource.handles(f"{name}.delete")
    def delete(call: Call) -> Reply | None:
        record, key = record_of(call), call.args["key"]
        if key not in record["metadata"]:
            raise errors.NotFound("Metadata item is not found.")
        call.world.touch(record, metadata={k: v for k, v in record["metadata"].items() if k != key})
        return None

    return resource


resources = (
    metadata_of("share_metadata", lookup.share, item_envelope="meta"),
    metadata_of("snapshot_metadata", lookup.snapshot),
)
