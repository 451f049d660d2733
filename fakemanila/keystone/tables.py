"""What an identity service knows: records by id, who may do what where, and the tokens given out.

Everything here is plain data, in the order in which it was made, so that a world's answers are the same on every run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from ..world import collation
from ..world.json_copy import copied

_FRACTION = re.compile(r"\.(\d+)", re.ASCII)

Record = dict[str, Any]
"""A project, user, role, … as Keystone shows it, without ``links``. Passwords and secrets are kept beside the
fields that are shown, in clear: this is a fake, and its state is meant to be read."""

TABLES = (
    "domains",
    "regions",
    "projects",
    "users",
    "groups",
    "roles",
    "services",
    "endpoints",
    "application_credentials",
    "access_rules",
    "trusts",
    "credentials",
)

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def timestamp(moment: datetime) -> str:
    """A moment as Keystone writes it: ``2026-01-01T00:00:00.000000Z``."""
    return moment.strftime(_TIME)


def read_moment(text: str) -> datetime:
    """The moment that a user has sent, with its zone if it has one. ``Z`` is left out. Raises ValueError for others.

    Before Python 3.11, `datetime.fromisoformat` knows neither ``Z`` nor a fraction that has not three or six digits.
    """
    return datetime.fromisoformat(_FRACTION.sub(lambda match: f".{match[1][:6]:<06}", text.removesuffix("Z"), count=1))


def parse_timestamp(text: str) -> datetime:
    """The naive UTC datetime that `timestamp` wrote. Raises ValueError for other text."""
    return datetime.strptime(text, _TIME)


class Target(NamedTuple):
    """Where a role holds. `id` is ``"all"`` for the system."""

    kind: Literal["project", "domain", "system"]
    id: str


class Actor(NamedTuple):
    """Who has a role."""

    kind: Literal["user", "group"]
    id: str


SYSTEM = Target("system", "all")


@dataclass(slots=True, eq=False, repr=False)
class Token:
    """A token given out. `scope` is None for an unscoped one."""

    id: str
    user_id: str
    methods: list[str]
    audit_ids: list[str]
    issued_at: datetime
    expires_at: datetime
    scope: Target | None = None
    application_credential_id: str | None = None
    trust_id: str | None = None
    used: int = field(default=0, compare=False)
    """Its place among all uses of tokens, of the last one of it. Not written down."""

    def dump(self) -> Record:
        return {
            "id": self.id,
            "user_id": self.user_id,
            "methods": self.methods,
            "audit_ids": self.audit_ids,
            "issued_at": timestamp(self.issued_at),
            "expires_at": timestamp(self.expires_at),
            "scope": list(self.scope) if self.scope else None,
            "application_credential_id": self.application_credential_id,
            "trust_id": self.trust_id,
        }

    @classmethod
    def load(cls, doc: Record) -> Token:
        scope = doc["scope"]
        return cls(
            id=doc["id"],
            user_id=doc["user_id"],
            methods=list(doc["methods"]),
            audit_ids=list(doc["audit_ids"]),
            issued_at=parse_timestamp(doc["issued_at"]),
            expires_at=parse_timestamp(doc["expires_at"]),
            scope=Target(*scope) if scope else None,
            application_credential_id=doc["application_credential_id"],
            trust_id=doc["trust_id"],
        )


_MOST_REVOKED = 1000


@dataclass(slots=True, eq=False, repr=False)
class State:
    """All of it. The sets are dicts with None for values, because those keep their order."""

    domains: dict[str, Record] = field(default_factory=dict)
    regions: dict[str, Record] = field(default_factory=dict)
    projects: dict[str, Record] = field(default_factory=dict)
    users: dict[str, Record] = field(default_factory=dict)
    groups: dict[str, Record] = field(default_factory=dict)
    roles: dict[str, Record] = field(default_factory=dict)
    services: dict[str, Record] = field(default_factory=dict)
    endpoints: dict[str, Record] = field(default_factory=dict)
    application_credentials: dict[str, Record] = field(default_factory=dict)
    access_rules: dict[str, Record] = field(default_factory=dict)
    trusts: dict[str, Record] = field(default_factory=dict)
    credentials: dict[str, Record] = field(default_factory=dict)
    implications: dict[str, dict[str, None]] = field(default_factory=dict)
    """Prior role → the roles it implies, directly."""
    members: dict[str, dict[str, None]] = field(default_factory=dict)
    """Group → its users."""
    grants: dict[tuple[Target, Actor], dict[str, None]] = field(default_factory=dict)
    """Target and actor → roles, as they were assigned."""
    tokens: dict[str, Token] = field(default_factory=dict)
    revoked: dict[str, None] = field(default_factory=dict)
    """Tokens that are gone before their time, the newest of them; no part of what is saved."""
    uses: int = field(default=0, compare=False)
    """How often a token was used."""

    # Looking things up

    def table(self, name: str) -> dict[str, Record]:
        """One of `TABLES`."""
        table: dict[str, Record] = getattr(self, name)
        return table

    def find(self, table: str, identifier: str | None) -> Record | None:
        """The record of that id, as the database compares ids. Those of domains are compared exactly."""
        records = self.table(table)
        if identifier is None or identifier in records or table == "domains":
            return records.get(identifier or "")
        key = collation.key(identifier)
        return next((record for record in records.values() if collation.key(record["id"]) == key), None)

    def named(self, table: str, name: str, domain_id: str | None = None) -> Record | None:
        """The record of that name, in that domain where one is given, as the database compares names."""
        key = collation.key(name)
        for record in self.table(table).values():
            if collation.key(record["name"]) == key and (domain_id is None or record["domain_id"] == domain_id):
                return record
        return None

    def groups_of(self, user_id: str) -> list[str]:
        return [group for group, users in self.members.items() if user_id in users]

    # Roles

    def grant(self, role_id: str, actor: Actor, target: Target) -> None:
        self.grants.setdefault((target, actor), {})[role_id] = None

    def revoke(self, role_id: str, actor: Actor, target: Target) -> None:
        """Takes a role away. Raises KeyError when it wasn't assigned."""
        roles = self.grants[target, actor]
        del roles[role_id]
        if not roles:
            del self.grants[target, actor]

    def implied_by(self, role_ids: list[str]) -> list[str]:
        """Those roles and all that they imply, each once, nearest first."""
        found = dict.fromkeys(role_ids)
        queue = list(found)
        for role_id in queue:
            for implied in self.implications.get(role_id, ()):
                if implied not in found:
                    found[implied] = None
                    queue.append(implied)
        return list(found)

    def roles_of(self, user_id: str, target: Target) -> list[str]:
        """The ids of a user's effective roles there: own and groups', with what they imply."""
        direct = list(self.grants.get((target, Actor("user", user_id)), ()))
        for group in self.groups_of(user_id):
            direct += self.grants.get((target, Actor("group", group)), ())
        # A domain's own role is worth what it implies; it never is in a token itself.
        return [role for role in self.implied_by(direct) if self.roles[role]["domain_id"] is None]

    def targets_of(self, user_id: str, kind: str) -> list[str]:
        """The ids of the projects or domains where a user has any role."""
        actors = {Actor("user", user_id), *(Actor("group", group) for group in self.groups_of(user_id))}
        return list(
            dict.fromkeys(target.id for target, actor in self.grants if target.kind == kind and actor in actors)
        )

    def renumber(self, kind: Literal["user", "project"], old: str, new: str) -> None:
        """Gives a user or a project another id, before anybody has had anything to do with them."""
        table = self.table(f"{kind}s")
        record = table[new] = table.pop(old)
        record["id"] = new
        for user in self.users.values() if kind == "project" else ():
            if user.get("default_project_id") == old:
                user["default_project_id"] = new
        for (target, actor), roles in list(self.grants.items()):
            if (target.kind, target.id) == (kind, old):
                del self.grants[target, actor]
                self.grants[target._replace(id=new), actor] = roles
            elif (actor.kind, actor.id) == (kind, old):
                del self.grants[target, actor]
                self.grants[target, actor._replace(id=new)] = roles

    # Forgetting things

    def forget_credentials(self, user_id: str, project_id: str | None = None) -> None:
        """Drops a user's application credentials, or those for one project. Their tokens are worth nothing without."""
        for credential in list(self.application_credentials.values()):
            if credential["user_id"] == user_id and project_id in (None, credential["project_id"]):
                del self.application_credentials[credential["id"]]

    def forget(self, kind: Literal["user", "group", "project", "domain"], identifier: str) -> None:
        """Drops the assignments, trusts and credentials that mention something deleted."""
        for target, actor in list(self.grants):
            if (target.kind, target.id) == (kind, identifier) or (actor.kind, actor.id) == (kind, identifier):
                del self.grants[target, actor]
        named = {"user": ("trustor_user_id", "trustee_user_id"), "project": ("project_id",)}.get(kind, ())
        for trust in list(self.trusts.values()):
            if any(trust[name] == identifier for name in named):
                del self.trusts[trust["id"]]
        for credential in list(self.credentials.values()):
            if credential.get(f"{kind}_id") == identifier:
                del self.credentials[credential["id"]]

    def revoke_tokens(self, *, user_id: str | None = None, scope: Target | None = None) -> None:
        """Drops the tokens of a user, of a scope, or of a user in a scope; those that others have in trust too."""
        for token in list(self.tokens.values()):
            trust = self.trusts.get(token.trust_id or "", {})
            of_user = user_id in (None, token.user_id, trust.get("trustor_user_id"))
            if of_user and (scope is None or token.scope == scope):
                self.end_token(token.id)

    def end_token(self, token_id: str) -> None:
        """Drops a token, and remembers that it was one, for who asks why it is good for nothing."""
        if self.tokens.pop(token_id, None) is not None:
            self.revoked[token_id] = None
            if len(self.revoked) > _MOST_REVOKED:
                del self.revoked[next(iter(self.revoked))]

    def copy(self) -> State:
        """The same; what happens to either later doesn't touch the other. Tokens never change, and are shared."""
        state = State()
        for name in TABLES:
            state.table(name).update(copied(self.table(name)))
        state.implications = {prior: implied.copy() for prior, implied in self.implications.items()}
        state.members = {group: users.copy() for group, users in self.members.items()}
        state.grants = {key: roles.copy() for key, roles in self.grants.items()}
        state.tokens = self.tokens.copy()
        return state

    # As one document

    def dump(self, *, tokens: bool = True) -> Record:
        """The whole state as JSON-able data; shares nothing mutable that a caller could spoil it with."""
        return {
            **{name: copied(list(self.table(name).values())) for name in TABLES},
            "implications": {prior: list(implied) for prior, implied in self.implications.items()},
            "members": {group: list(users) for group, users in self.members.items()},
            "grants": [
                {"target": list(target), "actor": list(actor), "roles": list(roles)}
                for (target, actor), roles in self.grants.items()
            ],
            **({"tokens": [token.dump() for token in self.tokens.values()]} if tokens else {}),
        }

    @classmethod
    def load(cls, doc: Record) -> State:
        """The state that `dump` wrote. Raises KeyError, TypeError or ValueError for a document of another shape."""
        doc = copied(doc)
        state = cls()
        for name in TABLES:
            state.table(name).update((record["id"], record) for record in doc[name])
        state.implications = {prior: dict.fromkeys(implied) for prior, implied in doc["implications"].items()}
        state.members = {group: dict.fromkeys(users) for group, users in doc["members"].items()}
        for grant in doc["grants"]:
            state.grants[Target(*grant["target"]), Actor(*grant["actor"])] = dict.fromkeys(grant["roles"])
        state.tokens = {token["id"]: Token.load(token) for token in doc["tokens"]}
        return state
