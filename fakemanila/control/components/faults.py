"""Rules."""

from __future__ import annotations

from .shapes import COUNT, PATTERN, PATTERNS, TEXT, YES, Json, nullable, object_, ref

_MATCH = object_(
    {},
    {
        "operation": PATTERNS,
        "method": PATTERNS,
        "path": PATTERN,
        "project": {**TEXT, "description": "Id or name."},
        "user": {**TEXT, "description": "Id or name."},
        "role": TEXT,
        "microversion": {**TEXT, "examples": [">=2.40", "2.0-2.6"]},
        "headers": {"type": "object", "additionalProperties": PATTERN},
        "resource": object_({}, {"id": TEXT, "name": PATTERN, "metadata": {"type": "object"}}),
        "body": {"type": "object", "description": "A part of the body, with or without its envelope."},
    },
)

_WHEN = object_(
    {},
    {
        "after": {**COUNT, "description": "This many matching requests pass first."},
        "times": {**nullable({"type": "integer", "minimum": 1}), "description": "It fires at most this many times."},
        "every": {"type": "integer", "minimum": 1, "description": "It fires on every n-th matching request only."},
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
        "between": {
            "type": "array",
            "items": nullable(ref("Duration")),
            "minItems": 2,
            "maxItems": 2,
            "description": "World time since the rule was added, excluding the end; null for no end.",
        },
        "sequence": {"type": "array", "items": {"enum": ["fail", "succeed"]}, "minItems": 1},
    },
)

_AT: Json = {"enum": ["arrival", "answer"]}

EFFECTS: Json = {
    "respond": {"type": "object", "description": "status, error, message, headers, body"},
    "delay": {"description": "A delay before handling, or {before, after}."},
    "pause": {"anyOf": [YES, object_({}, {"at": _AT, "max": ref("Duration")})]},
    "barrier": object_(
        {"count": {"type": "integer", "minimum": 2}},
        {
            "order": {
                "anyOf": [{"enum": ["arrival", "reverse", None]}, {"type": "array", "items": ref("Match")}],
                "description": "The order in which requests go on; without it all at once.",
            },
            "at": _AT,
            "max": ref("Duration"),
        },
    ),
    "hang": {"anyOf": [YES, ref("Duration")]},
    "reset": YES,
    "empty": YES,
    "malformed": YES,
    "truncate": {"type": "number", "minimum": 0, "maximum": 1},
    "dribble": {"type": "object", "description": "bytes, every"},
    "commit_then": {
        "type": "object",
        "description": "An effect on the response, after the request was carried out.",
    },
    "outcome": {"description": "error, stuck or a status; or {status, after, message}."},
    "revoke_token": YES,
    "cap_microversion": {**TEXT, "examples": ["2.65"]},
    "ignore_microversion": YES,
    "stale_list": ref("Duration"),
    "gone": YES,
    "catalog": {"description": "The change of the service catalog."},
    "blank": {"description": "The fields that are null in the response."},
    "one_of": {"type": "array", "description": "One of these effects, drawn for each request."},
}

_RULE_PARTS: Json = {
    "name": {**nullable(TEXT), "description": "The rule's name in the journal."},
    "preset": {**TEXT, "description": "One of GET /faults/presets."},
    "match": ref("Match"),
    "when": ref("When"),
    "do": ref("Do"),
    "must_fire": {"type": "boolean", "description": "A test fails if the rule never fires."},
}


SCHEMAS: dict[str, Json] = {
    "Match": _MATCH,
    "When": _WHEN,
    "Do": {
        "type": "object",
        "properties": EFFECTS,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    },
    "Rule": {
        "anyOf": [
            {**TEXT, "description": "The name of a preset."},
            {
                "type": "object",
                "properties": _RULE_PARTS,
                "anyOf": [{"required": ["do"]}, {"required": ["preset"]}],
            },
        ]
    },
    "Fault": object_(
        {
            "id": TEXT,
            "match": ref("Match"),
            "when": ref("When"),
            "do": ref("Do"),
            "matched": {**COUNT, "description": "The number of requests that met all conditions of match."},
            "fired": {**COUNT, "description": "The number of requests that it changed."},
        },
        {
            **{key: value for key, value in _RULE_PARTS.items() if key not in ("match", "when", "do")},
            "near_misses": {
                "type": "array",
                "items": {"type": "object"},
                "description": "Requests that met every condition but one.",
            },
        },
        open=True,
    ),
    "Faults": object_({"faults": {"type": "array", "items": ref("Fault")}}),
    "Presets": object_({"presets": {"type": "array", "items": ref("Preset")}}),
    "Preset": object_({"name": TEXT, "summary": TEXT}, open=True),
}
