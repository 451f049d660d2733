"""The conversation that `record` holds with real Keystone: every kind of call, its refusals, and the cleaning up.

An exchange names who speaks (`token`, a name that an earlier one saved; None for nobody), and what it saves from the
answer: ``{"project": "project.id"}`` from the body, ``{"admin": "header X-Subject-Token"}`` from a header. That is
put for ``${name}`` later on. Everything that is made gets a name with ``rec-`` in front, and is deleted again.
"""

from __future__ import annotations

from typing import Any

from fakemanila.identity.routes import ROUTES

Exchange = dict[str, Any]
DEFAULT = {"id": "default"}


def call(
    name: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = "admin",
    subject: str | None = None,
    raw: str | None = None,
    headers: dict[str, str] | None = None,
    **save: str,
) -> Exchange:
    exchange: Exchange = {"name": name, "method": method, "path": path, "token": token}
    if body is not None:
        exchange["body"] = body
    if raw is not None:
        exchange["raw"] = raw
    if headers is not None:
        exchange["headers"] = headers
    if subject is not None:
        exchange["subject"] = subject
    if save:
        exchange["save"] = save
    return exchange


def who(user: str, password: str = "secret", domain: Any = DEFAULT) -> dict[str, Any]:
    return {"methods": ["password"], "password": {"user": {"name": user, "password": password, "domain": domain}}}


def project(name: str, domain: Any = DEFAULT) -> dict[str, Any]:
    return {"project": {"name": name, "domain": domain}}


def login(name: str, identity: Any, scope: Any = None, *, path: str = "/v3/auth/tokens", **save: str) -> Exchange:
    auth = {"identity": identity} if scope is None else {"identity": identity, "scope": scope}
    return call(name, "POST", path, {"auth": auth}, token=None, **save)


def sign(what: str) -> dict[str, str]:
    return {what: "header X-Subject-Token"}


NOCATALOG = "/v3/auth/tokens?nocatalog"
TOKEN = {"methods": ["token"], "token": {"id": "${demo}"}}
PU = "/v3/projects/${project}/users/${user}/roles"
APPCRED = "/v3/users/${demo_id}/application_credentials"


def application_credential(**fields: Any) -> dict[str, Any]:
    return {"methods": ["application_credential"], "application_credential": fields}


DISCOVERY = [
    call("versions", "GET", "/", token=None),
    call("version", "GET", "/v3", token=None),
    call("version with a slash", "GET", "/v3/", token=None),
    call("version with a bad token", "GET", "/v3", token="garbage"),
    call("unknown path", "GET", "/v3/nosuch", token=None),
    call("unknown method", "PATCH", "/v3/auth/tokens", token=None),
]

TOKENS = [
    login("admin in admin", who("admin"), project("admin"), **sign("admin")),
    login("demo in demo", who("demo"), project("demo"), **sign("demo")),
    login("demo_reader", who("demo_reader"), project("demo"), **sign("reader")),
    login("demo_manager", who("demo_manager"), project("demo"), **sign("manager")),
    login("alt_demo", who("alt_demo"), project("alt_demo"), **sign("alt")),
    login("the service user", who("manila"), project("service"), **sign("service")),
    login("admin in the system", who("admin"), {"system": {"all": True}}, **sign("system")),
    login("system without all", who("admin"), {"system": {}}, path=NOCATALOG),
    login("domain by name", who("demo", domain={"name": "Default"}), project("demo", {"name": "Default"})),
    login("without catalog", who("demo"), project("demo"), path=NOCATALOG),
    login("default project", who("demo"), path=NOCATALOG),
    login("no default project", who("admin"), path=NOCATALOG),
    login("unscoped", who("demo"), "unscoped", **sign("unscoped")),
    login("unscoped as an object", who("demo"), {"unscoped": {}}),
    login("token for a token", TOKEN, path=NOCATALOG),
    login("token for a token, scoped", TOKEN, project("demo"), path=NOCATALOG, **sign("second")),
    login("token for a token, unscoped", TOKEN, "unscoped"),
    login("unknown token", {"methods": ["token"], "token": {"id": "garbage"}}),
    login("system token for a project", {"methods": ["token"], "token": {"id": "${system}"}}, project("admin")),
    login("wrong password", who("demo", "wrong")),
    login("unknown user", who("nobody")),
    login("unknown domain of a user", who("demo", domain={"id": "nowhere"})),
    login("no right in the project", who("demo"), project("admin")),
    login("no right in the system", who("demo"), {"system": {"all": True}}),
    login("no right in the domain", who("demo"), {"domain": {"id": "default"}}),
    login("unknown project", who("demo"), project("nowhere")),
    login("unknown project by id", who("demo"), {"project": {"id": "nowhere"}}),
    login("unknown domain", who("demo"), {"domain": {"id": "nowhere"}}),
    login("project without domain", who("demo"), {"project": {"name": "demo"}}),
    login("project without anything", who("demo"), {"project": {}}),
    login("empty scope", who("demo"), {}),
    login("two scopes", who("demo"), {"project": {"id": "x"}, "domain": {"id": "x"}}),
    login("scope that is a word", who("demo"), "nonsense"),
    login("user without domain", {"methods": ["password"], "password": {"user": {"name": "demo", "password": "x"}}}),
    login("password for no name", {"methods": ["password"], "password": {"user": {"password": "x"}}}),
    login("empty user name", {"methods": ["password"], "password": {"user": {"name": "", "domain": DEFAULT}}}),
    login("no password", {"methods": ["password"], "password": {"user": {"name": "demo", "domain": DEFAULT}}}),
    login("no user", {"methods": ["password"], "password": {}}),
    login("method without data", {"methods": ["password"]}),
    login("no method", {"methods": []}),
    login("unknown method of auth", {"methods": ["magic"], "magic": {}}),
    login("no methods", {}),
    login("identity of another type", []),
    call("auth of another type", "POST", "/v3/auth/tokens", {"auth": []}, token=None),
    call("no auth", "POST", "/v3/auth/tokens", {}, token=None),
    call("body that is a list", "POST", "/v3/auth/tokens", [], token=None),
    call("body that is no JSON", "POST", "/v3/auth/tokens", raw="{nonsense", token=None),
    call("no body", "POST", "/v3/auth/tokens", token=None),
    login("unknown application credential", application_credential(id="garbage", secret="x")),
    login("application credential of nobody", application_credential(name="x", secret="x")),
    login(
        "unknown application credential by name",
        application_credential(name="x", secret="x", user={"name": "demo", "domain": DEFAULT}),
    ),
    login("application credential without anything", application_credential()),
    login("application credential with scope", application_credential(id="garbage", secret="x"), project("demo")),
    call("own token", "GET", "/v3/auth/tokens", token="demo", subject="demo"),
    call("own token without catalog", "GET", NOCATALOG, token="demo", subject="demo"),
    call("somebody's token by admin", "GET", "/v3/auth/tokens", subject="demo"),
    call("somebody's token by a service", "GET", NOCATALOG, token="service", subject="demo"),
    call("somebody's token by a user", "GET", "/v3/auth/tokens", token="alt", subject="demo"),
    call("unscoped token", "GET", "/v3/auth/tokens", subject="unscoped"),
    call("system token", "GET", "/v3/auth/tokens", subject="system"),
    call("unknown token shown", "GET", "/v3/auth/tokens", subject="garbage"),
    call("no subject token", "GET", "/v3/auth/tokens"),
    call("no token at all", "GET", "/v3/auth/tokens", token=None, subject="demo"),
    call("token checked", "HEAD", "/v3/auth/tokens", subject="demo"),
    call("unknown token checked", "HEAD", "/v3/auth/tokens", subject="garbage"),
    call("somebody's token revoked by a user", "DELETE", "/v3/auth/tokens", token="alt", subject="demo"),
    call("unknown token revoked", "DELETE", "/v3/auth/tokens", subject="garbage"),
    call("catalog", "GET", "/v3/auth/catalog", token="demo"),
    call("catalog for an unscoped token", "GET", "/v3/auth/catalog", token="unscoped"),
    call("catalog for a system token", "GET", "/v3/auth/catalog", token="system"),
    call("own projects", "GET", "/v3/auth/projects", token="unscoped"),
    call("own domains", "GET", "/v3/auth/domains", token="demo"),
    call("catalog by a service", "GET", "/v3/auth/catalog", token="service"),
    call("own system", "GET", "/v3/auth/system", token="demo"),
    call("admin's own system", "GET", "/v3/auth/system"),
    call("own projects without a token", "GET", "/v3/auth/projects", token=None),
]

