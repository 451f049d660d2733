"""CephFS: the clients of a Ceph cluster, or an NFS service in front of one."""

from __future__ import annotations

import base64
import struct
import uuid
from typing import TYPE_CHECKING, Any

from ...common import lookup
from .base import FORBIDDEN, UNSUPPORTED, Driver, Protocol, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ....world.rows import Record
    from ....world.world import World

_NO_GROUP = "_nogroup"
_OWN_ID, _FILE_SYSTEM = "cephfs_auth_id", "cephfs_filesystem_name"
_OF_THE_CLUSTER = ("admin",)
"""Clients that every Ceph cluster has, and that no driver has made."""
_KEY = struct.Struct("<HIIH16s")
"""Type, seconds, nanoseconds, length and bytes of a Ceph key."""


def _path(share: Record, instance_id: str) -> str:
    """The subvolume's path, the last part of which nobody can know before."""
    group = share["share_group_id"] or _NO_GROUP
    return f"/volumes/{group}/{instance_id}/{uuid.uuid5(uuid.UUID(instance_id), group)}"


def _snapshot(snapshot_id: str, instance_id: str) -> str:
    return snapshot_id


# Who may mount a share


def _rules_for(world: World, share: Record, id: str) -> Iterator[tuple[Record, Record]]:
    """The rules that a share's backend has applied for a Ceph client, each with its share."""
    backend = share["host"].partition("#")[0]
    for rule in world.store[lookup.SHARE_ACCESS_RULES]:
        if rule["access_to"] == id and rule["access_type"] == "cephx" and rule["access_key"] is not None:
            of = lookup.share_of(world, rule)
            if of["host"].partition("#")[0] == backend:
                yield rule, of


def _check(world: World, share: Record, rule: Record) -> Refusal | None:
    """A client is a project's; Manila's own and the cluster's are nobody's."""
    id = rule["access_to"]
    pool = world.store["pools"].first(lambda pool: pool["host"] == share["host"])
    own = {**NATIVE.options, **(pool["options"] if pool else {})}[_OWN_ID]
    if id in (own, *_OF_THE_CLUSTER):
        return Refusal(FORBIDDEN)
    # Ceph says that the id is in use, which the driver doesn't look for: nobody gets a message.
    taken = any(of["project_id"] != share["project_id"] for _, of in _rules_for(world, share, id))
    return Refusal() if taken else None


def _key(world: World, share: Record, rule: Record) -> str:
    """The client's key: the one that it has, as long as any rule is for it."""
    for other, _ in _rules_for(world, share, rule["access_to"]):
        return str(other["access_key"])
    return new_key(world)


def new_key(world: World) -> str:
    """A key as Ceph writes it, of the world's time and randomness."""
    now = world.now()
    key = _KEY.pack(1, int(now.timestamp()), now.microsecond * 1000, 16, world.seeded.randbytes(16))
    return base64.b64encode(key).decode()


# The drivers


_CAPABILITIES: dict[str, Any] = {
    "vendor_name": "Ceph",
    "qos": "False",
    "dedupe": [False],
    "compression": [False],
    "thin_provisioning": [True],
}

_MONITORS = "10.0.0.10:6789,10.0.0.11:6789,10.0.0.12:6789"

NATIVE = Driver(
    "cephfs",
    {
        "CEPHFS": Protocol(
            ("cephx",),
            _path,
            ({"path": f"{_MONITORS}:{{path}}"},),
            refused=Refusal(UNSUPPORTED),
            check=_check,
            key=_key,
        )
    },
    capabilities=_CAPABILITIES,
    options={_FILE_SYSTEM: "cephfs", _OWN_ID: "manila"},
    share_metadata={"__mount_options": f"fs={{{_FILE_SYSTEM}}}"},
    pool="cephfs",
    snapshot=_snapshot,
    clones=True,
    transfers_rules=False,
)

NFS = Driver(
    "cephfs-nfs",
    {"NFS": Protocol(("ip",), _path, ({"path": "{address}:{path}", "preferred": True},))},
    capabilities=_CAPABILITIES,
    options={_FILE_SYSTEM: "cephfs"},
    pool="cephfs",
    snapshot=_snapshot,
    clones=True,
    transfers_rules=False,
)
