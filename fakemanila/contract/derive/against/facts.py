"""Schemas as facts that can be compared, whichever way they are written.

Both sides write the same in different ways: Manila's code has a query's numbers as texts of digits, and its booleans as
a list of words, the contract a pattern where that has a format. Here they become the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ....versions import Microversion
from ...model import Body, Contract, Operation, Route
from ...validate import BOOLEANS, LARGEST_INTEGER

Json = Mapping[str, Any]
Facts = dict[str, dict[str, Any]]
"""The facts of each field, by name; under the empty name those of the object. None is a fact that nobody states."""

WHOLE = ""
ALWAYS = "always"
"""Of a field of an answer: it is in every one of them. The contract can only say that it isn't, by hiding the field."""

_LIMITS = ("minimum", "maximum", "minLength", "maxLength", "pattern")
_FORMATS = {
    r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$": "uuid",
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?$": "date-time",
}
"""What the contract's patterns are called as formats."""
_NUMBER = {
    "type": ["integer", "string"],
    "pattern": "^[0-9]*$",
    "minimum": 0,
    "maximum": LARGEST_INTEGER,
    "minLength": 1,
}
_BOOLEAN = {"type": ["boolean", "string"], "enum": [True, False, *BOOLEANS]}


def of_source(schema: Json, side: str) -> Facts:
    """Of a schema in Manila's code, for the ``request``, ``query`` or ``response``."""
    if side == "query":
        return {WHOLE: {}} | {name: _query_field(field) for name, field in schema.get("properties", {}).items()}
    if not schema or schema.get("type") == "null":
        return {}
    properties = schema.get("properties", {})
    around = [name for name in properties if name != "count" and not name.endswith("_links")]
    if len(around) != 1:
        return _object(schema, side)
    content = properties[around[0]]
    listed = content.get("type") == "array"
    found = _object(content.get("items", {}) if listed else content, side)
    found[WHOLE]["envelope"] = around[0]
    if listed:
        found[WHOLE]["list"] = True
    links = [name for name in properties if name.endswith("_links")]
    if links:
        found[WHOLE]["links"] = links[0]
    if side == "request" and schema.get("additionalProperties") is False:
        found[WHOLE]["alone"] = True
    return found


def of_contract(contract: Contract, operation: Operation, route: Route, version: Microversion, side: str) -> Facts:
    """Of what the contract says of an operation, in the same form."""
    if side == "query":
        known = contract.properties(operation.query, version) if operation.query is not None else {}
        return {WHOLE: {}} | {name: _text_field(field, operation.query_enforced) for name, field in known.items()}
    body = operation.response if side == "response" else None if route.bodiless else operation.request
    if body is None:
        return {}
    properties = contract.properties(body.schema, version)
    found = _object(_declared(body, properties, side), side)
    # An action's key is all that may be in its body: that holds for every action.
    found[WHOLE] |= {
        "envelope": (route.action if side == "request" else None) or body.envelope,
        "list": body.collection or None,
        "links": body.links,
        "alone": (side == "request" and (route.action is not None or body.refuses_beside)) or None,
    }
    return found


def _declared(body: Body, properties: Json, side: str) -> Json:
    """The body's schema as Manila would write it."""
    schema = dict(body.schema)
    required = [name for name in schema.get("required", ()) if name in properties]
    if side == "request":
        fields = {
            name: _nullable(field, not (body.refuses_nulls or name in required)) for name, field in properties.items()
        }
        schema |= {"properties": fields, "required": required}
        if body.refuses_others:
            schema["additionalProperties"] = False
        return schema
    shown = [name for name, field in properties.items() if not field.get("x-admin")]
    return schema | {"properties": properties, "required": shown}


def _nullable(field: Json, nullable: bool) -> Json:
    """A field of a body; real Manila doesn't enforce what is lenient, and a null may stand for what isn't given."""
    if field.get("x-lenient"):
        return {}
    types = _types(field)
    if not nullable or types is None or "null" in types:
        return field
    return {**field, "type": [*types, "null"]} | ({"enum": [*field["enum"], None]} if "enum" in field else {})


def _object(schema: Json, side: str) -> Facts:
    found: Facts = {WHOLE: {"type": _types(schema)}}
    for name, field in schema.get("properties", {}).items():
        found[name] = _field(field)
    required = schema.get("required", ())
    if side == "response":
        for name in found.keys() & set(required):
            found[name][ALWAYS] = True
    else:
        found[WHOLE]["required"] = sorted(required) or None
    if schema.get("properties") and side == "request" and schema.get("additionalProperties") is False:
        found[WHOLE]["closed"] = True
    if not schema.get("properties"):
        found[WHOLE] |= _keys(schema)
    return found


def _field(schema: Json) -> dict[str, Any]:
    found: dict[str, Any] = {limit: schema[limit] for limit in _LIMITS if limit in schema}
    found |= {"type": _types(schema), "format": schema.get("format")}
    if found.get("pattern") in _FORMATS:
        found["format"] = _FORMATS[found.pop("pattern")]
    if not found.get("minLength") or found["format"] or "enum" in schema:  # it says no more than these
        found.pop("minLength", None)
    if "enum" in schema:
        found["enum"] = _sorted(schema["enum"])
    return found | _keys(schema)


def _keys(schema: Json) -> dict[str, Any]:
    """Of an object with keys of the caller's choice: what the keys look like and what is under them."""
    patterns: Json = schema.get("patternProperties", {})
    others = schema.get("additionalProperties")
    under = others if isinstance(others, Mapping) else next(iter(patterns.values()), None)
    names: Json = schema.get("propertyNames", {})
    return {"keys": next(iter(patterns), names.get("pattern")), "values": _types(under) if under is not None else None}


def _query_field(schema: Json) -> dict[str, Any]:
    """A parameter in Manila's code: a list of one, or of several. What is in a query is never null."""
    several = schema.get("type") == "array"
    found = _field(schema.get("items", {}) if several else schema)
    for fact in ("type", "enum"):
        found[fact] = [value for value in found.get(fact) or () if value not in ("null", None)] or None
    return found | {"multiple": True if several and schema.get("maxItems") != 1 else None}


def _text_field(schema: Json, enforced: bool) -> dict[str, Any]:
    """A parameter of the contract, as `fakemanila.contract.validate.query_value_fits` takes it."""
    if not enforced:
        return {"type": None}
    kinds = _types(schema) or ["string"]
    written = (
        _NUMBER
        if "integer" in kinds
        else _BOOLEAN
        if "boolean" in kinds
        else {"type": "string", "minLength": 1, **schema}
    )
    return _field(written) | {"multiple": schema.get("x-multiple")}


def _types(schema: Json) -> list[str] | None:
    types = schema.get("type")
    return sorted([types] if isinstance(types, str) else types) if types else None


def _sorted(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=lambda value: (str(type(value)), str(value)))