IDS = [
    call("users by name", "GET", "/v3/users?name=demo", demo_id="users.0.id"),
    call("another user by name", "GET", "/v3/users?name=alt_demo", alt_id="users.0.id"),
    call("projects by name", "GET", "/v3/projects?name=demo", demo_project="projects.0.id"),
    call("the other project", "GET", "/v3/projects?name=alt_demo", alt_project="projects.0.id"),
    call("role admin", "GET", "/v3/roles?name=admin", role_admin="roles.0.id"),
    call("role member", "GET", "/v3/roles?name=member", role_member="roles.0.id"),
    call("role reader", "GET", "/v3/roles?name=reader", role_reader="roles.0.id"),
    call("service by type", "GET", "/v3/services?type=sharev2", share_service="services.0.id"),
    call("endpoints of a service", "GET", "/v3/endpoints?service_id=${share_service}&interface=public"),
]

LISTS = [
    call(f"{name} by {person}", "GET", f"/v3/{name}", token=token)
    for name in (
        "users",
        "projects",
        "roles",
        "domains",
        "groups",
        "services",
        "endpoints",
        "regions",
        "role_assignments",
    )
    for person, token in (("admin", "admin"), ("a system admin", "system"), ("demo", "demo"), ("nobody", None))
] + [
    call("users, headers only", "HEAD", "/v3/users"),
    call("users with a slash", "GET", "/v3/users/"),
    call("users under a wrong method", "PUT", "/v3/users"),
    call("users with a bad token", "GET", "/v3/users", token="garbage"),
    call("projects with a limit", "GET", "/v3/projects?limit=2", last="projects.1.id"),
    call("projects after a marker", "GET", "/v3/projects?marker=${last}"),
    call("projects after an unknown marker", "GET", "/v3/projects?marker=nothing"),
    call("projects with a bad limit", "GET", "/v3/projects?limit=few"),
    call("users by half a name", "GET", "/v3/users?name__contains=demo_"),
    call("disabled users", "GET", "/v3/users?enabled=false"),
]

PROJECTS = [
    call("project created", "POST", "/v3/projects", {"project": {"name": "rec-p", "cost": 1}}, project="project.id"),
    call("project with the same name", "POST", "/v3/projects", {"project": {"name": "rec-p"}}),
    call("project without name", "POST", "/v3/projects", {"project": {}}),
    call("project with an empty name", "POST", "/v3/projects", {"project": {"name": " "}}),
    call("project with a long name", "POST", "/v3/projects", {"project": {"name": "x" * 65}}),
    call("project in no domain", "POST", "/v3/projects", {"project": {"name": "rec-q", "domain_id": "nowhere"}}),
    call("project below nothing", "POST", "/v3/projects", {"project": {"name": "rec-q", "parent_id": "nowhere"}}),
    call("project enabled perhaps", "POST", "/v3/projects", {"project": {"name": "rec-q", "enabled": "perhaps"}}),
    call("project beside something", "POST", "/v3/projects", {"project": {"name": "rec-q"}, "other": 1}),
    call("project without envelope", "POST", "/v3/projects", {}),
    call("project of another type", "POST", "/v3/projects", {"project": []}),
    call("project by demo", "POST", "/v3/projects", {"project": {"name": "rec-q"}}, token="demo"),
    call("project by a manager", "POST", "/v3/projects", {"project": {"name": "rec-q"}}, token="manager"),
    call("project by nobody", "POST", "/v3/projects", {"project": {"name": "rec-q"}}, token=None),
    call("bad project by nobody", "POST", "/v3/projects", {}, token=None),
    call("project that is no JSON", "POST", "/v3/projects", raw="{nonsense"),
    call(
        "project below a project",
        "POST",
        "/v3/projects",
        {"project": {"name": "rec-child", "parent_id": "${project}", "description": None, "tags": ["a"]}},
        child="project.id",
    ),
    call("project shown", "GET", "/v3/projects/${project}"),
    call("own project shown", "GET", "/v3/projects/${demo_project}", token="reader"),
    call("other project shown", "GET", "/v3/projects/${alt_project}", token="demo"),
    call("no project shown", "GET", "/v3/projects/nowhere"),
    call("no project shown to demo", "GET", "/v3/projects/nowhere", token="demo"),
    call("project updated", "PATCH", "/v3/projects/${project}", {"project": {"description": "new", "more": True}}),
    call("project updated with nothing", "PATCH", "/v3/projects/${project}", {"project": {}}),
    call("project moved", "PATCH", "/v3/projects/${project}", {"project": {"domain_id": "nowhere"}}),
    call("project below another", "PATCH", "/v3/projects/${project}", {"project": {"parent_id": "${demo_project}"}}),
    call("project renamed to a taken name", "PATCH", "/v3/projects/${project}", {"project": {"name": "demo"}}),
    call("no project updated", "PATCH", "/v3/projects/nowhere", {"project": {"name": "rec-x"}}),
    call("project updated by demo", "PATCH", "/v3/projects/${demo_project}", {"project": {"name": "x"}}, token="demo"),
    call("project with another id", "PATCH", "/v3/projects/${project}", {"project": {"id": "other"}}),
    call("projects below", "GET", "/v3/projects?parent_id=${project}"),
    call("projects with a tag", "GET", "/v3/projects?tags=a"),
    call("tags", "GET", "/v3/projects/${child}/tags"),
    call("tags replaced", "PUT", "/v3/projects/${child}/tags", {"tags": ["b", "c"]}),
    call("tags of another type", "PUT", "/v3/projects/${child}/tags", {"tags": "b"}),
    call("tag added", "PUT", "/v3/projects/${child}/tags/d"),
    call("tag shown", "GET", "/v3/projects/${child}/tags/d"),
    call("no tag shown", "GET", "/v3/projects/${child}/tags/z"),
    call("tag deleted", "DELETE", "/v3/projects/${child}/tags/d"),
    call("no tag deleted", "DELETE", "/v3/projects/${child}/tags/d"),
    call("tags deleted", "DELETE", "/v3/projects/${child}/tags"),
    call("project with children deleted", "DELETE", "/v3/projects/${project}"),
    call("child deleted", "DELETE", "/v3/projects/${child}"),
    call("no project deleted", "DELETE", "/v3/projects/${child}"),
]

