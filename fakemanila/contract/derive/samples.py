"""Holds the contract against the sample bodies of the reference.

Samples show what a server answered once, so they find wrong envelopes, missing fields and wrong types. Those that are
wrong themselves are listed in ``patches.json`` with the reason.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from .operations import Sample

Json = dict[str, Any]

_MAXIMUM = 99


def contradictions(files: dict[str, Json], samples: list[Sample], excused: dict[str, str]) -> list[str]:
    """One line per sample that its operation's schema refuses, and per excuse that is no longer needed."""
    operations = {name: doc for file in files.values() for name, doc in file.get("operations", {}).items()}
    definitions = files["parameters.json"]["$defs"]
    found = []
    wrong = set()
    for sample in samples:
        problem = _problem(sample, operations[sample.operation], definitions)
        if problem is not None:
            wrong.add(sample.name)
            if sample.name not in excused:
                found.append(f"samples/{sample.name} ({sample.operation}, {sample.direction}): {problem}")
    found.extend(f"samples/{name}: excused, but it agrees with the contract" for name in sorted(set(excused) - wrong))
    return found


def _problem(sample: Sample, operation: Json, definitions: dict[str, Json]) -> str | None:
    body = operation[sample.direction]
    if body is None:
        return "the operation has no such body"
    content = sample.body
    envelope = body["envelope"]
    if envelope is not None:
        if not isinstance(content, dict) or envelope not in content:
            return f"no {envelope} in it"
        content = content[envelope]
    last = max(int(route.get("max", f"2.{_MAXIMUM}").partition(".")[2]) for route in operation["routes"])
    validator = Draft202012Validator(at_version(body["schema"], last, definitions))
    collection = body.get("collection")
    if collection and not isinstance(content, list):
        return f"{envelope} is not a list"
    for item in content if collection else [content]:
        for error in validator.iter_errors(item):
            where = ".".join(str(part) for part in error.absolute_path)
            return f"{where or 'body'}: {error.message[:150]}"
    return None


def at_version(schema: Json, minor: int, definitions: dict[str, Json]) -> Json:
    """The schema of a body at microversion 2.`minor`, references followed, closed to other fields than its own."""
    if "properties" not in schema:
        return schema
    properties = {}
    for name, declared in schema["properties"].items():
        reference = declared.get("$ref")
        resolved = {**definitions[reference.rpartition("/")[2]], **declared} if reference else dict(declared)
        resolved.pop("$ref", None)
        low, high = resolved.get("x-min-version"), resolved.get("x-max-version")
        if _minor(low, 0) <= minor <= _minor(high, _MAXIMUM):
            properties[name] = resolved
    required = [name for name in schema.get("required", []) if name in properties]
    closed = {**schema, "properties": properties, "required": required}
    closed.setdefault("additionalProperties", False)
    return closed


def _minor(version: str | None, default: int) -> int:
    return default if version is None else int(version.partition(".")[2])
