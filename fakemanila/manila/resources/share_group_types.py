"""Share group types, their specs and who may use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from ...contract.documents import DocumentError
from ...world.kinds import Kind
from .. import errors
from ..common import comparisons, listing, lookup, specs
from ..common import project_access as access
from ..common.attributes import Dated, Text, UniqueName
from ..common.fields import MAX_DISPLAY_LENGTH
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Projects, Types
from . import share_seeding, share_types

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class ShareGroupType(Dated):
    """A type of share groups."""

    name: UniqueName
    is_public: bool = True
    group_specs: dict[str, str] = field(default_factory=dict)
    share_types: list[Text]
    """Of which its groups' shares may be, by id."""
    projects: list[Text] = field(default_factory=list)


KIND = Kind("share_group_types", ShareGroupType)
DEFAULT_NAME = "default"
"""Manila's ``default_share_group_type`` in the deployment that the initial world mirrors."""

resource = Resource("share_group_types", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    return {**record, "is_default": record["name"] == call.world.settings.default_share_group_type}


resource.view = view


def new(world: World, name: str, types: Iterable[str], **attributes: Any) -> ShareGroupType:
    """Keeps a new group type for groups of shares of these types, given by id."""
    return world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "name": name,
            "share_types": list(types),
            "created_at": world.timestamp(),
            **attributes,
        }
    )


def by_name(world: World, name: str) -> ShareGroupType | None:
    """A group type by its name, as the database compares names."""
    return world.store[KIND].named(name)


def default(world: World) -> ShareGroupType | None:
    return by_name(world, world.settings.default_share_group_type)


def find(call: Call, message: str = "Share group type {} could not be found.") -> Record:
    """The group type that the path names, if the caller may use it. Raises NotFound."""
    id = call.args["share_group_type_id"]
    record = call.world.store[KIND].get(id)
    if record is None or not share_types.usable(call, record):
        raise lookup.missing(call, KIND, id, message.format(id), record)
    return record


@resource.handles("share_group_types.list")
def list_(call: Call) -> Page:
    wanted_public = share_types.public_filter(call) if call.is_admin else True
    if call.http.query.get("group_specs") and "group_specs" not in call.query:
        raise errors.BadRequest(f"Filter by 'group_specs' is not supported by microversion {call.version}.")
    wanted = listing.mapping(call, "group_specs") if call.query.get("group_specs") else None
    found = [
        record
        for record in sorted(call.world.store[KIND], key=lambda record: comparisons.rank(record["name"]))
        if share_types.is_listed(call, record, wanted_public)
    ]
    if wanted:
        found = [record for record in found if wanted.items() <= record["group_specs"].items()]
    return Page(found)


@resource.handles("share_group_types.show")
def show(call: Call) -> Record:
    return find(call, "Share group type with id {} not found.")


@resource.handles("share_group_types.default")
def show_default(call: Call) -> Record:
    record = default(call.world)
    if record is None:
        raise lookup.missing(call, KIND, "default", "Default share group type not found.")
    return record


@resource.handles("share_group_types.create")
def create(call: Call) -> Record:
    world, body = call.world, call.body
    name: Any = body.get("name")
    given = dict(body.get("group_specs") or {})
    wanted = body.get("share_types")
    if not wanted:
        raise errors.BadRequest("Supported share types must be provided.")
    if isinstance(name, str | None) and not 1 <= len(name or "") <= MAX_DISPLAY_LENGTH:
        raise errors.BadRequest("Share group type name is not valid.")
    if not all(isinstance(value, str) for value in given.values()):
        raise errors.BadRequest("Group specs keys and values should be strings.")
    types = [_share_type(world, one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    call.refuse_late()
    if any(len(text) > MAX_DISPLAY_LENGTH for pair in given.items() for text in pair):
        raise errors.BadRequest(f"Group specs have at most {MAX_DISPLAY_LENGTH} characters.")
    if by_name(world, name) is not None:
        raise errors.Conflict(f"Share group type {name} already exists.")
    return new(world, name, types, group_specs=given, is_public=body.get("is_public") is not False)


def _share_type(world: World, wanted: object) -> str:
    """The id of a type that is given by id or name. Raises NotFound."""
    found = world.store[share_types.KIND].get(str(wanted)) or share_types.by_name(world, str(wanted))
    if found is None:
        raise errors.NotFound(f"Share Type {wanted} does not exist.")
    return str(found["id"])


@resource.handles("share_group_types.delete")
def delete(call: Call) -> None:
    record = find(call, "The resource could not be found.")
    if any(group["share_group_type_id"] == record["id"] for group in call.world.store["share_groups"]):
        raise errors.BadRequest(f"Target share group type with id {record['id']} is still in use.")
    call.world.store[KIND].remove(record["id"])


# Access of projects to private types


project_access = access.serve("share_group_types", "share_group_type", find)


# Specs


group_specs = specs.serve("share_group_type_group_specs", find, attribute="group_specs", key="group_spec_key")


# Seeding


class ShareGroupTypeNeeds(TypedDict):
    name: UniqueName


class ShareGroupTypeFields(ShareGroupTypeNeeds, Identified, total=False):
    share_types: Annotated[Types, "Of which types its groups' shares may be; default: the default type."]
    group_specs: dict[str, str]
    is_public: Annotated[bool, "True, unless projects are named."]
    projects: Projects


@resource.seeds_as("share_group_type", KIND, ShareGroupTypeFields)
def seed(seeder: Seeder, given: Fields) -> ShareGroupType:
    world, name = seeder.world, given.pop("name")
    if by_name(world, name) is not None:
        raise DocumentError(("name",), f"there is a share_group_type {name!r} already")
    types = given.pop("share_types", None) or [share_seeding.default_type(world, None)]
    projects = [project["id"] for project in given.pop("projects", ())]
    ids = [share_type["id"] for share_type in types]
    return new(world, name, ids, **{"is_public": not projects, "projects": projects, **given})
