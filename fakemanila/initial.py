"""What a new world holds before anyone asks anything of it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from .data import fixtures_dir
from .resources import availability_zones, backends, share_types

if TYPE_CHECKING:
    from .world import World


@cache
def _document() -> dict[str, Any]:
    doc: dict[str, Any] = json.loads((fixtures_dir() / "initial.json").read_text())
    return doc


def populate(world: World) -> None:
    """Makes the zones, pools and share types of ``fixtures/initial.json``."""
    doc = _document()
    for name in doc["availability_zones"]:
        world.store[availability_zones.KIND].add(
            {"id": world.seeded.uuid(), "name": name, "created_at": world.timestamp(), "updated_at": None}
        )
    for pool in doc["pools"]:
        world.store[backends.KIND].add({"id": pool["host"], **pool})
    for share_type in doc["share_types"]:
        share_types.new(world, share_type["name"], share_type["extra_specs"])
