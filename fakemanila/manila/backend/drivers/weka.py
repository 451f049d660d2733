"""Weka: file systems that its own clients mount, or NFS in front of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .base import Driver, Protocol

if TYPE_CHECKING:
    from ....world.rows import Record
    from ....world.world import World

_MOST = 32
"""Characters that the name of a file system may have."""


def _file_system(share: Record, instance_id: str) -> str:
    return ("manila_" + instance_id.replace("-", ""))[:_MOST]


def _password(world: World, share: Record, rule: Record) -> str | None:
    """That of the project's user who may mount. Addresses of IPv6 are passed over, and get none."""
    if rule["access_type"] == "ip" and ":" in rule["access_to"]:
        return None
    return hashlib.sha256(f"{world.seed}/{share['project_id']}".encode()).hexdigest()[:_MOST]


DRIVER = Driver(
    "weka",
    {
        "WEKAFS": Protocol(
            ("ip", "user", "cert", "cephx"),  # all but addresses stand for whoever has the password
            _file_system,
            (
                {
                    "path": "{address}/{path}",
                    "metadata": {
                        "weka_fs_uid": "{instance_id}",
                        "weka_fs_name": "{path}",
                        "weka_org_name": "manila-{project_id}",
                        "weka_org_user": "manila-mnt",
                    },
                },
            ),
            key=_password,
        ),
        "NFS": Protocol(
            ("ip",),
            _file_system,
            (
                {
                    "path": "{address}:/{path}",
                    "metadata": {"weka_fs_uid": "{instance_id}", "weka_fs_name": "{path}"},
                },
            ),
        ),
    },
    capabilities={"vendor_name": "Weka", "driver_version": "1.0.0", "revert_to_snapshot_support": True},
    pool="default",
)
