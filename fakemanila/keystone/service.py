"""The identity service of one world."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from ..http.reply import Reply
from ..neighbours.offers import OFFERS
from ..reasons.answers import Other
from ..reasons.caller import NoAccessRule, NoToken
from ..reasons.reason import Reason
from ..world.clock import Clock
from ..world.seeded import Seeded
from . import access_rules, identity_errors, tokens
from .builtin import initial_state, offer
from .catalog import V3
from .credentials import Credentials
from .identity_calls import BY_OPERATION, Route
from .identity_request import Call, IdentityRequest
from .tables import TABLES, Record, State, Token

MODES = ("strict", "open")

_WRONG_METHOD = "identity.wrong_method"
_OPTIONS = "identity.options"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_TABLES = {f"{name.removesuffix('s')}_id": name for name in TABLES}
_TABLES |= dict.fromkeys(("prior_role_id", "implied_role_id"), "roles")
"""Where the ids in paths are from."""
SERVICE_HEADER = "X-Service-Token"
"""With which a service says that it does something for the owner of the token in ``X-Auth-Token``."""
SERVICE_ROLE = "service"
_DOCUMENTS = ("", "/v3")
"""Where the documents about versions are, which don't belong to the API proper."""


class Match(NamedTuple):
    """A route that was found. `operation` is an id such as ``identity.tokens.create``.

    A known path under a method it doesn't have matches ``identity.wrong_method``, and is answered with 405; OPTIONS,
    which every path has, matches ``identity.options``.
    """

    operation: str
    path_args: Mapping[str, str]
    route: Route | None = None
    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, operation: str, values: Sequence[str]) -> Match:
        """A call by its operation, with the values of its path's variables."""
        route = BY_OPERATION[operation]
        return cls(operation, route.variables(values), route)

    @classmethod
    def wrong_method(cls, method: str, allowed: Iterable[str]) -> Match:
        """A path that has `allowed` methods only, of which that is none."""
        found = (*sorted(allowed, key=_METHODS.index), "OPTIONS")
        return cls(_OPTIONS if method == "OPTIONS" else _WRONG_METHOD, {}, None, found)


def _check_body(request: IdentityRequest) -> None:
    """Raises Invalid for a body that is not a JSON object, whatever is asked for: Keystone looks at that first."""
    if request.body is None and request.raw_body_ok and not request.has_body:
        return
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in ("", "application/json") and not (kind.startswith("application/") and kind.endswith("+json")):
        raise identity_errors.Invalid("Expecting to find application/json in Content-Type header.")
    if not request.raw_body_ok or not isinstance(request.body, dict):
        raise identity_errors.Invalid("Expecting to find a JSON object in the request body.")


def _lets_in(rules: list[Record] | None, request: IdentityRequest) -> bool:
    """Whether access rules allow a call of Keystone itself. Any token may be asked what it is worth.

    A rule names the path as it is behind the server, or with the ``/identity`` that is in front of it here. Keystone
    lets everybody in who sends anything as a service's token.
    """
    if rules is None or request.headers.get(SERVICE_HEADER):
        return True
    if request.method == "GET" and request.path.rstrip("/").endswith("/v3/auth/tokens"):
        return True
    path = request.path.rstrip("/")
    paths = (path, f"/identity{path}")
    return any(access_rules.allow(rules, access_rules.IDENTITY, request.method, path) for path in paths)


