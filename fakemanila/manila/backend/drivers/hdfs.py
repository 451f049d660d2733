"""HDFS: directories of a Hadoop cluster, for its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Driver, Protocol

if TYPE_CHECKING:
    from ....world.rows import Record


def _path(share: Record, instance_id: str) -> str:
    return f"/share-{instance_id}"


DRIVER = Driver("hdfs", {"HDFS": Protocol(("user",), _path, ({"path": "hdfs://{address}:9000{path}"},))})
