"""Who may do what: Keystone's default rules, as functions of the caller and of what the call is about.

These are the defaults of Keystone 30 with ``enforce_new_defaults``. A rule looks at its target by names such as
``user_id``, ``project_id`` or ``domain_id``; a name that isn't there matches nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from .credentials import Credentials


class Rule(NamedTuple):
    """A rule. Rules are joined with ``|``."""

    allows: Callable[[Credentials, Mapping[str, object]], bool]

    def __or__(self, other: Rule) -> Rule:
        return Rule(lambda caller, target: self.allows(caller, target) or other.allows(caller, target))


class Rules:
    """What decides by them, as reasons of refusals ask it. Rules have no texts and no scopes here."""

    def allows(self, rule: Rule, creds: Credentials, target: Mapping[str, object] | None = None) -> bool:
        return rule.allows(creds, target or {})

    def is_admin(self, creds: Credentials) -> bool:
        return "admin" in creds.roles

    def spelled_out(self, rule: str) -> Mapping[str, str]:
        return {}

    def takes_scope(self, rule: str, scope: str) -> bool:
        return scope == "system"


RULES = Rules()

anyone = Rule(lambda caller, target: True)
"""Whoever has a token."""

admin = Rule(lambda caller, target: caller.is_admin)
service = Rule(lambda caller, target: "service" in caller.roles)
system_reader = Rule(lambda caller, target: caller.system_scope == "all" and "reader" in caller.roles)

owner = Rule(lambda caller, target: target.get("user_id") == caller.user_id)
"""The user whom the call is about."""

of_project = Rule(
    lambda caller, target: caller.project_id is not None and target.get("project_id") == caller.project_id
)
"""A token of the project that the call is about."""

of_domain = Rule(
    lambda caller, target: (
        target.get("domain_id") is not None and target["domain_id"] in (caller.domain_id, caller.project_domain_id)
    )
)
"""A token of the domain that the call is about, or of a project in it."""


def in_domain(role: str) -> Rule:
    """A domain token with that role, for things of that same domain."""
    return Rule(
        lambda caller, target: (
            caller.domain_id is not None and role in caller.roles and target.get("domain_id") == caller.domain_id
        )
    )


domain_manager = Rule(lambda caller, target: caller.domain_id is not None and "manager" in caller.roles)

READ = admin | system_reader
"""Catalog, roles, implied roles: what isn't of a domain."""

READ_IN_DOMAIN = READ | in_domain("reader")
READ_IN_DOMAIN_OR_OWN = READ_IN_DOMAIN | owner
READ_PROJECT = READ_IN_DOMAIN | of_project
READ_DOMAIN = READ | of_domain
READ_ROLES = READ | domain_manager
READ_OWN = READ | owner
WRITE_IN_DOMAIN = admin | in_domain("manager")
ADMIN_OR_OWNER = admin | owner
SYSTEM_READ_OR_OWN = system_reader | owner
SYSTEM_WRITE_OR_OWN = Rule(lambda caller, target: caller.system_scope == "all" and caller.is_admin) | owner
CHECK_TOKEN = READ | owner
VALIDATE_TOKEN = READ | service | owner

_DOMAIN_MANAGED_ROLES = ("manager", "member", "reader")

GRANT = admin | Rule(
    lambda caller, target: (
        in_domain("manager").allows(caller, target) and target.get("role_name") in _DOMAIN_MANAGED_ROLES
    )
)
"""Managers of a domain may give away what is no more than they have."""

trustor = Rule(lambda caller, target: target.get("trustor_user_id") == caller.user_id)
trustee = Rule(lambda caller, target: target.get("trustee_user_id") == caller.user_id)


def _outside_domains(rule: Rule) -> Rule:
    """The rule, which no token for a domain passes."""
    return Rule(lambda caller, target: caller.domain_id is None and rule.allows(caller, target))


CREATE_TRUST = _outside_domains(
    Rule(lambda caller, target: caller.system_scope is None and trustor.allows(caller, target))
)
READ_TRUSTS = _outside_domains(READ)
READ_AS_TRUSTOR = _outside_domains(READ | trustor)
READ_AS_TRUSTEE = _outside_domains(READ | trustee)
READ_TRUST = _outside_domains(READ | trustor | trustee)
DELETE_TRUST = _outside_domains(admin | trustor)
