"""Every call that is served, read top to bottom, and how a path finds its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from . import application_credentials, assignments, authentication, roles, sessions, trusts
from .collection import Collection
from .credential_records import CREDENTIALS
from .domains import DOMAINS
from .identity_request import Handler
from .projects import PROJECTS
from .roles import ROLES
from .services import ENDPOINTS, REGIONS, SERVICES
from .users import GROUPS, USERS


class Route(NamedTuple):
    """`template` is below ``/identity``, its variables in braces."""

    operation: str
    method: str
    template: str
    handler: Handler

    def variables(self, values: Sequence[str]) -> dict[str, str]:
        """The values of the path's variables under their names."""
        return dict(zip(_VARIABLE.findall(self.template), values, strict=True))


_VARIABLE = re.compile(r"{(\w+)}")


def _crud(kind: Collection) -> list[Route]:
    """The five calls of a collection, under its own name."""
    many = f"/v3/{kind.name}"
    one = f"{many}/{{{kind.member}_id}}"
    return [
        Route(f"identity.{kind.name}.list", "GET", many, kind.list),
        Route(f"identity.{kind.name}.create", "POST", many, kind.create),
        Route(f"identity.{kind.name}.show", "GET", one, kind.show),
        Route(f"identity.{kind.name}.update", "PATCH", one, kind.update),
        Route(f"identity.{kind.name}.delete", "DELETE", one, kind.delete),
    ]


def _grants(operation: str, template: str) -> list[Route]:
    """The calls that assign roles at a place."""
    one = f"{template}/{{role_id}}"
    return [
        Route(f"identity.{operation}.list", "GET", template, assignments.list_grants),
        Route(f"identity.{operation}.create", "PUT", one, assignments.add_grant),
        Route(f"identity.{operation}.check", "HEAD", one, assignments.check_grant),
        Route(f"identity.{operation}.show", "GET", one, assignments.check_grant),
        Route(f"identity.{operation}.delete", "DELETE", one, assignments.remove_grant),
    ]


_TAGS = "/v3/projects/{project_id}/tags"
_MEMBER = "/v3/groups/{group_id}/users/{user_id}"
_IMPLIES = "/v3/roles/{prior_role_id}/implies"
_IMPLIED = f"{_IMPLIES}/{{implied_role_id}}"
_CREDENTIALS = "/v3/users/{user_id}/application_credentials"
_RULES = "/v3/users/{user_id}/access_rules"
_RULE = f"{_RULES}/{{access_rule_id}}"
_CREDENTIAL = f"{_CREDENTIALS}/{{application_credential_id}}"
_TRUSTS = "/v3/OS-TRUST/trusts"
_TRUST = f"{_TRUSTS}/{{trust_id}}"

