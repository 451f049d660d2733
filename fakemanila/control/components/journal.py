"""What was asked."""

from __future__ import annotations

from .shapes import COUNT, TEXT, TIME, Json, nullable, object_, ref

SUMMARY: Json = {
    "id": TEXT,
    "time": TIME,
    "method": TEXT,
    "path": TEXT,
    "query": {"type": "object", "additionalProperties": TEXT},
    "operation": {**nullable(TEXT), "description": "null if no route matches the path."},
    "project_id": nullable(TEXT),
    "project_name": nullable(TEXT),
    "user_id": nullable(TEXT),
    "user_name": nullable(TEXT),
    "microversion": nullable(TEXT),
    "status": {**nullable({"type": "integer"}), "description": "null or 0 if no response was sent."},
    "duration": {"type": "number", "description": "Seconds of the world's clock; 0 if it stands still."},
    "mark": {
        "enum": ["unmatched", "not_implemented", None],
        "description": "unmatched: no route matches; not_implemented: the release doesn't serve the operation.",
    },
    "contract_warnings": {"type": "array", "items": TEXT},
    "faults": {"type": "array", "items": TEXT, "description": "The names of the rules that fired."},
    "held": {"type": "array", "items": ref("Holding"), "description": "How rules held it."},
    "transitions": {"type": "array", "items": ref("Pending"), "description": "The transitions that it started."},
}
"""All but the refusal and what was sent."""

_REQUEST: Json = {
    **SUMMARY,
    "refusal": {**nullable(ref("Refusal")), "description": "null if nothing was refused."},
    "request": ref("Message"),
    "response": ref("Message"),
}

SCHEMAS: dict[str, Json] = {
    "Requests": object_(
        {
            "requests": {"type": "array", "items": ref("Request")},
            "total": {**COUNT, "description": "The number without the limit."},
        }
    ),
    "Request": object_(_REQUEST),
    "ExplainedRequest": object_(
        {**_REQUEST, "explanation": {"type": "array", "items": TEXT, "description": "Why, in sentences."}}
    ),
    "Message": object_(
        {
            "headers": {"type": "object", "additionalProperties": TEXT, "description": "Tokens are masked."},
            "body": {"description": "JSON or text; null if there is none. Passwords and keys are masked."},
        },
        {"dropped": {"const": True, "description": "The body was dropped to save memory."}},
    ),
}
