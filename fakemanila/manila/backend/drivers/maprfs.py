"""MapR-FS: volumes of a MapR cluster, for its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Driver, Protocol

if TYPE_CHECKING:
    from ....world.rows import Record


def _path(share: Record, instance_id: str) -> str:
    return f"/share-{instance_id}"


DRIVER = Driver(
    "maprfs",
    {
        "MAPRFS": Protocol(
            ("user",),
            _path,
            (
                {
                    "path": "maprfs://{path} -C {address} -Z {address} -N my.cluster.com",
                    "metadata": {"cldb": "{address}", "zookeeper": "{address}", "cluster-name": "my.cluster.com"},
                },
            ),
        )
    },
    capabilities={"vendor_name": "MapR Technologies"},
)
