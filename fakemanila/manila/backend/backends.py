"""The storage backends of a world: where shares come to live."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from ...contract.declared import Keywords
from ...world.kinds import Kind
from ...world.rows import Row
from ..common.attributes import Text
from ..resources import availability_zones, services

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World


class Pool(Row):
    """A pool of a backend. Its id is its host."""

    id: Text
    host: Text
    availability_zone: Text
    driver_handles_share_servers: bool = False
    replication_domain: str | None = None
    total_capacity_gb: Annotated[float, Keywords(minimum=0)] = 1_000_000
    capabilities: Annotated[dict[str, Any], "what goes before what the backend would report"] = field(
        default_factory=dict
    )


KIND = Kind("pools", Pool)
PROTOCOLS = ("NFS", "CIFS")
"""Manila's ``enabled_share_protocols`` in the deployment that the initial world mirrors."""


_CAPABILITIES: Mapping[str, Any] = {
    "replication_type": "readable",
    "storage_protocol": "NFS_CIFS",
    "vendor_name": "Open Source",
    "driver_version": "1.0",
    "reserved_percentage": 0,
    "reserved_snapshot_percentage": 0,
    "reserved_share_extend_percentage": 0,
    "snapshot_support": True,
    "create_share_from_snapshot_support": True,
    "revert_to_snapshot_support": True,
    "mount_snapshot_support": True,
    "snapshot_inherit_share_access_support": False,
    "dedupe": False,
    "compression": False,
    "sg_consistent_snapshot_support": "pool",
    "security_service_update_support": True,
    "network_allocation_update_support": True,
    "share_server_multiple_subnet_support": True,
    "share_replicas_migration_support": True,
    "encryption_support": ["share_server"],
    "qos_type_support": True,
    "ipv4_support": True,
    "ipv6_support": False,
}
"""What Manila's dummy driver reports of a pool, besides what a pool's record says."""


class Load:
    """How many share instances each host has, and their GiB. Counted once: who adds more says so."""

    def __init__(self, world: World) -> None:
        shares, instances = world.store["shares"], world.store["share_instances"]
        self.count = shares.tally.count.copy()
        self.used = shares.tally.size.copy()
        if len(instances) > len(shares):  # some are not the one that their share shows
            for instance in instances:
                share = shares.get(instance["share_id"])
                if share is not None and instance["host"] != share["host"]:
                    self.add({**instance, "size": share["size"]})

    def add(self, share: Record) -> None:
        self.count[share["host"]] += 1
        self.used[share["host"]] += share["size"]

    def free(self, pool: Record) -> float:
        """The GiB that a pool's shares leave. A thin pool is as good as empty: nobody writes to the shares."""
        total = float(pool["total_capacity_gb"])
        return total if is_thin(pool) else max(total - self.used[pool["host"]], 0.0)

    def has_room(self, pool: Record, size: int, *, reserved: str = "reserved_percentage") -> bool:
        """Whether `size` GiB more fit in, next to what is `reserved`, as Manila's CapacityFilter has it."""
        total = float(pool["total_capacity_gb"])
        if total <= 0:
            return False
        left = math.floor(self.free(pool) - total * _number(pool, reserved) / 100)
        if is_thin(pool):
            ratio = _number(pool, "max_over_subscription_ratio", 20.0)
            return self.used[pool["host"]] + size <= total * ratio and size <= left * ratio
        return size <= left

    def weight(self, pool: Record) -> float:
        """How much room there is, by which Manila's CapacityWeigher spreads shares."""
        total = float(pool["total_capacity_gb"])
        reserved = total * _number(pool, "reserved_percentage") / 100
        if is_thin(pool):
            return total * _number(pool, "max_over_subscription_ratio", 20.0) - self.used[pool["host"]] - reserved
        return math.floor(self.free(pool) - reserved)


def _number(pool: Record, name: str, otherwise: float = 0.0) -> float:
    return float(pool["capabilities"].get(name, otherwise))


def is_thin(pool: Record) -> bool:
    """Whether a pool promises more than it has."""
    thin = pool["capabilities"].get("thin_provisioning", False)
    return True in thin if isinstance(thin, list) else bool(thin)


def capabilities(pool: Record, load: Load, now: str) -> dict[str, Any]:
    """All that a pool reports, as ``GET /scheduler-stats/pools/detail`` shows it and extra specs are compared with."""
    _, backend, name = split(pool["host"])
    used = float(load.used[pool["host"]])
    thin = {"allocated_capacity_gb": used, "provisioned_capacity_gb": used, "max_over_subscription_ratio": 20.0}
    return {
        **_CAPABILITIES,
        "pool_name": name,
        "share_backend_name": backend.upper(),
        "driver_handles_share_servers": pool["driver_handles_share_servers"],
        "replication_domain": pool["replication_domain"],
        "total_capacity_gb": float(pool["total_capacity_gb"]),
        "free_capacity_gb": load.free(pool),
        **(thin if is_thin(pool) else {}),
        "timestamp": now,
        **pool["capabilities"],
    }


