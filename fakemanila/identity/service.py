"""The identity service of one world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ..clock import Clock
from ..reply import Reply
from ..seeded import Seeded
from . import errors, tokens
from .builtin import initial_state
from .call import Call, IdentityRequest
from .catalog import V3
from .credentials import Credentials
from .routes import Route
from .state import Record, State

MODES = ("strict", "open")


class Identity:
    """Keystone v3, as far as clients of Manila need it, without any HTTP.

    `mode` is ``"strict"``, where users need their password, or ``"open"``, where anybody who comes along is let in: an
    unknown user or project is made on the spot, with the role that the end of the user's name says. `seeded` makes
    ids and tokens, so the same requests get the same ones. Raises ValueError for another mode.
    """

    def __init__(
        self, clock: Clock, seeded: Seeded, *, mode: str = "strict", token_ttl: timedelta = timedelta(hours=1)
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"identity mode {mode!r} is none of {', '.join(MODES)}")
        self.mode = mode
        self.token_ttl = token_ttl
        self._clock = clock
        self._seeded = seeded
        self.state: State = initial_state()

    # Requests

    def handle(self, route: Route, values: Sequence[str], request: IdentityRequest) -> Reply:
        """The answer to a request; refusals are answers too, in Keystone's envelope.

        `values` are those of the variables in the route's path.
        """
        try:
            reply = self._handle(route, values, request)
        except errors.IdentityError as error:
            reply = error.reply()
        if reply.status == 401:
            reply.headers["WWW-Authenticate"] = f'Keystone uri="{request.base_url}{V3}"'
        reply.headers["Vary"] = "X-Auth-Token"
        return reply

    def _handle(self, route: Route, values: Sequence[str], request: IdentityRequest) -> Reply:
        now = self._clock.now()
        token = tokens.find(self.state, now, request.headers.get("X-Auth-Token"))
        call = Call(
            request=request,
            args=route.variables(values),
            state=self.state,
            seeded=self._seeded,
            now=now,
            token_ttl=self.token_ttl,
            open=self.mode == "open",
            action=route.operation,
            token=token,
            caller=tokens.credentials(self.state, token) if token else None,
        )
        return route.handler(call)

    # Tokens

    def credentials(self, token: str | None) -> Credentials | None:
        """Whose token that is; None for one that is unknown, expired or revoked."""
        found = tokens.find(self.state, self._clock.now(), token)
        return tokens.credentials(self.state, found) if found else None

    def revoke(self, token: str) -> None:
        """Makes a token invalid from now on. An unknown one is invalid already."""
        self.state.tokens.pop(token, None)

    # State

    def reset(self) -> None:
        """Back to the built-in users and projects, and no tokens. Whoever resets the world reseeds `seeded`."""
        self.state = initial_state()

    def dump(self) -> dict[str, Any]:
        """Everything, passwords and tokens too, as one JSON-able document."""
        return self.state.dump()

    def load(self, doc: dict[str, Any]) -> None:
        """Replaces everything by what `dump` wrote.

        Raises KeyError, TypeError or ValueError for a document of another shape, and then has changed nothing.
        """
        self.state = State.load(doc)

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
        return self.state.projects.get(name_or_id) or self.state.named("projects", name_or_id)

    def find_user(self, name_or_id: str) -> Record | None:
        """The user with that id or, else, that name."""
        return self.state.users.get(name_or_id) or self.state.named("users", name_or_id)