class Identity:
    """Keystone v3, as far as clients of Manila need it, without any HTTP.

    `mode` is ``"strict"``, where users need their password, or ``"open"``, where anybody who comes along is let in: an
    unknown user or project is made on the spot, with the role that the end of the user's name says. `seeded` makes
    ids and tokens, so the same requests get the same ones. Raises ValueError for another mode.
    """

    def __init__(
        self,
        clock: Clock,
        seeded: Seeded,
        *,
        mode: str = "strict",
        token_ttl: timedelta = timedelta(hours=1),
        services: Collection[str] = (),
    ) -> None:
        """`services` are the types of the services beside Manila that the catalog has."""
        if mode not in MODES:
            raise ValueError(f"identity mode {mode!r} is not one of {', '.join(MODES)}")
        self.mode = mode
        self.token_ttl = token_ttl
        self._clock = clock
        self._seeded = seeded
        self.state: State = initial_state()
        self.offer(services)

    # Requests

    def handle(self, match: Match | None, request: IdentityRequest) -> Reply:
        """The answer to a request, None for one that no route has; refusals are answers too, in Keystone's envelope.

        To HEAD it is that to GET: who sends it leaves the body out.
        """
        try:
            reply = self._handle(match, request)
        except identity_errors.IdentityError as error:
            reply = error.reply()
            reply.because = error.because or Other(type(error).__name__, error.message)
            if reply.status == 401:
                # The middleware in front of Keystone is configured apart from it.
                path = V3.removesuffix("/v3") if isinstance(error, identity_errors.NotAdmitted) else V3
                reply.headers["WWW-Authenticate"] = f'Keystone uri="{request.base_url}{path}"'
        reply.headers["Vary"] = "X-Auth-Token"
        if reply.status == 204:
            reply.untyped = True
        elif reply.body is None:
            reply.headers["Content-Type"] = identity_errors.HTML
        return reply

    def _handle(self, match: Match | None, request: IdentityRequest) -> Reply:
        now = self._clock.now()
        found = tokens.look_up(self.state, now, request.headers.get("X-Auth-Token"))
        token = found[0] if found else None
        if token is None:
            tokens.tell_of_trust(self.state, now, request.headers.get("X-Auth-Token"))
        if token is not None and not _lets_in(tokens.access_rules(self.state, token), request):
            because = self._no_rule(token, request.method, request.path)
            raise identity_errors.NotAdmitted("no access rule allows it", because=because)
        _check_body(request)
        if match is None:
            return identity_errors.not_routed()
        if match.operation == _OPTIONS:
            return Reply(200, None, {"Allow": ", ".join(match.allowed)})
        if match.route is None:
            return identity_errors.method_not_allowed(match.allowed, page=request.path.rstrip("/") in _DOCUMENTS)
        call = Call(
            request=request,
            args={name: self._meant(name, value) for name, value in match.path_args.items()},
            path_args=match.path_args,
            state=self.state,
            seeded=self._seeded,
            now=now,
            token_ttl=self.token_ttl,
            open=self.mode == "open",
            action=match.operation,
            token=token,
            caller=tokens.credentials(self.state, *found) if found else None,
        )
        return match.route.handler(call)

    def _meant(self, name: str, value: str) -> str:
        """The id that a path means, which may be written in another case."""
        table = _TABLES.get(name)
        record = self.state.find(table, value) if table is not None else None
        return value if record is None else str(record["id"])

    # Tokens

    def credentials(self, token: str | None, *, service: str | None = None) -> Credentials | None:
        """Whose token that is; None for one that is unknown, expired or revoked.

        `service` is the token of a service that asks for them: None if it isn't a valid one of a user with the role
        ``service``. With it, `token` may have expired up to two days ago.
        """
        now = self._clock.now()
        asking = None
        if service:
            asking = self.credentials(service)
            if asking is None or SERVICE_ROLE not in asking.roles:
                return None
        found = tokens.look_up(self.state, now, token, allow_expired=asking is not None)
        return tokens.credentials(self.state, *found, asking) if found else None

    def admits(self, caller: Credentials, method: str, path: str, service: str = "manila") -> bool:
        """Whether a caller may send that request to Manila, or to a service of that type, at all.

        `path` is decoded, and without the world's prefix. Rules may have it without what a service is mounted at.
        Only an application credential with access rules limits that, and only those who ask themselves: what a service
        asks for them follows from something that they were allowed.
        """
        token = self.state.tokens.get(caller.token)
        rules = tokens.access_rules(self.state, token) if token else None
        if rules is None:
            return True
        listed = {service["type"] for service in self.state.services.values() if service["enabled"]}
        offer = OFFERS.get(service)
        types = (access_rules.SHARES if offer is None else {offer.type}) & listed
        if caller.service_roles:
            return bool(types)
        paths = (path,) if offer is None else (path, path.removeprefix(offer.mount))
        return any(access_rules.allow(rules, types, method, each) for each in paths)

    def why_refused(self, token: str | None, service: str | None, method: str, path: str) -> Reason:
        """Why `credentials` or `admits` has said no to a request."""
        now, asking = self._clock.now(), None
        if service:
            asking = self.credentials(service)
            if asking is None:
                return tokens.problem(self.state, now, service, SERVICE_HEADER)
            if SERVICE_ROLE not in asking.roles:
                return NoToken("role", SERVICE_HEADER)
        found = tokens.find(self.state, now, token, allow_expired=asking is not None)
        if found is None:
            return tokens.problem(self.state, now, token)
        return self._no_rule(found, method, path)

    def _no_rule(self, token: Token, method: str, path: str) -> Reason:
        rules = tokens.access_rules(self.state, token) or ()
        return NoAccessRule(method, path, token.application_credential_id, tuple(rules))

    def revoke(self, token: str) -> None:
        """Makes a token invalid from now on. An unknown one is invalid already."""
        self.state.end_token(token)

    # State

    def copy(self, clock: Clock, seeded: Seeded) -> Identity:
        """The same users, projects and tokens, for a world with that time and randomness."""
        copied = copy.copy(self)
        copied._clock, copied._seeded, copied.state = clock, seeded, self.state.copy()
        return copied

    def reset(self) -> None:
        """Back to the built-in users and projects, and no tokens. Whoever resets the world reseeds `seeded`."""
        self.state = initial_state()
        offer(self.state, self._services)

    def dump(self, *, tokens: bool = True) -> dict[str, Any]:
        """Everything, passwords and tokens too, as one JSON-able document; or all but `tokens`."""
        return self.state.dump(tokens=tokens)

    def load(self, doc: dict[str, Any]) -> None:
        """Replaces everything by what `dump` wrote.

        Raises KeyError, TypeError or ValueError for a document of another shape, and then has changed nothing.
        """
        self.state = State.load(doc)
        offer(self.state, self._services)

    def offer(self, services: Collection[str]) -> None:
        """Has the catalog list these services beside Manila, and of those that there are no others."""
        self._services = services
        offer(self.state, services)

    @property
    def users(self) -> dict[str, Record]:
        """By id."""
        return self.state.users

    @property
    def projects(self) -> dict[str, Record]:
        """By id."""
        return self.state.projects

    @property
    def roles(self) -> dict[str, Record]:
        """By id."""
        return self.state.roles

    def find_project(self, name_or_id: str) -> Record | None:
        """The project with that id or, else, that name."""
        return self.state.find("projects", name_or_id) or self.state.named("projects", name_or_id)

    def find_user(self, name_or_id: str) -> Record | None:
        """The user with that id or, else, that name."""
        return self.state.find("users", name_or_id) or self.state.named("users", name_or_id)
