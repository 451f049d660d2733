"""What the fields of bodies may hold, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...manila.common.attributes import MAX_INTEGER
from ...text.booleans import strict_bool
from . import errors
from .records import ADMIN_PREFIXES, ATTRIBUTES

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.rows import Record
    from ...world.world import World

STRING = {"type": "string", "maxLength": 255}
FLAG = {"type": ["boolean", "string", "integer"]}
NUMBER = {"type": ["integer", "string"]}
NULLABLE_NUMBER = {"type": ["integer", "string", "null"]}
ADDRESS = {"type": ["string", "null"], "maxLength": 64}
STRINGS = {"type": ["array", "null"], "items": {"type": "string", "maxLength": 255}}
TAGS = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 255}, "maxItems": 50}
PAIRS = {"type": ["array", "null"], "items": {"type": "object", "additionalProperties": {"type": "string"}}}
PROJECT = {"type": "string", "maxLength": 255}
STANDARD = {"name": STRING, "description": STRING}
OWNED = {**STANDARD, "project_id": PROJECT, "tenant_id": PROJECT}

_ADMIN_ONLY = ("shared", "router:external", "is_default")


def boolean(field: str, value: Any) -> bool:
    """Raises InvalidInput for what is neither true nor false."""
    try:
        return strict_bool(value)
    except ValueError:
        raise errors.InvalidInput(f"'{value}' for {field} cannot be converted to boolean") from None


def integer(field: str, value: Any) -> int:
    """Raises InvalidInput for what is not a whole number, or not one of a column of the database."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise errors.InvalidInput(f"'{value}' for {field} is not an integer") from None
    if not 0 <= number <= MAX_INTEGER:
        raise errors.InvalidInput(f"'{value}' for {field} is out of range")
    return number


def values_of(body: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be kept of a body, by the names of attributes; `fields` are its schemas."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        schema = fields[name]
        if schema is FLAG:
            value = boolean(name, value)
        elif schema in (NUMBER, NULLABLE_NUMBER) and value is not None:
            value = integer(name, value)
        elif value is None and schema in (STRINGS, PAIRS):
            value = []
        found[ATTRIBUTES.get(name, name)] = value
    return found


def check_privileged(call: Call, action: str, body: Mapping[str, Any]) -> None:
    """Raises PolicyNotAuthorized for a field that only administrators set.

    What is made as it would be anyway has not been set.
    """
    for name, value in body.items():
        if call.is_admin or (name in _ADMIN_ONLY and action.startswith("create") and not boolean(name, value)):
            continue
        if name in _ADMIN_ONLY or name.startswith(ADMIN_PREFIXES):
            raise errors.PolicyNotAuthorized(f"{action}:{name}")


def take_owner(call: Call, body: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """The project that something new belongs to, and the rest of the body.

    Raises HTTPBadRequest where it is somebody else's and the caller not an administrator.
    """
    rest = {name: value for name, value in body.items() if name not in ("project_id", "tenant_id")}
    given = body.get("project_id", body.get("tenant_id"))
    if given is None:
        return call.caller.project_id, rest
    if given != call.caller.project_id and not call.is_admin:
        raise errors.HTTPBadRequest("Only administrators may give a 'project_id' that is not their own.")
    return given, rest


def change(world: World, record: Record, changes: Mapping[str, Any]) -> None:
    """Changes a record, which has another revision then."""
    if any(record[name] != value for name, value in changes.items()):
        world.touch(record, **changes, revision_number=record["revision_number"] + 1)