USERS = [
    call(
        "user created",
        "POST",
        "/v3/users",
        {"user": {"name": "rec-u", "password": "secret", "email": "u@example.org", "default_project_id": "${project}"}},
        user="user.id",
    ),
    call("user created with a name alone", "POST", "/v3/users", {"user": {"name": "rec-bare"}}, bare="user.id"),
    call(
        "user created with nulls",
        "POST",
        "/v3/users",
        {"user": {"name": "rec-null", "password": None, "default_project_id": None, "description": None}},
        nulls="user.id",
    ),
    call("user with the same name", "POST", "/v3/users", {"user": {"name": "rec-u"}}),
    call("user without name", "POST", "/v3/users", {"user": {"password": "x"}}),
    call("user in no domain", "POST", "/v3/users", {"user": {"name": "rec-v", "domain_id": "nowhere"}}),
    call("user with a numeric password", "POST", "/v3/users", {"user": {"name": "rec-v", "password": 1}}),
    call("user by demo", "POST", "/v3/users", {"user": {"name": "rec-v"}}, token="demo"),
    call("user without envelope", "POST", "/v3/users", {}),
    call("user shown", "GET", "/v3/users/${user}"),
    call("bare user shown", "GET", "/v3/users/${bare}"),
    call("own user shown", "GET", "/v3/users/${demo_id}", token="demo"),
    call("other user shown", "GET", "/v3/users/${user}", token="demo"),
    call("no user shown", "GET", "/v3/users/nobody"),
    call("no user shown to demo", "GET", "/v3/users/nobody", token="demo"),
    call("user updated", "PATCH", "/v3/users/${user}", {"user": {"email": "new@example.org", "description": "new"}}),
    call("user updated with nothing", "PATCH", "/v3/users/${user}", {"user": {}}),
    call("user moved", "PATCH", "/v3/users/${user}", {"user": {"domain_id": "nowhere"}}),
    call("user without default project", "PATCH", "/v3/users/${user}", {"user": {"default_project_id": None}}),
    call("user with one again", "PATCH", "/v3/users/${user}", {"user": {"default_project_id": "${project}"}}),
    call("user renamed to a taken name", "PATCH", "/v3/users/${user}", {"user": {"name": "demo"}}),
    call("no user updated", "PATCH", "/v3/users/nobody", {"user": {"name": "rec-x"}}),
    call("user updated by demo", "PATCH", "/v3/users/${demo_id}", {"user": {"email": "x"}}, token="demo"),
    login("user without roles anywhere", who("rec-u")),
    login("user without roles in the project", who("rec-u"), project("rec-p")),
    call("projects of a user without any", "GET", "/v3/users/${user}/projects"),
    call("own projects of a user", "GET", "/v3/users/${demo_id}/projects", token="demo"),
    call("projects of somebody else", "GET", "/v3/users/${user}/projects", token="demo"),
    call("projects of nobody", "GET", "/v3/users/nobody/projects"),
    call("groups of a user", "GET", "/v3/users/${user}/groups"),
    call("own groups", "GET", "/v3/users/${demo_id}/groups", token="demo"),
]

GRANTS = [
    call("role assigned", "PUT", f"{PU}/${{role_member}}"),
    call("role assigned again", "PUT", f"{PU}/${{role_member}}"),
    call("role assigned by demo", "PUT", f"{PU}/${{role_member}}", token="demo"),
    call("role assigned by a manager", "PUT", f"{PU}/${{role_member}}", token="manager"),
    call("role assigned by nobody", "PUT", f"{PU}/${{role_member}}", token=None),
    call("no role assigned", "PUT", f"{PU}/nothing"),
    call("role assigned to nobody", "PUT", "/v3/projects/${project}/users/nobody/roles/${role_member}"),
    call("role assigned nowhere", "PUT", "/v3/projects/nowhere/users/${user}/roles/${role_member}"),
    call("roles assigned", "GET", PU),
    call("roles assigned to nobody", "GET", "/v3/projects/${project}/users/nobody/roles"),
    call("roles assigned nowhere", "GET", "/v3/projects/nowhere/users/${user}/roles"),
    call("roles assigned, asked by demo", "GET", PU, token="demo"),
    call("assignment checked", "HEAD", f"{PU}/${{role_member}}"),
    call("assignment shown", "GET", f"{PU}/${{role_member}}"),
    call("implied assignment checked", "HEAD", f"{PU}/${{role_reader}}"),
    call("no assignment shown", "GET", f"{PU}/${{role_admin}}"),
    call("assignments of a user", "GET", "/v3/role_assignments?user.id=${user}"),
    call("effective assignments", "GET", "/v3/role_assignments?user.id=${user}&effective"),
    call("effective assignments with names", "GET", "/v3/role_assignments?user.id=${user}&effective&include_names"),
    call("names refused", "GET", "/v3/role_assignments?user.id=${user}&include_names=0"),
    call("assignments of a project", "GET", "/v3/role_assignments?scope.project.id=${project}&role.id=${role_member}"),
    call("assignments of the system", "GET", "/v3/role_assignments?scope.system=all"),
    call("assignments of two things", "GET", "/v3/role_assignments?scope.system=all&scope.project.id=${project}"),
    call("assignments of user and group", "GET", "/v3/role_assignments?user.id=${user}&group.id=x"),
    call("effective assignments of a group", "GET", "/v3/role_assignments?group.id=x&effective"),
    call("assignments of nobody", "GET", "/v3/role_assignments?user.id=nobody"),
    login("user with a role", who("rec-u"), project("rec-p"), **sign("user_token")),
    login("user with a default project", who("rec-u"), path=NOCATALOG),
    call("token of the user", "GET", NOCATALOG, token="user_token", subject="user_token"),
    call("role taken away", "DELETE", f"{PU}/${{role_member}}"),
    call("role taken away twice", "DELETE", f"{PU}/${{role_member}}"),
    call("token without a role", "GET", NOCATALOG, subject="user_token"),
    login("token for one without a role", {"methods": ["token"], "token": {"id": "${user_token}"}}, project("rec-p")),
    call("call without a role", "GET", "/v3/auth/projects", token="user_token"),
    call("two roles, one", "PUT", f"{PU}/${{role_member}}"),
    call("token with a role again", "GET", NOCATALOG, subject="user_token"),
    call("two roles, two", "PUT", f"{PU}/${{role_admin}}"),
    login("user with two roles", who("rec-u"), project("rec-p"), path=NOCATALOG, **sign("user_token")),
    call("one of two roles taken away", "DELETE", f"{PU}/${{role_admin}}"),
    call("token with a role less", "GET", NOCATALOG, subject="user_token"),
    call("role in a domain", "PUT", "/v3/domains/default/users/${user}/roles/${role_admin}"),
    call("roles in a domain", "GET", "/v3/domains/default/users/${user}/roles"),
    call("role in a domain checked", "HEAD", "/v3/domains/default/users/${user}/roles/${role_admin}"),
    login("token of a domain", who("rec-u"), {"domain": {"id": "default"}}, **sign("domain")),
    call("token of a domain shown", "GET", NOCATALOG, subject="domain"),
    call("assignments of a domain", "GET", "/v3/role_assignments?scope.domain.id=default&include_names"),
    call("own domains with one", "GET", "/v3/auth/domains", token="domain"),
    call("catalog of a domain", "GET", "/v3/auth/catalog", token="domain"),
    call("role in a domain taken away", "DELETE", "/v3/domains/default/users/${user}/roles/${role_admin}"),
    call("role in the system", "PUT", "/v3/system/users/${user}/roles/${role_reader}"),
    call("roles in the system", "GET", "/v3/system/users/${user}/roles"),
    call("role in the system checked", "HEAD", "/v3/system/users/${user}/roles/${role_reader}"),
    call("role in the system shown", "GET", "/v3/system/users/${user}/roles/${role_reader}"),
    call("role in the system by demo", "PUT", "/v3/system/users/${user}/roles/${role_reader}", token="demo"),
    call("role in the system for nobody", "PUT", "/v3/system/users/nobody/roles/${role_reader}"),
    login("system reader", who("rec-u"), {"system": {"all": True}}, path=NOCATALOG, **sign("system_reader")),
    call("projects by a system reader", "GET", "/v3/projects", token="system_reader"),
    call("project by a system reader", "POST", "/v3/projects", {"project": {"name": "rec-q"}}, token="system_reader"),
    call("role in the system taken away", "DELETE", "/v3/system/users/${user}/roles/${role_reader}"),
    call("role in the system taken away twice", "DELETE", "/v3/system/users/${user}/roles/${role_reader}"),
]

