"""Which addresses a subnet has, and which of them are free."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from . import errors
from .records import PORTS, Subnet

if TYPE_CHECKING:
    from ...world.world import World

Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
Prefix: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"


def prefix(cidr: Any, version: int) -> Prefix:
    """A subnet's prefix, with the bits of a host taken off. Raises InvalidInput."""
    try:
        found = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        raise errors.InvalidInput(f"'{cidr}' is not a valid IP subnet") from None
    if found.version != version:
        raise errors.InvalidInput(f"cidr {cidr} does not match the ip_version '{version}'")
    if found.prefixlen == 0:
        raise errors.InvalidInput("0 is not allowed as CIDR prefix length")
    return found


def address(text: Any, field: str) -> Address:
    """Raises InvalidInput for what is no address."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise errors.InvalidInput(f"'{text}' for {field} is not a valid IP address") from None


def _bounds(cidr: Prefix) -> tuple[int, int]:
    """The first and the last address that a host may have."""
    first, last = int(cidr.network_address), int(cidr.broadcast_address)
    if cidr.version == 4 and cidr.prefixlen < 31:
        return first + 1, last - 1
    return (first + 1, last) if cidr.version == 6 and cidr.prefixlen < 127 else (first, last)


def first_of(cidr: Prefix) -> str:
    """The gateway that a subnet has unless it says otherwise."""
    return str(cidr[1 if cidr.num_addresses > 1 else 0])


def pools_of(cidr: Prefix, gateway: str | None) -> list[dict[str, str]]:
    """All addresses but the gateway's, as pools."""
    first, last = _bounds(cidr)
    kind = type(cidr.network_address)
    taken = None if gateway is None else int(ipaddress.ip_address(gateway))
    inside = taken is not None and first <= taken <= last
    parts = [(first, taken - 1), (taken + 1, last)] if taken is not None and inside else [(first, last)]
    return [{"start": str(kind(low)), "end": str(kind(high))} for low, high in parts if low <= high]


def check_pools(cidr: Prefix, pools: list[dict[str, str]], gateway: str | None) -> list[dict[str, str]]:
    """Pools as somebody gave them, in order. Raises an error for those outside of the subnet, or over each other."""
    ranges = []
    for pool in pools:
        if pool.keys() != {"start", "end"}:
            raise errors.InvalidInput("an allocation pool has a 'start' and an 'end'")
        low, high = (int(address(pool[end], "allocation_pools")) for end in ("start", "end"))
        first, last = _bounds(cidr)
        if low > high:
            raise errors.BadSubnet(f"The allocation pool {pool['start']}-{pool['end']} is not valid")
        if not first <= low <= high <= last:
            raise errors.BadSubnet(f"The allocation pool {pool['start']}-{pool['end']} spans beyond {cidr}")
        if gateway is not None and low <= int(ipaddress.ip_address(gateway)) <= high:
            raise errors.InUse("Subnet", str(cidr), f"Gateway ip {gateway} conflicts with an allocation pool.")
        ranges.append((low, high))
    ranges.sort()
    if any(one[1] >= other[0] for one, other in pairwise(ranges)):
        raise errors.BadSubnet(f"Found overlapping allocation pools in {cidr}")
    kind = type(cidr.network_address)
    return [{"start": str(kind(low)), "end": str(kind(high))} for low, high in ranges]


def taken_in(world: World, subnet_id: str) -> set[str]:
    """The addresses of a subnet that ports have."""
    return {
        each["ip_address"] for port in world.store[PORTS] for each in port.fixed_ips if each["subnet_id"] == subnet_id
    }


def free(world: World, subnet: Subnet, besides: Collection[str] = ()) -> str | None:
    """The first address of a subnet's pools that no port has, nor is among `besides`; None where all are taken."""
    taken = taken_in(world, subnet.id).union(besides)
    return next((each for each in _all(subnet.allocation_pools) if each not in taken), None)


def _all(pools: list[dict[str, str]]) -> Iterator[str]:
    for pool in pools:
        start, end = ipaddress.ip_address(pool["start"]), ipaddress.ip_address(pool["end"])
        for number in range(int(start), int(end) + 1):
            yield str(type(start)(number))


def contains(subnet: Mapping[str, Any], text: str) -> bool:
    found = ipaddress.ip_address(text)
    return found in ipaddress.ip_network(subnet["cidr"])
