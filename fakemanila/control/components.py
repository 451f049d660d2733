"""What goes in and out of the control plane, as JSON Schema: the components of its OpenAPI document."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_TIME: Json = {"type": "string", "description": "UTC, such as 2026-01-01T00:00:00.000000"}
_PATTERN: Json = {"type": "string", "minLength": 1, "description": "May have *, ? and […] in it."}
_PATTERNS: Json = {"oneOf": [_PATTERN, {"type": "array", "items": _PATTERN, "minItems": 1}]}
_YES: Json = {"const": True}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _nullable(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: Json, optional: Json | None = None, *, open: bool = False) -> Json:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": open,
    }


def _change(**properties: Json) -> Json:
    """An object that says at least one of these."""
    return {"type": "object", "properties": properties, "minProperties": 1, "additionalProperties": False}


_CLOCK: Json = {
    "now": _TIME,
    "mode": {"enum": ["real", "manual"]},
    "rate": {"type": "number", "minimum": 0, "description": "World seconds per second; 0 where it stands still."},
    "pending": {**_COUNT, "description": "Transitions under way."},
    "next": {**_nullable(_TIME), "description": "When the next of them comes due; null where time ends none."},
}

_MATCH = _object(
    {},
    {
        "operation": _PATTERNS,
        "method": _PATTERNS,
        "path": _PATTERN,
        "project": {**_TEXT, "description": "Id or name."},
        "user": {**_TEXT, "description": "Id or name."},
        "role": _TEXT,
        "microversion": {**_TEXT, "examples": [">=2.40", "2.0-2.6"]},
        "headers": {"type": "object", "additionalProperties": _PATTERN},
        "resource": _object({}, {"id": _TEXT, "name": _PATTERN, "metadata": {"type": "object"}}),
        "body": {"type": "object", "description": "A part of the body, with or without its envelope."},
    },
)

_WHEN = _object(
    {},
    {
        "after": {**_COUNT, "description": "So many matching requests are let go first."},
        "times": {**_nullable({"type": "integer", "minimum": 1}), "description": "It fires so often."},
        "every": {"type": "integer", "minimum": 1, "description": "Only on every n-th request."},
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
        "between": {
            "type": "array",
            "items": _nullable(_ref("Duration")),
            "minItems": 2,
            "maxItems": 2,
            "description": "World time since the rule was added, the end excluded; null for no end.",
        },
        "sequence": {"type": "array", "items": {"enum": ["fail", "succeed"]}, "minItems": 1},
    },
)

_EFFECTS: Json = {
    "respond": {"type": "object", "description": "status, error, message, headers, body"},
    "delay": {"description": "A delay before handling, or {before, after}."},
    "hang": {"anyOf": [_YES, _ref("Duration")]},
    "reset": _YES,
    "empty": _YES,
    "malformed": _YES,
    "truncate": {"type": "number", "minimum": 0, "maximum": 1},
    "dribble": {"type": "object", "description": "bytes, every"},
    "commit_then": {
        "type": "object",
        "description": "An effect on the answer, once the request was carried out.",
    },
    "outcome": {"description": "error, stuck or a status; or {status, after, message}."},
    "revoke_token": _YES,
    "cap_microversion": {**_TEXT, "examples": ["2.65"]},
    "ignore_microversion": _YES,
    "stale_list": _ref("Duration"),
    "catalog": {"description": "What is missing or wrong in the service catalog."},
    "blank": {"description": "What is left empty in the answer."},
    "one_of": {"type": "array", "description": "One of these effects, drawn for each request."},
}

_RULE_PARTS: Json = {
    "name": {**_nullable(_TEXT), "description": "What the journal calls it."},
    "preset": {**_TEXT, "description": "One of GET /faults/presets."},
    "match": _ref("Match"),
    "when": _ref("When"),
    "do": _ref("Do"),
    "must_fire": {"type": "boolean", "description": "A test in which it never fires fails."},
}

SCHEMAS: dict[str, Json] = {
    "Error": _object({"error": {**_TEXT, "description": "The field, its value, and what would be right."}}),
    "Health": _object(
        {
            "status": {"const": "ok"},
            "version": _TEXT,
            "worlds": {"type": "array", "items": _TEXT},
            "release": {**_TEXT, "examples": ["2025.1"]},
            "min_microversion": _TEXT,
            "max_microversion": _TEXT,
            "log_lines_dropped": _COUNT,
            "cacert": _nullable({**_TEXT, "description": "The file of the authority that --tls has made."}),
        }
    ),
    "Document": {"type": "object", "description": "An OpenAPI 3.1 document.", "required": ["openapi", "paths"]},
    "Operations": _object({"operations": {"type": "array", "items": _ref("Operation")}, "total": _COUNT}),
    "Operation": _object(
        {
            "id": {**_TEXT, "examples": ["snapshots.create"]},
            "chapter": _TEXT,
            "method": _TEXT,
            "path": _TEXT,
            "action": _nullable(_TEXT),
            "versions": _TEXT,
            "implemented": {"type": "boolean"},
        },
        open=True,
    ),
    "State": {"type": "object", "description": "schemas/state.json of fakemanila.", "required": ["version"]},
    "Scenario": {
        "type": "object",
        "description": "schemas/scenario.json of fakemanila.",
        "examples": [{"resources": [{"kind": "share", "name": "db", "size": 5}]}],
    },
    "Made": _object({"resources": {"type": "array", "items": _ref("Resource")}}),
    "Resource": _object({"kind": _TEXT, "id": _TEXT, "name": _nullable(_TEXT)}, open=True),
    # Time
    "Duration": {"type": ["string", "number"], "examples": ["250ms", "2s", "5m", 0.25]},
    "Delay": {
        "anyOf": [
            _ref("Duration"),
            _object({"uniform": {"type": "array", "items": _ref("Duration"), "minItems": 2, "maxItems": 2}}),
            _object({"lognormal": _object({"median": _ref("Duration"), "sigma": {"type": "number", "minimum": 0}})}),
            _object({"reads": {"type": "integer", "minimum": 1, "description": "Done at the n-th read."}}),
        ]
    },
    "Delays": {
        "type": "object",
        "additionalProperties": _ref("Delay"),
        "description": "By operation id, pattern of them, or default.",
        "examples": [{"default": 0, "snapshots.create": "2s", "shares.*": {"uniform": ["1s", "3s"]}}],
    },
    "DelaysChange": {"type": "object", "additionalProperties": _nullable(_ref("Delay"))},
    "Clock": _object(_CLOCK),
    "ClockChange": _change(**_CLOCK),
    "Advance": {
        "oneOf": [
            _object({"seconds": _ref("Duration")}),
            _object({"duration": _ref("Duration")}),
            _object({"to": {"enum": ["next", "idle"]}}),
        ]
    },
    "Advanced": _object({**_CLOCK, "transitions": {"type": "array", "items": _ref("Ran")}}),
    "Transitions": _object({"transitions": {"type": "array", "items": _ref("Pending")}}),
    "Pending": _object(
        {
            "id": _TEXT,
            "operation": _TEXT,
            "phase": {**_nullable(_TEXT), "description": "The one that it is in; null where it has none."},
            "resource_type": _TEXT,
            "resource_id": _TEXT,
            "request_id": _nullable(_TEXT),
            "outcome": {**_TEXT, "description": "success, error, stuck, or a status."},
            "due": {**_nullable(_TIME), "description": "null where time doesn't end it."},
            "reads": {**_nullable(_COUNT), "description": "After how many more reads it ends."},
            "held": {"type": "boolean"},
        },
        open=True,
    ),
    "Ran": _object(
        {
            "id": _TEXT,
            "time": _TIME,
            "operation": _TEXT,
            "phase": {**_nullable(_TEXT), "description": "The one that has ended; null where it has none."},
            "resource_type": _TEXT,
            "resource_id": _TEXT,
            "status": {**_nullable(_TEXT), "description": "The record's from then on; null where it is gone."},
        },
        open=True,
    ),
    "Transition": {"anyOf": [_ref("Pending"), _ref("Ran")]},
    "Decision": _object({"outcome": {"enum": ["success", "error", "hold", "release"]}}),
    # Faults
    "Match": _MATCH,
    "When": _WHEN,
    "Do": {"type": "object", "properties": _EFFECTS, "minProperties": 1, "maxProperties": 1,
           "additionalProperties": False},
    "Rule": {
        "anyOf": [
            {**_TEXT, "description": "The name of a preset."},
            {
                "type": "object",
                "properties": _RULE_PARTS,
                "anyOf": [{"required": ["do"]}, {"required": ["preset"]}],
            },
        ]
    },
    "Fault": _object(
        {
            "id": _TEXT,
            "match": _ref("Match"),
            "when": _ref("When"),
            "do": _ref("Do"),
            "matched": {**_COUNT, "description": "Requests that met every condition of match."},
            "fired": {**_COUNT, "description": "Those of them that it did something to."},
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
    "Faults": _object({"faults": {"type": "array", "items": _ref("Fault")}}),
    "Presets": _object({"presets": {"type": "array", "items": _ref("Preset")}}),
    "Preset": _object({"name": _TEXT, "summary": _TEXT}, open=True),
    # The journal
    "Requests": _object(
        {
            "requests": {"type": "array", "items": _ref("Request")},
            "total": {**_COUNT, "description": "How many there are, also without a limit."},
        }
    ),
    "Request": _object(
        {
            "id": _TEXT,
            "time": _TIME,
            "method": _TEXT,
            "path": _TEXT,
            "query": {"type": "object", "additionalProperties": _TEXT},
            "operation": {**_nullable(_TEXT), "description": "null for a path that no route knows."},
            "project_id": _nullable(_TEXT),
            "project_name": _nullable(_TEXT),
            "user_id": _nullable(_TEXT),
            "user_name": _nullable(_TEXT),
            "microversion": _nullable(_TEXT),
            "status": {**_nullable({"type": "integer"}), "description": "null or 0 where no answer was sent."},
            "duration": {"type": "number", "description": "Seconds of the world's clock; 0 where that stands still."},
            "mark": {
                "enum": ["unmatched", "not_implemented", None],
                "description": "A path that no route knows; an operation that this release doesn't serve.",
            },
            "request": _ref("Message"),
            "response": _ref("Message"),
            "contract_warnings": {"type": "array", "items": _TEXT},
            "faults": {"type": "array", "items": _TEXT, "description": "The names of the rules that fired."},
            "transitions": {"type": "array", "items": _ref("Pending"), "description": "What it started."},
        }
    ),
    "Message": _object(
        {
            "headers": {"type": "object", "additionalProperties": _TEXT, "description": "Tokens are masked."},
            "body": {"description": "JSON, or text; null where there is none. Passwords and keys are masked."},
        },
        {"dropped": {"const": True, "description": "The body was dropped to save memory."}},
    ),
}  # fmt: skip

QUERY: dict[str, Json] = {
    "microversion": {"schema": _TEXT, "description": "2.0 to 2.99, which is the default."},
    "operation": {"schema": _PATTERN, "description": "An operation's id or a pattern of them; none for no operation."},
    "status": {"schema": _TEXT, "description": "413, 4xx, or none for no answer."},
    "project": {"schema": _TEXT, "description": "A project's id or name."},
    "user": {"schema": _TEXT, "description": "A user's id or name."},
    "method": {"schema": _TEXT, "description": "GET, POST, PUT, PATCH or DELETE."},
    "path": {"schema": _PATTERN, "description": "A path below the world's prefix, or a pattern of them."},
    "mark": {"schema": {"enum": ["unmatched", "not_implemented"]}, "description": "What nothing could be done with."},
    "fault": {"schema": _PATTERN, "description": "A fault's name or a pattern of them; any, or none."},
    "since": {"schema": _TEXT, "description": "A time of the world's clock, or the id of the request before."},
    "limit": {"schema": _COUNT, "description": "Only so many, the newest."},
}
