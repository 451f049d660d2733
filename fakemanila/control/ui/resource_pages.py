"""What a world has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, request

from ...manila.backend import backends
from ...manila.common import quotas
from ...versions import MAXIMUM, MINIMUM, Microversion
from ...world.world import World
from . import records
from .frame import in_world, number, pages, rendered, url

if TYPE_CHECKING:
    pass


@pages.get("/resources")
@in_world
def resources(world: World) -> str:
    kinds = records.kinds(world)
    kind = request.args.get("kind") or ("shares" if "shares" in kinds or not kinds else next(iter(kinds)))
    query, order, page = request.args.get("q", "").strip(), request.args.get("sort", ""), number("page")
    lines, total = records.lines(world, kind, query, order, page)
    return rendered(
        "resources.html",
        "Resources",
        kinds=kinds,
        kind=kind,
        lines=lines,
        total=total,
        query=query,
        order=order,
        page=page,
        pages=max(1, -(-total // records.PAGE)),
        count=records.PAGE,
    )


@pages.get("/resources/<kind>/<id>")
@in_world
def resource(world: World, kind: str, id: str) -> str:
    table = world.store.kinds().get(kind)
    record = None if table is None else table.get(id)
    if record is None:
        abort(404, f"There is no {id} among the {kind} of this world any more.")
    asked = request.args.get("microversion") or str(MAXIMUM)
    version = Microversion.parse(asked)
    if not MINIMUM <= version <= MAXIMUM:
        raise ValueError(f"microversion: {asked!r} is not a microversion from {MINIMUM} to {MAXIMUM}")
    shown = records.as_shown(world, kind, record, version, url())
    pending = [records.under_way(world, each) for each in world.scheduler.of(id)]
    return rendered(
        "resource.html",
        record.get("name") or id,
        kind=kind,
        record=shown,
        line=records.line(world, record, pending),
        relations=list(records.relations(world, kind, record)),
        microversion=asked,
    )


@pages.get("/capacity")
@in_world
def capacity(world: World) -> str:
    return rendered("capacity.html", "Capacity", pools=_pools(world), projects=_projects(world))


def _pools(world: World) -> list[tuple[str, float, float]]:
    """Name, GiB in use, GiB there are."""
    load = backends.Load(world)
    return [
        (pool["host"], float(load.used[pool["host"]]), float(pool["total_capacity_gb"]))
        for pool in world.store[backends.KIND]
    ]


def _projects(world: World) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """Each project that uses something: what, how much, and how much there may be."""
    found = []
    for project in world.identity.projects.values():
        owner = quotas.Owner(project["id"])
        used, limits = quotas.taken(world, owner), quotas.limits(world, owner)
        shown = [(name, used[name], limits[name]) for name in limits if used[name]]
        if shown:
            found.append((project["name"], shown))
    return found
