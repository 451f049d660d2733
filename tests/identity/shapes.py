"""What can be compared between two servers whose ids and sentences differ: keys and types."""

from __future__ import annotations

import json
from typing import Any

_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}

Shape = Any


def shape(value: Any) -> Shape:
    """The keys and types of JSON data; of a list, the different shapes of its elements."""
    if isinstance(value, dict):
        return {key: shape(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [json.loads(text) for text in sorted({json.dumps(shape(item), sort_keys=True) for item in value})]
    return _NAMES[type(value)]


def pick(body: Any, path: str) -> str:
    """The value at a path such as ``users.0.id``."""
    for step in path.split("."):
        body = body[int(step)] if isinstance(body, list) else body[step]
    return str(body)


def fill(value: Any, known: dict[str, str]) -> Any:
    """Puts what was saved earlier for every ``${name}``."""
    if isinstance(value, dict):
        return {key: fill(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, str):
        for name, text in known.items():
            value = value.replace(f"${{{name}}}", text)
    return value
