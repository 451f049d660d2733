"""Applies ``schemas/patches.json``: what the reference leaves out, or has wrong. Every entry says why.

The sections, in the order in which they apply:

- ``calls``: the right path, id or last microversion of a documented call, by ``METHOD path``;
- ``parameters``: keys of a parameter's schema to set (null removes one), or a whole new parameter;
- ``add``: operations that the reference leaves out, by chapter;
- ``views``: the fields that real Manila's answers have, shared by operations;
- ``operations``: changes to single operations, by id, or by several ids with commas between;
- ``checks``: in which order real Manila checks things, and what it makes of values of other types: a list of changes,
  each with the ids of its ``operations``;
- ``old_names``: paths and actions that had another name up to some microversion;
- ``experimental``: microversions at which operations want the experimental header;
- ``samples``: samples of the reference that contradict the contract;
- ``source``: where Manila's own code says otherwise and the contract stays as it is (``against/explained.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from fnmatch import fnmatchcase
from typing import Any

from .operations import Parameters

Json = dict[str, Any]
Chapters = dict[str, dict[str, Json]]

_ANNOTATIONS = {
    "min": "x-min-version",
    "max": "x-max-version",
    "admin": "x-admin",
    "attribute": "x-attribute",
    "values": "x-values",
    "lenient": "x-lenient",
    "multiple": "x-multiple",
    "status": "x-status",
    "late": "x-late",
    "text": "x-text",
    "empty": "x-empty",
    "tenant_defaults": "x-tenant-defaults",
}
_NEVER = "2.9999"
"""The last microversion of what has none."""
_RANGE = ("x-min-version", "x-max-version")
_PLAIN = ("routes", "success", "errors", "policy", "policy_on_record", "presence_first", "query_enforced")
_BODY_PLAIN = (
    "envelope",
    "collection",
    "links",
    "count",
    "aliases",
    "schema",
    "missing",
    "malformed",
    "malformed_late",
    "takes_containers",
    "takes_null",
    "object_since",
    "refuses_nulls",
    "refuses_others",
    "refuses_beside",
)


class PatchError(Exception):
    """A patch that has no reason, or that addresses something which isn't there."""


def patch_parameters(definitions: dict[str, Json], patches: Json) -> None:
    """Applies the section ``parameters`` to the definitions in place."""
    for names, patch in _entries(patches, "parameters"):
        for name in names:
            definition = definitions.setdefault(name, {})
            for key, value in patch.items():
                key = _ANNOTATIONS.get(key, key)
                if value is None:
                    definition.pop(key, None)
                else:
                    definition[key] = value


def patch_operations(chapters: Chapters, parameters: Parameters, patches: Json) -> None:
    """Applies everything that concerns operations, in place."""
    for chapter, added in patches.get("add", {}).items():
        for identity, patch in added.items():
            if any(identity in operations for operations in chapters.values()):
                raise PatchError(f"add: {identity} is documented")
            _check_reason("add", identity, patch)
            chapters.setdefault(chapter, {})[identity] = _added(patch, parameters)
    for (view,), patch in _entries(patches, "views"):
        for identity in patch["operations"]:
            response = _find(chapters, identity, view)["response"]
            if response is None:
                raise PatchError(f"views: {view}: {identity} has no response")
            properties = {name: _field(field, parameters) for name, field in patch["fields"].items()}
            response["schema"] = {"type": "object", "properties": properties}
    for identities, patch in _entries(patches, "operations"):
        for identity in identities:
            _change(_find(chapters, identity, "operations"), patch, parameters)
    for patch in patches.get("checks", []):
        _check_reason("checks", str(patch.get("operations")), patch)
        for identity in patch["operations"]:
            _change(_find(chapters, identity, "checks"), patch, parameters)
    for operations in chapters.values():
        for operation in operations.values():
            _prune(operation)
    _rename(chapters, patches)
    _mark_experimental(chapters, patches)


def _entries(patches: Json, section: str) -> Iterator[tuple[list[str], Json]]:
    for names, entries in patches.get(section, {}).items():
        for patch in entries if isinstance(entries, list) else [entries]:
            _check_reason(section, names, patch)
            yield [name.strip() for name in names.split(",")], {k: v for k, v in patch.items() if k != "why"}


def _check_reason(section: str, name: str, patch: Json) -> None:
    if not patch.get("why"):
        raise PatchError(f"{section}: {name}: a patch needs its why")


def _find(chapters: Chapters, identity: str, section: str) -> Json:
    for operations in chapters.values():
        if identity in operations:
            return operations[identity]
    raise PatchError(f"{section}: there is no operation {identity}")


def _added(patch: Json, parameters: Parameters) -> Json:
    operation: Json = {
        "routes": [],
        "success": [],
        "errors": [],
        "policy": None,
        "path": None,
        "query": None,
        "request": None,
        "response": None,
    }
    _change(operation, {"path": {}} | patch, parameters)
    return operation


def _change(operation: Json, patch: Json, parameters: Parameters) -> None:
    for key in _PLAIN:
        if key in patch:
            operation[key] = deepcopy(patch[key])
    for key in ("min", "max"):
        for route in operation["routes"] if key in patch else []:
            route[key] = patch[key]
    if "path" in patch:
        operation["path"] = _path(operation["routes"][0]["path"], patch["path"], parameters)
    if "query" in patch:
        fields = (operation["query"] or {}).get("properties", {})
        _merge(fields, patch["query"], parameters)
        operation["query"] = {"type": "object", "properties": fields} if fields else None
    for side in ("request", "response"):
        if side in patch:
            operation[side] = _body(operation[side], patch[side], parameters)


