"""The storage pools, as the scheduler knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import errors
from ..backend import backends, capabilities
from ..common.registry import Page, Resource
from . import services, share_types

if TYPE_CHECKING:
    from ..context import Call

_FILTERS = ("name", "host", "backend", "pool")

resource = Resource("scheduler_stats", kinds=(backends.KIND,))


@resource.handles("scheduler_stats.list")
def list_(call: Call) -> Page:
    return _pools(call)


@resource.handles("scheduler_stats.detail")
def detail(call: Call) -> Page:
    return _pools(call)


def _pools(call: Call) -> Page:
    """The pools of the backends that take new shares and pass the filters, as records of their own.

    Real Manila takes any query parameter for a filter, and nothing passes one that it doesn't know.
    """
    world = call.world
    if "capabilities" in call.http.query:
        raise errors.BadRequest("Pools are not filtered by capabilities; filter by share_type.")
    if call.http.query.keys() - call.query.keys():
        return Page([])
    patterns, specs = _patterns(call), _specs(call)
    load, hosts, now = backends.Load(world), services.hosts_up(world), world.timestamp()
    found = []
    for pool in world.store[backends.KIND]:
        host, backend, name = backends.split(pool["host"])
        shown = {"id": pool["id"], "name": pool["host"], "host": host, "backend": backend, "pool": name}
        shown["capabilities"] = backends.capabilities(pool, load, now)
        if (
            f"{host}@{backend}" in hosts
            and all(pattern.match(shown[field]) for field, pattern in patterns.items())
            and capabilities.satisfied(shown["capabilities"], specs)
        ):
            found.append(shown)
    return Page(found)


def _patterns(call: Call) -> dict[str, re.Pattern[str]]:
    """The filters on names: regular expressions, for the beginning of a name. Raises BadRequest."""
    found = {}
    for name in _FILTERS:
        if name in call.query:
            try:
                found[name] = re.compile(call.query[name])
            except re.error as error:
                raise errors.BadRequest(f"Invalid value for {name} filter: {call.query[name]!r}: {error}") from None
    return found


def _specs(call: Call) -> Mapping[str, Any]:
    """The extra specs of the share type that is to fit. Raises BadRequest."""
    wanted = call.query.get("share_type")
    if not wanted:
        return {}
    try:
        specs: Mapping[str, Any] = share_types.find_by_id_or_name(call, wanted)["extra_specs"]
    except errors.NotFound:
        raise errors.BadRequest(f"Share type {wanted} not found.") from None
    return specs
