"""What a driver is, as far as users and administrators of Manila see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

if TYPE_CHECKING:
    from ....world.rows import Record
    from ....world.world import World

RW, RO = "rw", "ro"

FORBIDDEN, UNSUPPORTED = "020", "021"
"""Details of the user messages about rules: not for this client, and not of this type or level."""

COMMON: Mapping[str, Any] = {
    "replication_type": None,
    "vendor_name": "Open Source",
    "driver_version": "1.0",
    "reserved_percentage": 0,
    "reserved_snapshot_percentage": 0,
    "reserved_share_extend_percentage": 0,
    "snapshot_support": True,
    "create_share_from_snapshot_support": True,
    "revert_to_snapshot_support": False,
    "mount_snapshot_support": False,
    "snapshot_inherit_share_access_support": False,
    "dedupe": False,
    "compression": False,
    "sg_consistent_snapshot_support": None,
    "security_service_update_support": False,
    "network_allocation_update_support": False,
    "share_server_multiple_subnet_support": False,
    "share_replicas_migration_support": False,
    "encryption_support": None,
    "qos_type_support": False,
    "ipv4_support": True,
    "ipv6_support": False,
}
"""What Manila reports of a pool whose driver says nothing about it."""


class Location(TypedDict, total=False):
    """A template of an export location.

    In texts, ``{path}`` is where the driver keeps the share, ``{address}`` where the share's server is reached; all
    names are in `fakemanila.manila.backend.exports.NAMES`.
    """

    path: str
    preferred: bool
    """What its metadata says; they don't mention it where this is missing."""
    is_admin_only: bool
    metadata: dict[str, str]


class Refusal(NamedTuple):
    """A rule that a driver doesn't apply: it ends in error."""

    detail: str | None = None
    """Of the message to its user; None where there is none."""


def _nothing_against(world: World, share: Record, rule: Record) -> Refusal | None:
    return None


class Protocol(NamedTuple):
    """How a driver serves the shares of one protocol."""

    types: tuple[str, ...]
    """The types of access that it applies."""
    path: Callable[[Record, str], str]
    """Where it keeps a share: gets the share and the id of the instance."""
    locations: tuple[Location, ...]
    levels: tuple[str, ...] = (RW, RO)
    refused: Refusal = Refusal()
    """What becomes of rules of other types and levels."""
    check: Callable[[World, Record, Record], Refusal | None] = _nothing_against
    """What else is wrong with a rule for a share."""
    key: Callable[[World, Record, Record], str | None] | None = None
    """The key that clients of a rule need; None where they need none."""

    def refusal(self, world: World, share: Record, rule: Record) -> Refusal | None:
        """Why a rule for a share is not applied; None for one that is."""
        if rule["access_type"] not in self.types or rule.get("access_level", RW) not in self.levels:
            return self.refused
        return self.check(world, share, rule)


def _snapshot(snapshot_id: str, instance_id: str) -> str:
    return "/path/to/fake/snapshot/" + f"snapshot_{snapshot_id}_{instance_id}".replace("-", "_")


class Driver(NamedTuple):
    """What a backend does and reports because of the driver that it runs."""

    name: str
    protocols: Mapping[str, Protocol]
    capabilities: Mapping[str, Any] = {}
    """What it reports besides `COMMON`."""
    options: Mapping[str, str] = {}
    """What can be configured of it, by the names of manila.conf, with what it is unless somebody says otherwise."""
    share_metadata: Mapping[str, str] = {}
    """What it adds to the metadata of new shares. ``{option}`` stands for the value of one."""
    makes_share_servers: bool = False
    """Whether it can, if it is told to."""
    pool: str | None = None
    """What its pool is called; None for the name of the backend."""
    snapshot: Callable[[str, str], str] = _snapshot
    """Where it keeps a snapshot: gets the ids of the snapshot and of its instance."""
    clones: bool = False
    """Whether a share from a snapshot is there before its data is: ``creating_from_snapshot`` until that is copied."""
    transfers_rules: bool = True
    """Whether a share keeps its access rules when it goes to another project."""

    @property
    def reports(self) -> Mapping[str, Any]:
        """The capabilities of its pools that are the same for all."""
        return {**COMMON, **self.capabilities}

    def report(self, name: str, otherwise: Any = None) -> Any:
        """One of them."""
        return self.capabilities[name] if name in self.capabilities else COMMON.get(name, otherwise)
