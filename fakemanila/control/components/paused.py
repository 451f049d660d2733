"""Requests that rules hold."""

from __future__ import annotations

from .shapes import COUNT, TEXT, TIME, Json, nullable, object_, ref

_AT: Json = {"enum": ["arrival", "answer"]}
_BARRIER: Json = object_(
    {
        "count": {**COUNT, "description": "How many requests wait for each other."},
        "there": {**COUNT, "description": "How many have arrived."},
    }
)

SCHEMAS: dict[str, Json] = {
    "PausedRequests": object_({"paused": {"type": "array", "items": ref("PausedRequest")}}),
    "PausedRequest": object_(
        {
            "id": TEXT,
            "rule": {**TEXT, "description": "The id of the rule that holds it."},
            "fault": {**TEXT, "description": "The rule's name in the journal."},
            "at": _AT,
            "since": TIME,
            "request_id": TEXT,
            "operation": nullable(TEXT),
            "method": TEXT,
            "path": TEXT,
            "query": {"type": "object", "additionalProperties": TEXT},
            "microversion": nullable(TEXT),
            "project": {**nullable(TEXT), "description": "By name."},
            "user": {**nullable(TEXT), "description": "By name."},
            "request": ref("Message"),
            "status": {
                **nullable({"type": "integer"}),
                "description": "The status of the response that would be sent; 0 if none would be, null at arrival.",
            },
            "response": {
                **nullable(ref("Message")),
                "description": "The response that would be sent; null at arrival.",
            },
        },
        {
            "barrier": _BARRIER,
            "ended": {"enum": ["continue", "drop", "respond"], "description": "How it ended, if it was decided on."},
        },
    ),
    "PausedDecision": object_(
        {
            "do": {
                "anyOf": [
                    {"enum": ["continue", "drop"]},
                    object_({"respond": {"type": "object", "description": "status, error, message, headers, body"}}),
                ]
            }
        }
    ),
    "Holding": object_(
        {
            "fault": {**TEXT, "description": "The name of the rule."},
            "at": _AT,
            "seconds": {"type": "number", "description": "Seconds of the world's clock; 0 if it stands still."},
            "ended": {
                "enum": ["continue", "drop", "respond", "max", "all there", "rule removed", "reset", "stop", "full"],
                "description": "How it ended; full if it was not held at all.",
            },
        },
        {"barrier": _BARRIER},
    ),
}
