"""The extra specs of share types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .. import errors
from ..common import comparisons, extra_specs, lookup
from ..common.registry import Resource
from ..common.specs import one_sent
from . import share_types

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..context import Call

resource = Resource("share_type_extra_specs")


def _specs_of(call: Call) -> Record:
    return share_types.find(call, call.args["share_type_id"])


def _change_specs(call: Call, record: Record, specs: Mapping[str, str]) -> None:
    """Puts a type's specs in place of the old ones, those it must have among the required ones too."""
    required = {key: specs[key] for key in extra_specs.REQUIRED}
    call.world.touch(record, extra_specs=dict(specs), required_extra_specs=required)


def _changed(record: Record, sent: Mapping[str, str]) -> dict[str, str]:
    return comparisons.merged(record["extra_specs"], extra_specs.kept_later(sent), renames=True)


@resource.handles("share_type_extra_specs.list")
def list_extra_specs(call: Call) -> dict[str, str]:
    specs: dict[str, str] = _specs_of(call)["extra_specs"]
    return specs


@resource.handles("share_type_extra_specs.show")
def show_extra_spec(call: Call) -> dict[str, str]:
    specs, key = _specs_of(call)["extra_specs"], call.args["extra_spec_key"]
    if key not in specs:
        raise lookup.missing(call, "extra_specs", key, "The resource could not be found.")
    return {key: specs[key]}


@resource.handles("share_type_extra_specs.create")
def set_extra_specs(call: Call) -> dict[str, str]:
    record = _specs_of(call)
    sent = call.body
    extra_specs.check_each(sent)
    extra_specs.check_keys(sent)
    _change_specs(call, record, _changed(record, sent))
    return extra_specs.shown(sent)


@resource.handles("share_type_extra_specs.update")
def update_extra_spec(call: Call) -> dict[str, str]:
    record, sent = one_sent(call, _specs_of, call.args["extra_spec_key"])
    extra_specs.check_each(sent)
    _change_specs(call, record, _changed(record, sent))
    return extra_specs.shown(sent)


@resource.handles("share_type_extra_specs.delete")
def delete_extra_spec(call: Call) -> None:
    record, key = _specs_of(call), call.args["extra_spec_key"]
    must_stay = key == "snapshot_support" and call.version < share_types.SPECS_EXPLICIT_SINCE
    if key in extra_specs.REQUIRED or must_stay:
        raise errors.Forbidden(f"Extra spec '{key}' can't be deleted.")
    if key not in record["extra_specs"]:
        raise lookup.missing(call, "extra_specs", key, f"Share Type {record['id']} has no extra specs with key {key}.")
    _change_specs(call, record, {k: v for k, v in record["extra_specs"].items() if k != key})
