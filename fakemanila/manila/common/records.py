"""The kinds of records that several resources act on: shares and what is made of them, networks, servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal, TypedDict

from ...contract.declared import Keywords
from ...world.kinds import Kind, Shown
from .attributes import MAX_INTEGER, Dated, Metadata, Name, Size, Status, Text, Time, reference


class Share(Dated):
    """A share. What it says of its place and its state is its active instance's."""

    instance_id: Text
    name: Name = None
    description: Name = None
    status: Status = "creating"
    size: Annotated[int, Keywords(minimum=0, maximum=MAX_INTEGER)]
    share_proto: Text
    project_id: str | None
    user_id: str | None
    share_type_id: str | None
    host: str = ""
    availability_zone: str | None = None
    is_public: bool = False
    metadata: Metadata = field(default_factory=dict)
    snapshot_id: str | None = None
    task_state: str | None = None
    progress: str | None = None
    replication_type: str | None = None
    share_network_id: str | None = None
    share_server_id: str | None = None
    share_group_id: str | None = None
    source_share_group_snapshot_member_id: str | None = None
    source_backup_id: str | None = None
    is_soft_deleted: bool = False
    scheduled_to_be_deleted_at: Time | None = None
    encryption_key_ref: str | None = None
    mount_point_name: str | None = None
    qos_type_id: str | None = None
    snapshot_support: bool
    create_share_from_snapshot_support: bool
    revert_to_snapshot_support: bool
    mount_snapshot_support: bool
    snapshot_inherit_share_access_support: bool
    extending_to: Size | None = None
    """GiB that it is growing to."""


class ExportLocation(TypedDict):
    """Where an instance is mounted from."""

    id: Text
    share_instance_id: Text
    path: Text
    is_admin_only: bool
    metadata: Metadata
    created_at: Time
    updated_at: Time | None


class ShareInstance(Dated):
    """What a backend holds of a share; a replica where it has a `replica_state`."""

    share_id: Annotated[Text, reference("shares")]
    replica_state: str | None = None
    cast_rules_to_readonly: bool = False
    export_locations: list[ExportLocation] = field(default_factory=list)
    metadata: Metadata = field(default_factory=dict)
    status: Status = "creating"
    host: str = ""
    availability_zone: str | None = None
    share_type_id: str | None
    share_network_id: str | None = None
    share_server_id: str | None = None
    progress: str | None = None


class Snapshot(Dated):
    """A snapshot. Its status and its place are those of its instance on its share's active one."""

    instance_id: Text
    name: Name = None
    description: Name = None
    status: Status = "creating"
    share_id: Text
    share_size: Size
    share_proto: Text
    size: Annotated[int | None, Keywords(minimum=0, maximum=MAX_INTEGER)]
    """GiB; None while nobody knows."""
    project_id: str | None
    user_id: str | None
    provider_location: str | None = None
    metadata: Metadata = field(default_factory=dict)


class SnapshotInstance(Dated):
    """What a backend holds of a snapshot."""

    snapshot_id: Annotated[Text, reference("snapshots")]
    share_instance_id: str | None = None
    status: Status = "creating"
    progress: str = ""
    provider_location: str | None = None


class ShareGroup(Dated):
    """Shares that are together in a pool or on a host."""

    name: Name = None
    description: Name = None
    status: Status = "creating"
    project_id: str | None
    user_id: str | None
    host: str | None = None
    availability_zone: str | None = None
    share_group_type_id: Text
    source_share_group_snapshot_id: str | None = None
    share_network_id: str | None = None
    share_server_id: str | None = None
    share_types: list[Text]
    consistent_snapshot_support: Literal["pool", "host", None] = None


class ShareServer(Dated):
    """What a backend makes on a share network for the shares there."""

    host: Text
    """Its backend, such as ``oracle@gamma``."""
    status: Literal[
        "active",
        "creating",
        "deleting",
        "error",
        "inactive",
        "manage_error",
        "manage_starting",
        "network_change",
        "server_migrating",
        "server_migrating_to",
        "unmanage_error",
        "unmanage_starting",
    ] = "creating"
    identifier: Name = None
    is_auto_deletable: bool = True
    share_network_subnet_ids: list[Text]
    backend_details: dict[str, str] = field(default_factory=dict)
    task_state: str | None = None
    source_share_server_id: str | None = None
    application_credential_id: str | None = None
    """With it the backend gets the key of an encrypted server, where there is a Barbican."""
    security_service_update_support: bool = True
    network_allocation_update_support: bool = True
    encryption_key_ref: str | None = None
    use: Literal["in use", "unused"] = "in use"
    """What is unused for a while goes by itself."""


