"""Share types, their extra specs and who may use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ...contract.documents import DocumentError
from ...text.booleans import strict_bool
from ...versions import Microversion
from ...world.kinds import Kind
from .. import errors
from ..common import comparisons, extra_specs, listing, lookup, quotas
from ..common import project_access as access
from ..common.attributes import Dated, Name, Text, UniqueName
from ..common.fields import MAX_DISPLAY_LENGTH, is_uuid
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Projects, refused

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class ShareType(Dated):
    """A type of shares."""

    name: UniqueName
    description: Name = None
    is_public: bool = True
    extra_specs: dict[str, str | None]
    required_extra_specs: dict[str, Any]
    projects: list[Text] = field(default_factory=list)
    """Which may use it where it isn't public."""


KIND = Kind("share_types", ShareType)
_ABSENT = object()

resource = Resource("share_types", kinds=(KIND,))

SPECS_EXPLICIT_SINCE = Microversion(2, 24)
"""Until then a type without ``snapshot_support`` was given it."""


def view(call: Call, record: Record) -> Mapping[str, Any]:
    """A type as its callers see it: all its specs for administrators, the standardised ones for the others."""
    specs = record["extra_specs"]
    if not call.is_admin:
        specs = {key: value for key, value in specs.items() if key in extra_specs.TENANT_VISIBLE}
    return {**record, "extra_specs": specs, "is_default": record["name"] == call.world.settings.default_share_type}


resource.view = view


def new(world: World, name: str, specs: Mapping[str, Any], **attributes: Any) -> ShareType:
    """Keeps a new type. `specs` as they came, checked."""
    return world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "name": name,
            "extra_specs": extra_specs.kept(specs),
            "required_extra_specs": {key: specs[key] for key in extra_specs.REQUIRED},
            "created_at": world.timestamp(),
            **attributes,
        }
    )


def by_name(world: World, name: str) -> ShareType | None:
    """A type by its name, as the database compares names."""
    return world.store[KIND].named(name)


def default(world: World) -> ShareType | None:
    return by_name(world, world.settings.default_share_type)


def usable(call: Call, record: Record) -> bool:
    """Whether the caller may see a type: a public one, or one that its project was given."""
    return call.is_admin or record["is_public"] or call.caller.project_id in record["projects"]


def find(call: Call, id: str, message: str = "Share type not found.") -> Record:
    """A type by its id. Raises NotFound also for a private one that the caller may not use."""
    record = call.world.store[KIND].get(id)
    if record is None or not usable(call, record):
        raise lookup.missing(call, KIND, id, message, record)
    return record


def find_by_id_or_name(call: Call, id_or_name: str) -> Record:
    """A type as a share's creation names it: by what looks like an id, or else by name. Raises NotFound."""
    record = call.world.store[KIND].get(id_or_name) if is_uuid(id_or_name) else by_name(call.world, id_or_name)
    if record is None or not usable(call, record):
        raise lookup.missing(call, KIND, id_or_name, "Share type not found.", record)
    return record


@resource.handles("share_types.list")
def list_(call: Call) -> Page:
    wanted_public = public_filter(call) if call.is_admin else True
    found = [
        record
        for record in sorted(call.world.store[KIND], key=lambda record: comparisons.rank(record["name"]))
        if is_listed(call, record, wanted_public)
    ]
    if call.http.query.get("extra_specs") and "extra_specs" not in call.query:
        raise errors.BadRequest(f"Filter by 'extra_specs' is not supported by microversion {call.version}.")
    if not call.query.get("extra_specs"):
        return Page(found)
    specs = listing.mapping(call, "extra_specs")
    if specs:
        specs = extra_specs.shown(specs)
        zones = specs.pop("availability_zones", None)
        for key, value in list(specs.items())[:1]:  # real Manila looks at no more than the first one
            found = [record for record in found if record["extra_specs"].get(key, _ABSENT) == value]
        if zones:
            found = [record for record in found if _offers(record, extra_specs.zones(str(zones)))]
    return Page(found)


def is_listed(call: Call, record: Record, wanted_public: bool | None) -> bool:
    """Whether a list of public types, of private ones or (None) of all has this one; private but granted is public."""
    granted = call.caller.project_id in record["projects"]
    return wanted_public is None or record["is_public"] == wanted_public or (wanted_public and granted)


def public_filter(call: Call) -> bool | None:
    """The administrator's ``is_public`` filter: public types by default, None for all of them."""
    value = call.query.get("is_public")
    if value is None:
        return True
    if value.lower() == "all":
        return None
    try:
        return strict_bool(value)
    except ValueError:
        raise errors.BadRequest(f"Invalid is_public filter [{value}]") from None


def _offers(record: Record, zones: list[str]) -> bool:
    offered = record["extra_specs"].get("availability_zones")
    return not offered or set(zones) <= set(offered.split(","))


