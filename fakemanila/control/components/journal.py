"""What was asked."""

from __future__ import annotations

from .shapes import COUNT, TEXT, TIME, Json, nullable, object_, ref

SCHEMAS: dict[str, Json] = {
    "Requests": object_(
        {
            "requests": {"type": "array", "items": ref("Request")},
            "total": {**COUNT, "description": "How many there are, also without a limit."},
        }
    ),
    "Request": object_(
        {
            "id": TEXT,
            "time": TIME,
            "method": TEXT,
            "path": TEXT,
            "query": {"type": "object", "additionalProperties": TEXT},
            "operation": {**nullable(TEXT), "description": "null for a path that no route knows."},
            "project_id": nullable(TEXT),
            "project_name": nullable(TEXT),
            "user_id": nullable(TEXT),
            "user_name": nullable(TEXT),
            "microversion": nullable(TEXT),
            "status": {**nullable({"type": "integer"}), "description": "null or 0 where no answer was sent."},
            "duration": {"type": "number", "description": "Seconds of the world's clock; 0 where that stands still."},
            "mark": {
                "enum": ["unmatched", "not_implemented", None],
                "description": "A path that no route knows; an operation that this release doesn't serve.",
            },
            "request": ref("Message"),
            "response": ref("Message"),
            "contract_warnings": {"type": "array", "items": TEXT},
            "faults": {"type": "array", "items": TEXT, "description": "The names of the rules that fired."},
            "held": {"type": "array", "items": ref("Holding"), "description": "Where rules held it."},
            "transitions": {"type": "array", "items": ref("Pending"), "description": "What it started."},
        }
    ),
    "Message": object_(
        {
            "headers": {"type": "object", "additionalProperties": TEXT, "description": "Tokens are masked."},
            "body": {"description": "JSON, or text; null where there is none. Passwords and keys are masked."},
        },
        {"dropped": {"const": True, "description": "The body was dropped to save memory."}},
    ),
}
