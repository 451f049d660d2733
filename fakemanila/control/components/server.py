"""The server, and worlds as a whole."""

from __future__ import annotations

from .shapes import COUNT, TEXT, Json, nullable, object_, ref

SCHEMAS: dict[str, Json] = {
    "Error": object_({"error": {**TEXT, "description": "The field, its value, and what would be right."}}),
    "Health": object_(
        {
            "status": {"const": "ok"},
            "version": TEXT,
            "worlds": {"type": "array", "items": TEXT},
            "release": {**TEXT, "examples": ["2025.1"]},
            "min_microversion": TEXT,
            "max_microversion": TEXT,
            "log_lines_dropped": COUNT,
            "cacert": nullable({**TEXT, "description": "The file of the authority that --tls has made."}),
            "state": nullable(
                object_(
                    {
                        "file": TEXT,
                        "saved": nullable({**TEXT, "description": "The time of the last write, in UTC."}),
                        "error": nullable({**TEXT, "description": "Why the file can't be written now."}),
                    }
                )
            ),
            "extensions": {
                "type": "array",
                "items": object_({"package": TEXT, "version": TEXT, "adds": {"type": "array", "items": TEXT}}),
                "description": "The installed packages that add something, and what.",
            },
        }
    ),
    "Document": {"type": "object", "description": "An OpenAPI 3.1 document.", "required": ["openapi", "paths"]},
    "Operations": object_({"operations": {"type": "array", "items": ref("Operation")}, "total": COUNT}),
    "Operation": object_(
        {
            "id": {**TEXT, "examples": ["snapshots.create"]},
            "chapter": TEXT,
            "method": TEXT,
            "path": TEXT,
            "action": nullable(TEXT),
            "versions": TEXT,
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
    "Made": object_({"resources": {"type": "array", "items": ref("Resource")}}),
    "Resource": object_({"kind": TEXT, "id": TEXT, "name": nullable(TEXT)}, open=True),
}
