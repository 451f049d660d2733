"""The pools and services of a cloud; for a user who isn't shown any, some that stand for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..manila.backend import backends
from ..manila.backend.drivers import PROTOCOLS, Driver, dummy, serving
from .reading import Seen, Shown

_SHARE = "manila-share"
_OWN = frozenset(
    ("driver_handles_share_servers", "replication_domain", "total_capacity_gb", "pool_name", "storage_protocol")
)
"""Capabilities that a pool has attributes for."""
_PASSING = frozenset(("timestamp", "updated", "driver_version_timestamp"))
_A_LOT = 1_000_000.0


def services(seen: Seen) -> list[Shown]:
    """Manila's services; where none are shown one for each made pool, so that its zone is listed."""
    if "services" in seen.lists:
        return [
            {**each, "id": str(each["id"]), "disabled": each.get("status") == "disabled"}
            for each in seen.of("services")
        ]
    hosts = [(host.partition("#")[0], zone) for host, zone, _ in _made(seen)]
    return [
        {"id": str(number), "binary": _SHARE, "host": host, "zone": zone, "state": "up"}
        for number, (host, zone) in enumerate(hosts, 1)
    ]


def pools(seen: Seen) -> list[Shown]:
    """The scheduler's pools, and those where shares are that it doesn't know, such as of a service that is down."""
    if "pools" not in seen.lists:
        return [
            {"id": host, "host": host, "availability_zone": zone, "driver_handles_share_servers": servers}
            for host, zone, servers in _made(seen)
        ]
    zones = {each["host"]: each["zone"] for each in seen.of("services") if each["binary"] == _SHARE}
    first = next((each["name"] for each in seen.of("availability_zones")), "nova")
    used = _used(seen)
    return [
        _pool(each, zones.get(each["name"].partition("#")[0], first), used.get(each["name"], 0.0))
        for each in seen.of("pools")
    ]


def _used(seen: Seen) -> dict[str, float]:
    """The GiB of the shares on each host."""
    sizes = {each["id"]: each.get("size") or 0 for each in seen.of("shares")}
    used: dict[str, float] = {}
    for each in seen.of("share_instances"):
        host = each.get("host") or ""
        used[host] = used.get(host, 0.0) + sizes.get(each["share_id"], 0)
    return used


def _made(seen: Seen) -> Iterator[tuple[str, str, bool]]:
    """Host, zone, and whether it has share servers."""
    for zone in [each["name"] for each in seen.of("availability_zones")] or ["nova"]:
        yield f"unseen@{zone}-plain#pool", zone, False
        yield f"unseen@{zone}-servers#pool", zone, True


def _pool(shown: Shown, zone: str, used: float) -> Shown:
    """A pool as a world has it. Of what it reports only that is kept which wouldn't come out the same anyway."""
    reported: dict[str, Any] = shown.get("capabilities") or {}
    handles = bool(reported.get("driver_handles_share_servers"))
    driver, protocols = _driver(str(reported.get("storage_protocol", "")), handles_share_servers=handles)
    total = reported.get("total_capacity_gb")
    total = float(total) if isinstance(total, int | float) else _A_LOT  # or "unknown", or "infinite"
    thin = bool(reported.get("thin_provisioning"))
    anyway = {
        "max_over_subscription_ratio": 20.0,
        "allocated_capacity_gb": used,
        "provisioned_capacity_gb": used,
        **driver.reports,
        "share_backend_name": backends.split(shown["name"])[1].upper(),
        "free_capacity_gb": total if thin else max(total - used, 0.0),
    }
    capabilities = {
        name: value
        for name, value in reported.items()
        if name not in _OWN and name not in _PASSING and anyway.get(name, ...) != value
    }
    if reported.get("total_capacity_gb") != total:
        capabilities["total_capacity_gb"] = reported.get("total_capacity_gb")
    if reported.get("storage_protocol") != "_".join(protocols):
        capabilities["storage_protocol"] = reported.get("storage_protocol")
    return {
        "id": shown["name"],
        "host": shown["name"],
        "availability_zone": zone,
        "driver_handles_share_servers": handles,
        "replication_domain": reported.get("replication_domain"),
        "total_capacity_gb": total,
        "driver": driver.name,
        "protocols": protocols,
        "capabilities": capabilities,
    }


def _driver(protocol: str, *, handles_share_servers: bool) -> tuple[Driver, list[str]]:
    """What serves a backend's ``storage_protocol``, such as ``NFS_CIFS``; what nothing serves is taken for NFS."""
    named = [each for each in protocol.upper().replace(",", "_").split("_") if each in PROTOCOLS]
    if handles_share_servers or not named:
        return dummy.DRIVER, [each for each in named if each in dummy.DRIVER.protocols] or ["NFS"]
    driver = serving(named)
    return (driver, named) if driver is not None else (dummy.DRIVER, list(dummy.DRIVER.protocols))
