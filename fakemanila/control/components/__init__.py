"""What goes in and out of the control plane, as JSON Schema: the components of its OpenAPI document."""

from __future__ import annotations

from . import checkpoints, conduct, faults, journal, paused, records, refusals, server, time
from .shapes import COUNT, PATTERN, TEXT, Json

_PARTS = (server, checkpoints, time, faults, journal, refusals, paused, records, conduct)

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
    "since": {"schema": TEXT, "description": "A time of the world's clock, or the id of the request before."},
    "from": {"schema": TEXT, "description": "checkpoint:NAME, world:NAME, or the name where only one has it."},
    "to": {"schema": TEXT, "description": "The same; the world as it is now unless given."},
    "dry_run": {"schema": {"enum": ["true", "false"]}, "description": "true changes nothing, and tells what would."},
    "rule": {"schema": TEXT, "description": "The id or the name of a rule."},
    "limit": {"schema": COUNT, "description": "Only the newest N."},
    "count": {"schema": COUNT, "description": "So many are waited for; 1 unless said."},
    "wait": {"schema": TEXT, "description": "How long to wait for it, such as 10s, at most 1m; idle for transitions."},
    "timeout": {"schema": TEXT, "description": "How long to wait until nothing is under way; 1m unless said."},
    "gone": {"schema": {"type": "boolean"}, "description": "It is waited for that the record isn't there any more."},
    "kind": {"schema": TEXT, "description": "Kinds of events, with commas between; of a timeline's lanes, one kind."},
    "name": {"schema": TEXT, "description": "A part of the name of the resources to be drawn, or an id."},
    "format": {"schema": {"enum": ["sse", "json"]}, "description": "A stream, or a list of what there is by now."},
    **conduct.QUERY,
}
