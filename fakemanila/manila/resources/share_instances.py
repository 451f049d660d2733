"""Share instances: what backends hold of a share. More than one where a share has replicas, or is migrating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...contract.validate import query_parameters
from ...world.lifecycle import Message, Outcome, Transition
from ..backend import exports, servers
from ..common import listing, locks, lookup
from ..common.fields import TRANSITIONAL, asked_status
from ..common.records import SHARES, ExportLocation, Share, ShareInstance
from ..common.registry import Page, Resource
from ..user_message_texts import UNKNOWN_ERROR

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SHARE_INSTANCES

RESETTABLE = (
    "creating",
    "available",
    "deleting",
    "error",
    "error_deleting",
    "migrating",
    "migrating_to",
    "server_migrating",
)

resource = Resource("share_instances", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    paths = [location["path"] for location in record["export_locations"]]
    return {
        **record,
        "access_rules_status": lookup.access_rules_status_on(call.world, record),
        "export_location": next(iter(paths), None),
        "export_locations": paths,
    }


resource.view = view


# What a share does with its instances


def add(world: World, share: Share, **own: Any) -> ShareInstance:
    """Another instance of a share, which is as the share is but for its `own` attributes; of a new share the first."""
    first = share.instance_id not in world.store[KIND]
    assert SHARES.shows is not None
    return world.store[KIND].add(
        ShareInstance(
            **{
                "id": share.instance_id if first else world.seeded.uuid(),
                "share_id": share.id,
                "created_at": world.timestamp(),
                **{name: share[name] for name in SHARES.shows.attributes},
                **own,
            }
        )
    )


def make_active(world: World, share: Share, instance: ShareInstance) -> None:
    """Makes another of its instances the one that a share shows, and by which it is mounted."""
    world.touch(share, instance_id=instance["id"])


_SHOWN_FIRST = ("reverting", "replication_change", "migrating", "server_migrating", "available", "error")


def _is_worse(instance: Record) -> tuple[int, bool]:
    """How far behind others an instance is for its share to show: what is wrong comes last, what is under way later."""
    status = instance["status"]
    order = _SHOWN_FIRST.index(status) if status in _SHOWN_FIRST else len(_SHOWN_FIRST)
    return order, status in TRANSITIONAL


def show_best(world: World, share: Share, *, without: Record | None = None) -> None:
    """Has a share with replicas show the one that is being promoted, or its active one, as the statuses are now.

    Of two that are as good it goes on showing the one it shows; it doesn't show `without`, which is about to go.
    """
    replicas = [record for record in lookup.replicas_of(world, share["id"]) if record is not without]
    replicas.sort(key=lambda record: (*_is_worse(record), record["id"] != share["instance_id"]))
    if replicas and replicas[0]["status"] != "replication_change":
        replicas = [record for record in replicas if record["replica_state"] == "active"] or replicas
    if replicas and replicas[0]["id"] != share["instance_id"]:
        make_active(world, share, replicas[0])


def is_active(world: World, instance: Record) -> bool:
    """Whether it is the one that its share shows."""
    return bool(lookup.share_of(world, instance)["instance_id"] == instance["id"])


def export(world: World, share: Share) -> None:
    """Gives a share's instance the locations under which its backend exports it, and makes it a replica if it is to be.

    The first instance of a share of a replicated type is the active replica.
    """
    record = world.store[KIND].get(share["instance_id"]) or add(world, share)
    if share["replication_type"]:
        record["replica_state"] = "active"
    export_on_server(world, record)


def export_on_server(world: World, record: Record) -> None:
    """Gives an instance the locations at the addresses of its server, or of its backend where it is on none."""
    export_as(world, record, exports.of_share(world, record))


def export_as(world: World, record: Record, locations: Iterable[exports.Export]) -> None:
    """Gives an instance these locations in place of those it had."""
    now = world.timestamp()
    record["export_locations"] = [
        ExportLocation(
            id=world.seeded.uuid(),
            share_instance_id=record["id"],
            path=export.path,
            is_admin_only=export.is_admin_only,
            metadata=dict(export.metadata),
            created_at=now,
            updated_at=now,
        )
        for export in locations
    ]


def removed(world: World, share: Record, arguments: Mapping[str, Any]) -> None:
    """What goes with a share: its instances, its access rules and their locks, its place in the recycle bin."""
    _clear_access(world, share)
    remove_from_recycle_bin(world, share)
    for record in world.store[KIND].where(share_id=share["id"]):
        if record["id"] == share["instance_id"]:
            _take_off(world, record)
        else:
            remove(world, record)


def remove(world: World, instance: Record) -> None:
    """Takes an instance away, and what its backend holds of snapshots."""
    for record in lookup.snapshot_instances_on(world, instance):
        world.remove(lookup.SNAPSHOT_INSTANCES, record)
        snapshot = world.store[lookup.SNAPSHOTS].get(record.snapshot_id)
        if snapshot is not None and snapshot.instance_id == record.id:  # the last one, see snapshots.force_delete
            world.remove(lookup.SNAPSHOTS, snapshot)
    _take_off(world, instance)


def _take_off(world: World, instance: Record) -> None:
    world.remove(KIND, instance)
    servers.left(world, instance["share_server_id"])


def remove_from_recycle_bin(world: World, share: Record) -> None:
    """Forgets when a share was to be deleted."""
    for kept in world.store[lookup.RECYCLE_BIN].where(share_id=share["id"]):
        world.remove(lookup.RECYCLE_BIN, kept)


def not_removed(world: World, share: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    """What is gone when a backend has failed to delete a share: nobody may mount it any more."""
    _clear_access(world, share)


def _clear_access(world: World, share: Record) -> None:
    for rule in world.store[lookup.SHARE_ACCESS_RULES].where(share_id=share["id"]):
        locks.remove_all(world, rule["id"])
        world.remove(lookup.SHARE_ACCESS_RULES, rule)


def find(call: Call) -> Record:
    """The instance that the path names. Raises NotFound."""
    return lookup.named(call, KIND, "share_instance_id", "Share instance '{}' not found.")


# The calls


@resource.handles("share_instances.list")
def list_(call: Call) -> Page:
    listing.checked_bounds(call)  # they are read, and never used
    deleted = _asks_for_deleted(call)
    tests: list[listing.Test] = [lambda record: lookup.share_of(call.world, record)["is_soft_deleted"] == deleted]
    return Page(list(listing.matching(call.world.store[KIND].newest_first(), [*tests, *located(call.query)])))


def _asks_for_deleted(call: Call) -> bool:
    """Whether only the instances of shares in the recycle bin are asked for. Raises BadRequest.

    Since filters came, and before this one did, any text that isn't empty asks for them.
    """
    known = query_parameters(call.operation.id, call.version)
    if "export_location_id" in known and "is_soft_deleted" not in known:
        return bool(call.http.query.get("is_soft_deleted"))
    return listing.flag(call, "is_soft_deleted")


def located(query: Mapping[str, str]) -> list[listing.Test]:
    """The filters of instances by where they are exported; empty ones are none."""
    wanted = {attribute: query.get(f"export_location_{attribute}") for attribute in ("id", "path")}
    return [_exported(attribute, value) for attribute, value in wanted.items() if value]


def _exported(attribute: str, value: str) -> listing.Test:
    fits = listing.equals(attribute, value)
    return lambda record: any(fits(location) for location in record["export_locations"])


@resource.handles("shares.instances")
def of_share(call: Call) -> Page:
    share = lookup.share(call, call.args["share_id"])
    return Page(lookup.instances_of(call.world, share["id"]))


@resource.handles("share_instances.show")
def show(call: Call) -> Record:
    return find(call)


@resource.handles("share_instances.reset_status")
def reset_status(call: Call) -> None:
    status = asked_status(call, "status", RESETTABLE)
    record = find(call)
    call.world.touch(record, status=status)
    if record["replica_state"] is not None:
        show_best(call.world, lookup.share_of(call.world, record))


def _removed(world: World, record: Record, arguments: Mapping[str, Any]) -> None:
    """What goes with an instance, or with the share whose last one it is."""
    if "instance_id" in record:
        removed(world, record, arguments)
    else:
        show_best(world, lookup.share_of(world, record), without=record)
        remove(world, record)


def _not_removed(world: World, record: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    if "instance_id" in record:
        not_removed(world, record, arguments, outcome)


@resource.handles(
    "share_instances.force_delete",
    Transition(
        "deleting",
        None,
        None,
        effect=_removed,
        undo=_not_removed,
        message=Message("007", UNKNOWN_ERROR, about="instance_id"),
    ),
)
def force_delete(call: Call) -> None:
    # The last instance takes its share with it, and each is the last one but while a share migrates, or has replicas.
    record = find(call)
    share = lookup.share_of(call.world, record)
    others = [other for other in lookup.instances_of(call.world, share["id"]) if other is not record]
    if not others:
        call.begin("share_instances.force_delete", lookup.SHARES, share)
        return
    call.begin("share_instances.force_delete", KIND, record)
    if lookup.has_replicas(call.world, share):
        show_best(call.world, share)
    elif is_active(call.world, record):
        make_active(call.world, share, others[0])
