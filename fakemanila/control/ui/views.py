"""The dashboard's pages and buttons, a blueprint below ``/_fakemanila/ui``."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, session, url_for
from markupsafe import Markup

from ... import __version__
from ... import timeline as drawing
from ...deployment import base_url, deployment, world_name
from ...faults.effects import EFFECTS
from ...faults.registry import operations
from ...http.public_address import ARRIVED
from ...manila.backend import backends
from ...manila.common import quotas
from ...manila.routes import UI
from ...python.environment import password, shell_lines
from ...versions import MAXIMUM, MINIMUM, Microversion
from ...world import telling
from ...world.checkpoints import references
from ...world.checkpoints.differences import between
from ...world.journal import Entry
from ...world.world import World, check_name
from ...world.worlds import Worlds
from .. import difference_text
from ..control_errors import ControlError
from ..control_request import one_of
from ..event_calls import stream
from ..journal_calls import matching
from ..paused_calls import decide_on
from ..time_calls import clock_document
from . import composing, records
from .curl import as_curl

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

LOGGED_IN = "fakemanila.deployment"
"""What the session of somebody who knew the control token names: the deployment that it was the token of."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_STEPS: Mapping[str, timedelta] = {"10s": timedelta(seconds=10), "1min": timedelta(minutes=1)}