ROLES = [
    call("role created", "POST", "/v3/roles", {"role": {"name": "rec-r"}}, role="role.id"),
    call("role with the same name", "POST", "/v3/roles", {"role": {"name": "rec-r"}}),
    call("role without name", "POST", "/v3/roles", {"role": {}}),
    call("role by demo", "POST", "/v3/roles", {"role": {"name": "rec-s"}}, token="demo"),
    call("role shown", "GET", "/v3/roles/${role}"),
    call("role shown to demo", "GET", "/v3/roles/${role}", token="demo"),
    call("no role shown", "GET", "/v3/roles/nothing"),
    call("no role shown to demo", "GET", "/v3/roles/nothing", token="demo"),
    call("role updated", "PATCH", "/v3/roles/${role}", {"role": {"description": "new"}}),
    call("immutable role updated", "PATCH", "/v3/roles/${role_reader}", {"role": {"name": "rec-reader"}}),
    call("immutable role deleted", "DELETE", "/v3/roles/${role_reader}"),
    call("inferences", "GET", "/v3/role_inferences"),
    call("inferences by demo", "GET", "/v3/role_inferences", token="demo"),
    call("implied role", "PUT", "/v3/roles/${role}/implies/${role_reader}"),
    call("implied role again", "PUT", "/v3/roles/${role}/implies/${role_reader}"),
    call("implied role admin", "PUT", "/v3/roles/${role}/implies/${role_admin}"),
    call("implied nothing", "PUT", "/v3/roles/${role}/implies/nothing"),
    call("implied roles", "GET", "/v3/roles/${role}/implies"),
    call("implied roles of a role without", "GET", "/v3/roles/${role_reader}/implies"),
    call("implied role shown", "GET", "/v3/roles/${role}/implies/${role_reader}"),
    call("implied role checked", "HEAD", "/v3/roles/${role}/implies/${role_reader}"),
    call("no implied role shown", "GET", "/v3/roles/${role}/implies/${role_member}"),
    call("implied role deleted", "DELETE", "/v3/roles/${role}/implies/${role_reader}"),
    call("no implied role deleted", "DELETE", "/v3/roles/${role}/implies/${role_reader}"),
    call("role deleted", "DELETE", "/v3/roles/${role}"),
    call("no role deleted", "DELETE", "/v3/roles/${role}"),
]

GROUPS = [
    call("group created", "POST", "/v3/groups", {"group": {"name": "rec-g"}}, group="group.id"),
    call("group with the same name", "POST", "/v3/groups", {"group": {"name": "rec-g"}}),
    call("group without name", "POST", "/v3/groups", {"group": {}}),
    call("group shown", "GET", "/v3/groups/${group}"),
    call("group shown to demo", "GET", "/v3/groups/${group}", token="demo"),
    call("no group shown", "GET", "/v3/groups/nothing"),
    call("group updated", "PATCH", "/v3/groups/${group}", {"group": {"description": "new"}}),
    call("member added", "PUT", "/v3/groups/${group}/users/${user}"),
    call("member added again", "PUT", "/v3/groups/${group}/users/${user}"),
    call("no member added", "PUT", "/v3/groups/${group}/users/nobody"),
    call("member of no group", "PUT", "/v3/groups/nothing/users/${user}"),
    call("member checked", "HEAD", "/v3/groups/${group}/users/${user}"),
    call("no member checked", "HEAD", "/v3/groups/${group}/users/${bare}"),
    call("members", "GET", "/v3/groups/${group}/users"),
    call("groups of a member", "GET", "/v3/users/${user}/groups"),
    call("role of a group", "PUT", "/v3/projects/${project}/groups/${group}/roles/${role_admin}"),
    call("roles of a group", "GET", "/v3/projects/${project}/groups/${group}/roles"),
    call("assignments of a group", "GET", "/v3/role_assignments?group.id=${group}&include_names"),
    call(
        "effective assignments by membership",
        "GET",
        "/v3/role_assignments?user.id=${user}&scope.project.id=${project}&effective",
    ),
    login("token by membership", who("rec-u"), project("rec-p"), path=NOCATALOG, **sign("member")),
    call("member removed", "DELETE", "/v3/groups/${group}/users/${user}"),
    call("member removed twice", "DELETE", "/v3/groups/${group}/users/${user}"),
    call("group deleted", "DELETE", "/v3/groups/${group}"),
    call("no group deleted", "DELETE", "/v3/groups/${group}"),
]

APPLICATION_CREDENTIALS = [
    call(
        "application credential",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-a"}},
        token="demo",
        cred="application_credential.id",
        secret="application_credential.secret",
    ),
    call("the same name", "POST", APPCRED, {"application_credential": {"name": "rec-a"}}, token="demo"),
    call("without name", "POST", APPCRED, {"application_credential": {}}, token="demo"),
    call("without envelope", "POST", APPCRED, {}, token="demo"),
    call(
        "with everything",
        "POST",
        APPCRED,
        {
            "application_credential": {
                "name": "rec-b",
                "description": "b",
                "secret": "open",
                "expires_at": "2099-01-01T00:00:00.000000",
                "roles": [{"name": "reader"}],
                "unrestricted": True,
            }
        },
        token="demo",
        cred_b="application_credential.id",
    ),
    call(
        "with a role one hasn't",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-c", "roles": [{"name": "admin"}]}},
        token="demo",
    ),
    call(
        "with an unknown role",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-c", "roles": [{"name": "nothing"}]}},
        token="demo",
    ),
    call(
        "already expired",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-c", "expires_at": "2001-01-01T00:00:00"}},
        token="demo",
    ),
    call(
        "expiring at nonsense",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-c", "expires_at": "tomorrow"}},
        token="demo",
    ),
    call("for somebody else", "POST", APPCRED, {"application_credential": {"name": "rec-c"}}, token="alt"),
    call("for somebody else by admin", "POST", APPCRED, {"application_credential": {"name": "rec-c"}}),
    call("with an unscoped token", "POST", APPCRED, {"application_credential": {"name": "rec-c"}}, token="unscoped"),
    call("own application credentials", "GET", APPCRED, token="demo"),
    call("application credentials by name", "GET", f"{APPCRED}?name=rec-a", token="demo"),
    call("application credentials by admin", "GET", APPCRED),
    call("application credentials by others", "GET", APPCRED, token="alt"),
    call("application credential shown", "GET", f"{APPCRED}/${{cred}}", token="demo"),
    call("application credential shown to others", "GET", f"{APPCRED}/${{cred}}", token="alt"),
    call("no application credential shown", "GET", f"{APPCRED}/nothing", token="demo"),
    login("by application credential", application_credential(id="${cred}", secret="${secret}"), **sign("app")),
    login(
        "by its name",
        application_credential(name="rec-a", secret="${secret}", user={"name": "demo", "domain": DEFAULT}),
        path=NOCATALOG,
    ),
    login(
        "by its name and the user's id",
        application_credential(name="rec-a", secret="${secret}", user={"id": "${demo_id}"}),
        path=NOCATALOG,
    ),
    login("with a wrong secret", application_credential(id="${cred}", secret="wrong")),
    login("without secret", application_credential(id="${cred}")),
    login("unrestricted", application_credential(id="${cred_b}", secret="open"), path=NOCATALOG, **sign("app_b")),
    login("with a scope", application_credential(id="${cred}", secret="${secret}"), project("demo")),
    login("token for such a token", {"methods": ["token"], "token": {"id": "${app}"}}),
    call("another by a restricted one", "POST", APPCRED, {"application_credential": {"name": "rec-d"}}, token="app"),
    call("list by a restricted one", "GET", APPCRED, token="app"),
    call("list by an unrestricted one", "GET", APPCRED, token="app_b"),
    call("its token shown", "GET", NOCATALOG, token="app", subject="app"),
    call("deleted by others", "DELETE", f"{APPCRED}/${{cred}}", token="alt"),
    call("deleted", "DELETE", f"{APPCRED}/${{cred}}", token="demo"),
    call("deleted twice", "DELETE", f"{APPCRED}/${{cred}}", token="demo"),
    call("token of a deleted one", "GET", NOCATALOG, subject="app"),
    call(
        "one without a project",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-e"}},
        token="unscoped",
        cred_e="application_credential.id",
        secret_e="application_credential.secret",
    ),
    login("by one without a project", application_credential(id="${cred_e}", secret="${secret_e}")),
    call("one without a project deleted", "DELETE", f"{APPCRED}/${{cred_e}}"),
    call("application credentials of nobody", "GET", "/v3/users/nobody/application_credentials"),
    call(
        "another one without a project, by name", "GET", f"{APPCRED}?name=rec-c", cred_c="application_credentials.0.id"
    ),
    call("another one deleted", "DELETE", f"{APPCRED}/${{cred_c}}"),
    call("the other deleted", "DELETE", f"{APPCRED}/${{cred_b}}"),
]

