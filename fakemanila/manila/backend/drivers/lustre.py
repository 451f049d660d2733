"""Lustre: directories of a file system, for the addresses of its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Driver, Protocol

if TYPE_CHECKING:
    from ....world.rows import Record


def _path(share: Record, instance_id: str) -> str:
    return f"/lustre/manila_shares/{instance_id}"


DRIVER = Driver(
    "lustre",
    {"LUSTRE": Protocol(("ip",), _path, ({"path": "{address}@tcp:{path}"},))},
    capabilities={
        "vendor_name": "Lustre",
        "qos": False,
        "dedupe": [False],
        "compression": [False],
        "thin_provisioning": [True],
    },
    pool="lustre",
)
