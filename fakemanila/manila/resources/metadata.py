"""Metadata of shares, snapshots and export locations: calls that are the same for every resource that has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ...http.reply import Reply
from .. import errors
from ..common import comparisons, lookup
from ..common.fields import check_metadata
from ..common.registry import Resource

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..context import Call

Find = Callable[["Call", str], "Record"]


class Reserved(NamedTuple):
    """Keys that only administrators may set, and the policy rule that says who is one. Others' PUT leaves them."""

    keys: frozenset[str]
    rule: str


_OF_SHARES = Reserved(
    frozenset(("__affinity_same_host", "__affinity_different_host", "__managed_at")), "share:update_admin_only_metadata"
)


def metadata_of(
    name: str,
    find: Find,
    *,
    find_own: Find | None = None,
    find_any: Find | None = None,
    answers_all: bool = False,
    reserved: Reserved | None = None,
    item_envelope: str = "metadata",
    dates: bool = True,
) -> Resource:
    """The metadata calls of one resource.

    `find` gets a record by the path's id, `find_own` one that is to be changed; each raises what the caller may see of
    its absence. Where `find_any` finds one, whoever's it is, what is sent is looked at next, and `find_own` last. Those
    that `answers_all` show all there is after a change of a part, look for the record first, and read an update of one
    item together with the others. `item_envelope` must hold what an update of one item sends.
    A change of the metadata `dates` the record as well, or doesn't.
    """
    resource = Resource(name)
    find_own = find_own or find

    def id_of(call: Call) -> str:
        return next(iter(call.args.values()))

    def sent(call: Call) -> dict[str, Any]:
        check_metadata(call.body)
        check_reserved(call, call.body)
        return call.body

    def read(call: Call) -> tuple[dict[str, Any], Record]:
        """What is sent for all of a record, and the record."""
        if answers_all:
            check_reserved(call, call.body)
            (find_any or find_own)(call, id_of(call))
            check_metadata(call.body)
            return call.body, find_own(call, id_of(call))
        return sent(call), find_own(call, id_of(call))

    def check_reserved(call: Call, keys: Iterable[str]) -> None:
        if reserved is not None and not reserved.keys.isdisjoint(keys) and not call.allows(reserved.rule):
            raise errors.Forbidden("Administrators' metadata is for administrators.")

    def check_item(read: Mapping[str, Any], key: str) -> None:
        if key not in read:
            raise errors.BadRequest("Request body and URI mismatch")
        if len(read) > 1:
            raise errors.BadRequest("Request body contains too many items")

    def change(call: Call, record: Record, metadata: Mapping[str, Any]) -> None:
        if dates:
            call.world.touch(record, metadata=metadata)
        else:
            record["metadata"] = metadata

    @resource.handles(f"{name}.list")
    def list_(call: Call) -> Record:
        metadata: Record = find(call, id_of(call))["metadata"]
        return metadata

    @resource.handles(f"{name}.create")
    def create(call: Call) -> Record:
        metadata, record = read(call)
        call.refuse_late()
        old = record["metadata"]
        change(call, record, comparisons.merged(old, metadata))
        return {**old, **metadata} if answers_all else metadata

    @resource.handles(f"{name}.replace")
    def replace(call: Call) -> Record:
        metadata, record = read(call)
        call.refuse_late()
        if reserved is not None and reserved.keys.isdisjoint(metadata):
            kept = {key: value for key, value in record["metadata"].items() if key in reserved.keys}
            metadata = {**metadata, **kept}
        # What differs only in its case is one row of the database, and the last value of it stays.
        change(call, record, comparisons.merged({}, metadata))
        return metadata

    @resource.handles(f"{name}.show")
    def show(call: Call) -> Record:
        metadata, key = find(call, id_of(call))["metadata"], call.args["key"]
        if key not in metadata:
            raise lookup.missing(call, "metadata", key, "Metadata item is not found.")
        return {key: metadata[key]}

    @resource.handles(f"{name}.update")
    def update(call: Call) -> Record:
        if not isinstance(call.envelope.get(item_envelope), dict):
            raise errors.MalformedBody
        key = call.args["key"]
        if answers_all:
            metadata, record = read(call)
        else:
            metadata = sent(call)
            check_item(metadata, key)
            record = find_own(call, id_of(call))
        call.refuse_late()
        if answers_all:
            check_item({**record["metadata"], **metadata}, key)
        change(call, record, comparisons.merged(record["metadata"], metadata))
        return metadata

    @resource.handles(f"{name}.delete")
    def delete(call: Call) -> Reply:
        check_reserved(call, [call.args["key"]])
        record = find_own(call, id_of(call))
        key = comparisons.key_among(record["metadata"], call.args["key"])
        if key not in record["metadata"]:
            raise lookup.missing(call, "metadata", key, "Metadata item is not found.")
        change(call, record, {k: v for k, v in record["metadata"].items() if k != key})
        # No content, and yet it is said to be JSON.
        return Reply(call.operation.success[0], b"", {"Content-Type": "application/json"})

    return resource


def _any_share(call: Call, id: str) -> Record:
    share = call.world.store[lookup.SHARES].get(id)
    if share is None:
        raise lookup.missing(call, lookup.SHARES, id, f"Share {id} could not be found.")
    return share


resources = (
    metadata_of(
        "share_metadata",
        lookup.share,
        find_own=lookup.own_share,
        find_any=_any_share,
        answers_all=True,
        reserved=_OF_SHARES,
        item_envelope="meta",
    ),
    metadata_of("snapshot_metadata", lookup.snapshot),
)
