"""Where new shares come to live: Manila's filter scheduler, with its default filters and weighers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..common import extra_specs
from ..resources import services
from . import backends, capabilities

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World

NO_VALID_HOST = "002"
NO_ROOM = "009"
NO_TYPE = "024"
NOT_READY = "028"


class Request(NamedTuple):
    """What a share, or another replica of it, needs."""

    size: int
    specs: Mapping[str, str | None]
    """The extra specs of its type."""
    share_proto: str | None
    """None where it doesn't matter, as for a group, whose shares may be of any."""
    zone: str | None = None
    """The availability zone that was asked for; the type's zones hold besides."""
    zones: tuple[str, ...] | None = None
    """Those that its share network serves; None where it is on none."""
    same_host: tuple[str, ...] | None = None
    """Shares, by id, next to which it is to live; None where it doesn't matter."""
    different_host: tuple[str, ...] | None = None
    only_host: str | None = None
    replicas: tuple[str, ...] = ()
    """The hosts of the replicas that there are, the active one's first, where it is another one that needs a place."""
    disabled_too: bool = False
    """It may go to a disabled backend, as where an administrator names the host."""
    reserved: str = "reserved_percentage"
    """The capability that says how much of a pool is not for this."""

    @property
    def capabilities(self) -> dict[str, str]:
        """What a pool has to report: the type's specs, booleans to be compared as such, and the protocol."""
        specs = {key: value or "" for key, value in self.specs.items()}
        served = {} if self.share_proto is None else {"storage_protocol": f"<in> {self.share_proto}"}
        wanted = {**served, **specs}
        for name in (*extra_specs.REQUIRED, *extra_specs.BOOLEAN, "mount_point_name_support"):
            if name in wanted and not wanted[name].startswith("<is>"):
                wanted[name] = f"<is> {wanted[name]}"
        return wanted


def place(world: World, request: Request, load: backends.Load | None = None) -> Record | str:
    """The pool for a request: the one with the most room, then with the fewest shares, then the first by name.

    Where nothing fits, the detail id of the user message that Manila would leave. `load` is for those who place many
    shares, and needn't count them each time.
    """
    load = load or backends.Load(world)
    hosts = services.hosts_up(world, with_disabled=request.disabled_too)
    pools = [pool for pool in world.store[backends.KIND] if pool["host"].partition("#")[0] in hosts]
    if not pools:
        return NOT_READY
    for passes, detail in _FILTERS:
        pools = [pool for pool in pools if passes(world, request, pool, load)]
        if not pools:
            return detail
    return min(pools, key=lambda pool: (-load.weight(pool), load.count[pool["host"]], pool["host"]))


def _is_the_only_host(world: World, request: Request, pool: Record, load: backends.Load) -> bool:
    return request.only_host in (None, pool["host"])


def _is_in_zone(world: World, request: Request, pool: Record, load: backends.Load) -> bool:
    zones = request.specs.get("availability_zones")
    zone = pool["availability_zone"]
    if request.zones is not None and zone not in request.zones:
        return False
    return request.zone in (None, zone) and (not zones or zone in zones.split(","))


def _has_room(world: World, request: Request, pool: Record, load: backends.Load) -> bool:
    return load.has_room(pool, request.size, reserved=request.reserved)


def _is_capable(world: World, request: Request, pool: Record, load: backends.Load) -> bool:
    reported = backends.capabilities(pool, load, world.timestamp())
    if request.specs.get("default_qos_type") and not reported.get("qos_type_support"):
        return False
    return capabilities.satisfied(reported, request.capabilities)


def _can_replicate(world: World, request: Request, pool: Record, load: backends.Load) -> bool:
    if "replication_type" not in request.specs:
        return True
    if not request.replicas:
        return pool["replication_domain"] is not None
    active = backends.pool_of(world, request.replicas[0])
    domain = active["replication_domain"] if active else None
    return (
        pool["replication_domain"] is not None
        and pool["replication_domain"] == domain
        and (pool["host"] not in request.replicas)
    )


def _is_beside(world: World, request: Request, pool: Record, load: backends.Load) -> bool:
    wanted = request.same_host
    return wanted is None or all(pool["host"] in _hosts_of(world, id) for id in wanted)


def _is_apart(world: World, request: Request, pool: Record, load: backends.Load) -> bool:
    others = [_hosts_of(world, id) for id in request.different_host or ()]
    return all(hosts and pool["host"] not in hosts for hosts in others)


def _hosts_of(world: World, share_id: str) -> set[Any]:
    return {instance["host"] for instance in world.store["share_instances"].where(share_id=share_id)}


_FILTERS: tuple[tuple[Callable[[World, Request, Record, backends.Load], bool], str], ...] = (
    (_is_the_only_host, NO_VALID_HOST),
    (_is_in_zone, "007"),
    (_has_room, NO_ROOM),
    (_is_capable, "008"),
    (_can_replicate, "014"),
    (_is_beside, NO_VALID_HOST),
    (_is_apart, NO_VALID_HOST),
)
"""In Manila's order, each with the detail for the user when it leaves no pool over."""
