"""The rules of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from ...faults.effects import EFFECTS
from ...faults.registry import operations
from ...world.world import World
from . import composing
from .frame import in_world, pages, rendered

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse


@pages.get("/faults")
@in_world
def faults(world: World) -> str:
    like = world.faults.get(request.args.get("like", ""))
    return rendered(
        "faults.html",
        "Faults",
        rules=list(world.faults),
        presets=world.faults.presets(),
        ids=operations(),
        effects=EFFECTS,
        draft="" if like is None else composing.draft(like),
    )


@pages.post("/faults")
@in_world
def add_fault(world: World) -> AnyResponse:
    world.faults.add(composing.rule({name: value.strip() for name, value in request.form.items()}))
    return redirect(url_for("ui.faults"), 303)


@pages.post("/faults/<id>/delete")
@in_world
def remove_fault(world: World, id: str) -> AnyResponse:
    world.faults.remove(id)
    return redirect(url_for("ui.faults"), 303)
