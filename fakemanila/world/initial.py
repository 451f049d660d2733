"""What a new world holds before anyone asks anything of it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from ..data import fixtures_dir
from ..manila.backend import backends
from ..manila.resources import availability_zones, services, share_group_types, share_types

if TYPE_CHECKING:
    from .world import World


@cache
def _document() -> dict[str, Any]:
    doc: dict[str, Any] = json.loads((fixtures_dir() / "initial.json").read_text())
    return doc


def populate(world: World) -> None:
    """Makes the zones, services, pools, share types and share group types of ``fixtures/initial.json``."""
    doc = _document()
    for name in doc["availability_zones"]:
        availability_zones.ensure(world, name)
    for service in doc["services"]:
        services.ensure(world, service["binary"], service["host"], service["zone"])
    for pool in doc["pools"]:
        backends.set_pool(world, **pool)
    for share_type in doc["share_types"]:
        share_types.new(world, share_type["name"], share_type["extra_specs"])
    for group_type in doc["share_group_types"]:
        types = (share_types.by_name(world, name) for name in group_type["share_types"])
        share_group_types.new(world, group_type["name"], [share_type["id"] for share_type in types if share_type])
