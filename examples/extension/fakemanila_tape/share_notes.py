"""A resource of Manila's API that only this vendor's Manila has: notes on shares."""

from __future__ import annotations

from typing import Any

from fakemanila.extending import Call, Dated, Kind, Page, Resource, Text, errors


class ShareNote(Dated):
    """A note on a share."""

    project_id: str | None
    share_id: Text
    text: Text
    author: str | None


NOTES = Kind("share_notes", ShareNote)

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 255}
_NOTE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "share_id": {"type": "string"},
        "text": _TEXT,
        "created_at": {"type": "string"},
        "author": {"type": ["string", "null"], "x-min-version": "2.60"},
    },
}
_OPERATIONS: dict[str, dict[str, Any]] = {
    "share_notes.list": {
        "routes": [{"method": "GET", "path": "/share-notes", "min": "2.50"}],
        "success": [200],
        "query": {"type": "object", "properties": {"share_id": {"type": "string"}}},
        "response": {"envelope": "share_notes", "collection": True, "schema": _NOTE},
    },
    "share_notes.create": {
        "routes": [{"method": "POST", "path": "/share-notes", "min": "2.50"}],
        "success": [200],
        "errors": [400, 404],
        "policy": "share:update",
        "request": {
            "envelope": "share_note",
            "schema": {
                "type": "object",
                "properties": {"share_id": {"type": "string"}, "text": _TEXT},
                "required": ["share_id", "text"],
            },
        },
        "response": {"envelope": "share_note", "schema": _NOTE},
    },
    "share_notes.delete": {
        "routes": [{"method": "DELETE", "path": "/share-notes/{share_note_id}", "min": "2.50"}],
        "success": [202],
        "errors": [404],
    },
}

resource = Resource("share_notes", kinds=(NOTES,), operations=_OPERATIONS)


@resource.handles("share_notes.list")
def list_(call: Call) -> Page:
    wanted = call.query.get("share_id")
    found = call.world.store[NOTES].where(project_id=call.caller.project_id)
    return Page([note for note in found if wanted in (None, note.share_id)])


@resource.handles("share_notes.create")
def create(call: Call) -> ShareNote:
    share = call.world.store["shares"].get(call.body["share_id"])
    if share is None or share["project_id"] != call.caller.project_id:
        raise errors.NotFound(f"Share {call.body['share_id']} could not be found.")
    return call.world.store[NOTES].add(
        ShareNote(
            id=call.world.seeded.uuid(),
            project_id=call.caller.project_id,
            share_id=share["id"],
            text=call.body["text"],
            author=call.caller.user_name,
            created_at=call.world.timestamp(),
        )
    )


@resource.handles("share_notes.delete")
def delete(call: Call) -> None:
    note = call.world.store[NOTES].get(call.args["share_note_id"])
    if note is None or note.project_id != call.caller.project_id:
        raise errors.NotFound(f"Share note {call.args['share_note_id']} could not be found.")
    call.world.remove(NOTES, note)
