"""The calls that types of all kinds have for their specs: all of them, one, set some, change one, delete one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import errors
from . import comparisons, extra_specs, lookup
from .registry import Resource

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..context import Call


def one_sent(call: Call, find: Callable[[Call], Record], key: str) -> tuple[Record, dict[str, Any]]:
    """The record that `find` finds, and what is sent for its spec `key`. Raises BadRequest, and what `find` does."""
    sent = call.envelope
    if not sent:
        raise errors.BadRequest("Request body empty")
    record = find(call)
    call.refuse_late()  # a text, too
    if key not in sent:
        raise errors.BadRequest("Request body and URI mismatch")
    if len(sent) > 1:
        raise errors.BadRequest("Request body contains too many items")
    return record, sent


def serve(name: str, find: Callable[[Call], Record], *, attribute: str, key: str) -> Resource:
    """The resource `name` (``qos_type_specs``) for the specs that a record has in `attribute`.

    `find` is for the record that the path names, and raises NotFound; `key` is the path's parameter for one spec.
    Booleans are kept as the database keeps them, as numbers. The record is not dated: specs have a table of their own.
    """
    resource = Resource(name)

    def change(call: Call, record: Record, sent: dict[str, Any]) -> dict[str, Any]:
        kept = {name: str(int(value)) if isinstance(value, bool) else value for name, value in sent.items()}
        record.update({attribute: comparisons.merged(record[attribute], kept, renames=True)})
        return sent

    @resource.handles(f"{name}.list")
    def list_(call: Call) -> dict[str, str]:
        specs: dict[str, str] = find(call)[attribute]
        return specs

    @resource.handles(f"{name}.show")
    def show(call: Call) -> dict[str, str]:
        specs, wanted = find(call)[attribute], call.args[key]
        if wanted not in specs:
            raise lookup.missing(call, attribute, wanted, "The resource could not be found.")
        return {wanted: specs[wanted]}

    @resource.handles(f"{name}.create")
    def set_(call: Call) -> dict[str, Any]:
        record = find(call)
        call.refuse_late()
        extra_specs.check_each(call.body, standardised=False)
        extra_specs.check_keys(call.body)
        return change(call, record, call.body)

    @resource.handles(f"{name}.update")
    def update(call: Call) -> dict[str, Any]:
        record, sent = one_sent(call, find, call.args[key])
        extra_specs.check_each(sent, standardised=False)
        return change(call, record, sent)

    @resource.handles(f"{name}.delete")
    def delete(call: Call) -> None:
        record = find(call)
        unwanted = comparisons.key_among(record[attribute], call.args[key])
        if unwanted not in record[attribute]:
            raise lookup.missing(call, attribute, unwanted, f"{record['id']} has no specs with key {unwanted}.")
        rest = {name: value for name, value in record[attribute].items() if name != unwanted}
        record.update({attribute: rest})

    return resource
