"""What a world has."""

from __future__ import annotations

from .shapes import COUNT, Json, nullable, object_, ref

SCHEMAS: dict[str, Json] = {
    "Records": object_({"records": {"type": "array", "items": ref("Kept")}, "total": COUNT}),
    "Record": object_({"record": nullable(ref("Kept"))}),
    "Kept": {"type": "object", "description": "As in a state: schemas/records.json.", "required": ["id"]},
}