CATALOG = [
    call("service created", "POST", "/v3/services", {"service": {"type": "rec-t"}}, service_id="service.id"),
    call("service without type", "POST", "/v3/services", {"service": {"name": "rec"}}),
    call("service by demo", "POST", "/v3/services", {"service": {"type": "rec"}}, token="demo"),
    call("service updated", "PATCH", "/v3/services/${service_id}", {"service": {"name": "rec-s", "description": "d"}}),
    call("service shown", "GET", "/v3/services/${service_id}"),
    call("no service shown", "GET", "/v3/services/nothing"),
    call("region created", "POST", "/v3/regions", {"region": {"id": "rec-region", "description": "d"}}),
    call("region created twice", "POST", "/v3/regions", {"region": {"id": "rec-region"}}),
    call("region without id", "POST", "/v3/regions", {"region": {}}, region="region.id"),
    call("region below nothing", "POST", "/v3/regions", {"region": {"id": "rec-x", "parent_region_id": "nowhere"}}),
    call("region shown to nobody", "GET", "/v3/regions/rec-region", token=None),
    call("no region shown", "GET", "/v3/regions/nowhere"),
    call("region updated", "PATCH", "/v3/regions/rec-region", {"region": {"description": "new"}}),
    call(
        "endpoint created",
        "POST",
        "/v3/endpoints",
        {
            "endpoint": {
                "interface": "public",
                "service_id": "${service_id}",
                "url": "http://127.0.0.1/$(project_id)s",
                "region_id": "rec-region",
            }
        },
        endpoint="endpoint.id",
    ),
    call(
        "endpoint of nothing",
        "POST",
        "/v3/endpoints",
        {"endpoint": {"interface": "public", "service_id": "nothing", "url": "http://x/"}},
    ),
    call(
        "endpoint without url",
        "POST",
        "/v3/endpoints",
        {"endpoint": {"interface": "public", "service_id": "${service_id}"}},
    ),
    call(
        "endpoint of a wrong interface",
        "POST",
        "/v3/endpoints",
        {"endpoint": {"interface": "secret", "service_id": "${service_id}", "url": "http://x/"}},
    ),
    call("endpoint shown", "GET", "/v3/endpoints/${endpoint}"),
    call("endpoint updated", "PATCH", "/v3/endpoints/${endpoint}", {"endpoint": {"enabled": False}}),
    call("region with endpoints deleted", "DELETE", "/v3/regions/rec-region"),
    call("endpoint deleted", "DELETE", "/v3/endpoints/${endpoint}"),
    call("region deleted", "DELETE", "/v3/regions/rec-region"),
    call("other region deleted", "DELETE", "/v3/regions/${region}"),
    call("no region deleted", "DELETE", "/v3/regions/${region}"),
    call("service deleted", "DELETE", "/v3/services/${service_id}"),
    call("no service deleted", "DELETE", "/v3/services/${service_id}"),
]

PASSWORDS = [
    login("the user's token", who("rec-u"), "unscoped", **sign("user_token")),
    call(
        "password changed",
        "POST",
        "/v3/users/${user}/password",
        {"user": {"password": "changed", "original_password": "secret"}},
        token="user_token",
    ),
    call("token from before", "GET", NOCATALOG, subject="user_token"),
    login("old password", who("rec-u"), "unscoped"),
    login("new password", who("rec-u", "changed"), "unscoped", **sign("user_token")),
    call(
        "password changed without a token",
        "POST",
        "/v3/users/${user}/password",
        {"user": {"password": "secret", "original_password": "changed"}},
        token=None,
    ),
    call(
        "password changed with a wrong one",
        "POST",
        "/v3/users/${user}/password",
        {"user": {"password": "x", "original_password": "wrong"}},
        token=None,
    ),
    call("password changed with half of it", "POST", "/v3/users/${user}/password", {"user": {"password": "x"}}),
    call(
        "password of nobody",
        "POST",
        "/v3/users/nobody/password",
        {"user": {"password": "x", "original_password": "x"}},
    ),
    login("again", who("rec-u"), "unscoped", **sign("user_token")),
    call("password set by admin", "PATCH", "/v3/users/${user}", {"user": {"password": "set"}}),
    call("token from before that", "GET", NOCATALOG, subject="user_token"),
    login("set password", who("rec-u", "set"), "unscoped", **sign("user_token")),
    call("user disabled", "PATCH", "/v3/users/${user}", {"user": {"enabled": False}}),
    call("token of a disabled user", "GET", NOCATALOG, subject="user_token"),
    login("disabled user", who("rec-u", "set"), "unscoped"),
    call("call by a disabled user", "GET", "/v3/auth/projects", token="user_token"),
    call("user enabled", "PATCH", "/v3/users/${user}", {"user": {"enabled": True}}),
    call("old token of an enabled user", "GET", NOCATALOG, subject="user_token"),
    call("a role once more", "PUT", f"{PU}/${{role_member}}"),
    login("a project to be disabled", who("rec-u", "set"), project("rec-p"), path=NOCATALOG, **sign("user_token")),
    call("project disabled", "PATCH", "/v3/projects/${project}", {"project": {"enabled": False}}),
    call("token of a disabled project", "GET", NOCATALOG, subject="user_token"),
    login("disabled project", who("rec-u", "set"), project("rec-p")),
    login("disabled default project", who("rec-u", "set"), path=NOCATALOG),
    call("disabled project among a user's", "GET", "/v3/users/${user}/projects"),
    call("project enabled", "PATCH", "/v3/projects/${project}", {"project": {"enabled": True}}),
    login("project to be deleted", who("rec-u", "set"), project("rec-p"), path=NOCATALOG, **sign("user_token")),
    call("project deleted", "DELETE", "/v3/projects/${project}"),
    call("token of a deleted project", "GET", NOCATALOG, subject="user_token"),
    call("user of a deleted project", "GET", "/v3/users?name=rec-u"),
    login("user to be deleted", who("rec-u", "set"), "unscoped", **sign("user_token")),
    call("user deleted", "DELETE", "/v3/users/${user}"),
    call("token of a deleted user", "GET", NOCATALOG, subject="user_token"),
    call("no user deleted", "DELETE", "/v3/users/${user}"),
    call("bare user deleted", "DELETE", "/v3/users/${bare}"),
    call("user with nulls deleted", "DELETE", "/v3/users/${nulls}"),
]

