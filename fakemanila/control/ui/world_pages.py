"""Worlds, their time and their checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from ...deployment import deployment
from ...python.environment import password, shell_lines
from ...world.checkpoints import references
from ...world.world import World, check_name
from ...world.worlds import Worlds
from .. import difference_text
from ..checkpoint_calls import compared
from ..control_request import one_of
from . import records
from .frame import back, in_world, pages, rendered, the_world, the_worlds, url

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

_STEPS: Mapping[str, timedelta] = {"10s": timedelta(seconds=10), "1min": timedelta(minutes=1)}


@pages.get("/")
@in_world
def worlds(world: World) -> str:
    shared = deployment()
    rows = []
    for name in sorted({*shared.worlds, world.name}):
        other = shared.worlds.get(name)
        rows.append((name, sum(records.kinds(other).values()), len(other.scheduler), other.clock.now()))
    checkpoints = [checkpoint.to_json(name) for name, checkpoint in world.checkpoints.items()]
    return rendered(
        "worlds.html",
        "Worlds",
        rows=rows,
        checkpoints=checkpoints,
        origins=[f"world:{name}" for name, *_ in rows] + [f"checkpoint:{each['name']}" for each in checkpoints],
        lines=shell_lines(url(), password("demo")),
        url_of=_url_of,
    )


def _url_of(name: str) -> str:
    return ("" if name == Worlds.DEFAULT else f"/worlds/{name}") + "/_fakemanila/ui/"


@pages.post("/worlds")
def make_world() -> AnyResponse:
    name, origin, worlds = check_name(request.form.get("name", "").strip()), request.form.get("from"), the_worlds()
    if origin:
        found = references.find(origin, "from", the_world(), worlds)
        try:
            worlds.fork(name, found.checkpoint, found.world.initial, replace=False)
        except FileExistsError:
            raise ValueError(f"name: there is a world {name!r} already; drop it first") from None
    else:
        worlds.get(name)
    return redirect(_url_of(name), 303)


@pages.post("/worlds/<name>/drop")
def drop_world(name: str) -> AnyResponse:
    deployment().worlds.drop(name)
    return redirect(_url_of(Worlds.DEFAULT), 303)


@pages.post("/checkpoints")
@in_world
def save_checkpoint(world: World) -> AnyResponse:
    world.checkpoints.save(check_name(request.form.get("name", "").strip(), "checkpoint"), world)
    return redirect(url_for("ui.worlds"), 303)


@pages.post("/checkpoints/<name>")
@in_world
def checkpoint(world: World, name: str) -> AnyResponse:
    """``restore`` or ``drop``."""
    if name in world.checkpoints:  # it may have been dropped while the page was looked at
        if one_of(request.form.get("do"), "do", ("restore", "drop")) == "restore":
            world.checkpoints[name].restore(world)
        else:
            world.checkpoints.drop(name)
    return redirect(url_for("ui.worlds"), 303)


@pages.get("/differences")
def differences() -> str:
    world, worlds = the_world(), the_worlds()
    before, after = (references.find(request.args.get(name, ""), name, world, worlds) for name in ("from", "to"))
    doc = compared(before, after)
    return rendered(
        "differences.html",
        f"From {before.reference.replace(':', ' ', 1)} to {after.reference.replace(':', ' ', 1)}",
        summary=difference_text.summary(doc),
        rows=[(what, each) for what in ("made", "gone", "changed") for each in doc["records"][what]],
        lines=list(difference_text.lines(doc)),
    )


@pages.post("/reset")
@in_world
def reset(world: World) -> AnyResponse:
    world.reset()
    return back("ui.worlds")


@pages.post("/clock")
@in_world
def clock(world: World) -> AnyResponse:
    """``pause``, ``resume``, ``next``, ``idle``, or one of the steps."""
    wanted = request.form.get("to", "")
    if wanted == "pause":
        world.set_clock(rate=0.0)
    elif wanted == "resume":
        world.set_clock(rate=world.settings.rate or 1.0)
    elif wanted == "next":
        world.advance_to_next()
    elif wanted == "idle":
        world.advance_to_idle()
    elif wanted in _STEPS:
        world.advance(_STEPS[wanted])
    else:
        raise ValueError(f"to: {wanted!r} is not one of pause, resume, next, idle, {', '.join(_STEPS)}")
    return back("ui.worlds")


@pages.post("/transitions/<id>")
@in_world
def decide(world: World, id: str) -> AnyResponse:
    outcome = request.form.get("outcome", "")
    if outcome not in ("success", "error", "hold", "release"):
        raise ValueError(f"outcome: {outcome!r} is not one of success, error, hold, release")
    if world.scheduler.get(id) is not None:  # it may have ended while the page was looked at
        world.decide(id, outcome)
    return back("ui.resources")
