"""What was asked of a world, and what has happened in it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Response, abort, request, url_for
from markupsafe import Markup

from ...deployment import deployment
from ...faults.registry import operations
from ...world.journal import Entry
from ...world.world import World
from ..event_calls import stream
from ..journal_calls import matching
from ..paused_calls import decide_on
from . import records
from .frame import back, in_world, number, pages, rendered, the_world, url

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse


@pages.get("/journal")
@in_world
def journal(world: World) -> str:
    filters = {name: request.args.get(name, "").strip() for name in ("operation", "status", "project", "fault")}
    found = matching(world, {name: value for name, value in filters.items() if value})[::-1]
    page = number("page")
    shown = found[page * records.PAGE : (page + 1) * records.PAGE]
    return rendered(
        "journal.html",
        "Journal",
        entries=shown,
        total=len(found),
        filters=filters,
        page=page,
        pages=max(1, -(-len(found) // records.PAGE)),
        ids=operations(),
        held=list(world.held),
    )


@pages.post("/paused/<id>")
@in_world
def decide_held(world: World, id: str) -> AnyResponse:
    with suppress(KeyError):  # it may have gone on while the page was looked at
        decide_on(world, id, request.form.get("do", ""))
    return back("ui.journal")


@pages.get("/journal/<id>")
@in_world
def request_(world: World, id: str) -> str:
    entry: Entry | None = next((each for each in world.journal if each.id == id), None)
    if entry is None:
        abort(404, f"The request {id} isn't in the journal any more.")
    title = f"{entry.method} {entry.path}"
    from ..exports.curl import as_curl

    return rendered("request.html", title, entry=entry.to_json(), why=entry.explain(), command=as_curl(entry, url()))


# What happened, and what happens


@pages.get("/timeline")
@in_world
def timeline(world: World) -> str:
    from ... import timeline as drawing

    filters = {name: request.args.get(name, "").strip() for name in ("kind", "name", "operation", "user")}
    past = drawing.timeline(world, filters)
    picture = drawing.draw(past, records.tone, lambda id: url_for("ui.request_", id=id), alone=False)
    return rendered(
        "timeline.html",
        "Timeline",
        picture=Markup(picture),  # it escapes what it is given
        empty=not (past.lanes or past.marks),
        left_out=past.left_out,
        filters=filters,
        kinds=records.kinds(world),
        ids=operations(),
    )


@pages.get("/events")
def events() -> Response:
    """What happens, for the pages that follow it: as the control plane's own, for who has a session."""
    return stream(deployment().worlds, the_world())
