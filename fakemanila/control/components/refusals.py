"""Why requests are refused: the facts, by their kind."""

from __future__ import annotations

from .shapes import COUNT, TEXT, TIME, Json, nullable, object_

_TEXTS: Json = {"type": "array", "items": TEXT}
_NUMBER: Json = {"type": "integer"}
_WAY: Json = object_(
    {
        "operation": TEXT,
        "action": nullable(TEXT),
        "min": nullable(TEXT),
        "max": nullable(TEXT),
        "experimental": {"type": "boolean"},
    }
)
_ENOUGH: Json = {
    **object_(
        {
            "role": TEXT,
            "scope": {"enum": ["project", "system"]},
            "project_id": nullable(TEXT),
            "user_id": nullable(TEXT),
        }
    ),
    "description": "A way to pass the rule; a null id stands for any.",
}
_RULE: Json = object_({"service": nullable(TEXT), "method": nullable(TEXT), "path": nullable(TEXT)})

_KINDS: dict[str, Json] = {
    "policy": {
        "rule": TEXT,
        "checks": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "The check strings of the rule and of the rules it refers to; empty if the rule has none.",
        },
        "roles": {**_TEXTS, "description": "The roles of the caller."},
        "scope": {"enum": ["project", "domain", "system", "none"]},
        "target": nullable({"type": "object", "description": "The owner of the record that the rule was checked on."}),
        "sufficient": {"type": "array", "items": _ENOUGH},
    },
    "token": {"problem": TEXT, "header": TEXT, "expired_at": nullable(TIME)},
    "access_rule": {"application_credential_id": nullable(TEXT), "rules": {"type": "array", "items": _RULE}},
    "login": {"problem": TEXT},
    "scope": {"project_in_path": TEXT, "project_of_token": nullable(TEXT)},
    "route": {"method": TEXT, "path": TEXT, "methods": _TEXTS, "service_not_offered": nullable(TEXT)},
    "action": {"asked": nullable(TEXT), "actions": {"type": "array", "items": _WAY}},
    "microversion": {
        "problem": {"enum": ["malformed", "not_served", "not_in_range", "experimental"]},
        "asked": TEXT,
        "min": nullable(TEXT),
        "max": nullable(TEXT),
        "operations": {"type": "array", "items": _WAY},
    },
    "contract": {
        "part": {"enum": ["body", "query", "envelope", "json"]},
        "field": nullable(TEXT),
        "sent": {"type": "boolean", "description": "False if the field is missing."},
        "value": {"description": "The value that was sent; secrets are masked, long strings are cut."},
        "schema": nullable({"type": "object", "description": "The schema of the field."}),
        "since": {**nullable(TEXT), "description": "The microversion since which the field exists."},
        "until": {**nullable(TEXT), "description": "The last microversion that has the field."},
        "message": TEXT,
    },
    "status": {
        "resource_type": TEXT,
        "id": TEXT,
        "attribute": TEXT,
        "found": nullable(TEXT),
        "right": _TEXTS,
        "wrong": _TEXTS,
    },
    "quota": {
        "resource": TEXT,
        "limit": _NUMBER,
        "in_use": COUNT,
        "reserved": COUNT,
        "asked_for": _NUMBER,
        "project_id": nullable(TEXT),
        "user_id": nullable(TEXT),
        "share_type_id": nullable(TEXT),
    },
    "not_found": {
        "resource_type": TEXT,
        "id": TEXT,
        "exists": {"type": "boolean", "description": "It exists, but the caller can't see it."},
        "project_id": {**nullable(TEXT), "description": "Its project, if it exists."},
        "hidden_by": {**nullable(TEXT), "description": "The policy rule that hides it."},
        "deleted": nullable(object_({"request_id": TEXT, "time": TIME})),
    },
    "not_implemented": {"call": TEXT},
    "fault": {
        "rules": {**_TEXTS, "description": "The names of the rules that fired."},
        "carried_out": {"type": "boolean", "description": "It was carried out; its response was lost or replaced."},
    },
    "crash": {"error": TEXT, "message": TEXT},
    "other": {"error": TEXT, "message": TEXT},
}

SCHEMAS: dict[str, Json] = {
    "Refusal": {
        "oneOf": [object_({"kind": {"const": kind}, **facts}) for kind, facts in _KINDS.items()],
        "description": "Why a request was refused; docs/how-to/why.md has an example of each kind.",
    },
}