def _path(path: str, fields: Json, parameters: Parameters) -> Json | None:
    names = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
    properties = {name: _field(fields.get(name, {"type": "string"}), parameters) for name in names}
    return {"type": "object", "properties": properties, "required": names} if names else None


def _body(body: Json | None, patch: Json | None, parameters: Parameters) -> Json | None:
    if patch is None:
        return None
    changed: Json = deepcopy(body) if body is not None else {"envelope": None, "schema": {"type": "object"}}
    for key in _BODY_PLAIN:
        if key in patch:
            changed[key] = deepcopy(patch[key])
    schema = changed["schema"]
    if "fields" in patch:
        schema.setdefault("properties", {})
        _merge(schema["properties"], patch["fields"], parameters)
    for name, notes in patch.get("annotate", {}).items():
        if name not in schema.get("properties", {}):
            raise PatchError(f"there is no field {name} to annotate")
        schema["properties"][name] |= {_ANNOTATIONS.get(key, key): value for key, value in notes.items()}
    if "required" in patch:
        schema["required"] = patch["required"]
        if not patch["required"]:
            del schema["required"]
    return changed


def _merge(properties: Json, fields: Json, parameters: Parameters) -> None:
    for name, field in fields.items():
        if field is None:
            if name not in properties:
                raise PatchError(f"there is no field {name} to take out")
            del properties[name]
        else:
            properties[name] = _field(field, parameters)


def _field(field: str | Json, parameters: Parameters) -> Json:
    """A property from its short form: a parameter's name, or an object with ``is``, ``min``, ``max``, ``admin`` …"""
    short: Json = {"is": field} if isinstance(field, str) else dict(field)
    found: Json = {}
    defined: Json = {}
    if "is" in short:
        name = short.pop("is")
        if name not in parameters.definitions:
            raise PatchError(f"there is no parameter {name}")
        found, defined = parameters.property(name), parameters.definitions[name]
    for key, value in short.items():
        annotation = _ANNOTATIONS.get(key, key)
        if value is None and annotation in _RANGE and annotation not in defined:
            found.pop(annotation, None)
        else:
            # A null beside the reference opens the range that the parameter itself has.
            found[annotation] = value
    return found


def _prune(operation: Json) -> None:
    """Takes out the fields that a shared view has at microversions of its other operations alone."""
    served = {minor for route in operation["routes"] for minor in _minors(route.get("min"), route.get("max"))}
    properties = ((operation["response"] or {}).get("schema") or {}).get("properties", {})
    for name, field in list(properties.items()):
        if served.isdisjoint(_minors(field.get("x-min-version"), field.get("x-max-version"))):
            del properties[name]


def _minors(low: str | None, high: str | None) -> range:
    return range(_number(low), _number(high or _NEVER) + 1)


def _rename(chapters: Chapters, patches: Json) -> None:
    for entry in patches.get("old_names", []):
        _check_reason("old_names", str(entry.get("max")), entry)
        last = entry["max"]
        for identity, old in entry.get("actions", {}).items():
            operation = _find(chapters, identity, "old_names")
            _split(operation, last, lambda route, old=old: {**route, "action": old}, lambda route: "action" in route)
        for new, old in entry.get("paths", {}).items():
            for operations in chapters.values():
                for operation in operations.values():
                    _split(
                        operation,
                        last,
                        lambda route, new=new, old=old: {**route, "path": old + route["path"][len(new) :]},
                        lambda route, new=new: route["path"] == new or route["path"].startswith(new + "/"),
                    )


def _split(operation: Json, last: str, older: Any, concerned: Any) -> None:
    """Gives each concerned route its older form up to `last`, and its own from there on."""
    routes: list[Json] = []
    for route in operation["routes"]:
        if not concerned(route) or _number(route.get("min")) > _number(last):
            routes.append(route)
        elif _number(route.get("max", _NEVER)) <= _number(last):
            routes.append(older(route))
        else:
            routes.append({**older(route), "max": last})
            routes.append({**route, "min": _next(last)})
    operation["routes"] = routes


def _mark_experimental(chapters: Chapters, patches: Json) -> None:
    for entry in patches.get("experimental", []):
        _check_reason("experimental", str(entry.get("operations")), entry)
        for operations in chapters.values():
            for identity, operation in operations.items():
                if any(fnmatchcase(identity, pattern) for pattern in entry["operations"]):
                    routes = [part for route in operation["routes"] for part in _experimental(route, entry.get("max"))]
                    operation["routes"] = routes


def _experimental(route: Json, last: str | None) -> list[Json]:
    if last is None or _number(route.get("max", _NEVER)) <= _number(last):
        return [{**route, "experimental": True}]
    if _number(route.get("min")) > _number(last):
        return [route]
    return [{**route, "max": last, "experimental": True}, {**route, "min": _next(last)}]


def _number(version: str | None) -> int:
    return int((version or "2.0").partition(".")[2])


def _next(version: str) -> str:
    return f"2.{_number(version) + 1}"
