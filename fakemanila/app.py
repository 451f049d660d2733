"""The Flask application: Manila, Keystone, the services beside them, the control plane, over the worlds of a server."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.local import LocalProxy
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule, RuleFactory

from .control import blueprint as control
from .control.access import Access
from .control.control_errors import ControlError
from .control.ui.views import pages
from .deployment import EXTENSION, WORLD, Deployment, deployment, world_name
from .garbage import collecting_nothing
from .http.public_address import Covered, PublicAddress
from .http.reply import Reply
from .http.wire_faults import WireFaults
from .manila import blueprint as front
from .manila import errors, routes
from .manila.context import Call
from .neighbours.envelopes import ENVELOPES
from .neighbours.served import NEIGHBOURS
from .reasons.answers import Crashed
from .world.worlds import Worlds

if TYPE_CHECKING:
    from flask.ctx import RequestContext
    from flask.typing import ResponseReturnValue, RouteCallable
    from typing_extensions import Unpack

    from .python.fake_manila import FakeManila
    from .testing import Options

_WORLD = re.compile(r"/worlds/([^/]+)(?=/|$)")
_REMEMBERED = 256
"""Characters of a path, up to which it is kept in mind where it leads."""
_CRASHED = "The server has either erred or is incapable of performing the requested operation."


class FakeManilaFlask(Flask):
    """A Flask application whose URL rules the process compiles once, a section at a time.

    All applications share the rules until somebody touches the `url_map` of one, as adding a rule does: from then on
    that application has a map of its own.
    """

    url_rule_class = routes.LazyRule
    _own_map: Map | None = None

    @property
    def url_map(self) -> Map:
        if self._own_map is None:
            self._own_map = _whole_map()
        return self._own_map

    @url_map.setter
    def url_map(self, value: Map) -> None:
        # Flask sets an empty one when it is made.
        self._own_map = value if list(value.iter_rules()) else None

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        prepared = self._own_map is None and endpoint in _endpoints() and endpoint not in self.view_functions
        if prepared and endpoint is not None and view_func is not None:
            self.view_functions[endpoint] = view_func
        else:
            super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        """Takes ``/worlds/{name}`` off the path and puts it into SCRIPT_NAME, so that every link made later has it."""
        match = _WORLD.match(environ.get("PATH_INFO", ""))
        if match is not None:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + match[0]
            environ["PATH_INFO"] = environ["PATH_INFO"][match.end() :] or "/"
            environ[WORLD] = match[1]
        return super().request_context(environ)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return super().create_url_adapter(None)
        configured = self.config["SERVER_NAME"] or self.config.get("TRUSTED_HOSTS") or self.subdomain_matching
        plain = self._own_map is None and not configured and "HTTP_UPGRADE" not in request.environ
        if plain:
            return _adapter(request)
        adapter = super().create_url_adapter(request)
        if adapter is not None:
            adapter.path_info = routes.tidied(adapter.path_info)
        return adapter

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As Flask has it; what is known not to be a coroutine isn't looked at for each request."""
        return func if func in _PLAIN else super().ensure_sync(func)

    def make_response(self, rv: ResponseReturnValue) -> Response:
        """As Flask has it. It runs an error as an application, while ours have their response ready."""
        return super().make_response(rv.get_response() if isinstance(rv, errors.Refusal) else rv)

    def log_exception(self, exc_info: Any) -> None:
        """A bug of ours, with the id by which the journal has the request."""
        id = f" ({g.call.entry.id})" if "call" in g else ""
        deployment().worlds.log.exception(self.logger, "%s %s%s", request.method, request.path, id)


