"""The storage backends of a world: where shares come to live."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any

from ...contract.declared import Keywords
from ...world.kinds import Kind
from ...world.rows import Row
from ..common.attributes import Text
from ..resources import availability_zones, services
from .drivers import DRIVERS, PROTOCOLS, Driver, dummy

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from .drivers.base import Protocol


class Pool(Row):
    """A pool of a backend. Its id is its host."""

    id: Text
    host: Text
    availability_zone: Text
    driver_handles_share_servers: bool = False
    replication_domain: str | None = None
    total_capacity_gb: Annotated[float, Keywords(minimum=0)] = 1_000_000
    capabilities: Annotated[dict[str, Any], "what goes before what the driver would report"] = field(
        default_factory=dict
    )
    driver: Annotated[str, Keywords(enum=list(DRIVERS))] = dummy.DRIVER.name
    protocols: list[str] = field(default_factory=lambda: list(dummy.DRIVER.protocols))
    options: Annotated[dict[str, str], "of the driver, where they are not its defaults"] = field(default_factory=dict)
    export_locations: Annotated[list[Any], "templates; the driver's own where there are none"] = field(
        default_factory=list
    )


KIND = Kind("pools", Pool)


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
    return float(_reported(pool, name, otherwise))


def _reported(pool: Record, name: str, otherwise: Any = None) -> Any:
    """What a pool reports of one thing, whatever is on it."""
    own: Mapping[str, Any] = pool["capabilities"]
    return own[name] if name in own else driver_of(pool).report(name, otherwise)


def capability(world: World, host: str, name: str) -> Any:
    """What the pool of a host reports of one thing, whatever is on it; None where it reports nothing of it."""
    pool = pool_of(world, host)
    return None if pool is None else _reported(pool, name)


def is_thin(pool: Record) -> bool:
    """Whether a pool promises more than it has."""
    thin = _reported(pool, "thin_provisioning", False)
    return True in thin if isinstance(thin, list) else bool(thin)


def capabilities(pool: Record, load: Load, now: str) -> dict[str, Any]:
    """All that a pool reports, as ``GET /scheduler-stats/pools/detail`` shows it and extra specs are compared with."""
    _, backend, name = split(pool["host"])
    used = float(load.used[pool["host"]])
    thin = {"allocated_capacity_gb": used, "provisioned_capacity_gb": used, "max_over_subscription_ratio": 20.0}
    return {
        **driver_of(pool).reports,
        "storage_protocol": "_".join(pool["protocols"]),
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

    `attributes` are those of `Pool`, of which ``capabilities`` and ``options`` are added to what there is; what isn't
    given stays as it is. Raises ValueError for a host that isn't ``HOST@BACKEND#POOL``, and for a new pool without a
    zone.
    """
    if not all(split(host)):
        raise ValueError(f"{host!r} is not a pool: expected HOST@BACKEND#POOL")
    pool = world.store[KIND].get(host)
    if pool is not None:
        merged = {
            name: {**pool[name], **attributes[name]} for name in ("capabilities", "options") if name in attributes
        }
        pool.update({**attributes, **merged})
    elif attributes.get("availability_zone") is None:
        raise ValueError(f"{host!r} is a new pool and needs an availability_zone")
    else:
        pool = world.store[KIND].add(Pool(id=host, host=host, **attributes))
    zone = pool["availability_zone"]
    availability_zones.ensure(world, zone)
    services.ensure(world, services.SHARE, host.partition("#")[0], zone)["zone"] = zone
    world.changed()
    return pool


def named(world: World, name: str) -> list[Record]:
    """The pools that a host such as ``oracle@alpha#fake_pool_for_ALPHA`` means, or one of its three parts."""
    pools = list(world.store[KIND])
    return [pool for pool in pools if pool["host"] == name] or [pool for pool in pools if name in split(pool["host"])]


def protocols(world: World) -> list[str]:
    """Manila's ``enabled_share_protocols``: what the backends serve."""
    served = {protocol for pool in world.store[KIND] for protocol in pool["protocols"]}
    return [protocol for protocol in PROTOCOLS if protocol in served]


def driver_of(pool: Record) -> Driver:
    """The driver that the backend of a pool runs."""
    return DRIVERS[pool["driver"]]


def protocol_of(world: World, share: Record) -> Protocol | None:
    """How a share is served where it is; None where it is nowhere, and by a backend without its protocol."""
    pool = pool_of(world, share["host"])
    return None if pool is None else driver_of(pool).protocols.get(share["share_proto"])


def options_of(pool: Record) -> Mapping[str, str]:
    """How the driver of a pool is configured."""
    return {**driver_of(pool).options, **pool["options"]}


def snapshot_location(world: World, host: str, snapshot: Record) -> str:
    """Where the backend of a pool keeps a snapshot."""
    pool = pool_of(world, host)
    return (driver_of(pool) if pool else dummy.DRIVER).snapshot(snapshot["id"], snapshot["instance_id"])


def clones(world: World, host: str) -> bool:
    """Whether the backend of a pool makes a share from a snapshot first, and copies its data then."""
    pool = pool_of(world, host)
    return pool is not None and driver_of(pool).clones


def share_metadata(world: World, host: str) -> dict[str, str]:
    """What the driver of a pool adds to the metadata of new shares."""
    pool = pool_of(world, host)
    if pool is None:
        return {}
    return {key: text.format_map(options_of(pool)) for key, text in driver_of(pool).share_metadata.items()}


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
