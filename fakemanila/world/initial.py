"""What a new world holds before anyone asks anything of it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from ..manila.backend import backends, capabilities
from ..manila.common import extra_specs
from ..manila.resources import availability_zones, services, share_group_types, share_types
from ..package_data import fixtures_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .world import World


@cache
def _document() -> dict[str, Any]:
    doc: dict[str, Any] = json.loads((fixtures_dir() / "initial.json").read_text())
    return doc


def populate(world: World) -> None:
    """Makes the zones, services, pools, share types and share group types of ``fixtures/initial.json``.

    Where the world's scenario has backends, those take the place of the ones there; raises ScenarioError for them.
    """
    doc, scenario = _document(), world.settings.scenario
    others = scenario if scenario is not None and scenario.has_backends else None
    if others is None:
        for name in doc["availability_zones"]:
            availability_zones.ensure(world, name)
    for service in doc["services"]:
        if others is None or service["binary"] != services.SHARE:
            availability_zones.ensure(world, service["zone"])
            services.ensure(world, service["binary"], service["host"], service["zone"])
    if others is None:
        for pool in doc["pools"]:
            backends.set_pool(world, **pool)
    else:
        others.add_backends(world)
    for share_type in doc["share_types"]:
        specs = share_type["extra_specs"]
        share_types.new(world, share_type["name"], specs if others is None else _that_fit(world, specs))
    for group_type in doc["share_group_types"]:
        types = (share_types.by_name(world, name) for name in group_type["share_types"])
        share_group_types.new(world, group_type["name"], [share_type["id"] for share_type in types if share_type])


def _that_fit(world: World, specs: Mapping[str, str]) -> dict[str, str]:
    """The extra specs of a share type without what not all backends of its kind can do: so that its shares find one."""
    kind = extra_specs.handles_share_servers(specs)
    pools = [pool for pool in world.store[backends.KIND] if pool["driver_handles_share_servers"] == kind]
    load, now = backends.Load(world), world.timestamp()
    reported = [backends.capabilities(pool, load, now) for pool in pools]
    return {
        key: spec for key, spec in specs.items() if all(capabilities.satisfied(each, {key: spec}) for each in reported)
    }