pages = Blueprint("ui", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


# Around every page


@pages.before_request
def guard() -> AnyResponse | None:
    """Keeps out who may not use the control plane, and forms that come from elsewhere."""
    shared = deployment()
    if request.endpoint == "ui.static":
        return None
    shared.access.check_origin(request.headers, request.environ.get(ARRIVED))
    if request.method == "POST" and not hmac.compare_digest(
        request.form.get("form", "").encode(), shared.forms.encode()
    ):
        abort(403, "This form is older than the server. Load the page again.")
    if shared.access.token is None or request.endpoint == "ui.login" or session.get(LOGGED_IN) == shared.forms:
        return None
    return redirect(url_for("ui.login"), 303)


@pages.after_request
def harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": with that, a browser sends its forms with the origin "null".
    response.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "ui.static":
        response.headers["Cache-Control"] = "no-store"
    return response


@pages.errorhandler(ControlError)
def kept_out(error: ControlError) -> tuple[str, int]:
    """A request that a page from elsewhere made a browser send."""
    return render_template("refused.html", title="Refused", reason=error.message), error.status


@pages.errorhandler(ValueError)
def refused(error: ValueError) -> tuple[str, int]:
    """A button or a form that asked for what can't be."""
    return render_template("refused.html", title="Refused", reason=str(error), **_around()), 400


@pages.route("/login", methods=["GET", "POST"])
def login() -> AnyResponse | str | tuple[str, int]:
    shared = deployment()
    if request.method == "GET":
        return render_template("login.html", title="Log in", forms=shared.forms, wrong=False)
    if not hmac.compare_digest(request.form.get("token", "").encode(), (shared.access.token or "").encode()):
        return render_template("login.html", title="Log in", forms=shared.forms, wrong=True), 401
    session[LOGGED_IN] = shared.forms
    return redirect(url_for("ui.worlds"), 303)


def _worlds() -> Worlds:
    return deployment().worlds


def _world() -> World:
    world: World = g.get("world") or deployment().worlds.get(world_name())
    g.world = world
    return world


def _around() -> dict[str, Any]:
    """What the frame of every page shows."""
    world = _world()
    return {
        "world": world,
        "clock": clock_document(world),
        "forms": deployment().forms,
        "version": __version__,
        "url": _url(),
    }


def _url() -> str:
    """Of the world, for its clients."""
    return base_url(request)


def _page(template: str, title: str, **shown: Any) -> str:
    return render_template(template, title=title, here=request.full_path.rstrip("?"), **_around(), **shown)


def in_world(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that has its world to itself, with all that is due done."""

    def locked(**arguments: Any) -> Any:
        world = _world()
        with world.lock:
            world.settle()
            answer = view(world, **arguments)
            if request.method == "POST":
                telling.of_records(world)
                world.changed()
        world.hooks.run()
        return answer

    locked.__name__ = view.__name__
    return locked


def _back(default: str) -> AnyResponse:
    """To the page that the button was on, which is one of these."""
    here = request.form.get("here", "")
    if here.startswith(f"{UI}/") and "\\" not in here:
        return redirect(f"{request.script_root}{here}", 303)
    return redirect(url_for(default), 303)


def _number(name: str) -> int:
    text = request.args.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


# Worlds and time


@pages.get("/")
@in_world
def worlds(world: World) -> str:
    shared = deployment()
    rows = []
    for name in sorted({*shared.worlds, world.name}):
        other = shared.worlds.get(name)
        rows.append((name, sum(records.kinds(other).values()), len(other.scheduler), other.clock.now()))
    checkpoints = [checkpoint.to_json(name) for name, checkpoint in world.checkpoints.items()]
    return _page(
        "worlds.html",
        "Worlds",
        rows=rows,
        checkpoints=checkpoints,
        origins=[f"world:{name}" for name, *_ in rows] + [f"checkpoint:{each['name']}" for each in checkpoints],
        lines=shell_lines(_url(), password("demo")),
        url_of=_url_of,
    )


def _url_of(name: str) -> str:
    return ("" if name == Worlds.DEFAULT else f"/worlds/{name}") + "/_fakemanila/ui/"


@pages.post("/worlds")
def make_world() -> AnyResponse:
    name, origin, worlds = check_name(request.form.get("name", "").strip()), request.form.get("from"), _worlds()
    if origin:
        found = references.find(origin, "from", _world(), worlds)
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
    world, worlds = _world(), _worlds()
    before, after = (references.find(request.args.get(name, ""), name, world, worlds) for name in ("from", "to"))
    doc = {
        "from": before.reference,
        "to": after.reference,
        **between(before.checkpoint, after.checkpoint),
    }
    return _page(
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
    return _back("ui.worlds")


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
    return _back("ui.worlds")


@pages.post("/transitions/<id>")
@in_world
def decide(world: World, id: str) -> AnyResponse:
    outcome = request.form.get("outcome", "")
    if outcome not in ("success", "error", "hold", "release"):
        raise ValueError(f"outcome: {outcome!r} is not one of success, error, hold, release")
    if world.scheduler.get(id) is not None:  # it may have ended while the page was looked at
        world.decide(id, outcome)
    return _back("ui.resources")


# Resources


@pages.get("/resources")
@in_world
def resources(world: World) -> str:
    kinds = records.kinds(world)
    kind = request.args.get("kind") or ("shares" if "shares" in kinds or not kinds else next(iter(kinds)))
    query, order, page = request.args.get("q", "").strip(), request.args.get("sort", ""), _number("page")
    lines, total = records.lines(world, kind, query, order, page)
    return _page(
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
    shown = records.as_shown(world, kind, record, version, _url())
    pending = [records.under_way(world, each) for each in world.scheduler.of(id)]
    return _page(
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
    return _page("capacity.html", "Capacity", pools=_pools(world), projects=_projects(world))


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


# Faults


@pages.get("/faults")
@in_world
def faults(world: World) -> str:
    like = world.faults.get(request.args.get("like", ""))
    return _page(
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


# What happened, and what happens


@pages.get("/timeline")
@in_world
def timeline(world: World) -> str:
    filters = {name: request.args.get(name, "").strip() for name in ("kind", "name", "operation", "user")}
    past = drawing.timeline(world, filters)
    picture = drawing.draw(past, records.tone, lambda id: url_for("ui.request_", id=id), alone=False)
    return _page(
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
    return stream(deployment().worlds, _world())


# The journal


@pages.get("/journal")
@in_world
def journal(world: World) -> str:
    filters = {name: request.args.get(name, "").strip() for name in ("operation", "status", "project", "fault")}
    found = matching(world, {name: value for name, value in filters.items() if value})[::-1]
    page = _number("page")
    shown = found[page * records.PAGE : (page + 1) * records.PAGE]
    return _page(
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
    return _back("ui.journal")


@pages.get("/journal/<id>")
@in_world
def request_(world: World, id: str) -> str:
    entry: Entry | None = next((each for each in world.journal if each.id == id), None)
    if entry is None:
        abort(404, f"The request {id} isn't in the journal any more.")
    title = f"{entry.method} {entry.path}"
    return _page("request.html", title, entry=entry.to_json(), command=as_curl(entry, _url()))
