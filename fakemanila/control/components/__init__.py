"""What goes in and out of the control plane, as JSON Schema: the components of its OpenAPI document."""

from __future__ import annotations

from . import checkpoints, conduct, events, faults, journal, paused, records, refusals, server, time
from .shapes import COUNT, PATTERN, TEXT, Json

_PARTS = (server, checkpoints, time, faults, journal, refusals, paused, records, conduct, events)

SCHEMAS: dict[str, Json] = {name: schema for part in _PARTS for name, schema in part.SCHEMAS.items()}

QUERY: dict[str, Json] = {
    "microversion": {"schema": TEXT, "description": "2.0 to 2.99, which is the default."},
    "operation": {
        "schema": PATTERN,
        "description": "An operation id or pattern; 'none' for requests without an operation.",
    },
    "status": {"schema": TEXT, "description": "413, 4xx, or 'none' if no response was sent."},
    "project": {"schema": TEXT, "description": "A project's id or name."},
    "user": {"schema": TEXT, "description": "A user's id or name."},
    "method": {"schema": TEXT, "description": "GET, POST, PUT, PATCH or DELETE."},
    "path": {"schema": PATTERN, "description": "A path below the world's prefix, or a pattern of them."},
    "mark": {
        "schema": {"enum": ["unmatched", "not_implemented"]},
        "description": "Requests without a route, or for operations that are not served.",
    },
    "fault": {"schema": PATTERN, "description": "The name of a fault that fired, or a pattern; 'any' or 'none'."},
    "since": {
        "schema": TEXT,
        "description": "A time of the world's clock, or the id of the request or event before.",
    },
    "from": {"schema": TEXT, "description": "checkpoint:NAME, world:NAME, or the name if only one of them has it."},
    "to": {"schema": TEXT, "description": "The same; default: the world as it is now."},
    "dry_run": {
        "schema": {"enum": ["true", "false"]},
        "description": "true: changes nothing, and returns what would change.",
    },
    "rule": {"schema": TEXT, "description": "The id or the name of a rule."},
    "limit": {"schema": COUNT, "description": "Only the newest N."},
    "count": {"schema": COUNT, "description": "The number to wait for; default: 1."},
    "wait": {"schema": TEXT, "description": "How long to wait, such as 10s, at most 1m; 'idle' for transitions."},
    "timeout": {"schema": TEXT, "description": "How long to wait until nothing is under way; default: 1m."},
    "gone": {"schema": {"type": "boolean"}, "description": "Waits until the record doesn't exist any more."},
    "kind": {
        "schema": TEXT,
        "description": "Kinds of events, separated by commas; for a timeline, one kind of resource.",
    },
    "name": {"schema": TEXT, "description": "A part of the name of the resources to draw, or an id."},
    "format": {"schema": {"enum": ["sse", "json"]}, "description": "A stream, or a list of the events so far."},
    **conduct.QUERY,
}
