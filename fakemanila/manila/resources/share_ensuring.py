"""Backends that look after their shares: whether each is there, and exported as the backend exports shares now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...world.lifecycle import Transition
from .. import errors
from ..backend import backends, exports
from ..common import lookup
from ..common.fields import BUSY_TASK_STATES
from ..common.registry import Resource
from . import services, share_instances

if TYPE_CHECKING:
    from ...world.world import World
    from ..common.records import Share
    from ..context import Call

resource = Resource("share_ensuring")


def _ensured(world: World, share: Share, arguments: Mapping[str, Any]) -> None:
    """A share is mounted from where its backend has it by now, and says so in its metadata."""
    share["metadata"] = {**share["metadata"], **backends.share_metadata(world, share["host"])}
    for instance in lookup.instances_of(world, share["id"]):
        locations, known = exports.of_share(world, instance), instance["export_locations"]
        if known and [each["path"] for each in known] != [each.path for each in locations]:
            share_instances.export_as(world, instance, locations)


@resource.handles("services.ensure_shares", Transition("ensuring", "available", "error", effect=_ensured))
def ensure_shares(call: Call) -> None:
    """Lets a backend look after all its shares."""
    host = call.body["host"]
    record = services.find(call.world, services.SHARE, host)
    if record is None:
        raise lookup.missing(call, services.KIND, host, f"manila-share binary for '{host}' host not found")
    if record["state"] != services.UP:
        raise errors.Conflict("The service must have its state set to 'up' prior to running ensure shares.")
    for share in call.world.store[lookup.SHARES].where(status="available"):
        if services.is_on(share, record["host"]) and share["task_state"] not in BUSY_TASK_STATES:
            call.begin("services.ensure_shares", lookup.SHARES, share)
