"""``POST /v3/auth/tokens``: who somebody is, and for which scope they get a token."""

from __future__ import annotations

from ..http.reply import Reply
from ..world import collation
from ..world.clock import format_time
from . import request_schemas, tokens, trust_chain
from .builtin import DOMAIN
from .identity_errors import Forbidden, Invalid, NotFound, Unauthorized
from .identity_request import Call
from .tables import SYSTEM, Actor, Record, State, Target, Token

METHODS = ("password", "token", "application_credential")
_SCOPES = ("project", "domain", "unscoped", "system", "OS-TRUST:trust")


def create_token(call: Call) -> Reply:
    """201 with the token in ``X-Subject-Token``; 400 for a bad body, 401 for everything that doesn't add up."""
    auth = call.document(request_schemas.AUTH)["auth"]
    token = _Authentication(call, auth).token()
    body = tokens.render(call.state, token, call.request.base_url, with_catalog="nocatalog" not in call.request.query)
    return Reply(201, body, {"X-Subject-Token": token.id})


def missing(what: str, where: str) -> Invalid:
    return Invalid(f"Expecting to find {what} in {where}.")


class _Authentication:
    """One attempt. The order of the checks is Keystone's: methods, scope, then each method."""

    def __init__(self, call: Call, auth: Record) -> None:
        self.call = call
        self.state = call.state
        self.identity: Record = auth["identity"]
        self.auth = auth
        self.parent: Token | None = None
        self.credential: Record | None = None
        self.trust: Record | None = None

    def token(self) -> Token:
        methods = list(dict.fromkeys(self.identity["methods"]))
        for method in methods:
            if method not in self.identity:
                raise missing(method, "identity")
        for method in methods:
            if method not in METHODS:
                raise Unauthorized(f"unknown method {method}", identity={"methods": list(METHODS)})
        if "application_credential" in methods:
            if "scope" in self.auth:
                raise Unauthorized("an application credential brings its own scope", identity={})
            self.credential = self._find_credential(self.identity["application_credential"])
        scope = self._scope()
        users = {method: self._user(method) for method in methods}
        user_ids = {user["id"] for user in users.values()}
        if len(user_ids) != 1:
            raise Unauthorized("no user, or several")
        user = self.state.users[user_ids.pop()]
        if self.trust is not None:
            self._check_trustee(self.trust, user)
        if self.credential is not None:
            project = self.state.projects.get(self.credential["project_id"] or "")
            if project is None or not project["enabled"]:
                raise Unauthorized("the application credential's project is gone")
            scope = Target("project", project["id"])
        elif scope is None and "scope" not in self.auth:
            scope = self._default_scope(user)
        if self.call.open and scope is not None and self.trust is None:
            _let_in(self.state, user, scope)
        methods.reverse()
        if self.parent is not None:
            methods += [method for method in self.parent.methods if method not in methods]
        token = tokens.issue(
            self.state,
            self.call.seeded,
            self.call.now,
            self.call.token_ttl,
            user_id=user["id"],
            methods=methods,
            scope=scope,
            parent=self.parent,
            application_credential_id=self.credential["id"] if self.credential else None,
            trust_id=self.trust["id"] if self.trust else None,
        )
        if self.trust is not None and self.trust["remaining_uses"] is not None:
            self.trust["remaining_uses"] -= 1
        return token

    # Scope

    def _scope(self) -> Target | None:
        """What was asked for. None for no scope, asked for or not. Raises Unauthorized for one that doesn't exist."""
        if "scope" not in self.auth:
            return None
        scope = self.auth["scope"]
        # Keystone looks for the word in a string as it looks for the key in an object.
        named = [name for name in _SCOPES if name in scope]
        if len(named) != 1 or (isinstance(scope, str) and named != ["unscoped"]):
            raise missing("one of system, project, domain or unscoped", "scope")
        if named == ["unscoped"]:
            return None
        if named == ["system"]:
            return SYSTEM
        if named == ["project"]:
            return Target("project", self._project(scope["project"])["id"])
        if named == ["domain"]:
            return Target("domain", self._domain(scope["domain"])["id"])
        return self._scope_of_trust(scope["OS-TRUST:trust"])

    def _scope_of_trust(self, wanted: Record) -> Target | None:
        if not wanted.get("id"):
            raise missing("trust_id", "trust")
        try:
            self.trust = trust_chain.find(self.state, self.call.now, wanted["id"])
        except NotFound as error:
            raise Unauthorized(error.message) from None
        project_id = self.trust["project_id"]
        return None if project_id is None else Target("project", self._project({"id": project_id})["id"])

    @staticmethod
    def _check_trustee(trust: Record, user: Record) -> None:
        if trust["trustee_user_id"] != user["id"]:
            raise Forbidden("The user is not the trustee.")
        if trust["project_id"] is None:
            raise NotFound("The trust is for no project.")

    def _default_scope(self, user: Record) -> Target | None:
        """The user's default project, if it is any good; else the token stays unscoped."""
        project = self.state.find("projects", user.get("default_project_id"))
        if project is None or not project["enabled"] or not self.state.domains[project["domain_id"]]["enabled"]:
            return None
        scope = Target("project", project["id"])
        return scope if self.state.roles_of(user["id"], scope) else None

    def _domain(self, wanted: Record) -> Record:
        if wanted.get("name"):
            domain = self.state.named("domains", wanted["name"])
        else:
            domain = self.state.domains.get(wanted.get("id", ""))
        if domain is None and self.call.open:
            domain = self.state.domains[DOMAIN]
        if domain is None or not domain["enabled"]:
            raise Unauthorized(f"no enabled domain {wanted}")
        return domain

    def _project(self, wanted: Record) -> Record:
        if wanted.get("name"):
            if "domain" not in wanted:
                raise missing("domain", "project")
            domain = self._domain(wanted["domain"])
            project = self.state.named("projects", wanted["name"], domain["id"])
        else:
            domain = self.state.domains[DOMAIN]
            project = self.state.find("projects", wanted.get("id"))
        if project is None and self.call.open and (wanted.get("name") or wanted.get("id")):
            project = _make_project(self.call, wanted, domain)
        if project is None or not project["enabled"]:
            raise Unauthorized(f"no enabled project {wanted}")
        self._domain({"id": project["domain_id"]})
        return project

    # Methods

    def _user(self, method: str) -> Record:
        data: Record = self.identity[method]
        if method == "password":
            return self._by_password(data)
        if method == "token":
            return self._by_token(data)
        return self._by_credential(data)

    def _find_user(self, wanted: Record, *, creating: bool = False) -> Record:
        if not wanted.get("id") and not wanted.get("name"):
            raise missing("id or name", "user")
        domain = self.state.domains[DOMAIN]
        if wanted.get("name"):
            if "domain" not in wanted:
                raise missing("domain", "user")
            if not wanted["domain"].get("id") and not wanted["domain"].get("name"):
                raise missing("id or name", "domain")
            domain = self._domain(wanted["domain"])
            user = self.state.named("users", wanted["name"], domain["id"])
        else:
            user = self.state.find("users", wanted["id"])
        if user is None and creating:
            user = _make_user(self.call, wanted, domain)
        if user is None or not user["enabled"] or not self.state.domains[user["domain_id"]]["enabled"]:
            raise Unauthorized(f"no enabled user {wanted}")
        return user

    def _by_password(self, data: Record) -> Record:
        if "user" not in data:
            raise missing("user", "password")
        wanted = data["user"]
        user = self._find_user(wanted, creating=self.call.open)
        # A user that was made without a password has none that could be right.
        if not self.call.open and (user.get("password") is None or wanted.get("password") != user["password"]):
            raise Unauthorized("wrong password")
        return user

    def _by_token(self, data: Record) -> Record:
        token = tokens.find(self.state, self.call.now, data["id"])
        if token is None:
            raise NotFound("Could not recognize the token")
        if tokens.access_rules(self.state, token) is not None:
            raise NotFound("Failed to validate token")
        scope = self.auth.get("scope", {})
        if token.scope == SYSTEM and ("project" in scope or "domain" in scope):
            raise Forbidden("A token for the system can't be exchanged for one of a project or domain.")
        tokens.forbid_delegated(token)
        self.parent = token
        return self.state.users[token.user_id]

    def _find_credential(self, data: Record) -> Record:
        if data.get("id"):
            found = self.state.find("application_credentials", data["id"])
            if found is None:
                raise NotFound.of("application credential", data["id"])
            return found
        if not data.get("name"):
            raise missing("name or id", "application credential")
        if not data.get("user"):
            raise missing("user", "application credential")
        user = self._find_user(data["user"])
        for credential in self.state.application_credentials.values():
            if credential["user_id"] == user["id"] and collation.equal(credential["name"], data["name"]):
                return credential
        raise Unauthorized(f"no application credential {data['name']}")

    def _by_credential(self, data: Record) -> Record:
        credential = self.credential
        if credential is None or data.get("secret") != credential["secret"]:
            raise Unauthorized("wrong secret")
        expires_at = credential["expires_at"]
        if expires_at is not None and expires_at <= format_time(self.call.now):
            raise Unauthorized("the application credential has expired")
        return self._find_user({"id": credential["user_id"]})


