"""Export locations: where shares are mounted from. They belong to the instances of shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...text.booleans import strict_bool
from ...versions import Microversion
from ...world import collation
from .. import errors
from ..common import lookup
from ..common.registry import Page, Resource
from . import share_instances, share_replicas
from .metadata import Reserved, metadata_of

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..context import Call

resource = Resource("share_export_locations")


def view(call: Call, record: Record) -> Mapping[str, Any]:
    own = {key: value for key, value in record["metadata"].items() if key != "preferred"}
    return {**record, "preferred": _flag(record["metadata"].get("preferred")), "metadata": own}


def _flag(value: str | None) -> bool:
    try:
        return strict_bool(value)
    except ValueError:
        return False


resource.view = view


_OF_THE_ACTIVE_ONE_SINCE = Microversion(2, 47)
"""Replicas have calls of their own for their locations from then on."""


def _of_share(call: Call, *, of_all: bool = False) -> list[Record]:
    """The locations of the share that the path names, its administrators' ones too. Raises NotFound."""
    id = call.args["share_id"]
    try:
        share = lookup.share(call, id)
    except errors.NotFound as error:
        raise errors.NotFound(f"Share '{id}' not found.", because=error.because) from None
    instances = lookup.instances_of(call.world, share["id"])
    if not of_all and call.version >= _OF_THE_ACTIVE_ONE_SINCE:
        instances = [record for record in instances if record["replica_state"] in (None, "active")]
    return [location for record in instances for location in record["export_locations"]]


def _named(call: Call, locations: list[Record]) -> Record:
    id = call.args["export_location_id"]
    for location in locations:
        if collation.equal(location["id"], id):
            return location
    raise lookup.missing(call, "export_locations", id, f"Export location '{id}' not found.")


@resource.handles("share_export_locations.list")
def list_(call: Call) -> Page:
    locations = [location for location in _of_share(call) if call.is_admin or not location["is_admin_only"]]
    # The other half of a migration is nobody's to mount.
    return Page([] if lookup.share(call, call.args["share_id"])["status"] == "migrating_to" else locations)


@resource.handles("share_export_locations.show")
def show(call: Call) -> Record:
    location = _named(call, _of_share(call))
    if location["is_admin_only"] and not call.is_admin:
        because = call.why_denied("context_is_admin")
        raise errors.Forbidden("Access was denied to this resource.", because=because)
    return location


@resource.handles("share_instance_export_locations.list")
def list_of_instance(call: Call) -> Page:
    return Page(share_instances.find(call)["export_locations"])


@resource.handles("share_instance_export_locations.show")
def show_of_instance(call: Call) -> Record:
    return _named(call, share_instances.find(call)["export_locations"])


# Those of replicas


def _view_of_replica(call: Call, record: Record) -> Mapping[str, Any]:
    on = call.world.store[share_instances.KIND].get(record["share_instance_id"])
    shown = {name: on[name] for name in ("replica_state", "availability_zone")} if on else {}
    return {**view(call, record), **shown}


of_replicas = Resource("share_replica_export_locations", view=_view_of_replica)


def _replica(call: Call) -> Record:
    return share_replicas.find(call, "Share replica '{}' not found.")


@of_replicas.handles("share_replica_export_locations.list")
def list_of_replica(call: Call) -> Page:
    locations = _replica(call)["export_locations"]
    return Page([location for location in locations if call.is_admin or not location["is_admin_only"]])


@of_replicas.handles("share_replica_export_locations.show")
def show_of_replica(call: Call) -> Record:
    _replica(call)
    return _named(call, _everywhere(call))  # whose location it is, nobody asks


def _everywhere(call: Call) -> list[Record]:
    """The locations of all shares."""
    return [location for record in call.world.store[share_instances.KIND] for location in record["export_locations"]]


# Metadata


def _find(call: Call, share_id: str) -> Record:
    return _named(call, _of_share(call, of_all=True))


def _find_own(call: Call, share_id: str) -> Record:
    """A location whose metadata is to be changed. Who sets some is asked first which there already is."""
    if call.operation.id != "share_export_location_metadata.delete":
        _named(call, _everywhere(call))
    locations = _of_share(call, of_all=True)
    lookup.own_share(call, share_id)
    return _named(call, locations)


metadata = metadata_of(
    "share_export_location_metadata",
    _find,
    find_own=_find_own,
    answers_all=True,
    reserved=Reserved(frozenset(("preferred",)), "share_export_location:update_admin_only_metadata"),
)
