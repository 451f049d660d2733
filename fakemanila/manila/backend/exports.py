"""Where things are mounted from: the templates of a backend, filled in for one share or snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from ...text.suggestions import nearest
from ..common import lookup
from . import backends, servers
from .drivers import dummy

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from .drivers.base import Location, Protocol

_OF_SUBNETS = ("address", "second_address")
"""What there is for each subnet that the share's server is on."""
NAMES = ("path", *_OF_SUBNETS, "service_address", "share_id", "instance_id", "project_id")
"""What templates may have in braces."""


class Export(NamedTuple):
    """A place from where something is mounted."""

    path: str
    is_admin_only: bool = False
    metadata: Mapping[str, str] = {}


def of_share(world: World, instance: Record) -> list[Export]:
    """Where an instance of a share is mounted from."""
    share = lookup.share_of(world, instance)
    protocol, locations = _served(world, share, instance)
    return list(_filled(world, locations, share, instance, protocol.path(share, instance["id"])))


def of_snapshot(world: World, share: Record, instance: Record, path: str) -> list[Export]:
    """Where a snapshot is mounted from that lies at a path beside an instance of its share.

    That is by the ways to the share that lead to whatever path.
    """
    _, locations = _served(world, share, instance)
    leading = [location for location in locations if "path" in names_in(location["path"])]
    return list(_filled(world, leading, share, instance, path))


def _served(world: World, share: Record, instance: Record) -> tuple[Protocol, Sequence[Location]]:
    """How a share is served by the backend of an instance, and the templates of that backend."""
    pool = backends.pool_of(world, instance["host"])
    protocol = (backends.driver_of(pool) if pool else dummy.DRIVER).protocols.get(share["share_proto"])
    protocol = protocol or dummy.DRIVER.protocols["NFS"]
    return protocol, (pool and pool["export_locations"]) or protocol.locations


def _filled(
    world: World, locations: Sequence[Location], share: Record, instance: Record, path: str
) -> Iterator[Export]:
    """What is the same for all subnets first, then for each of them what is not."""
    addresses = servers.addresses_of(world, instance["share_server_id"])
    values = {
        "path": path,
        "service_address": addresses.service,
        "share_id": share["id"],
        "instance_id": instance["id"],
        "project_id": share["project_id"],
    }
    yield from (_export(location, values) for location in locations if not _is_of_subnets(location))
    for address, second in addresses.pairs:
        of_subnet = {**values, "address": address, "second_address": second}
        yield from (_export(location, of_subnet) for location in locations if _is_of_subnets(location))


def _is_of_subnets(location: Location) -> bool:
    return any(name in _OF_SUBNETS for name in names_in(location["path"]))


def names_in(template: str) -> list[str]:
    """What is in braces in a template. Raises ValueError where they don't match."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def complaint(template: str, names: Collection[str] = NAMES) -> str | None:
    """What is wrong with a template; None where nothing is."""
    try:
        found = list(Formatter().parse(template))
    except ValueError:
        return f"{template!r} has a brace without the other one; a brace itself is written twice"
    for _, name, form, conversion in found:
        if name is not None and (name not in names or form or conversion):
            return f"{{{name}}} is not known{nearest(name, names)}"
    return None


def _export(location: Location, values: Mapping[str, str]) -> Export:
    metadata = {key: value.format_map(values) for key, value in location.get("metadata", {}).items()}
    if "preferred" in location:
        metadata["preferred"] = "1" if location["preferred"] else "0"
    return Export(location["path"].format_map(values), location.get("is_admin_only", False), metadata)
