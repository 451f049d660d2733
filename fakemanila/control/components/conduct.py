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
            "agent": {**TEXT, "description": "The User-Agent of the program."},
        },
    ),
}

_NAMES: Json = {"schema": TEXT}

QUERY: dict[str, Json] = {
    "only": {**_NAMES, "description": "Names of findings to look for, with commas between them."},
    "allow": {**_NAMES, "description": "Names of findings not to look for, with commas between them."},
    "ended": {"schema": {"enum": ["true", "false"]}, "description": "The clients are done; what is there is left."},
    "poll_interval": {"schema": TEXT, "description": "Reads of what changes that come sooner are too fast; 1s."},
}