@resource.handles("share_types.show")
def show(call: Call) -> Record:
    return find(call, call.args["share_type_id"])


@resource.handles("share_types.default")
def show_default(call: Call) -> Record:
    record = default(call.world)
    if record is None:
        raise lookup.missing(call, KIND, "default", "Default share type not found")
    return record


@resource.handles("share_types.create")
def create(call: Call) -> Record:
    body = call.body
    name, description = body.get("name"), body.get("description")
    if description is not None and not isinstance(description, str):  # before 2.41 the contract doesn't know it
        raise errors.BadRequest(f"Invalid input for description: {description!r} is not a string")
    if not name or len(name) > MAX_DISPLAY_LENGTH or len(description or "") > MAX_DISPLAY_LENGTH:
        raise errors.BadRequest("Type name or description is not valid.")
    if description and not call.knows_field("description"):
        raise errors.BadRequest(f"'description' key is not supported by microversion {call.version}.")
    specs = dict(body.get("extra_specs") or {})
    if call.version < SPECS_EXPLICIT_SINCE:
        specs.setdefault("snapshot_support", True)
    extra_specs.check_required(specs)
    extra_specs.check_standardised(specs)
    public = body.get("os-share-type-access:is_public", body.get("share_type_access:is_public"))
    if public not in (None, True, False):
        raise errors.BadRequest(f"share_type_access:is_public has a non-boolean value: {public}")
    if by_name(call.world, name) is not None:
        raise errors.Conflict(f"Share Type {name} already exists.")
    return new(call.world, name, specs, description=description, is_public=public is None or public)


def _is_public(value: object) -> bool:
    try:
        return strict_bool(value)
    except ValueError:
        raise errors.BadRequest(f"share_type_access:is_public has a non-boolean value: {value}") from None


@resource.handles("share_types.update")
def update(call: Call) -> Record:
    body = call.body
    name, description = body.get("name"), body.get("description")
    public = body.get("share_type_access:is_public")
    changes: dict[str, Any] = {}
    if public is not None:
        changes["is_public"] = _is_public(public)
    if name is not None:
        if not name.strip():
            raise errors.BadRequest("Share type name cannot be empty.")
        if len(name) > MAX_DISPLAY_LENGTH:
            raise errors.BadRequest("Share type name cannot be greater than 255 characters in length.")
        changes["name"] = name
    if description is not None:
        if len(description) > MAX_DISPLAY_LENGTH:
            raise errors.BadRequest("Share type description cannot be greater than 255 characters in length.")
        changes["description"] = description or None
    # An empty list is a description for Manila, and changes nothing.
    sent = (each for each in call.envelope.values() if isinstance(each, dict))
    if not changes and all(each.get("description") is None for each in sent):
        raise errors.BadRequest(
            "Specify share type name, description, share_type_access:is_public or a combination thereof."
        )
    record = find(call, call.args["share_type_id"])
    holder = by_name(call.world, name) if name else None
    if holder is not None and holder is not record:
        raise errors.Conflict(f"Share Type {name} already exists.")
    call.world.touch(record, **changes)
    return record


@resource.handles("share_types.delete")
def delete(call: Call) -> None:
    record = find(call, call.args["share_type_id"], "The resource could not be found.")
    in_use = any(share["share_type_id"] == record["id"] for share in call.world.store["shares"])
    if in_use or any(record["id"] in group_type["share_types"] for group_type in call.world.store["share_group_types"]):
        raise errors.BadRequest("Target share type is still in use.")
    quotas.forget_type(call.world, record["id"])
    call.world.store[KIND].remove(record["id"])


# Access of projects to private types


project_access = access.serve("share_types", "share_type", lambda call: find(call, call.args["share_type_id"]))


# Seeding


class ShareTypeNeeds(TypedDict):
    name: UniqueName


class ShareTypeFields(ShareTypeNeeds, Identified, total=False):
    description: Name
    is_public: Annotated[bool, "True, unless projects are named."]
    extra_specs: Annotated[dict[str, str | bool], "Default: driver_handles_share_servers is False."]
    projects: Projects


@resource.seeds_as("share_type", KIND, ShareTypeFields)
def seed(seeder: Seeder, given: Fields) -> ShareType:
    name, specs = given.pop("name"), {"driver_handles_share_servers": "False", **given.pop("extra_specs", {})}
    if by_name(seeder.world, name) is not None:
        raise DocumentError(("name",), f"there is a share_type {name!r} already")
    with refused("extra_specs"):
        extra_specs.check_required(specs)
        extra_specs.check_each(specs)
        extra_specs.check_keys(specs)
    projects = [project["id"] for project in given.pop("projects", ())]
    return new(seeder.world, name, specs, **{"is_public": not projects, "projects": projects, **given})