# fmt: off
ROUTES: list[Route] = [
    Route("identity.versions.list", "GET", "/", sessions.list_versions),
    Route("identity.versions.show", "GET", "/v3", sessions.show_version),

    Route("identity.tokens.create", "POST", "/v3/auth/tokens", authentication.create_token),
    Route("identity.tokens.show", "GET", "/v3/auth/tokens", sessions.show_token),
    Route("identity.tokens.check", "HEAD", "/v3/auth/tokens", sessions.check_token),
    Route("identity.tokens.delete", "DELETE", "/v3/auth/tokens", sessions.revoke_token),
    Route("identity.auth.catalog", "GET", "/v3/auth/catalog", sessions.show_catalog),
    Route("identity.auth.projects", "GET", "/v3/auth/projects", sessions.list_projects),
    Route("identity.auth.domains", "GET", "/v3/auth/domains", sessions.list_domains),
    Route("identity.auth.system", "GET", "/v3/auth/system", sessions.show_system),

    *_crud(PROJECTS),
    Route("identity.project_tags.list", "GET", _TAGS, PROJECTS.list_tags),
    Route("identity.project_tags.replace", "PUT", _TAGS, PROJECTS.replace_tags),
    Route("identity.project_tags.delete_all", "DELETE", _TAGS, PROJECTS.delete_tags),
    Route("identity.project_tags.show", "GET", f"{_TAGS}/{{tag}}", PROJECTS.show_tag),
    Route("identity.project_tags.create", "PUT", f"{_TAGS}/{{tag}}", PROJECTS.add_tag),
    Route("identity.project_tags.delete", "DELETE", f"{_TAGS}/{{tag}}", PROJECTS.delete_tag),

    *_crud(DOMAINS),

    *_crud(USERS),
    Route("identity.users.change_password", "POST", "/v3/users/{user_id}/password", USERS.change_password),
    Route("identity.users.projects", "GET", "/v3/users/{user_id}/projects", USERS.list_projects),
    Route("identity.users.groups", "GET", "/v3/users/{user_id}/groups", USERS.list_groups),
    Route("identity.application_credentials.list", "GET", _CREDENTIALS, application_credentials.list_credentials),
    Route("identity.application_credentials.create", "POST", _CREDENTIALS, application_credentials.create_credential),
    Route("identity.application_credentials.show", "GET", _CREDENTIAL, application_credentials.show_credential),
    Route("identity.application_credentials.delete", "DELETE", _CREDENTIAL, application_credentials.delete_credential),
    Route("identity.access_rules.list", "GET", _RULES, application_credentials.list_access_rules),
    Route("identity.access_rules.show", "GET", _RULE, application_credentials.show_access_rule),
    Route("identity.access_rules.delete", "DELETE", _RULE, application_credentials.delete_access_rule),

    *_crud(GROUPS),
    Route("identity.groups.users", "GET", "/v3/groups/{group_id}/users", GROUPS.list_users),
    Route("identity.groups.add_user", "PUT", _MEMBER, GROUPS.add_user),
    Route("identity.groups.check_user", "HEAD", _MEMBER, GROUPS.check_user),
    Route("identity.groups.show_user", "GET", _MEMBER, GROUPS.check_user),
    Route("identity.groups.remove_user", "DELETE", _MEMBER, GROUPS.remove_user),

    *_crud(ROLES),
    Route("identity.implied_roles.list", "GET", _IMPLIES, roles.list_implied_roles),
    Route("identity.implied_roles.show", "GET", _IMPLIED, roles.show_implied_role),
    Route("identity.implied_roles.check", "HEAD", _IMPLIED, roles.check_implied_role),
    Route("identity.implied_roles.create", "PUT", _IMPLIED, roles.add_implied_role),
    Route("identity.implied_roles.delete", "DELETE", _IMPLIED, roles.remove_implied_role),
    Route("identity.role_inferences.list", "GET", "/v3/role_inferences", roles.list_role_inferences),

    *_grants("project_user_roles", "/v3/projects/{project_id}/users/{user_id}/roles"),
    *_grants("project_group_roles", "/v3/projects/{project_id}/groups/{group_id}/roles"),
    *_grants("domain_user_roles", "/v3/domains/{domain_id}/users/{user_id}/roles"),
    *_grants("domain_group_roles", "/v3/domains/{domain_id}/groups/{group_id}/roles"),
    *_grants("system_user_roles", "/v3/system/users/{user_id}/roles"),
    *_grants("system_group_roles", "/v3/system/groups/{group_id}/roles"),
    Route("identity.role_assignments.list", "GET", "/v3/role_assignments", assignments.list_role_assignments),

    *_crud(SERVICES),
    *_crud(ENDPOINTS),
    *_crud(REGIONS),
    Route("identity.regions.put", "PUT", "/v3/regions/{region_id}", REGIONS.put),

    *_crud(CREDENTIALS),

    Route("identity.trusts.list", "GET", _TRUSTS, trusts.list_trusts),
    Route("identity.trusts.create", "POST", _TRUSTS, trusts.create_trust),
    Route("identity.trusts.show", "GET", _TRUST, trusts.show_trust),
    Route("identity.trusts.delete", "DELETE", _TRUST, trusts.delete_trust),
    Route("identity.trust_roles.list", "GET", f"{_TRUST}/roles", trusts.list_roles),
    Route("identity.trust_roles.show", "GET", f"{_TRUST}/roles/{{role_id}}", trusts.show_role),
]
# fmt: on

BY_OPERATION = {route.operation: route for route in ROUTES}
