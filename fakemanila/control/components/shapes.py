"""What schemas are made of."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
TIME: Json = {"type": "string", "description": "UTC, such as 2026-01-01T00:00:00.000000"}
PATTERN: Json = {"type": "string", "minLength": 1, "description": "May contain *, ? and […]."}
PATTERNS: Json = {"oneOf": [PATTERN, {"type": "array", "items": PATTERN, "minItems": 1}]}
YES: Json = {"const": True}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def object_(required: Json, optional: Json | None = None, *, open: bool = False) -> Json:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": open,
    }


def change(**properties: Json) -> Json:
    """An object that says at least one of these."""
    return {"type": "object", "properties": properties, "minProperties": 1, "additionalProperties": False}