class Member(TypedDict):
    """The part of one of the shares."""

    id: Text
    size: Size
    share_proto: Text
    share_id: Text


class ShareGroupSnapshot(Dated):
    """A snapshot of all shares of a group."""

    name: Name = None
    description: Name = None
    status: Status = "creating"
    share_group_id: Text
    project_id: str | None
    user_id: str | None
    members: list[Member]


class ShareBackup(Dated):
    """A copy of a share, made by its backend or by the data service."""

    name: Name = None
    description: Name = None
    status: Status = "creating"
    share_id: Text
    size: Size
    project_id: str | None
    user_id: str | None
    availability_zone: str | None = None
    progress: str | None = "0"
    restore_progress: str | None = "0"
    backup_type: str | None = None
    host: str | None = None
    topic: Literal["manila-share", "manila-data"]
    target_share_id: str | None = None


class SecurityService(Dated):
    """A directory that share servers ask who somebody is."""

    project_id: str | None
    type: Annotated[str, Keywords(minLength=1, maxLength=32)]
    """One of three, when it is made; real Manila looks no more when it is changed."""
    name: Name = None
    description: Name = None
    status: Text = "new"
    """No service has any other."""
    dns_ip: Annotated[str | None, Keywords(maxLength=64)] = None
    server: Name = None
    domain: Name = None
    ou: Name = None
    user: Name = None
    password: Name = None
    default_ad_site: Name = None


class ShareNetwork(Dated):
    """Where a project's own share servers are."""

    project_id: str | None
    user_id: str | None
    name: Name = None
    description: Name = None
    status: Status = "active"
    security_services: list[Text] = field(default_factory=list)
    """Their ids."""


class ShareNetworkSubnet(Dated):
    """Where a share network lies in Neutron, in a zone or in all of them."""

    share_network_id: Annotated[Text, reference("share_networks")]
    availability_zone: str | None = None
    """None where it is for all zones."""
    neutron_net_id: Annotated[str | None, Keywords(maxLength=36)] = None
    neutron_subnet_id: Annotated[str | None, Keywords(maxLength=36)] = None
    network_type: str | None = None
    segmentation_id: int | None = None
    cidr: str | None = None
    ip_version: int | None = None
    gateway: str | None = None
    mtu: int | None = None
    metadata: Metadata = field(default_factory=dict)


def _counts_share(share: Share) -> Mapping[str, int]:
    replica = {"share_replicas": 1, "replica_gigabytes": share.size} if share.replication_type else {}
    return {"shares": 1, "gigabytes": share.size, **replica}


SHARES = Kind(
    "shares",
    Share,
    shows=Shown(
        of="share_instances",
        attributes=(
            "status",
            "host",
            "availability_zone",
            "share_type_id",
            "share_network_id",
            "share_server_id",
            "progress",
            "updated_at",
        ),
        active="instance_id",
        back="share_id",
    ),
    counts=_counts_share,
    message_type="SHARE",
)
SHARE_INSTANCES = Kind("share_instances", ShareInstance, message_type="SHARE")
SNAPSHOTS = Kind(
    "snapshots",
    Snapshot,
    shows=Shown(
        of="snapshot_instances",
        attributes=("status", "provider_location", "updated_at"),
        active="instance_id",
        back="snapshot_id",
    ),
    counts=lambda snapshot: {"snapshots": 1, "snapshot_gigabytes": snapshot.size or 0},
    message_type="SHARE_SNAPSHOT",
)
SNAPSHOT_INSTANCES = Kind("snapshot_instances", SnapshotInstance, message_type="SHARE_SNAPSHOT")
SHARE_GROUPS = Kind("share_groups", ShareGroup, counts=lambda group: {"share_groups": 1}, message_type="SHARE_GROUP")
SHARE_GROUP_SNAPSHOTS = Kind(
    "share_group_snapshots", ShareGroupSnapshot, counts=lambda snapshot: {"share_group_snapshots": 1}
)
SHARE_BACKUPS = Kind(
    "share_backups",
    ShareBackup,
    counts=lambda backup: {"backups": 1, "backup_gigabytes": backup.size},
    message_type="SHARE",
)
SECURITY_SERVICES = Kind("security_services", SecurityService, message_type="SECURITY_SERVICE")
SHARE_NETWORKS = Kind(
    "share_networks", ShareNetwork, counts=lambda network: {"share_networks": 1}, message_type="SHARE_NETWORK"
)
SHARE_SERVERS = Kind("share_servers", ShareServer)
SHARE_NETWORK_SUBNETS = Kind("share_network_subnets", ShareNetworkSubnet, message_type="SHARE_NETWORK_SUBNET")
