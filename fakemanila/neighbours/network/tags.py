"""Tags of networks, subnets and ports: the same calls for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import access, errors, fields

if TYPE_CHECKING:
    from ...manila.context import Call
    from .records import Network, Port, Subnet

_LONGEST, _MOST = 255, 50


def _tagged(call: Call) -> Network | Subnet | Port:
    """The record of the path."""
    if "network_id" in call.args:
        return access.network(call, call.args["network_id"])
    if "subnet_id" in call.args:
        return access.subnet(call, call.args["subnet_id"])
    return access.port(call, call.args["port_id"])


def _set(call: Call, record: Network | Subnet | Port, tags: list[str]) -> None:
    access.require_own(call, record, "update_tags")
    if len(tags) > _MOST:
        raise errors.HTTPBadRequest(f"The number of tags exceed the per-resource limit of {_MOST}")
    fields.change(call.world, record, {"tags": tags})


def list_(call: Call) -> dict[str, Any]:
    return {"tags": list(_tagged(call).tags)}


def replace(call: Call) -> dict[str, Any]:
    record, tags = _tagged(call), call.body["tags"]
    if len(set(tags)) < len(tags):
        raise errors.InvalidInput(f"'{tags}' has the same tag twice")
    _set(call, record, tags)
    return {"tags": tags}


def delete_all(call: Call) -> None:
    _set(call, _tagged(call), [])


def _tag_of(call: Call, record: Network | Subnet | Port) -> str:
    if call.args["tag"] not in record.tags:
        raise errors.NotFound("Tag", call.args["tag"])
    return call.args["tag"]


def show(call: Call) -> None:
    _tag_of(call, _tagged(call))


def add(call: Call) -> None:
    record, tag = _tagged(call), call.args["tag"]
    if len(tag) > _LONGEST:
        raise errors.InvalidInput(f"'{tag}' exceeds maximum length of {_LONGEST}")
    if tag not in record.tags:
        _set(call, record, [*record.tags, tag])


def delete(call: Call) -> None:
    record = _tagged(call)
    tag = _tag_of(call, record)
    _set(call, record, [each for each in record.tags if each != tag])