# Open mode: everybody who comes along is known.


def _role_for(state: State, user_name: str) -> str:
    """The id of the role that a user's name speaks of."""
    name = next((role for role in ("admin", "manager", "reader") if user_name.endswith(role)), "member")
    role = state.named("roles", name)
    if role is None:
        raise Unauthorized(f"somebody deleted the role {name}")
    return str(role["id"])


def _let_in(state: State, user: Record, scope: Target) -> None:
    if state.roles_of(user["id"], scope):
        return
    role = _role_for(state, user["name"])
    if scope == SYSTEM and state.roles[role]["name"] != "admin":
        return
    state.grant(role, Actor("user", user["id"]), scope)


def _make_user(call: Call, wanted: Record, domain: Record) -> Record:
    identifier = wanted.get("id") or call.seeded.hex_id()
    user: Record = {
        "id": identifier,
        "name": wanted.get("name") or identifier,
        "domain_id": domain["id"],
        "enabled": True,
        "password_expires_at": None,
        "options": {},
        "password": wanted.get("password"),
    }
    call.state.users[identifier] = user
    return user


def _make_project(call: Call, wanted: Record, domain: Record) -> Record:
    identifier = wanted.get("id") or call.seeded.hex_id()
    project: Record = {
        "id": identifier,
        "name": wanted.get("name") or identifier,
        "domain_id": domain["id"],
        "description": "",
        "enabled": True,
        "parent_id": domain["id"],
        "is_domain": False,
        "tags": [],
        "options": {},
    }
    call.state.projects[identifier] = project
    return project
