"""Time, and what is under way."""

from __future__ import annotations

from .shapes import COUNT, TEXT, TIME, Json, change, nullable, object_, ref

CLOCK: Json = {
    "now": TIME,
    "mode": {"enum": ["real", "manual"]},
    "rate": {"type": "number", "minimum": 0, "description": "World seconds per real second; 0 if it stands still."},
    "pending": {**COUNT, "description": "Transitions under way."},
    "next": {**nullable(TIME), "description": "When the next of them comes due; null if none ends with time."},
}


RAN: Json = {
    "operation": TEXT,
    "phase": {**nullable(TEXT), "description": "The phase that has ended; null if it has none."},
    "resource_type": TEXT,
    "resource_id": TEXT,
    "status": {**nullable(TEXT), "description": "The record's status from then on; null if it is gone."},
}
"""What is said of a transition that has ended, besides its id and when that was."""

SCHEMAS: dict[str, Json] = {
    "Duration": {"type": ["string", "number"], "examples": ["250ms", "2s", "5m", 0.25]},
    "Delay": {
        "anyOf": [
            ref("Duration"),
            object_({"uniform": {"type": "array", "items": ref("Duration"), "minItems": 2, "maxItems": 2}}),
            object_({"lognormal": object_({"median": ref("Duration"), "sigma": {"type": "number", "minimum": 0}})}),
            object_({"reads": {"type": "integer", "minimum": 1, "description": "Ends at the n-th read."}}),
        ]
    },
    "Delays": {
        "type": "object",
        "additionalProperties": ref("Delay"),
        "description": "By operation id, pattern or default.",
        "examples": [{"default": 0, "snapshots.create": "2s", "shares.*": {"uniform": ["1s", "3s"]}}],
    },
    "DelaysChange": {"type": "object", "additionalProperties": nullable(ref("Delay"))},
    "Clock": object_(CLOCK),
    "ClockChange": change(**CLOCK),
    "Advance": {
        "oneOf": [
            object_({"seconds": ref("Duration")}),
            object_({"duration": ref("Duration")}),
            object_({"to": {"enum": ["next", "idle"]}}),
        ]
    },
    "Advanced": object_({**CLOCK, "transitions": {"type": "array", "items": ref("Ran")}}),
    "Transitions": object_({"transitions": {"type": "array", "items": ref("Pending")}}),
    "Pending": object_(
        {
            "id": TEXT,
            "operation": TEXT,
            "phase": {**nullable(TEXT), "description": "The current phase; null if it has none."},
            "resource_type": TEXT,
            "resource_id": TEXT,
            "request_id": nullable(TEXT),
            "outcome": {**TEXT, "description": "success, error, stuck, or a status."},
            "due": {**nullable(TIME), "description": "null if it doesn't end with time."},
            "reads": {**nullable(COUNT), "description": "After how many more reads it ends."},
            "held": {"type": "boolean"},
        },
        open=True,
    ),
    "Ran": object_({"id": TEXT, "time": TIME, **RAN}, open=True),
    "Transition": {"anyOf": [ref("Pending"), ref("Ran")]},
    "Decision": object_({"outcome": {"enum": ["success", "error", "hold", "release"]}}),
}
