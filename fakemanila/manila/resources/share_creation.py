"""Making shares: what is asked for, and what is checked.

Where they come to live is in ``share_placing``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...reasons.records import WrongStatus
from ...versions import Microversion
from .. import errors
from ..backend import affinity, backends, servers
from ..common import extra_specs, lookup, quotas
from ..common.fields import check_display_lengths, check_metadata, display, is_uuid
from ..common.records import Share
from ..common.registry import Resource
from . import (
    availability_zones,
    qos_types,
    share_instances,
    share_network_changes,
    share_network_subnets,
    share_placing,
    share_types,
    shares,
)

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..common.records import ShareNetwork
    from ..context import Call

KIND = lookup.SHARES

# Behaviour that a microversion brought; what is shown at which one is the contract's matter.
_FROM_SNAPSHOT_CAPABILITY_SINCE = Microversion(2, 24)
_ZONES_OF_TYPE_SINCE = Microversion(2, 48)

_LOOKED_AT_LAST = {
    "scheduler_hints", "mount_point_name", "encryption_key_ref",
    "name", "description", "display_name", "display_description", "metadata.",
}  # fmt: skip
"""What real Manila itself doesn't look at: most of it is refused by its database, with 500."""
_TYPES = {"share_type", "volume_type"}
"""What it looks at once it has found the group."""
_MOUNT_POINT_NAME = re.compile(r"[a-zA-Z0-9_-]{0,255}")

resource = Resource("share_creation", view=shares.view)


@resource.handles("shares.create", share_placing.PLACING)
def create(call: Call) -> Record:
    body = call.body
    is_public = shares.asked_public(call, "share:create_public_share")
    call.refuse_late(_LOOKED_AT_LAST | _TYPES)
    check_display_lengths(call)
    zone = availability_zones.asked(call)
    group = _group(call, zone)
    zone = group["availability_zone"] if group else zone
    call.refuse_late(_LOOKED_AT_LAST)
    snapshot = lookup.snapshot(call, body["snapshot_id"]) if body.get("snapshot_id") else None
    source = _source(call, snapshot)
    network = _network(call, source)
    share_type = _type(call, source, needs_network=not (network or snapshot or group))
    _check_zone(call, share_type, zone)
    key = _key_ref(call, share_type)
    qos_type = qos_type_of(call.world, share_type)
    check_metadata(body.get("metadata"))
    if snapshot is None and body.get("snapshot_id") is not None:  # an empty one, which is looked for only now
        lookup.snapshot(call, body["snapshot_id"])
    size = _size(call, snapshot)
    extra_specs.check_size(share_type, size, extra_specs.MIN_SIZE, extra_specs.MAX_SIZE)
    if source is not None:
        zone = _zone_of_source(source, zone)
    check_protocol(call.world, body["share_proto"])
    mount_point = mount_point_name(call, share_type)
    quotas.check_share_size(call, size)
    quotas.check(call, _wanted(call, share_type, size, key), share_type_id=share_type["id"])
    if group is not None:
        _check_group(group, share_type, network)
    zones_hold = call.version >= _ZONES_OF_TYPE_SINCE
    if network is not None and zone is None:
        _check_zones(call.world, network, share_type, zones_hold=zones_hold)
    call.refuse_late({f"display_{field}" for field in ("name", "description") if body.get(field)})
    if group is None and call.knows_field("share_group_id") and body.get("share_group_id") is not None:
        raise errors.BadRequest(f"Invalid input for share_group_id: {body['share_group_id']!r} is not an id")
    name = display(body, "name" if body.get("name") else "display_name")
    description = display(body, "description" if body.get("description") else "display_description")
    hints = affinity.asked(call)
    home = source or group
    record = new(
        call.world,
        share_type,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
        name=name,
        description=description,
        size=size,
        share_proto=body["share_proto"].upper(),
        is_public=is_public,
        metadata=dict(body.get("metadata") or {}),
        availability_zone=zone,
        share_network_id=network["id"] if network else None,
        snapshot_id=snapshot["id"] if snapshot else None,
        host=(home["host"] or "") if home else "",
        share_group_id=group["id"] if group else None,
        mount_point_name=mount_point,
        qos_type_id=qos_type["id"] if qos_type else None,
        encryption_key_ref=key,
    )
    affinity.remember(call.world, record, hints)
    call.begin(
        "shares.create",
        KIND,
        record,
        scheduler_hints=hints,
        zones_of_type=zones_hold,
        on_network=network is not None,
        cloned=source is not None and backends.clones(call.world, source["host"]),
    )
    return record


