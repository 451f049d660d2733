"""The drivers that backends run: which protocols each serves, for whom, from where, and what its pools report."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from . import cephfs, dummy, glusterfs, hdfs, lustre, maprfs, weka
from .base import Driver as Driver

_DRIVERS = (
    dummy.DRIVER,
    cephfs.NATIVE,
    cephfs.NFS,
    glusterfs.NATIVE,
    glusterfs.NFS,
    hdfs.DRIVER,
    maprfs.DRIVER,
    lustre.DRIVER,
    weka.DRIVER,
)
DRIVERS: Mapping[str, Driver] = {driver.name: driver for driver in _DRIVERS}
"""By name."""
PROTOCOLS = ("NFS", "CIFS", "GLUSTERFS", "HDFS", "CEPHFS", "MAPRFS", "LUSTRE", "WEKAFS")
"""All that Manila knows, in its order."""


def serving(protocols: Collection[str]) -> Driver | None:
    """The first driver that serves all of these protocols; the dummy one where there are none."""
    return next((driver for driver in _DRIVERS if set(protocols) <= driver.protocols.keys()), None)
