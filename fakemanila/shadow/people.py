"""Whose token is whose: the users of the cloud, who are in the world beside it with the same ids and roles.

Tokens of the cloud are known here by their hashes only, in memory, and never reach the world, which gives out its own.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from ..keystone import tokens
from ..keystone.builtin import fixed_id
from ..keystone.identity_errors import IdentityError
from ..keystone.tables import Actor, State, Target
from ..world.world import World

MOST = 10_000
"""Tokens that are known at a time; the one that was used the longest time ago goes first."""
_LIFETIME = timedelta(days=3650)
"""The world's tokens outlive the cloud's, which says by itself when one has expired."""


class Person(NamedTuple):
    """The owner of a token, and the token that they have in the world."""

    token: str
    user_id: str
    project_id: str
    roles: tuple[str, ...]


class People:
    """Those who have been seen. `learn` and `find` are called under the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: OrderedDict[str, Person] = OrderedDict()

    def find(self, token: str) -> Person | None:
        """The owner of one of the cloud's tokens, if it has been seen, and the world hasn't been reset since."""
        key = _hash(token)
        person = self._known.get(key)
        if person is None or person.token not in self._world.identity.state.tokens:
            return None
        self._known.move_to_end(key)
        return person

    def learn(self, token: str, document: Any) -> Person | None:
        """Takes over what Keystone says of a token, as it was when the token was given out.

        None for a token that isn't for a project: Manila knows nobody by it.
        """
        shown = document.get("token") if isinstance(document, Mapping) else None
        if not isinstance(shown, Mapping) or not isinstance(shown.get("project"), Mapping):
            return None
        user, project = shown["user"], shown["project"]
        names = tuple(role["name"] for role in shown.get("roles", ()))
        state = self._world.identity.state
        _add(state, "users", user, enabled=True, password_expires_at=None, options={})
        more = {"description": "", "parent_id": _domain(state, project), "is_domain": False, "tags": [], "options": {}}
        _add(state, "projects", project, enabled=True, **more)
        target, actor = Target("project", project["id"]), Actor("user", user["id"])
        state.grants[target, actor] = dict.fromkeys(_role(state, name) for name in names)
        try:
            own = tokens.issue(
                state, self._world.seeded, self._world.now(), _LIFETIME,
                user_id=user["id"], methods=["password"], scope=target,
            )  # fmt: skip
        except IdentityError:
            return None  # no role at all
        person = Person(own.id, user["id"], project["id"], names)
        self._known[_hash(token)] = person
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return person


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _add(state: State, table: str, shown: Mapping[str, Any], **more: Any) -> None:
    """A user or a project as a token shows it, unless there is one of that id."""
    if shown["id"] not in state.table(table):
        name = str(shown.get("name", shown["id"]))
        domain = _domain(state, shown)
        if state.named(table, name, domain) is not None:  # one of the world's own is called so, too
            name = shown["id"]
        state.table(table)[shown["id"]] = {"id": shown["id"], "name": name, "domain_id": domain, **more}


def _domain(state: State, shown: Mapping[str, Any]) -> str:
    domain = shown.get("domain") or {"id": "default"}
    record = {"name": domain.get("name", domain["id"]), "description": "", "enabled": True, "tags": [], "options": {}}
    return str(state.domains.setdefault(domain["id"], {"id": domain["id"], **record})["id"])


def _role(state: State, name: str) -> str:
    """The id of the role of that name, which is made where there is none."""
    found = state.named("roles", name)
    if found is None:
        found = {"id": fixed_id("role", name), "name": name, "domain_id": None, "description": None, "options": {}}
        state.roles[found["id"]] = found
    return str(found["id"])
