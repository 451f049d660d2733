"""The storage backends of a world: where shares come to live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import extra_specs

if TYPE_CHECKING:
    from ..store import Record
    from ..world import World

KIND = "pools"
PROTOCOLS = ("NFS", "CIFS")
"""Manila's ``enabled_share_protocols`` in the deployment that the initial world mirrors."""


def pick(world: World, share_type: Record, zone: str | None) -> Record | None:
    """The pool for a new share: of the type's mode and zone, with the fewest shares; None when nothing fits."""
    specs = share_type["extra_specs"]
    servers = extra_specs.handles_share_servers(specs)
    zones = {zone} if zone else set(filter(None, specs.get("availability_zones", "").split(",")))
    fitting = [
        pool
        for pool in world.store[KIND]
        if pool["driver_handles_share_servers"] == servers and (not zones or pool["availability_zone"] in zones)
    ]
    shares = [share["host"] for share in world.store["shares"]]
    return min(fitting, key=lambda pool: (shares.count(pool["host"]), pool["host"]), default=None)


def zone_of(world: World, host: str) -> str | None:
    """The availability zone of the backend behind a host such as ``oracle@alpha#fake_pool_for_ALPHA``."""
    pool = world.store[KIND].first(lambda pool: pool["host"] == host)
    return pool["availability_zone"] if pool else None


def export_paths(share_id: str, instance_id: str) -> list[str]:
    """The paths under which a backend exports a share, the administrators' one first."""
    name = f"share_{share_id}_{instance_id}".replace("-", "_")
    return [f"{address}:/path/to/fake/share/{name}" for address in ("11.0.0.11", "10.0.0.10", "10.0.0.20")]


def snapshot_location(snapshot_id: str, instance_id: str) -> str:
    """Where a backend keeps a snapshot."""
    return "/path/to/fake/snapshot/" + f"snapshot_{snapshot_id}_{instance_id}".replace("-", "_")
