"""Security services: the directories (LDAP, Kerberos, Active Directory) that the servers of a share network ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from ...contract.declared import Keywords
from ...contract.validate import as_text
from .. import errors
from ..common import fields, listing, lookup
from ..common.attributes import Name
from ..common.records import SecurityService
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareNetwork
    from ..context import Call

KIND = lookup.SECURITY_SERVICES

_FREE = ("name", "description")
"""What may change while a share server is configured with the service."""
_DETAILS = (*_FREE, "dns_ip", "server", "domain", "ou", "user", "password", "default_ad_site")
_FILTERS = ("name", "id", "type", "user", "server", "dns_ip", "domain")
_NOT_COMPARED = ("status", "all_tenants", "share_network_id")
_MAX_LENGTHS = {"dns_ip": 64, "type": 32}

resource = Resource("security_services", kinds=(KIND,))


def find(call: Call, id: Any) -> SecurityService:
    """A service, whoever's it is. Raises NotFound."""
    record = call.world.store[KIND].get(id)
    if record is None:
        raise lookup.missing(call, KIND, id, f"SecurityServiceNotFound: Security service {id} could not be found.")
    return record


def networks_with(world: World, service: Record) -> list[ShareNetwork]:
    """The share networks that a service was added to, by id."""
    return lookup.by_id(
        network for network in world.store[lookup.SHARE_NETWORKS] if service["id"] in network["security_services"]
    )


def _find(call: Call) -> SecurityService:
    return lookup.named(call, KIND, "security_service_id", "The resource could not be found.")


# Lists, and one


@resource.handles("security_services.list")
@resource.handles("security_services.detail")
def list_(call: Call) -> Page:
    world, query = call.world, call.query
    if "share_network_id" in query:
        network = lookup.share_network(call, query["share_network_id"])
        added = [world.store[KIND].get(id) for id in network["security_services"]]
        found = lookup.by_id(service for service in added if service is not None)
    elif listing.all_tenants(call) and call.allows("security_service:get_all_security_services"):
        found = lookup.by_id(world.store[KIND])
    else:
        found = lookup.by_id(world.store[KIND].newest_first(project_id=call.caller.project_id))
    # Manila itself compares here, letter by letter. An administrator's parameters are all compared with something.
    asked = {name: value for name, value in call.http.query.items() if name in _FILTERS or call.is_admin}
    asked = {name: value for name, value in asked.items() if name not in _NOT_COMPARED}
    found = [service for service in found if all(service.get(name) == value for name, value in asked.items())]
    services = listing.bounds_of_slice(call).of(found)
    return Page([{**each, "share_networks": [n["id"] for n in networks_with(world, each)]} for each in services])


@resource.handles("security_services.show")
def show(call: Call) -> Record:
    record = _find(call)
    call.require("security_service:show", record)
    return record


# Create, update, delete


@resource.handles("security_services.create")
def create(call: Call) -> Record:
    call.refuse_late()
    _check_site(call, call.body["type"])
    details = _details(call.body)
    world = call.world
    record = world.store[KIND].add(
        SecurityService(
            id=world.seeded.uuid(),
            project_id=call.caller.project_id,
            type=call.body["type"],
            created_at=world.timestamp(),
            **details,
        )
    )
    return fields.echoed(call, record, *_DETAILS)


@resource.handles("security_services.update")
def update(call: Call) -> Record:
    record = _find(call)
    call.require("security_service:update", record)
    call.refuse_late()
    _check_unused(call, record)
    _check_site(call, record["type"])
    changes = _details(call.body)
    if "type" in call.body:
        changes["type"] = call.body["type"]
        if changes["type"] is None:
            raise errors.BadRequest("Invalid input for type: None is not of type 'string'")
        _check_length("type", changes["type"])
    fields.change(call.world, record, changes)
    return fields.echoed(call, record, "type", *_DETAILS)


@resource.handles("security_services.delete")
def delete(call: Call) -> None:
    record = _find(call)
    if networks_with(call.world, record):
        raise errors.Forbidden("Cannot delete security service. It is assigned to share network(s)")
    call.require("security_service:delete", record)
    call.world.remove(KIND, record)


def _details(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the body says of the service. Raises BadRequest for what the database doesn't take.

    An ``ou`` is taken before 2.44 too, when the contract doesn't know it yet.
    """
    details = {name: as_text(body[name]) for name in _DETAILS if name in body}
    for name, value in details.items():
        _check_length(name, value)
    return details


def _check_length(name: str, value: Any) -> None:
    if not isinstance(value, str | None):
        raise errors.BadRequest(f"Invalid input for {name}: {value!r} is not a text.")
    longest = _MAX_LENGTHS.get(name, fields.MAX_DISPLAY_LENGTH)
    if value is not None and len(value) > longest:  # real Manila answers 500
        raise errors.BadRequest(f"Invalid input received: {name} can only be {longest} characters long.")


def _check_site(call: Call, type: str) -> None:
    """Raises BadRequest for a site before 2.76, and for an Active Directory with a server besides."""
    if call.body.get("default_ad_site") and not call.knows_field("default_ad_site"):
        raise errors.BadRequest('"default_ad_site" is only supported from API version 2.76.')
    if call.body.get("default_ad_site") and call.body.get("server") and type == "active_directory":
        raise errors.BadRequest(
            "Invalid input received: Both server and 'default_ad_site' were provided. Specify either of them."
        )


def _check_unused(call: Call, service: Record) -> None:
    """Raises Forbidden for more than a new name or description where share servers know the service."""
    if set(_FREE).issuperset(call.body):
        return
    if any(lookup.servers_of_network(call.world, network["id"]) for network in networks_with(call.world, service)):
        raise errors.Forbidden(
            f"Cannot update security service {service['id']}. It is attached to a share network that has share "
            "servers. Only 'name' and 'description' can be updated."
        )


# Seeding


class SecurityServiceFields(Identified, total=False):
    """What a security service is seeded from."""

    name: Name
    description: Name
    project: Annotated[Project, "Default: the project of the user demo."]
    type: Annotated[Literal["ldap", "kerberos", "active_directory"], "Default: ldap."]
    dns_ip: Annotated[str | None, Keywords(maxLength=64)]
    server: Name
    domain: Name
    ou: Name
    login: Annotated[Name, "The user that servers log in as."]
    password: Name
    default_ad_site: Name


@resource.seeds_as("security_service", KIND, SecurityServiceFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    world = seeder.world
    owner = seeder.owner(given)
    given["user"] = given.pop("login", None)
    defaults = {"id": world.seeded.uuid(), "type": "ldap", "created_at": world.timestamp()}
    return world.store[KIND].add(SecurityService(**{**defaults, **given}, project_id=owner["project_id"]))