class _Collected(Map):
    """Keeps the rules that it is given, and compiles none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.collected: list[Rule] = []

    def add(self, rulefactory: RuleFactory) -> None:
        self.collected += rulefactory.get_rules(self)


class _Probe(Flask):
    url_map_class: type[Map] = _Collected
    url_rule_class = routes.LazyRule


@cache
@collecting_nothing()
def _rules() -> Mapping[str, Sequence[Rule]]:
    """Every rule of all blueprints, by the section of the map that it is in; by nothing where it has a variable before
    that, as an installed package's may have: such a one belongs to all sections."""
    probe = _Probe(__name__, static_folder=None)
    probe.register_blueprint(pages, url_prefix=routes.UI)
    tables = (
        routes.page_rules(),
        routes.manila_rules(),
        routes.identity_rules(),
        routes.neighbour_rules(),
        routes.control_rules(),
        cast("_Collected", probe.url_map).collected,
    )
    sections: dict[str, list[Rule]] = defaultdict(list)
    for rules in tables:
        for rule in rules:
            section = routes.section(rule.rule)
            sections["" if "<" in section else section].append(rule)
    return dict(sections)


@cache
def _endpoints() -> frozenset[str]:
    return frozenset(rule.endpoint for rules in _rules().values() for rule in rules)


@collecting_nothing()
def _whole_map() -> Map:
    return routes.new_map(rule.empty() for rules in _rules().values() for rule in rules)


_shared_map = cache(_whole_map)


@cache
def _map_of(section: str) -> Map:
    """The map of one section: compiling all of them takes longer than the rest of a start, once all is imported."""
    rules = _rules()
    return routes.new_map(rule.empty() for each in dict.fromkeys(("", section)) for rule in rules.get(each, ()))


class _Adapter(MapAdapter):
    """Looks for a path in its section, and builds the URL of any endpoint."""

    def match(self, *args: Any, **options: Any) -> Any:
        if len(self.path_info) <= _REMEMBERED and not args and options == {"return_rule": True}:  # as Flask asks
            try:
                rule, values = _matched(self.map, self.default_method, self.path_info)
            except RequestRedirect:  # to an address that the rules alone don't know
                pass
            else:
                return rule, dict(values)
        return super().match(*args, **options)

    def build(self, *args: Any, **options: Any) -> str:
        self.map = _shared_map()
        return super().build(*args, **options)


@lru_cache(1024)
def _matched(map: Map, method: str, path: str) -> tuple[Rule, Mapping[str, Any]]:
    """Clients ask for the same paths again and again, and each match leaves eight objects to the garbage collector."""
    return map.bind("").match(path, method, return_rule=True)


def _adapter(request: Request) -> MapAdapter:
    """As `Map.bind_to_environ` makes it, which looks at the same host and decodes the same texts once more."""
    path = request.environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
    query = request.query_string.decode(errors="replace")
    host, root = _server_name(request.host), request.root_path
    path = routes.tidied(path or "/")
    return _Adapter(_map_of(_known(path)), host, root, "", request.scheme, path, request.method, query)


def _known(path: str) -> str:
    """The section that a path is in; nothing where there is no such section."""
    section = routes.section(path)
    return section if section in _rules() else ""


@lru_cache(16)
def _server_name(host: str) -> str:
    """A host as an adapter has it. Raises BadHost."""
    return routes.new_map().bind(host).server_name


def application(
    worlds: Worlds, access: Access | None = None, public: PublicAddress | None = None, *, trust_proxy: bool = False
) -> FakeManilaFlask:
    """The whole of fakemanila over `worlds`; `access` says who may use the control plane.

    Links, catalogs and the like carry `public`, or the address that a trusted proxy tells of a request.
    """
    app = FakeManilaFlask("fakemanila", static_folder=None)
    access = access or Access()
    app.extensions[EXTENSION] = Deployment(worlds, access)
    if access.token is not None:  # the dashboard asks for it; a session costs every request something
        app.secret_key = secrets.token_bytes(32)
        app.config.update(SESSION_COOKIE_NAME="fakemanila_session", SESSION_COOKIE_SAMESITE="Strict")
    # Flask calls the first of these before all others, and the first of those after all others.
    if worlds.state_file is not None and worlds.state_file.always:
        app.after_request(keep)
    app.before_request(arrive)
    app.after_request(front.leave)
    app.register_error_handler(404, unknown)
    app.register_error_handler(405, unknown)
    app.register_error_handler(500, crashed)
    app.register_blueprint(front.manila)
    app.register_blueprint(front.identity, url_prefix=routes.IDENTITY)
    for type, blueprint in front.neighbours().items():
        app.register_blueprint(blueprint, url_prefix=NEIGHBOURS[type].mount)
    app.register_blueprint(control.blueprint, url_prefix=routes.CONTROL)
    app.register_blueprint(pages, url_prefix=routes.UI)
    inner = app.wsgi_app
    if public is not None or trust_proxy:
        inner = Covered(inner, public, trust_proxy=trust_proxy)
    app.wsgi_app = WireFaults(inner, worlds.stopping)  # type: ignore[method-assign]
    return app


