"""Checkpoints, forks, and what differs."""

from __future__ import annotations

from .shapes import COUNT, TEXT, TIME, Json, nullable, object_, ref
from .time import CLOCK

_CHANGES: Json = {
    "type": "object",
    "additionalProperties": {"type": "array", "minItems": 2, "maxItems": 2, "description": "Before and after."},
}
_REFERENCE: Json = {**TEXT, "examples": ["checkpoint:before", "world:default"]}
_RECORD: Json = {"kind": TEXT, "id": TEXT, "name": nullable(TEXT)}


def _difference(made: Json, changed: Json) -> Json:
    """What was made, is gone, and is another one."""
    lists = {"made": made, "gone": made, "changed": changed}
    return object_({name: {"type": "array", "items": items} for name, items in lists.items()})


SCHEMAS: dict[str, Json] = {
    "Checkpoint": object_({"name": TEXT, "time": TIME, "records": COUNT, "pending": COUNT}),
    "Checkpoints": object_({"checkpoints": {"type": "array", "items": ref("Checkpoint")}}),
    "Fork": object_(
        {},
        {
            "from": {**_REFERENCE, "description": "Default: the world of the path."},
            "replace": {"type": "boolean", "description": "Whether it replaces a world of that name."},
        },
    ),
    "Forked": object_({"name": TEXT, "from": _REFERENCE, **CLOCK}),
    "Diff": object_(
        {
            "from": _REFERENCE,
            "to": _REFERENCE,
            "records": _difference(
                object_({**_RECORD, "record": {"type": "object"}}), object_({**_RECORD, "changes": _CHANGES})
            ),
            "transitions": _difference(ref("Pending"), object_({"id": TEXT, "changes": _CHANGES}, open=True)),
            "faults": _difference(
                object_({"id": TEXT, "name": nullable(TEXT)}, open=True),
                object_({"id": TEXT, "changes": _CHANGES}, open=True),
            ),
            "delays": _CHANGES,
            "clock": _CHANGES,
        }
    ),
    "StateOrDiff": {"anyOf": [ref("State"), ref("Diff")]},
}
