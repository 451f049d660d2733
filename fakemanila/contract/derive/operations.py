"""From the calls of the reference to the operations of the contract, before any correction."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from .naming import operation_id, snake
from .reference import ROOT, Call

Json = dict[str, Any]

_OUTSIDE_OF_ENVELOPE = re.compile(r"(count|\w+_links)$")


@dataclass(frozen=True)
class Sample:
    """A sample body of the reference, and the operation and direction it belongs to."""

    name: str
    operation: str
    direction: str
    """``request`` or ``response``."""
    body: Any


class Parameters:
    """The parameters that properties refer to."""

    def __init__(self, definitions: dict[str, Json]) -> None:
        self.definitions = definitions

    def property(self, name: str) -> Json:
        """A reference to a parameter, with the parameter's range beside it."""
        definition = self.definitions[name]
        found: Json = {"$ref": f"parameters.json#/$defs/{name}"}
        for annotation in ("x-min-version", "x-max-version"):
            if annotation in definition:
                found[annotation] = definition[annotation]
        return found

    def place(self, name: str) -> str:
        """Where a parameter goes: body, path, query or header."""
        return str(self.definitions[name]["x-in"])

    def required(self, name: str) -> bool:
        return bool(self.definitions[name]["x-required"])


def build(
    calls: list[Call],
    parameters: Parameters,
    samples: dict[str, Any],
    policies: dict[str, Json],
    corrections: dict[str, Json],
) -> tuple[dict[str, dict[str, Json]], list[Sample]]:
    """The operations by chapter and id, and the samples that belong to them. `samples` are parsed bodies by file name.

    `corrections` are by ``METHOD path`` of the reference and give the right ``path``, ``id`` or ``max``.
    """
    chapters: dict[str, dict[str, Json]] = {}
    belonging: list[Sample] = []
    guards = _Guards(policies)
    # Old paths of a call come last, so that the newest form of it is the one that is described.
    for call in sorted(calls, key=lambda call: "id" in corrections.get(f"{call.method} {call.path}", {})):
        correction = corrections.get(f"{call.method} {call.path}", {})
        call = replace(call, path=correction.get("path", call.path), max=correction.get("max", call.max))
        action = _action(call, samples)
        identity = correction.get("id") or operation_id(call.method, call.path, action)
        operation = _operation(call, action, parameters, samples, guards)
        known = chapters.setdefault(call.chapter, {})
        earlier = next((operations for operations in chapters.values() if identity in operations), None)
        if earlier is None:
            known[identity] = operation
        else:
            # The same operation under another path or of other microversions: one more route.
            earlier[identity]["routes"].extend(operation["routes"])
        for direction, names in (("request", call.request_samples), ("response", call.response_samples)):
            belonging.extend(Sample(name, identity, direction, samples[name]) for name in names)
    return {chapter: operations for chapter, operations in chapters.items() if operations}, belonging


def _action(call: Call, samples: dict[str, Any]) -> str | None:
    """The key of an action's body; only the sample says it reliably."""
    if not call.path.endswith("/action"):
        return None
    return str(next(iter(samples[call.request_samples[0]])))


def _operation(
    call: Call, action: str | None, parameters: Parameters, samples: dict[str, Any], guards: _Guards
) -> Json:
    route: Json = {"method": call.method, "path": call.path}
    if action is not None:
        route["action"] = action
    if call.min not in (None, "2.0"):
        route["min"] = call.min
    if call.max is not None:
        route["max"] = call.max
    return {
        "routes": [route],
        "success": call.success,
        "errors": sorted(set(call.errors)),
        "policy": guards.rule(call.method, call.path, action),
        "path": _path(call, parameters),
        "query": _query(call, parameters),
        "request": _request(call, action, parameters, samples),
        "response": _response(call, parameters, samples),
    }


def _path(call: Call, parameters: Parameters) -> Json | None:
    names = re.findall(r"\{([^}]+)\}", call.path)
    if not names:
        return None
    documented = {name: parameter for name, parameter in call.request if parameters.place(parameter) == "path"}
    # The reference spells some of them differently in the path and in the list: then the order decides.
    others = [parameter for name, parameter in documented.items() if name not in names and name != "project_id"]
    properties = {}
    for name in names:
        parameter = documented.get(name) or (others.pop(0) if others else None)
        properties[name] = parameters.property(parameter) if parameter else {"type": "string"}
    return {"type": "object", "properties": properties, "required": names}


def _query(call: Call, parameters: Parameters) -> Json | None:
    # A GET has no body: a parameter that the reference borrows from a body is one of the query there.
    places = {"query", "body"} if call.method in ("GET", "DELETE") else {"query"}
    path = re.findall(r"\{([^}]+)\}", call.path)
    properties = {
        name: parameters.property(parameter)
        for name, parameter in call.request
        if parameters.place(parameter) in places and name not in path and parameter != "project_id"
    }
    return {"type": "object", "properties": properties} if properties else None