def _group(call: Call, zone: str | None) -> Record | None:
    """The group that the share is to be in, where the microversion has any. Raises NotFound and BadRequest."""
    id = call.body.get("share_group_id") if call.knows_field("share_group_id") else None
    if not id:
        return None
    group = lookup.own(call, lookup.SHARE_GROUPS, str(id))
    if group is None:
        hidden = call.world.store[lookup.SHARE_GROUPS].get(str(id))
        raise lookup.missing(call, lookup.SHARE_GROUPS, id, f"Share group {id} could not be found.", hidden)
    if zone and zone != group["availability_zone"]:
        raise errors.BadRequest(
            f"Share cannot have AZ ('{zone}') different than share group's one ({group['availability_zone']})."
        )
    if group["availability_zone"] is None:  # it found no place
        raise errors.NotFound("AvailabilityZoneNotFound: Availability zone None could not be found.")
    return group


def _check_group(group: Record, share_type: Record, network: Record | None) -> None:
    """Raises BadRequest where the group cannot take a share of that type, or on that network."""
    if group["status"] != "available":
        raise errors.BadRequest(
            f"Share group status must be available, got {group['status']}.", because=WrongStatus.of(group, "available")
        )
    if share_type["id"] not in group["share_types"]:
        raise errors.BadRequest(
            f"The specified share type ({share_type['id']}) is not supported by the specified share group "
            f"({group['id']})."
        )
    network_id = network["id"] if network else None
    if network_id != group["share_network_id"]:
        raise errors.BadRequest(
            f"The specified share network ({network_id}) is not supported by the specified share group ({group['id']})."
        )


def _network(call: Call, source: Record | None) -> ShareNetwork | None:
    """The network that the share is to be on: the one asked for, or that of the source share.

    Raises NotFound, and BadRequest for a network that isn't the source's, isn't active, or has no subnet in the zone.
    """
    wanted = call.body.get("share_network_id")
    inherited = source["share_network_id"] if source else None
    if source is not None and wanted and wanted != inherited:
        raise errors.BadRequest("Share network ID should be the same as snapshot's parent share's or empty")
    if not (wanted or inherited):
        return None
    network = lookup.share_network(call, wanted or inherited, "Share network {} could not be found.")
    share_network_changes.check_active(network)
    zone = availability_zones.asked(call)
    if zone and not share_network_subnets.usable_in_zone(call.world, network, zone):
        raise errors.BadRequest("A share network subnet was not found for the requested availability zone.")
    return network


def _check_zones(world: World, network: ShareNetwork, share_type: Record, *, zones_hold: bool) -> None:
    """Raises BadRequest for a network that has no subnet in any zone that the type allows."""
    allowed = share_type["extra_specs"].get("availability_zones") if zones_hold else None
    zones = servers.zones_of(world, network)
    if not (set(zones) & set(allowed.split(",")) if allowed else zones):
        raise errors.BadRequest(
            "Invalid input received: The share network is not supported within any requested availability zone. Check "
            "the share type's 'availability_zones' extra-spec and the availability zones of the share network subnets"
        )


def _source(call: Call, snapshot: Record | None) -> Record | None:
    """The share that a snapshot is of. Raises BadRequest when no share may be made from it."""
    if snapshot is None:
        return None
    source = lookup.share(call, snapshot["share_id"])
    if call.version >= _FROM_SNAPSHOT_CAPABILITY_SINCE and not source["create_share_from_snapshot_support"]:
        raise errors.BadRequest(
            f"A new share may not be created from snapshot '{snapshot['id']}', because the snapshot's parent share "
            "does not have that capability."
        )
    if lookup.snapshot_status(call.world, snapshot) != "available":
        raise errors.BadRequest(
            "Invalid share snapshot: status must be 'available'",
            because=WrongStatus.of(snapshot, "available", status=lookup.snapshot_status(call.world, snapshot)),
        )
    return source


_NO_TYPE: Record = {"id": None, "name": None, "extra_specs": {}}
"""A share is of no type where there is no default one; the scheduler finds out."""


def _type(call: Call, source: Record | None, *, needs_network: bool) -> Record:
    """The type asked for, else that of the source share, else the default one.

    Raises BadRequest for one with share servers where that `needs_network`.
    """
    body = call.body
    if {"share_type", "volume_type"} <= call.envelope["share"].keys():  # whatever they hold
        raise errors.BadRequest("Cannot specify both share_type and volume_type")
    wanted = body.get("share_type") or body.get("volume_type")
    if source is not None:
        chosen = share_types.find_by_id_or_name(call, wanted) if wanted else None
        if chosen is not None and chosen["id"] != source["share_type_id"]:
            raise errors.BadRequest(
                "Invalid input received: Invalid share type specified: the requested share type must match the type "
                "of the source share."
            )
        return call.world.store[share_types.KIND].get(source["share_type_id"]) or _NO_TYPE
    chosen = share_types.find_by_id_or_name(call, wanted) if wanted else share_types.default(call.world) or _NO_TYPE
    if needs_network and extra_specs.handles_share_servers(chosen["extra_specs"]):
        raise errors.BadRequest("Share network must be set when the driver_handles_share_servers is true.")
    return chosen


