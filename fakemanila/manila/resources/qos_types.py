"""QoS types: named specs that a share type may have its shares' backends keep to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...world.kinds import Kind
from .. import errors
from ..common import extra_specs, listing, lookup, specs
from ..common.attributes import Dated, Name, UniqueName
from ..common.fields import MAX_DISPLAY_LENGTH, check_display_length, echoed
from ..common.registry import Page, Resource

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class QosType(Dated):
    """How much a share may be asked of."""

    name: UniqueName
    description: Name = None
    specs: dict[str, str]


KIND = Kind("qos_types", QosType)

_LISTING = listing.Listing(
    exact=("name", "description"),
    inexact=("name", "description"),
    sort_keys=listing.columns("name", "description"),
    empty_order_is_none=True,
)
_FOR_ADMINISTRATORS = _LISTING._replace(exact=("id", "name", "description"))

resource = Resource("qos_types", kinds=(KIND,))


def find_by_id_or_name(world: World, wanted: str) -> Record | None:
    return world.store[KIND].get(wanted) or _by_name(world, wanted)


def _by_name(world: World, name: str) -> Record | None:
    return world.store[KIND].named(name)


def _find(call: Call) -> Record:
    return lookup.named(call, KIND, "qos_type_id", "No QoS Type exists with ID {}.")


of_type = specs.serve("qos_type_specs", _find, attribute="specs", key="spec_key")


@resource.handles("qos_types.list")
def list_(call: Call) -> Page:
    asked = _FOR_ADMINISTRATORS if call.is_admin else _LISTING
    return asked.page(call, call.world.store[KIND].newest_first())


@resource.handles("qos_types.show")
def show(call: Call) -> Record:
    return _find(call)


@resource.handles("qos_types.create")
def create(call: Call) -> Record:
    world, body = call.world, call.body
    if not body.get("name"):
        raise errors.BadRequest("QoS Type must have name.")
    name, description, given = body["name"], body.get("description"), body.get("specs", {})
    if len(name) > MAX_DISPLAY_LENGTH:
        raise errors.BadRequest(f"QoS Type name can only be {MAX_DISPLAY_LENGTH} characters long.")
    check_display_length(description, "description")
    if given is None:
        raise errors.BadRequest("Invalid input for specs: None is not an object")
    if _by_name(world, name) is not None:
        raise errors.Conflict(f"QoS Type with name {name} already exist.")
    extra_specs.check_each(given, standardised=False)
    record = world.store[KIND].add(
        QosType(
            id=world.seeded.uuid(),
            name=name,
            description=description,
            specs={key: str(value) for key, value in given.items()},
            created_at=world.timestamp(),
        )
    )
    return echoed(call, record)


@resource.handles("qos_types.update")
def update(call: Call) -> Record:
    record = _find(call)
    call.refuse_late()
    if "description" in call.body:
        description = call.body["description"]
        check_display_length(description, "description")
        call.world.touch(record, description=description)
    return echoed(call, record)


@resource.handles("qos_types.delete")
def delete(call: Call) -> None:
    record = _find(call)
    if any(share["qos_type_id"] == record["id"] for share in call.world.store[lookup.SHARES]):
        raise errors.BadRequest(
            f"Qos Type {record['id']} deletion is not allowed while shares are associated with the qos type."
        )
    call.world.store[KIND].remove(record["id"])