DOMAINS = [
    call("domain created", "POST", "/v3/domains", {"domain": {"name": "rec-d"}}, domain="domain.id"),
    call("domain with the same name", "POST", "/v3/domains", {"domain": {"name": "rec-d"}}),
    call("domain without name", "POST", "/v3/domains", {"domain": {}}),
    call("domain by demo", "POST", "/v3/domains", {"domain": {"name": "rec-e"}}, token="demo"),
    call("domain shown", "GET", "/v3/domains/${domain}"),
    call("own domain shown", "GET", "/v3/domains/default", token="demo"),
    call("other domain shown", "GET", "/v3/domains/${domain}", token="demo"),
    call("no domain shown", "GET", "/v3/domains/nowhere"),
    call("no domain shown to demo", "GET", "/v3/domains/nowhere", token="demo"),
    call("domain updated", "PATCH", "/v3/domains/${domain}", {"domain": {"description": "new"}}),
    call(
        "user in a domain",
        "POST",
        "/v3/users",
        {"user": {"name": "demo", "domain_id": "${domain}", "password": "secret"}},
        far="user.id",
    ),
    call("users in a domain", "GET", "/v3/users?domain_id=${domain}"),
    call("manager of a domain, role", "GET", "/v3/roles?name=manager", role_manager="roles.0.id"),
    call("manager of a domain", "PUT", "/v3/domains/${domain}/users/${far}/roles/${role_manager}"),
    login(
        "token of a manager",
        who("demo", domain={"id": "${domain}"}),
        {"domain": {"id": "${domain}"}},
        path=NOCATALOG,
        **sign("far_manager"),
    ),
    call("users by a domain's manager", "GET", "/v3/users", token="far_manager"),
    call("projects by a domain's manager", "GET", "/v3/projects", token="far_manager"),
    call("roles by a domain's manager", "GET", "/v3/roles", token="far_manager"),
    call("domains by a domain's manager", "GET", "/v3/domains", token="far_manager"),
    call("assignments by a domain's manager", "GET", "/v3/role_assignments", token="far_manager"),
    call("other user by a domain's manager", "GET", "/v3/users/${demo_id}", token="far_manager"),
    call(
        "project by a domain's manager",
        "POST",
        "/v3/projects",
        {"project": {"name": "rec-f", "domain_id": "${domain}"}},
        token="far_manager",
        far_project="project.id",
    ),
    call(
        "project elsewhere by a domain's manager",
        "POST",
        "/v3/projects",
        {"project": {"name": "rec-f", "domain_id": "default"}},
        token="far_manager",
    ),
    call(
        "member by a domain's manager",
        "PUT",
        "/v3/projects/${far_project}/users/${far}/roles/${role_member}",
        token="far_manager",
    ),
    call(
        "admin by a domain's manager",
        "PUT",
        "/v3/projects/${far_project}/users/${far}/roles/${role_admin}",
        token="far_manager",
    ),
    call("service list by a domain's manager", "GET", "/v3/services", token="far_manager"),
    call("enabled domain deleted", "DELETE", "/v3/domains/${domain}"),
    call("domain disabled", "PATCH", "/v3/domains/${domain}", {"domain": {"enabled": False}}),
    call("token of a disabled domain", "GET", NOCATALOG, subject="far_manager"),
    login("user of a disabled domain", who("demo", domain={"id": "${domain}"}), "unscoped"),
    call("disabled domain deleted", "DELETE", "/v3/domains/${domain}"),
    call("no domain deleted", "DELETE", "/v3/domains/${domain}"),
    call("user of a deleted domain", "GET", "/v3/users/${far}"),
]

NULLS = [
    call(
        "service with nulls", "POST", "/v3/services", {"service": {"type": "rec-t", "name": None, "description": None}}
    ),
    call(
        "service with a null",
        "POST",
        "/v3/services",
        {"service": {"type": "rec-n", "name": "rec-n", "description": None}},
        null_service="service.id",
    ),
    call("service with a null shown", "GET", "/v3/services/${null_service}"),
    call(
        "endpoint with nulls",
        "POST",
        "/v3/endpoints",
        {
            "endpoint": {
                "interface": "admin",
                "service_id": "${null_service}",
                "url": "http://x/",
                "region_id": None,
                "name": "rec-e",
            }
        },
        null_endpoint="endpoint.id",
    ),
    call("endpoint with nulls shown", "GET", "/v3/endpoints/${null_endpoint}"),
    call(
        "endpoint in an unknown region",
        "PATCH",
        "/v3/endpoints/${null_endpoint}",
        {"endpoint": {"region_id": "nowhere"}},
    ),
    call("endpoint without a region deleted", "DELETE", "/v3/endpoints/${null_endpoint}"),
    call("service with a null deleted", "DELETE", "/v3/services/${null_service}"),
    call("region with nulls", "POST", "/v3/regions", {"region": {"id": "rec-null", "description": None}}),
    call("region with nulls deleted", "DELETE", "/v3/regions/rec-null"),
    call("group with nulls", "POST", "/v3/groups", {"group": {"name": "rec-n", "description": None}}, null="group.id"),
    call("group with nulls deleted", "DELETE", "/v3/groups/${null}"),
    call("role with nulls", "POST", "/v3/roles", {"role": {"name": "rec-n", "description": None}}, null="role.id"),
    call("role with nulls updated", "PATCH", "/v3/roles/${null}", {"role": {"description": None, "options": {}}}),
    call("role updated with nothing", "PATCH", "/v3/roles/${null}", {"role": {}}),
    call("role with nulls deleted", "DELETE", "/v3/roles/${null}"),
    call(
        "domain with nulls", "POST", "/v3/domains", {"domain": {"name": "rec-n", "description": None}}, null="domain.id"
    ),
    call("domain with nulls disabled", "PATCH", "/v3/domains/${null}", {"domain": {"enabled": False, "rec": 1}}),
    call("domain updated with nothing", "PATCH", "/v3/domains/${null}", {"domain": {}}),
    call("domain with nulls deleted", "DELETE", "/v3/domains/${null}"),
    call(
        "project with nulls",
        "POST",
        "/v3/projects",
        {"project": {"name": "rec-n", "domain_id": None, "parent_id": None, "cost": None}},
        null="project.id",
    ),
    call("project with null options", "POST", "/v3/projects", {"project": {"name": "rec-o", "options": None}}),
    call("project with unknown options", "POST", "/v3/projects", {"project": {"name": "rec-o", "options": {"x": 1}}}),
    call("project made immutable", "PATCH", "/v3/projects/${null}", {"project": {"options": {"immutable": True}}}),
    call("immutable project updated", "PATCH", "/v3/projects/${null}", {"project": {"description": "x"}}),
    call("immutable project deleted", "DELETE", "/v3/projects/${null}"),
    call("project made mutable", "PATCH", "/v3/projects/${null}", {"project": {"options": {"immutable": None}}}),
    call("project with nulls updated", "PATCH", "/v3/projects/${null}", {"project": {"description": None, "cost": 1}}),
    call("project renamed to null", "PATCH", "/v3/projects/${null}", {"project": {"name": None}}),
    call("project with nulls deleted", "DELETE", "/v3/projects/${null}"),
    call("user with unknown options", "POST", "/v3/users", {"user": {"name": "rec-o", "options": {"x": 1}}}),
    call(
        "user with options",
        "POST",
        "/v3/users",
        {"user": {"name": "rec-o", "options": {"ignore_password_expiry": True}, "password": ""}},
        null="user.id",
    ),
    call("user without envelope updated", "PATCH", "/v3/users/${null}", {}),
    login("user with an empty password", who("rec-o", ""), "unscoped"),
    call(
        "user with options updated",
        "PATCH",
        "/v3/users/${null}",
        {"user": {"options": {"ignore_password_expiry": None}}},
    ),
    call("user renamed", "PATCH", "/v3/users/${null}", {"user": {"name": "rec-oo", "description": None}}),
    call("user renamed to null", "PATCH", "/v3/users/${null}", {"user": {"name": None}}),
    call("user's password set to null", "PATCH", "/v3/users/${null}", {"user": {"password": None}}),
    login("user with a null password", who("rec-oo", ""), "unscoped"),
    call("user with options deleted", "DELETE", "/v3/users/${null}"),
    call("project without envelope updated", "PATCH", "/v3/projects/${demo_project}", {}, token="demo"),
    call("assignments below a project", "GET", "/v3/role_assignments?include_subtree&scope.project.id=${demo_project}"),
    call("assignments below nothing", "GET", "/v3/role_assignments?include_subtree"),
    call("project with its parents", "GET", "/v3/projects/${demo_project}?parents_as_list"),
    call("project with its parents' ids", "GET", "/v3/projects/${demo_project}?parents_as_ids"),
    call("project with what is below", "GET", "/v3/projects/${demo_project}?subtree_as_list"),
    call("project with the ids of what is below", "GET", "/v3/projects/${demo_project}?subtree_as_ids"),
    call("domain as a project", "GET", "/v3/projects/default"),
    call("projects that are domains", "GET", "/v3/projects?is_domain=true"),
    call("json home", "GET", "/v3/users/${demo_id}/nothing"),
]

RULES_HEADER = "OpenStack-Identity-Access-Rules"
RULES_OF_DEMO = "/v3/users/${demo_id}/access_rules"
KNOWS_RULES = {RULES_HEADER: "1"}


def rule(path: str, *, method: str = "GET", service: str = "identity") -> dict[str, str]:
    return {"service": service, "path": path, "method": method}


