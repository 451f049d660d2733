"""What is around every page of the dashboard: who may see it, its frame, and the world that it is about."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, session, url_for

from ... import __version__
from ...deployment import base_url, deployment, world_name
from ...http.public_address import ARRIVED
from ...manila.routes import UI
from ...world import telling
from ...world.world import World
from ...world.worlds import Worlds
from ..control_errors import ControlError
from ..time_calls import clock_document

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

LOGGED_IN = "fakemanila.deployment"
"""What the session of somebody who knew the control token names: the deployment that it was the token of."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

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


def the_worlds() -> Worlds:
    return deployment().worlds


def the_world() -> World:
    world: World = g.get("world") or deployment().worlds.get(world_name())
    g.world = world
    return world


def _around() -> dict[str, Any]:
    """What the frame of every page shows."""
    world = the_world()
    return {
        "world": world,
        "clock": clock_document(world),
        "forms": deployment().forms,
        "version": __version__,
        "url": url(),
    }


def url() -> str:
    """Of the world, for its clients."""
    return base_url(request)


def rendered(template: str, title: str, **shown: Any) -> str:
    return render_template(template, title=title, here=request.full_path.rstrip("?"), **_around(), **shown)


def in_world(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that has its world to itself, with all that is due done."""

    def locked(**arguments: Any) -> Any:
        world = the_world()
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


def back(default: str) -> AnyResponse:
    """To the page that the button was on, which is one of these."""
    here = request.form.get("here", "")
    if here.startswith(f"{UI}/") and "\\" not in here:
        return redirect(f"{request.script_root}{here}", 303)
    return redirect(url_for(default), 303)


def number(name: str) -> int:
    text = request.args.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 7 else 0