def _check_zone(call: Call, share_type: Record, zone: str | None) -> None:
    zones = share_type["extra_specs"].get("availability_zones")
    if zone and zones and call.version >= _ZONES_OF_TYPE_SINCE and zone not in zones.split(","):
        raise errors.BadRequest(
            f"Share type {share_type['name']} is not supported within the availability zone chosen {zone}."
        )


def _key_ref(call: Call, share_type: Record) -> str | None:
    """The key that the share is encrypted with. Raises BadRequest: keys are for encryption, and for share servers."""
    key: str | None = call.body.get("encryption_key_ref") if call.knows_field("encryption_key_ref") else None
    if not key:
        return key
    specs = share_type["extra_specs"]
    if not (specs.get("encryption_support") and extra_specs.handles_share_servers(specs)):
        raise errors.BadRequest(f"Share type {share_type['name']} must support encryption and share servers.")
    return key


def _wanted(call: Call, share_type: Record, size: int, key: str | None) -> dict[str, int]:
    """What a new share takes of quotas. A key counts once in a project. Raises BadRequest for a key that is no UUID."""
    wanted = quotas.for_share(share_type, size)
    if key:
        if not is_uuid(key):
            raise errors.BadRequest("Invalid input received: Encryption key ref is not valid UUID.")
        shares_of_project = call.world.store[KIND].newest_first(project_id=call.caller.project_id)
        if all(share.encryption_key_ref != key for share in shares_of_project):
            wanted["encryption_keys"] = 1
    return wanted


def qos_type_of(world: World, share_type: Record) -> Record | None:
    """The QoS type that a share type names. Raises BadRequest when there is none of that name or id."""
    wanted = share_type["extra_specs"].get("default_qos_type")
    if not wanted:
        return None
    found = qos_types.find_by_id_or_name(world, wanted)
    if found is None:
        raise errors.BadRequest(
            f"The 'default_qos_type' specified in the share type {share_type['name']} does not exist: {wanted}."
        )
    return found


def mount_point_name(call: Call, share_type: Record) -> str | None:
    """The name for its mount points that a share is to have, behind its type's prefix or its project's id.

    Raises BadRequest for types that have no such names, and for one that can't be in a path.
    """
    wanted = call.body.get("mount_point_name") if call.knows_field("mount_point_name") else None
    if wanted is None:
        return None
    specs = share_type["extra_specs"]
    if not extra_specs.capability(specs, "mount_point_name_support"):
        raise errors.BadRequest(
            "Invalid input received: Setting a mount point name is not supported by the share type used: "
            f"{share_type['id']}."
        )
    if not isinstance(wanted, str):
        call.refuse_late()
    name: str = specs.get("provisioning:mount_point_prefix", "{project_id}_") + wanted
    name = name.replace("{project_id}", str(call.caller.project_id)).replace("{user_id}", call.caller.user_id)
    if not _MOUNT_POINT_NAME.fullmatch(name):
        raise errors.BadRequest(f"Invalid input received: Invalid mount_point_name: {name}")
    return name


def _size(call: Call, snapshot: Record | None) -> int:
    if "size" not in call.body:
        raise errors.BadRequest("size is required")
    given = call.body["size"]
    if snapshot is not None and not given:
        given = snapshot["size"]
    try:
        size = int(str(given))
    except ValueError:
        size = 0
    if size <= 0:
        message = f"Invalid input received: Share size '{given}' must be an integer and greater than 0"
        raise errors.wrong_field(message, "size", given)
    if snapshot is not None and size < snapshot["size"]:
        raise errors.BadRequest(
            f"Invalid input received: Share size '{size}' must be equal or greater than snapshot size"
        )
    return size


def _zone_of_source(source: Record, zone: str | None) -> str | None:
    """A share made from a snapshot lives where its source does."""
    if zone is not None and zone != source["availability_zone"]:
        raise errors.BadRequest(
            "Invalid input received: The specified availability zone must be the same as the parent share when "
            "creating from snapshot."
        )
    return None if source["availability_zone"] is None else str(source["availability_zone"])


def check_protocol(world: World, protocol: str) -> None:
    """Raises BadRequest for a protocol that no backend serves."""
    served = backends.protocols(world)
    if protocol.upper() not in served:
        raise errors.BadRequest(
            f"Invalid input received: Invalid share protocol provided: {protocol.upper()}. It is either disabled or "
            f"unsupported. Available protocols: {served}"
        )


def new(world: World, share_type: Record, **attributes: Any) -> Share:
    """Keeps a new share with its instance. `attributes` are its owner's ids, and all that was asked for, checked."""
    specs = share_type["extra_specs"]
    record = world.store[KIND].add(
        Share(
            **{
                "id": world.seeded.uuid(),
                "instance_id": world.seeded.uuid(),
                "share_type_id": share_type["id"],
                "created_at": world.timestamp(),
                "replication_type": specs.get("replication_type"),
                **{name: extra_specs.capability(specs, name) for name in extra_specs.BOOLEAN},
                **attributes,
            }
        )
    )
    share_instances.add(world, record)
    return record