def limited(name: str, rules: Any, *, made: bool = True, then: bool = False) -> list[Exchange]:
    """An application credential with rules, which is deleted again unless something is to be done with it."""
    wanted = {"name": f"rec-limited {name}", "secret": "open", "access_rules": rules}
    create = call(f"rules {name}", "POST", APPCRED, {"application_credential": wanted}, token="demo")
    if not made:
        return [create]
    create["save"] = {"cred_limited": "application_credential.id"}
    if then:
        by = application_credential(id="${cred_limited}", secret="open")
        return [create, login(f"with rules {name}", by, **sign("ruled"))]
    return [create, call(f"rules {name}, deleted", "DELETE", f"{APPCRED}/${{cred_limited}}", token="demo")]


FOR_KEYSTONE = [rule("/v3/auth/projects"), rule("/v3/projects/**"), rule("/v3/users/{user_id}/groups")]


RULES = [
    call(
        "application credential with access rules",
        "POST",
        APPCRED,
        {
            "application_credential": {
                "name": "rec-rules",
                "access_rules": [{"service": "sharev2", "path": "/v2/shares", "method": "GET"}],
            }
        },
        token="demo",
        cred="application_credential.id",
        secret="application_credential.secret",
        rule="application_credential.access_rules.0.id",
    ),
    login(
        "with access rules",
        application_credential(id="${cred}", secret="${secret}"),
        path=NOCATALOG,
        **sign("ruled"),
    ),
    call("limited token shown", "GET", NOCATALOG, subject="ruled"),
    call("limited token shown to the service user", "GET", NOCATALOG, token="service", subject="ruled"),
    call("limited token shown to who knows rules", "GET", NOCATALOG, subject="ruled", headers=KNOWS_RULES),
    call("limited token to the service user", "GET", NOCATALOG, token="service", subject="ruled", headers=KNOWS_RULES),
    call(
        "limited token, half a version", "GET", NOCATALOG, subject="ruled", headers={**KNOWS_RULES, RULES_HEADER: "0.5"}
    ),
    call("limited token, no version", "GET", NOCATALOG, subject="ruled", headers={RULES_HEADER: ""}),
    call("limited token, nonsense", "GET", NOCATALOG, subject="ruled", headers={RULES_HEADER: "x"}),
    call("limited token checked", "HEAD", "/v3/auth/tokens", subject="ruled"),
    call("limited token checked by who knows", "HEAD", "/v3/auth/tokens", subject="ruled", headers=KNOWS_RULES),
    call("limited token revoked", "DELETE", "/v3/auth/tokens", subject="ruled"),
    call("limited token revoked by who knows", "DELETE", "/v3/auth/tokens", subject="ruled", headers=KNOWS_RULES),
    call("limited token shows itself", "GET", NOCATALOG, token="ruled", subject="ruled", headers=KNOWS_RULES),
    call("limited token shows itself unknowing", "GET", NOCATALOG, token="ruled", subject="ruled"),
    call("limited token checks itself", "HEAD", NOCATALOG, token="ruled", subject="ruled", headers=KNOWS_RULES),
    call("limited token for a list", "GET", "/v3/auth/projects", token="ruled"),
    call("limited token for the version", "GET", "/v3", token="ruled"),
    call("limited token for the versions", "GET", "/", token="ruled"),
    call("limited token nowhere", "GET", "/v3/nosuch", token="ruled"),
    call("limited token under a wrong method", "PATCH", "/v3/auth/tokens", token="ruled"),
    call("limited token and a broken body", "POST", "/v3/auth/tokens", raw="{", token="ruled"),
    call("limited token and options", "OPTIONS", "/v3/auth/tokens", token="ruled"),
    login("token for a limited one", {"methods": ["token"], "token": {"id": "${ruled}"}}),
    *limited("for Keystone", FOR_KEYSTONE, then=True),
    *[
        call(f"{method} {path} with rules for Keystone", method, path, token="ruled")
        for method, path in (
            ("GET", "/v3/auth/projects"),
            ("GET", "/v3/auth/projects/"),
            ("GET", "/v3/auth/projects?limit=1"),
            ("HEAD", "/v3/auth/projects"),
            ("GET", "/v3/projects/${demo_project}"),
            ("GET", "/v3/projects/${demo_project}/tags"),
            ("GET", "/v3/projects/"),
            ("DELETE", "/v3/projects/${demo_project}/tags"),
            ("GET", "/v3/users/${demo_id}/groups"),
            ("GET", "/v3/users/${demo_id}/projects"),
        )
    ],
    call("credential for Keystone deleted", "DELETE", f"{APPCRED}/${{cred_limited}}", token="demo"),
    *limited("of none", [], then=True),
    call("list with no rules", "GET", "/v3/auth/projects", token="ruled"),
    call("token with no rules", "GET", NOCATALOG, subject="ruled"),
    call("credential of no rules deleted", "DELETE", f"{APPCRED}/${{cred_limited}}", token="demo"),
    *[
        exchange
        for name, rules, status in (
            ("with a method in small letters", [rule("/a", method="get")], 400),
            ("with OPTIONS", [rule("/a", method="OPTIONS")], 400),
            ("without a slash", [rule("a")], 400),
            ("with an empty path", [rule("")], 400),
            ("with the longest path", [rule("/" + "x" * 127)], 201),
            ("with a path too long for the table", [rule("/" + "x" * 128)], 400),
            ("with a path too long for the schema", [rule("/" + "x" * 225)], 400),
            ("without the service's name", [rule("/a", service="")], 400),
            ("with a service of two words", [rule("/a", service="a b")], 400),
            ("with a service of an underscore", [rule("/a", service="a_b")], 400),
            ("with the longest service", [rule("/a", service="x" * 64)], 201),
            ("with too long a service", [rule("/a", service="x" * 65)], 400),
            ("with a service that nobody knows", [rule("/a", service="rec-nosuch")], 201),
            ("without a method", [{"service": "sharev2", "path": "/a"}], 400),
            ("without a service", [{"method": "GET", "path": "/a"}], 400),
            ("without a path", [{"service": "sharev2", "method": "GET"}], 400),
            ("without anything", [{}], 400),
            ("with more", [{**rule("/a"), "more": 1}], 400),
            ("with an unknown id", [{"id": "rec-nothing"}], 400),
            ("with a wrong id", [{"id": "x y"}], 400),
            ("with a null id", [{**rule("/a"), "id": None}], 400),
            ("with an id of one's own", [{**rule("/b"), "id": "rec-id"}], 201),
            ("with that id and another path", [{**rule("/c"), "id": "rec-id"}], 201),
            ("with that id alone", [{"id": "rec-id"}], 201),
            ("with the same twice", [rule("/d"), rule("/d")], 409),
            ("with the same in capitals", [rule("/d"), rule("/D")], 409),
            ("with one of another credential", [rule("/v2/shares", service="SHAREV2")], 201),
            ("that are a word", "x", 400),
            ("that are null", None, 400),
            ("that are an object", {}, 400),
            ("that are words", ["x"], 400),
            ("that are nulls", [None], 400),
        )
        for exchange in limited(name, rules, made=status == 201)
    ],
    *[
        call(f"access rules by {query}", "GET", f"/v3/users/${{demo_id}}/access_rules?{query}", token="demo")
        for query in (
            "service=rec-nosuch",
            "service=REC-NOSUCH",
            "path=/b",
            "path=/B",
            "method=GET",
            "method=get",
            "path__contains=shar",
            "path__contains=SHAR",
            "path__icontains=SHAR",
            "path__startswith=/v2",
            "service__istartswith=REC",
            "limit=1",
            "limit=100",
            "other=1",
        )
    ],
    call("access rule shown by its id in capitals", "GET", "/v3/users/${demo_id}/access_rules/${RULE}", token="demo"),
    call("access rule shown to admin", "GET", "/v3/users/${demo_id}/access_rules/${rule}"),
    call("access rule of somebody else", "GET", "/v3/users/${alt_id}/access_rules/${rule}", token="alt"),
    call("access rule of somebody else deleted", "DELETE", "/v3/users/${demo_id}/access_rules/${rule}", token="alt"),
    call("access rules, headers only", "HEAD", "/v3/users/${demo_id}/access_rules", token="demo"),
    call(
        "credential of a fixed id",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-x", "id": "rec-x"}},
        token="demo",
        cred_x="application_credential.id",
    ),
    call(
        "credential of a project",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-y", "project_id": "x", "system": "all"}},
        token="demo",
        cred_y="application_credential.id",
    ),
    call(
        "credential with a role twice",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-z", "roles": [{"name": "member", "id": "${role_member}"}]}},
        token="demo",
    ),
    call(
        "credential with more", "POST", APPCRED, {"application_credential": {"name": "rec-z", "more": 1}}, token="demo"
    ),
    call(
        "credential beside more",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-z"}, "more": 1},
        token="demo",
    ),
    call(
        "credential with no roles",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-z", "roles": []}},
        token="demo",
    ),
    call("one of a fixed id deleted", "DELETE", f"{APPCRED}/${{cred_x}}", token="demo"),
    call("one of a project deleted", "DELETE", f"{APPCRED}/${{cred_y}}", token="demo"),
    call("access rules", "GET", "/v3/users/${demo_id}/access_rules", token="demo"),
    call("access rules by admin", "GET", "/v3/users/${demo_id}/access_rules"),
    call("access rules by others", "GET", "/v3/users/${demo_id}/access_rules", token="alt"),
    call("access rule shown", "GET", "/v3/users/${demo_id}/access_rules/${rule}", token="demo"),
    call("no access rule shown", "GET", "/v3/users/${demo_id}/access_rules/nothing", token="demo"),
    call("used access rule deleted", "DELETE", "/v3/users/${demo_id}/access_rules/${rule}", token="demo"),
    call("its application credential deleted", "DELETE", f"{APPCRED}/${{cred}}", token="demo"),
    call("access rule deleted", "DELETE", "/v3/users/${demo_id}/access_rules/${rule}", token="demo"),
    call("no access rule deleted", "DELETE", "/v3/users/${demo_id}/access_rules/${rule}", token="demo"),
    *[
        exchange
        for left in range(7, 0, -1)
        for exchange in (
            call(
                f"{left} access rules left", "GET", f"{RULES_OF_DEMO}?limit=1", token="demo", left="access_rules.0.id"
            ),
            call(f"one of {left} access rules deleted", "DELETE", f"{RULES_OF_DEMO}/${{left}}", token="demo"),
        )
    ],
    call("no access rules left", "GET", RULES_OF_DEMO, token="demo"),
    call("region put", "PUT", "/v3/regions/rec-put", {"region": {"description": "d"}}),
    call("region put again", "PUT", "/v3/regions/rec-put", {"region": {}}),
    call("region put elsewhere", "PUT", "/v3/regions/rec-other", {"region": {"id": "rec-put"}}),
    call("put region deleted", "DELETE", "/v3/regions/rec-put"),
    call("role of a domain", "POST", "/v3/roles", {"role": {"name": "rec-r", "domain_id": "default"}}, role="role.id"),
    call("role of a domain shown", "GET", "/v3/roles/${role}"),
    call("role of a domain implied", "PUT", "/v3/roles/${role_reader}/implies/${role}"),
    call("roles of a domain", "GET", "/v3/roles?domain_id=default"),
    call("role of a domain granted", "PUT", "/v3/projects/${demo_project}/users/${demo_id}/roles/${role}"),
    call("assignments of such a role", "GET", "/v3/role_assignments?role.id=${role}&include_names"),
    call("effective assignments of such a role", "GET", "/v3/role_assignments?role.id=${role}&effective"),
    call("role of a domain deleted", "DELETE", "/v3/roles/${role}"),
]

