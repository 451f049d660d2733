"""JSON Schemas of what Python declares: the attributes of a class, with what their types say.

A type such as ``Annotated[str, Keywords(maxLength=255)]`` has more of its schema beside it; a text there describes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]


class Keywords:
    """Keywords of JSON Schema beside a type."""

    def __init__(self, **keywords: Any) -> None:
        self.keywords = keywords


_NAMES: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    dict: "object",
    list: "array",
}


def object_of(cls: type, names: frozenset[str], optional: Collection[str]) -> Schema:
    """The schema of an object with these attributes of a class, in the order in which the class declares them."""
    hints = get_type_hints(cls, include_extras=True)
    declared = [name for name in hints if name in names]
    return {
        "type": "object",
        "properties": {name: of(hints[name]) for name in declared},
        "required": [name for name in declared if name not in optional],
        "additionalProperties": False,
    }


def seed_of(name: str, fields: type) -> Schema:
    """The schema of what a scenario says of one resource of a kind, whose fields a TypedDict declares."""
    schema = of(fields)
    schema["properties"] = {"kind": {"const": name}, **schema["properties"]}
    if not schema["required"]:
        del schema["required"]
    return schema


def one_of_the_kinds(name: str) -> Schema:
    """The part of the schema of any resource that is about one kind."""
    return {"if": {"properties": {"kind": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}}


def of(hint: Any) -> Schema:
    """The schema of a type. Raises TypeError for one that JSON doesn't have."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        schema = of(arguments[0])
        for more in arguments[1:]:
            schema |= {"description": more} if isinstance(more, str) else more.keywords
        return schema
    if origin in (Union, UnionType):
        return _either([of(each) for each in arguments])
    if origin is Literal:
        return {"enum": list(arguments)}
    if is_typeddict(hint):
        return object_of(hint, hint.__required_keys__ | hint.__optional_keys__, hint.__optional_keys__)
    if hint is Any:
        return {}
    if hint not in _NAMES and origin not in _NAMES:
        raise TypeError(f"{hint!r} has no JSON Schema here")
    schema = {"type": _NAMES[origin or hint]}
    if origin is list:
        schema["items"] = of(arguments[0])
    elif origin is dict and arguments[1] is not Any:
        schema["additionalProperties"] = of(arguments[1])
    return schema


def _either(members: list[Schema]) -> Schema:
    """One of several types: a list of their names, with what is said of each, since a keyword is about its own type."""
    if any("enum" in member for member in members):
        return {"enum": [value for member in members for value in member.get("enum", [None])]}
    merged: Schema = {}
    for member in members:
        merged |= {key: value for key, value in member.items() if key != "type"}
    names: list[str] = []
    for member in members:
        names += member["type"] if isinstance(member["type"], list) else [member["type"]]
    if "description" in merged and "null" in names:
        merged["description"] += ", or null"
    return {"type": names, **merged}