def split(host: str) -> tuple[str, str, str]:
    """Host, backend and pool of ``oracle@alpha#fake_pool_for_ALPHA``."""
    front, _, pool = host.partition("#")
    name, _, backend = front.partition("@")
    return name, backend, pool


def set_pool(world: World, host: str, **attributes: Any) -> Record:
    """Changes a pool, or makes one, with its availability zone and service where those are missing.

    `attributes`: ``availability_zone``, ``total_capacity_gb`` (GiB), ``driver_handles_share_servers``,
    ``replication_domain``, and ``capabilities``, which go before what the backend would report; what isn't given stays
    as it is. Raises ValueError for a host that isn't ``HOST@BACKEND#POOL``, and for a new pool without a zone.
    """
    if not all(split(host)):
        raise ValueError(f"{host!r} is not a pool: expected HOST@BACKEND#POOL")
    pool = world.store[KIND].get(host)
    if pool is not None:
        pool.update({**attributes, "capabilities": {**pool["capabilities"], **attributes.get("capabilities", {})}})
    elif attributes.get("availability_zone") is None:
        raise ValueError(f"{host!r} is a new pool and needs an availability_zone")
    else:
        pool = world.store[KIND].add({"id": host, "host": host, **_NEW_POOL, **attributes})
    zone = pool["availability_zone"]
    availability_zones.ensure(world, zone)
    services.ensure(world, "manila-share", host.partition("#")[0], zone)
    world.changed()
    return pool


_NEW_POOL: Mapping[str, Any] = {
    "driver_handles_share_servers": False,
    "replication_domain": None,
    "total_capacity_gb": 1000000,
    "capabilities": {},
}


def named(world: World, name: str) -> list[Record]:
    """The pools that a host such as ``oracle@alpha#fake_pool_for_ALPHA`` means, or one of its three parts."""
    pools = list(world.store[KIND])
    return [pool for pool in pools if pool["host"] == name] or [pool for pool in pools if name in split(pool["host"])]


def backend_of(host: str) -> str:
    """The backend of a host with its pool: ``oracle@alpha`` of ``oracle@alpha#fake_pool_for_ALPHA``."""
    return host.partition("#")[0]


def pool_of(world: World, host: str) -> Record | None:
    """The pool behind a host such as ``oracle@alpha#fake_pool_for_ALPHA``."""
    return world.store[KIND].first(lambda pool: pool["host"] == host)


def zone_of(world: World, host: str) -> str | None:
    """The availability zone of the backend behind a host."""
    pool = pool_of(world, host)
    return pool["availability_zone"] if pool else None


def first_pool_of(world: World, backend: str) -> Record | None:
    """The first pool of a backend such as ``oracle@gamma``."""
    return world.store[KIND].first(lambda pool: backend_of(pool["host"]) == backend)


def zone_of_backend(world: World, host: str) -> str | None:
    """The availability zone of a backend, or of a pool, such as ``oracle@gamma``."""
    pool = first_pool_of(world, backend_of(host))
    return pool["availability_zone"] if pool else None


def handles_share_servers(world: World, host: str) -> bool:
    """Whether a backend, or the backend of a pool, makes share servers."""
    pool = first_pool_of(world, backend_of(host))
    return pool is not None and bool(pool["driver_handles_share_servers"])


DATA_HOST = "oracle"
"""Where the data service runs."""


class Export(NamedTuple):
    """A place from where something is mounted."""

    path: str
    is_admin_only: bool
    preferred: bool


class Addresses(NamedTuple):
    """Where a backend, or a share server of it, is found."""

    service: str
    """For administrators."""
    pairs: Sequence[tuple[str, str]]
    """The better and the other one, for each subnet."""


ADDRESSES = Addresses("11.0.0.11", (("10.0.0.10", "10.0.0.20"),))
"""Those of backends that don't handle share servers."""


def exports(mountpoint: str, addresses: Addresses = ADDRESSES) -> list[Export]:
    """Where something is mounted from: an address for administrators, then those for everybody."""
    found = [Export(f"{addresses.service}:{mountpoint}", is_admin_only=True, preferred=False)]
    for better, other in addresses.pairs:
        found.append(Export(f"{better}:{mountpoint}", is_admin_only=False, preferred=True))
        found.append(Export(f"{other}:{mountpoint}", is_admin_only=False, preferred=False))
    return found


def share_exports(share_id: str, instance_id: str, addresses: Addresses = ADDRESSES) -> list[Export]:
    """How a backend exports a share, the administrators' way first."""
    path = "/path/to/fake/share/" + f"share_{share_id}_{instance_id}".replace("-", "_")
    return exports(path, addresses)


def snapshot_location(snapshot_id: str, instance_id: str) -> str:
    """Where a backend keeps a snapshot."""
    return "/path/to/fake/snapshot/" + f"snapshot_{snapshot_id}_{instance_id}".replace("-", "_")
