"""The storage backends of a world: where shares come to live."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from . import extra_specs

if TYPE_CHECKING:
    from ..store import Record
    from ..world import World

KIND = "pools"
PROTOCOLS = ("NFS", "CIFS")
"""Manila's ``enabled_share_protocols`` in the deployment that the initial world mirrors."""


class Load:
    """How many shares each pool has, and how many GiB they take. Counted once: who adds more says so."""

    def __init__(self, world: World) -> None:
        self.count: Counter[str] = Counter()
        self.used: Counter[str] = Counter()
        for share in world.store["shares"]:
            self.add(share)

    def add(self, share: Record) -> None:
        self.count[share["host"]] += 1
        self.used[share["host"]] += share["size"]

    def has_room(self, pool: Record, size: int) -> bool:
        """What a pool has used is the sizes of its shares: no oversubscription, nothing reserved."""
        return bool(self.used[pool["host"]] + size <= pool["total_capacity_gb"])


def pick(world: World, share_type: Record, zone: str | None, size: int, load: Load | None = None) -> Record | None:
    """The pool for a new share of `size` GiB: of the type's mode and zone, with room, and with the fewest shares.

    None when nothing fits. `load` is for those who make many shares, and needn't count them each time.
    """
    specs = share_type["extra_specs"]
    servers = extra_specs.handles_share_servers(specs)
    zones = {zone} if zone else set(filter(None, specs.get("availability_zones", "").split(",")))
    load = load or Load(world)
    fitting = [
        pool
        for pool in world.store[KIND]
        if pool["driver_handles_share_servers"] == servers
        and (not zones or pool["availability_zone"] in zones)
        and load.has_room(pool, size)
    ]
    return min(fitting, key=lambda pool: (load.count[pool["host"]], pool["host"]), default=None)


def named(world: World, name: str) -> list[Record]:
    """The pools that a host such as ``oracle@alpha#fake_pool_for_ALPHA`` means, or one of its three parts."""
    pools = list(world.store[KIND])
    return [pool for pool in pools if pool["host"] == name] or [
        pool for pool in pools if name in re.split("[@#]", pool["host"])
    ]


def why_not(world: World, share_type: Record, zone: str | None, size: int) -> str:
    """The detail of the user message when `pick` found nothing: the first filter that no pool came through."""
    zones = {zone} if zone else set(filter(None, share_type["extra_specs"].get("availability_zones", "").split(",")))
    pools = [pool for pool in world.store[KIND] if not zones or pool["availability_zone"] in zones]
    if not pools:
        return "007"
    load = Load(world)
    return "008" if any(load.has_room(pool, size) for pool in pools) else "009"


def backend_of(host: str) -> str:
    """The backend of a host with its pool: ``oracle@alpha`` of ``oracle@alpha#fake_pool_for_ALPHA``."""
    return host.partition("#")[0]


def zone_of(world: World, host: str) -> str | None:
    """The availability zone of the backend behind a host such as ``oracle@alpha#fake_pool_for_ALPHA``."""
    pool = world.store[KIND].first(lambda pool: pool["host"] == host)
    return pool["availability_zone"] if pool else None


DATA_HOST = "oracle"
"""Where the data service runs."""


class Export(NamedTuple):
    """A place from where something is mounted."""

    path: str
    is_admin_only: bool
    preferred: bool


def exports(mountpoint: str) -> list[Export]:
    """The addresses of a backend: one for administrators, the better and the other one for everybody."""
    return [
        Export(f"11.0.0.11:{mountpoint}", is_admin_only=True, preferred=False),
        Export(f"10.0.0.10:{mountpoint}", is_admin_only=False, preferred=True),
        Export(f"10.0.0.20:{mountpoint}", is_admin_only=False, preferred=False),
    ]


def share_exports(share_id: str, instance_id: str) -> list[Export]:
    """How a backend exports a share, the administrators' way first."""
    return exports("/path/to/fake/share/" + f"share_{share_id}_{instance_id}".replace("-", "_"))


def snapshot_location(snapshot_id: str, instance_id: str) -> str:
    """Where a backend keeps a snapshot."""
    return "/path/to/fake/snapshot/" + f"snapshot_{snapshot_id}_{instance_id}".replace("-", "_")