def arrive() -> Response | None:
    """What is for the deployment begins its way; the control plane and what somebody added have theirs."""
    current: Request = cast("Any", request)._get_current_object()  # the proxy costs something each time it is used
    if not front.is_ours(current):
        return None
    try:
        world = deployment().worlds.get(current.environ.get(WORLD, Worlds.DEFAULT))
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None
    return front.arrive(current, world)


def keep(response: Response) -> Response:
    """Waits until what was changed is in the state file. Where it can't be, `/health` and the log say so."""
    state_file = deployment().worlds.state_file
    if state_file is not None:
        state_file.flush()
    return response


def unknown(error: HTTPException) -> ResponseReturnValue:
    """A path that no rule knows, or not by that method; and whatever else a view says is not there."""
    if request.routing_exception is None:
        return error
    call: Call | None = g.get("call")
    if call is not None and call.target.service == "keystone":
        return front.answer_keystone()
    if call is not None and isinstance(call.refusal, Reply):
        return call.refusal.response()
    if request.path.startswith(f"{routes.CONTROL}/") and not request.path.startswith(f"{routes.UI}/"):
        try:
            raise control.no_call(request.method, request.path.removeprefix(routes.CONTROL))
        except ControlError as refused:
            return refused.reply().response()
    return error


def crashed(error: InternalServerError) -> ResponseReturnValue:
    """A bug of ours; what a client sees of one of Manila's."""
    if "call" in g:
        own = ENVELOPES.get(g.call.target.service)
        reply = errors.envelope(500, _CRASHED) if own is None else own(500, _CRASHED, None)
        cause = error.original_exception or error
        reply.because = Crashed(type(cause).__name__, str(cause))
        g.call.refusal = reply
        return reply.response()
    if request.blueprints[-1:] == ["control"]:
        return Reply(500, {"error": "fakemanila failed to answer this; its log says why"}).response()
    return error


_PLAIN = frozenset(
    (arrive, front.leave, front.answer_manila, front.answer_keystone, front.answer_neighbour, front.answer_page)
)


def create_app(manila: FakeManila | None = None, **options: Unpack[Options]) -> Flask:
    """The Flask application of a `FakeManila`, which is started if it isn't running yet; without one, of a new one
    that is made with `options`. It is a Flask factory: ``flask --app fakemanila run``.

    What serves it, if anything, is up to the caller. Only fakemanila's own server lets an application reach the
    connections: elsewhere a fault on the wire is refused when its rule is made. The control plane answers to loopback
    names alone. Raises TypeError for options beside a `FakeManila`, and what `FakeManila` raises for wrong ones.
    """
    from .python.fake_manila import FakeManila

    if manila is None:
        options.setdefault("serve", False)
        manila = FakeManila(**options)
    elif options:
        raise TypeError("options are only for a new FakeManila; you gave an existing one")
    return manila._started().app


def _current_manila() -> FakeManila:
    manila = deployment().manila
    if manila is None:
        raise RuntimeError("this application has no FakeManila: make it with fakemanila.create_app")
    return manila.world(world_name())


current_manila: FakeManila = cast("FakeManila", LocalProxy(_current_manila))
"""In a view: the `FakeManila` handle on the world that the request is for."""