def _request(call: Call, action: str | None, parameters: Parameters, samples: dict[str, Any]) -> Json | None:
    if call.method in ("GET", "DELETE"):
        return None
    body = samples[call.request_samples[0]] if call.request_samples else None
    envelope = action if action is not None else _envelope(body)
    fields = [
        (name, parameter)
        for name, parameter in call.request
        if parameters.place(parameter) == "body" and name not in (envelope, action) and name != "project_id"
    ]
    if not fields and isinstance(body, dict) and envelope is not None:
        return {"envelope": envelope, "schema": _free(body[envelope], nullable=action is not None)}
    if not fields and body is None:
        return None
    # An update changes what it names: nothing in it is required.
    required = [name for name, parameter in fields if parameters.required(parameter) and call.method != "PUT"]
    return {"envelope": envelope, "schema": _object(fields, required, parameters)}


def _response(call: Call, parameters: Parameters, samples: dict[str, Any]) -> Json | None:
    body: Any = samples[call.response_samples[0]] if call.response_samples else None
    envelope = _envelope(body)
    inner = body[envelope] if envelope is not None else body
    fields = [(name, parameter) for name, parameter in call.response if name != envelope]
    links = next((key for key in body or () if key.endswith("_links") and key != envelope), None)
    if not fields and inner is None:
        return None
    found: Json = {"envelope": envelope}
    if isinstance(inner, list):
        found["collection"] = True
    if not fields or (isinstance(inner, dict) and inner and not set(inner) & {name for name, _ in fields} and envelope):
        found["schema"] = _free(inner[0] if isinstance(inner, list) else inner)
    else:
        found["schema"] = _object([field for field in fields if field[0] not in ("count", links)], [], parameters)
    if links:
        found["links"] = links
    return found


def _envelope(body: Any) -> str | None:
    """The key around a sample's object or list; None if it has no such key."""
    if not isinstance(body, dict):
        return None
    inside: list[str] = [key for key in body if not _OUTSIDE_OF_ENVELOPE.match(key)]
    if len(inside) == 1 and (isinstance(body[inside[0]], dict | list) or body[inside[0]] is None):
        return inside[0]
    # The one resource that is shown twice, under its name of today and that of volumes.
    return next((key for key in inside if key in ("share_type", "share_types")), None)


def _object(fields: list[tuple[str, str]], required: list[str], parameters: Parameters) -> Json:
    properties = {name: parameters.property(parameter) for name, parameter in fields}
    schema: Json = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return schema


def _free(body: Any, *, nullable: bool = False) -> Json:
    """The schema of an object whose keys the caller chooses, such as metadata; of an action without fields."""
    if body is None:
        # Real Manila looks at the key of such an action, never at its value.
        return {}
    schema: Json = {"type": ["object", "null"] if nullable else "object"}
    if isinstance(body, dict) and body and all(isinstance(value, str) for value in body.values()):
        schema["additionalProperties"] = {"type": "string"}
    return schema


class _Guards:
    """Finds the policy rule that guards a call."""

    def __init__(self, policies: dict[str, Json]) -> None:
        self._rules: dict[tuple[str, str], list[str]] = {}
        for name, rule in policies.items():
            for operation in rule["operations"]:
                path = operation["path"].partition("?")[0]
                self._rules.setdefault((operation["method"], _shape(path)), []).append(name)

    def rule(self, method: str, path: str, action: str | None) -> str | None:
        """The rule of a call; for an action the one with the action's name; None where it is not certain."""
        rules = self._rules.get((method, _shape(path)), [])
        if action is not None:
            name = snake(action)
            rules = [rule for rule in rules if rule.partition(":")[2].startswith(name) or rule.endswith("_" + name)]
        return min(rules, key=len) if rules else None


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


def allow_nulls(samples: list[Sample], chapters: dict[str, dict[str, Json]], definitions: dict[str, Json]) -> None:
    """Lets body parameters be null that are optional, or null in a sample: the reference has no word for it."""
    nullable = {name for name, entry in definitions.items() if entry["x-in"] == "body" and not entry["x-required"]}
    operations = {identity: operation for chapter in chapters.values() for identity, operation in chapter.items()}
    for sample in samples:
        body = operations[sample.operation][sample.direction] or {}
        content = sample.body.get(body.get("envelope")) or sample.body if isinstance(sample.body, dict) else {}
        properties = body.get("schema", {}).get("properties", {})
        for item in content if isinstance(content, list) else [content]:
            for name, value in item.items():
                if value is None and "$ref" in properties.get(name, {}):
                    nullable.add(properties[name]["$ref"].rpartition("/")[2])
    for name in nullable:
        if isinstance(definitions[name].get("type"), str):
            definitions[name]["type"] = [definitions[name]["type"], "null"]


def complete_errors(chapters: dict[str, dict[str, Json]]) -> None:
    """Adds 401 and, where a rule guards the call, 403: some chapters of the reference list no such codes."""
    for operations in chapters.values():
        for operation in operations.values():
            known = set(operation["errors"])
            if operation["routes"][0]["path"] != ROOT:
                known.add(401)
            if operation["policy"] is not None:
                known.add(403)
            operation["errors"] = sorted(known)


def parse_samples(texts: dict[str, str]) -> dict[str, Any]:
    """Sample bodies by file name."""
    return {name: json.loads(text) for name, text in texts.items()}
