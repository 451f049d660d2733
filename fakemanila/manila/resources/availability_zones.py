"""Availability zones: the zones of the storage backends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...world.kinds import Kind
from .. import errors
from ..common import lookup
from ..common.attributes import Dated, Text
from ..common.registry import Page, Resource

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class AvailabilityZone(Dated):
    """Where backends are."""

    name: Text


KIND = Kind("availability_zones", AvailabilityZone)

resource = Resource("availability_zones", kinds=(KIND,))


def find(world: World, name_or_id: str) -> Record | None:
    """A zone by name or id."""
    return world.store[KIND].get(name_or_id) or world.store[KIND].named(name_or_id)


def asked(call: Call) -> str | None:
    """The name of the zone that the body asks for by name or id, None without one. Raises NotFound."""
    wanted = call.body.get("availability_zone")
    if not wanted:
        return None
    zone = find(call.world, str(wanted))
    if zone is None:
        message = f"Availability zone {wanted} could not be found."
        raise errors.NotFound(message, because=call.why_missing(KIND, wanted))
    return str(zone["name"])


def ensure(world: World, name: str) -> Record:
    """The zone of that name, made if need be."""
    return world.store[KIND].named(name) or world.store[KIND].add(
        {"id": world.seeded.uuid(), "name": name, "created_at": world.timestamp(), "updated_at": None}
    )


@resource.handles("availability_zones.list")
def list_(call: Call) -> Page:
    """The zones where at least one service is enabled."""
    served = {service["zone"] for service in call.world.store[lookup.SERVICES] if not service["disabled"]}
    zones = [zone for zone in call.world.store[KIND] if zone["name"] in served]
    return Page(sorted(zones, key=lambda zone: str(zone["id"])))
