"""Refusals by a policy, and who would have passed it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .reason import Facts, joined

if TYPE_CHECKING:
    from ..keystone.credentials import Credentials

_LADDER = ("reader", "member", "manager", "admin")
"""The built-in roles that imply each other, each all before it."""
_SERVICE = "service"
_ANYBODY = "somebody-else"
"""Stands for the id of whoever isn't mentioned: what such a one may, anybody may."""


class Rules(Hashable, Protocol):
    """What decides: Manila's policy, or what another service has in its place."""

    def allows(self, rule: Any, creds: Any, target: Any = None) -> bool: ...
    def is_admin(self, creds: Any) -> bool: ...
    def spelled_out(self, rule: str) -> Mapping[str, str]:
        """The check strings of a rule and of those that it refers to, the rule's own first; none where it has none."""

    def takes_scope(self, rule: str, scope: str) -> bool:
        """Whether it names that scope of tokens, such as ``system``."""


class Denied(NamedTuple):
    """A rule that the caller doesn't pass."""

    rule: str
    """What people call it."""
    rules: Rules
    caller: Credentials
    target: tuple[tuple[str, Any], ...] | None = None
    """What the rule can know of the record that it was checked on; None for something of the caller's own."""
    check: Hashable = None
    """What `rules` call the rule, where that is something else."""
    kind: str = "policy"

    def facts(self) -> Facts:
        return {
            "rule": self.rule,
            "checks": dict(self.rules.spelled_out(self.rule)),
            "roles": list(self.caller.roles),
            "scope": _scope(self.caller),
            "target": None if self.target is None else dict(self.target),
            "sufficient": [dict(each) for each in self._sufficient()],
        }

    def _sufficient(self) -> Sequence[Mapping[str, str | None]]:
        who = self.caller._replace(token="", expires_at=None)  # type: ignore[arg-type]  # no rule sees these
        return _sufficient(self.rules, self.rule, self.rule if self.check is None else self.check, who, self.target)

    def explain(self) -> list[str]:
        roles = f"the roles {joined(self.caller.roles, 'and')}" if len(self.caller.roles) > 1 else ""
        roles = roles or (f"the role {self.caller.roles[0]}" if self.caller.roles else "no role")
        where = {
            "project": f"in project {self.caller.project_name}",
            "domain": f"in domain {self.caller.domain_id}",
            "system": "on the system",
        }.get(_scope(self.caller), "by a token without a scope")
        enough = joined([_words(each) for each in self._sufficient()])
        lines = [
            f"The policy rule {self.rule} refuses {self.caller.user_name}, who has {roles} {where}"
            + (f"; {enough} would be enough." if enough else ".")
        ]
        lines += [f"{name} is {check!r}." for name, check in self.rules.spelled_out(self.rule).items()]
        owners = {name: value for name, value in self.target or () if name in ("project_id", "user_id")}
        if owners.get("project_id") not in (None, self.caller.project_id):
            lines.append(f"It was checked on a record of the project {owners['project_id']}.")
        return lines


def _scope(caller: Credentials) -> str:
    if caller.system_scope:
        return "system"
    return "domain" if caller.domain_id else "project" if caller.project_id else "none"


def _words(enough: Mapping[str, str | None]) -> str:
    """``the role member in the project 1f2e``."""
    where = {"system": " on the system"}.get(enough["scope"] or "", "")
    if enough["project_id"] is not None:
        where = f" in the project {enough['project_id']}"
    whose = "" if enough["user_id"] is None else f", of the user {enough['user_id']}"
    return f"the role {enough['role']}{where}{whose}"


@lru_cache(maxsize=1024)
def _sufficient(
    rules: Rules, name: str, rule: Hashable, caller: Credentials, target: tuple[tuple[str, Any], ...] | None
) -> Sequence[Mapping[str, str | None]]:
    """The least roles that pass, by asking the rules themselves; an id of None stands for any.

    The most general ways are tried first, and what one of them covers is left out. Rules that ask somebody else, as
    those with ``http:`` do, aren't asked.
    """
    if any("http:" in check or "https:" in check for check in rules.spelled_out(name).values()):
        return ()
    about = None if target is None else dict(target)
    found: list[dict[str, str | None]] = []
    for scope, user_id, project_id in _places(rules, name, caller, about or {}):
        who = caller._replace(
            user_id=user_id or _ANYBODY,
            project_id=None if scope == "system" else project_id or _ANYBODY,
            system_scope="all" if scope == "system" else None,
            domain_id=None,
            service_roles=(),
        )
        for role in (*_LADDER, _SERVICE):
            way = {"role": role, "scope": scope, "project_id": project_id, "user_id": user_id}
            if any(_covers(other, way) for other in found):
                continue
            having = who._replace(roles=_with_implied(role))
            having = having._replace(is_admin=rules.is_admin(having))
            if rules.allows(rule, having, about):
                found.append(way)
    return sorted(found, key=lambda way: (*_LADDER, _SERVICE).index(way["role"] or ""))


def _places(
    rules: Rules, name: str, caller: Credentials, target: Mapping[str, Any]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Scopes, users and projects to try, None for whichever; the general ones first."""
    projects = dict.fromkeys((None, target.get("project_id"), caller.project_id))
    for user_id in dict.fromkeys((None, target.get("user_id"), caller.user_id)):
        yield from (("project", user_id, project_id) for project_id in projects)
        if rules.takes_scope(name, "system"):
            yield "system", user_id, None


def _with_implied(role: str) -> tuple[str, ...]:
    return _LADDER[: _LADDER.index(role) + 1] if role in _LADDER else (role,)


def _covers(general: Mapping[str, str | None], way: Mapping[str, str | None]) -> bool:
    return (
        general["role"] in _with_implied(way["role"] or "")
        and general["scope"] == way["scope"]
        and general["project_id"] in (None, way["project_id"])
        and general["user_id"] in (None, way["user_id"])
    )