REVOCATION = [
    call("derived token revoked", "DELETE", "/v3/auth/tokens", token="demo", subject="second"),
    call("derived token shown", "GET", NOCATALOG, subject="second"),
    call("token it was got for", "GET", NOCATALOG, subject="demo"),
    login("derived token once more", TOKEN, project("demo"), path=NOCATALOG, **sign("second")),
    call("token revoked", "DELETE", "/v3/auth/tokens", token="demo", subject="demo"),
    call("revoked token shown", "GET", NOCATALOG, subject="demo"),
    call("token got for a revoked one", "GET", NOCATALOG, subject="second"),
    call("revoked token used", "GET", "/v3/auth/projects", token="demo"),
    login("token for a revoked one", TOKEN),
]

WRONG = [
    call("broken body nowhere", "POST", "/v3/nosuch", raw="{", token=None),
    call("broken body for versions", "GET", "/v3", raw="{", token=None),
    call("broken body under a wrong method", "PATCH", "/v3/projects", raw="{", token=None),
    call("broken body with options", "OPTIONS", "/v3/projects", raw="{", token=None),
    call("broken body of a read", "GET", "/v3/projects", raw="{"),
    call("body of a read", "GET", "/v3/projects", {}),
    call("list as the body of a read", "GET", "/v3/projects", []),
    call("word as the body of a read", "GET", "/v3/projects", raw='"x"'),
    call("null as the body of a read", "GET", "/v3/projects", raw="null"),
    call("broken body of a deletion", "DELETE", "/v3/projects/nothing", raw="{"),
    call("body of blanks", "POST", "/v3/projects", raw="  "),
    call("body as text", "POST", "/v3/projects", raw="{}", headers={"Content-Type": "text/plain"}),
    call(
        "body as a form",
        "POST",
        "/v3/projects",
        raw="a=b",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    call("body of no type", "POST", "/v3/projects", raw="{}", headers={"Content-Type": ""}),
    call(
        "body with a character set",
        "POST",
        "/v3/projects",
        raw="{}",
        headers={"Content-Type": "application/json; charset=utf-8"},
    ),
    call("body of a type in capitals", "POST", "/v3/projects", raw="{}", headers={"Content-Type": "Application/JSON"}),
    call("body of a special JSON", "POST", "/v3/projects", raw="{}", headers={"Content-Type": "application/x+json"}),
    call("no body as text", "POST", "/v3/projects", headers={"Content-Type": "text/plain"}),
    call("body as text for a read", "GET", "/v3/projects", raw="{}", headers={"Content-Type": "text/plain"}),
    call("query of a list", "GET", "/v3/auth/projects?a=b%20c&d&e=&f=%C3%A4&g=x+y&limit=100"),
    call("page of a list with a query", "GET", "/v3/projects?a=b%20c&d&e=&f=%C3%A4&limit=1&g=x+y"),
    call("two slashes", "GET", "//v3", token=None),
    call("two slashes at the end", "GET", "/v3/projects//"),
]


def sweep() -> list[Exchange]:
    """Every route as nobody, as somebody with few rights and as the administrator, about things that don't exist."""
    made = []
    for template in dict.fromkeys(route.template for route in ROUTES):
        path = "/".join("nothing" if step.startswith("{") else step for step in template.split("/"))
        subject = "none" if path.endswith("/auth/tokens") else None
        methods = [route.method for route in ROUTES if route.template == template]
        other = next(method for method in ("PATCH", "PUT", "DELETE", "POST") if method not in methods)
        for method in [*methods, *(["HEAD"] if "GET" in methods and "HEAD" not in methods else [])]:
            for who, token in (("nobody", None), ("a stranger", "garbage"), ("a reader", "reader"), ("admin", "admin")):
                made.append(call(f"{method} {path} by {who}", method, path, token=token, subject=subject))
            if method in ("POST", "PUT", "PATCH"):
                made.append(call(f"{method} {path} with a broken body", method, path, raw="{", subject=subject))
                made.append(call(f"{method} {path} with a list", method, path, [], subject=subject))
        if not path.endswith("/password"):  # real Keystone has a GET there, which answers 405
            made.append(call(f"{other} {path}", other, path))
            made.append(call(f"OPTIONS {path}", "OPTIONS", path, token=None))
    return made


EXCHANGES: list[Exchange] = [
    *DISCOVERY,
    *TOKENS,
    *IDS,
    *LISTS,
    *PROJECTS,
    *USERS,
    *GRANTS,
    *ROLES,
    *GROUPS,
    *APPLICATION_CREDENTIALS,
    *CATALOG,
    *PASSWORDS,
    *DOMAINS,
    *NULLS,
    *RULES,
    *WRONG,
    *sweep(),
    *REVOCATION,
]
