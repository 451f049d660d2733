"""GlusterFS: volumes that clients with certificates mount, or directories behind Gluster's own NFS server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .base import RW, Driver, Protocol, Refusal

if TYPE_CHECKING:
    from ....world.rows import Record
    from ....world.world import World

_SEPARATORS = re.compile("[ ,]")


def _check(world: World, share: Record, rule: Record) -> Refusal | None:
    """Volumes have one text with all the names."""
    return Refusal() if _SEPARATORS.search(rule["access_to"]) else None


def _volume(share: Record, instance_id: str) -> str:
    return f"/manila-share-{instance_id}"


def _directory(share: Record, instance_id: str) -> str:
    return f"/manila-volume/{instance_id}"


_VENDOR = {"vendor_name": "Red Hat"}

NATIVE = Driver(
    "glusterfs",
    {"GLUSTERFS": Protocol(("cert",), _volume, ({"path": "{address}:{path}"},), levels=(RW,), check=_check)},
    capabilities={**_VENDOR, "driver_version": "1.1"},
)
NFS = Driver(
    "glusterfs-nfs",
    {"NFS": Protocol(("ip",), _directory, ({"path": "{address}:{path}"},), levels=(RW,))},
    capabilities=_VENDOR,
)
