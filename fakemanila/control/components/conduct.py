"""What clients did."""

from __future__ import annotations

from .shapes import COUNT, TEXT, Json, object_, ref

SCHEMAS: dict[str, Json] = {
    "Conduct": object_({"findings": {"type": "array", "items": ref("Finding")}, "total": COUNT}),
    "Finding": object_(
        {
            "name": TEXT,
            "summary": {**TEXT, "description": "One line with figures."},
            "evidence": {"type": "array", "items": TEXT, "description": "Ids of requests, the first twenty."},
            "count": {**COUNT, "description": "How many requests show it."},
            "page": {**TEXT, "description": "Where to read about it."},
        },
        {
            "operation": TEXT,
            "user": {**TEXT, "description": "A user's name."},
            "agent": {**TEXT, "description": "The User-Agent of the client."},
        },
    ),
}

_NAMES: Json = {"schema": TEXT}

QUERY: dict[str, Json] = {
    "only": {**_NAMES, "description": "Names of findings to look for, separated by commas."},
    "allow": {**_NAMES, "description": "Names of findings to ignore, separated by commas."},
    "ended": {
        "schema": {"enum": ["true", "false"]},
        "description": "The clients have finished, so what still exists was left behind.",
    },
    "poll_interval": {"schema": TEXT, "description": "Polling faster than this is too fast; default: 1s."},
}
