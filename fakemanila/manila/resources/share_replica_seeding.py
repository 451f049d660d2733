"""Replicas that are put into a world without asking the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypedDict

from ...contract.documents import DocumentError
from ..backend import backends
from ..common import lookup
from ..common.attributes import Metadata
from ..common.registry import Resource
from ..common.seeds import UNPLACED, Fields, Identified, Reference, one_of, reference
from . import share_placing, share_replica_actions, share_replica_placing, share_replicas

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ..common.records import Share, ShareInstance

resource = Resource("share_replica_seeding")

_STATUSES = ("available", "creating", "deleting", "error", "error_deleting", "replication_change")


class ShareReplicaNeeds(TypedDict):
    share: Annotated[Reference, reference("share"), "What it is another replica of; of a type that has replicas."]


class ShareReplicaFields(ShareReplicaNeeds, Identified, total=False):
    """What a replica is seeded from."""

    status: Annotated[str, one_of(_STATUSES)]
    replica_state: Annotated[
        str, one_of(share_replica_placing.STATES, "in_sync, or out_of_sync while it is being made")
    ]
    metadata: Metadata
    availability_zone: Annotated[Reference, reference("availability_zone")]
    host: Annotated[Reference, reference("pool"), "Its pool, by host or a part of it; default: one that is left."]


@resource.seeds_as("share_replica", share_replicas.KIND, ShareReplicaFields, where="replica_state")
def seed(seeder: Seeder, given: Fields) -> ShareInstance:
    world, share = seeder.world, given.pop("share")
    if not share["replication_type"]:
        raise DocumentError(("share",), f"{share['name'] or share['id']!r} is not of a type that has replicas")
    status = given.setdefault("status", "available")
    state = given.setdefault("replica_state", "out_of_sync" if status in UNPLACED else "in_sync")
    zone, pool = given.pop("availability_zone", None), given.pop("host", None)
    place = None if status in UNPLACED else _place(seeder, share, zone, pool)
    name = zone["name"] if zone else None
    record = share_replicas.new(world, share, zone=place["availability_zone"] if place else name, **given)
    if place is not None:
        record.host = place["host"]
        share_replica_placing.find_server(world, record)
        share_replica_placing.export(world, record)
        share_replica_placing.synced(world, record, {})
    if state == share_replica_placing.ACTIVE:
        share_replica_actions.make_active(world, record)
    return record


def _place(seeder: Seeder, share: Share, zone: Record | None, wanted: Record | None) -> Record:
    """The pool asked for, or the one that the scheduler would choose. Raises DocumentError."""
    if wanted is None:
        found = share_replica_placing.place(
            seeder.world,
            share,
            share.share_type_id,
            zone=zone["name"] if zone else None,
            zones=share_placing.zones_of(seeder.world, share),
        )
        if isinstance(found, str):
            raise DocumentError(("share",), f"no pool is left for another replica of {share.name or share.id!r}")
        return found
    if zone is not None and zone["name"] != wanted["availability_zone"]:
        raise DocumentError(("availability_zone",), f"{wanted['host']} is in {wanted['availability_zone']!r}")
    if any(other.host == wanted["host"] for other in lookup.replicas_of(seeder.world, share.id)):
        raise DocumentError(("host",), f"{wanted['host']} has a replica of {share.name or share.id!r} already")
    if not backends.Load(seeder.world).has_room(wanted, share.size):
        raise DocumentError(("size",), f"{wanted['host']} has no {share.size} GiB left")
    return wanted
