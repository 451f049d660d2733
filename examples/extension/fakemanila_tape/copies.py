"""A service beside Manila: a tape library that keeps copies of shares."""

from __future__ import annotations

from typing import Annotated, Any

from fakemanila.extending import (
    Body,
    Call,
    Dated,
    Fields,
    Identified,
    Keywords,
    Kind,
    Name,
    Operation,
    Project,
    Record,
    Reference,
    Resource,
    Seeder,
    Service,
    ServiceError,
    Text,
    Transition,
    reference,
)


class Copy(Dated):
    """A copy of a share on tape."""

    project_id: str | None
    share_id: Text
    name: Name = None
    status: Text = "writing"


COPIES = Kind("tape_copies", Copy)
copies = Resource("tape_copies", kinds=(COPIES,))


class NotFound(ServiceError):
    service = "tape"
    status = 404


class Conflict(ServiceError):
    service = "tape"
    status = 409


def _own(call: Call) -> Copy:
    copy = call.world.store[COPIES].get(call.args["copy_id"])
    if copy is None or not (call.is_admin or copy.project_id == call.caller.project_id):
        raise NotFound(f"There is no copy {call.args['copy_id']}.")
    return copy


def list_(call: Call) -> dict[str, Any]:
    found = call.world.store[COPIES].where(project_id=call.caller.project_id)
    return {"copies": [dict(copy) for copy in found]}


def show(call: Call) -> dict[str, Any]:
    return {"copy": dict(_own(call))}


def create(call: Call) -> dict[str, Any]:
    share = call.world.store["shares"].get(call.body["share_id"])
    if share is None or share["project_id"] != call.caller.project_id:
        raise NotFound(f"There is no share {call.body['share_id']}.")
    if share["status"] != "available":
        raise Conflict(f"The share {share['id']} is {share['status']}.")
    copy = call.world.store[COPIES].add(
        Copy(
            id=call.world.seeded.uuid(),
            project_id=call.caller.project_id,
            share_id=share["id"],
            name=call.body.get("name"),
            created_at=call.world.timestamp(),
        )
    )
    call.begin("tape.copies.create", COPIES, copy)
    return {"copy": dict(copy)}


def delete(call: Call) -> None:
    copy = _own(call)
    if copy.status not in ("available", "error"):
        raise Conflict(f"The copy {copy.id} is {copy.status}.")
    call.begin("tape.copies.delete", COPIES, copy)


class CopyFields(Identified, total=False):
    """What a scenario says of a copy."""

    name: Name
    share: Annotated[Reference, reference("share")]
    project: Annotated[Project, "The share's, unless it says otherwise."]
    status: Annotated[str, Keywords(enum=["available", "error"]), "available, unless it says otherwise."]


@copies.seeds_as("tape_copy", COPIES, CopyFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    world, share = seeder.world, given.pop("share")
    project = given.pop("project", None)
    attributes: Fields = {"id": world.seeded.uuid(), "created_at": world.timestamp(), "status": "available", **given}
    owner = share["project_id"] if project is None else project["id"]
    return world.store[COPIES].add(Copy(project_id=owner, share_id=share["id"], **attributes))


_ID = {"type": "string", "minLength": 1}
_NEW = Body("copy", {"share_id": _ID, "name": {"type": ["string", "null"], "maxLength": 255}}, required=("share_id",))
_WRITE, _ERASE = Transition("writing", "available", "error"), Transition("erasing", None, "error")

SERVICE = Service(
    type="tape",
    name="tape-library",
    path="/tape/v1",
    operations=(
        Operation("tape.copies.list", "GET", "/v1/copies", list_),
        Operation("tape.copies.create", "POST", "/v1/copies", create, 202, _NEW, "member", _WRITE),
        Operation("tape.copies.show", "GET", "/v1/copies/{copy_id}", show),
        Operation("tape.copies.delete", "DELETE", "/v1/copies/{copy_id}", delete, 202, None, "member", _ERASE),
    ),
    resources=(copies,),
)
