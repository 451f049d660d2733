"""Answers from records: which fields exist, at which microversion, for whom, under which name.

A renderer is compiled once per operation, microversion and audience. No resource module decides what to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from ..versions import Microversion, Range
from .model import Schema, load

Renderer = Callable[[Mapping[str, Any]], dict[str, Any]]


def _in_range(entry: Mapping[str, Any], version: Microversion) -> bool:
    return version in Range.parse(entry.get("min"), entry.get("max"))


def _attribute(field: str, schema: Schema, version: Microversion) -> str:
    """The record's attribute behind a field; the field's own name unless the contract says otherwise."""
    named = schema.get("x-attribute", field)
    if isinstance(named, str):
        return named
    for entry in named:
        if _in_range(entry, version):
            return str(entry["attribute"])
    return field


def _shown_values(schema: Schema, version: Microversion) -> dict[Any, Any]:
    """Values that this microversion shows under an older name, such as ``creating_from_snapshot``."""
    shown: dict[Any, Any] = {}
    for entry in schema.get("x-values", ()):
        if _in_range(entry, version):
            shown.update(entry["map"])
    return shown


def _tenant_defaults(schema: Schema, version: Microversion) -> dict[str, Any]:
    """Keys that everyone but administrators sees in a mapping, also where the record doesn't mention them."""
    defaults: dict[str, Any] = {}
    for entry in schema.get("x-tenant-defaults", ()):
        if _in_range(entry, version):
            defaults.update(entry["values"])
    return defaults


Field = Callable[[Any], Any]


def _members(schema: Schema, version: Microversion) -> frozenset[str] | None:
    """The members of an object that this microversion shows, None where all of them are there at every one."""
    properties = schema.get("properties", {})
    if not any("x-min-version" in each or "x-max-version" in each for each in properties.values()):
        return None
    return frozenset(load().properties(schema, version))


def _field(schema: Schema, version: Microversion, admin: bool) -> Field | None:
    """How a field's value is shown, None where it is shown as it is."""
    members = _members(schema, version)
    if members is not None:
        return lambda value: {name: member for name, member in value.items() if name in members}
    of_items = _members(schema.get("items", {}), version)
    if of_items is not None:
        return lambda value: [{name: each[name] for name in each if name in of_items} for each in value]
    values = _shown_values(schema, version)
    if values:
        return lambda value: values.get(value, value)
    defaults = {} if admin else _tenant_defaults(schema, version)
    if defaults:
        return lambda value: {**defaults, **value}
    return None


def _nothing(record: Mapping[str, Any]) -> tuple[Any, ...]:
    raise KeyError


@lru_cache(maxsize=4096)
def renderer(operation_id: str, version: Microversion, admin: bool) -> Renderer:
    """The function that turns a record into what this operation shows of it.

    A field whose attribute the record lacks is left out: that is how a module says that a field depends on the record
    and not on the microversion.
    """
    contract = load()
    response = contract.operations[operation_id].response
    if response is None or not response.schema.get("properties"):
        return dict
    attributes: dict[str, str] = {}
    changed: list[tuple[str, Field]] = []
    for name, schema in contract.properties(response.schema, version).items():
        if admin or not schema.get("x-admin"):
            attributes[name] = _attribute(name, schema, version)
            show = _field(schema, version, admin)
            if show is not None:
                changed.append((name, show))

    pick = itemgetter(*attributes.values()) if len(attributes) > 1 else _nothing

    def render(record: Mapping[str, Any]) -> dict[str, Any]:
        try:
            shown = dict(zip(attributes, pick(record), strict=True))
        except KeyError:
            shown = {name: record[attribute] for name, attribute in attributes.items() if attribute in record}
        for name, show in changed:
            if name in shown:
                shown[name] = show(shown[name])
        return shown

    return render
