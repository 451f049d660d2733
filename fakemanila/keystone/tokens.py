"""Tokens: given out, looked at, written down, taken back."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from ..reasons.caller import NoToken, Problem
from ..world.seeded import Seeded
from . import catalog, trust_chain
from .credentials import Credentials
from .identity_errors import Forbidden, IdentityError, NotFound, Unauthorized
from .tables import Record, State, Target, Token, timestamp

EXPIRED_WINDOW = timedelta(hours=48)
"""How long after its end a token may be asked for by a service that finishes what was begun with it."""
MOST = 10_000
"""How many tokens are kept. When there would be more, the half goes that was used the longest time ago."""


def _opaque(seeded: Seeded, size: int) -> str:
    return base64.urlsafe_b64encode(seeded.randbytes(size)).decode().rstrip("=")


def issue(
    state: State,
    seeded: Seeded,
    now: datetime,
    lifetime: timedelta,
    *,
    user_id: str,
    methods: list[str],
    scope: Target | None,
    parent: Token | None = None,
    application_credential_id: str | None = None,
    trust_id: str | None = None,
) -> Token:
    """A new token. One got for another token lives no longer than that one and carries its audit id.

    Nor does one live longer than the application credential or the trust that it was got with. Raises Unauthorized
    where the user has no role in that scope, and whatever keeps a trust from being used.
    """
    _make_room(state, now)
    token = Token(
        # The first characters are those of the Fernet tokens that real Keystone gives out.
        id="gAAAAAB" + _opaque(seeded, 96),
        user_id=user_id,
        methods=methods,
        audit_ids=[_opaque(seeded, 16), *(parent.audit_ids[-1:] if parent else ())],
        issued_at=now,
        expires_at=parent.expires_at if parent else now + lifetime,
        scope=scope,
        application_credential_id=application_credential_id,
        trust_id=trust_id,
    )
    if scope is not None and not _role_ids(state, token, scope):
        raise Unauthorized(f"user {user_id} has no role in {scope}")
    token.expires_at = min(token.expires_at, _end_of_delegation(state, token) or token.expires_at)
    state.tokens[token.id] = token
    _use(state, token)
    return token


def _use(state: State, token: Token) -> None:
    state.uses += 1
    token.used = state.uses


def _end_of_delegation(state: State, token: Token) -> datetime | None:
    if token.trust_id is not None:
        return trust_chain.end_of(state.trusts[token.trust_id])
    if token.application_credential_id is not None:
        end = state.application_credentials[token.application_credential_id]["expires_at"]
        return None if end is None else datetime.fromisoformat(end)
    return None


def _make_room(state: State, now: datetime) -> None:
    """Drops what nobody may ask for any more, and where that isn't enough, what nobody has used for long."""
    while state.tokens:  # they expire about as they were made, so the oldest stand in front
        oldest = next(iter(state.tokens.values()))
        if now < oldest.expires_at + EXPIRED_WINDOW:
            break
        del state.tokens[oldest.id]
    if len(state.tokens) >= MOST:
        in_use = sorted(state.tokens.values(), key=lambda token: (now < token.expires_at, token.used))
        for token in in_use[: MOST // 2]:
            del state.tokens[token.id]


def look_up(
    state: State, now: datetime, token_id: str | None, *, allow_expired: bool = False
) -> tuple[Token, list[str]] | None:
    """The token of that id with the ids of its effective roles, if it is still good for anything.

    Also an expired one within its window, if allowed.
    """
    token = state.tokens.get(token_id) if token_id else None
    if token is None or now >= (token.expires_at + EXPIRED_WINDOW if allow_expired else token.expires_at):
        return None
    lost, role_ids = _standing(state, token)
    if lost is not None:
        return None
    _use(state, token)
    return token, role_ids


def find(state: State, now: datetime, token_id: str | None, *, allow_expired: bool = False) -> Token | None:
    """As `look_up`, the token alone."""
    found = look_up(state, now, token_id, allow_expired=allow_expired)
    return found[0] if found else None


def tell_of_trust(state: State, now: datetime, token_id: str | None) -> None:
    """Raises what Keystone says to a token that a trust was good for, and isn't any more: NotFound or Forbidden."""
    token = state.tokens.get(token_id) if token_id else None
    if token is not None and token.trust_id is not None and now < token.expires_at:
        _trust_roles(state, token.trust_id)


def _trust_roles(state: State, trust_id: str) -> list[str]:
    trust = state.trusts.get(trust_id)
    if trust is None:
        raise NotFound.of("trust", trust_id)
    return trust_chain.role_ids(state, trust)


def problem(state: State, now: datetime, token_id: str | None, header: str = "X-Auth-Token") -> NoToken:
    """What is wrong with the token in a header, which `find` has not found."""
    if not token_id:
        return NoToken("missing", header)
    token = state.tokens.get(token_id)
    if token is None:
        return NoToken("revoked" if token_id in state.revoked else "unknown", header)
    if now >= token.expires_at:
        return NoToken("expired", header, token.expires_at)
    return NoToken(_standing(state, token)[0] or "unknown", header)


def _standing(state: State, token: Token) -> tuple[Problem | None, list[str]]:
    """What of a token's user, scope and roles is not there any more, and the ids of its effective roles."""
    user = state.users.get(token.user_id)
    if user is None or not user["enabled"] or not state.domains[user["domain_id"]]["enabled"]:
        return "user", []
    if token.application_credential_id and token.application_credential_id not in state.application_credentials:
        return "application_credential", []
    scope = token.scope
    if scope is None:
        return None, []
    if scope.kind == "project":
        project = state.projects.get(scope.id)
        if project is None or not project["enabled"] or not state.domains[project["domain_id"]]["enabled"]:
            return "project", []
    elif scope.kind == "domain":
        domain = state.domains.get(scope.id)
        if domain is None or not domain["enabled"]:
            return "domain", []
    try:
        role_ids = _role_ids(state, token, scope)
    except IdentityError:
        return "trust", []
    return (None if role_ids else "roles"), role_ids


def _role_ids(state: State, token: Token, scope: Target) -> list[str]:
    """Effective roles; an application credential has those of its own that its user still has, a trust all or none."""
    if token.trust_id is not None:
        return _trust_roles(state, token.trust_id)
    roles = state.roles_of(token.user_id, scope)
    if token.application_credential_id is None:
        return roles
    own = state.implied_by(state.application_credentials[token.application_credential_id]["role_ids"])
    return [role for role in own if role in roles]


def access_rules(state: State, token: Token) -> list[Record] | None:
    """What the token is limited to, if it was got with an application credential that says so."""
    if token.application_credential_id is None:
        return None
    rules: list[Record] | None = state.application_credentials[token.application_credential_id].get("access_rules")
    return rules


def roles(state: State, token: Token) -> list[Record]:
    """The roles that a token carries, as records."""
    if token.scope is None:
        return []
    return [state.roles[i] for i in _role_ids(state, token, token.scope)]


def user(state: State, token: Token) -> Record:
    """Whom a token in force shows: its owner, or whoever had them impersonate."""
    trust = state.trusts[token.trust_id] if token.trust_id is not None else None
    return state.users[token.user_id if trust is None else trust_chain.user_of(trust)]


def credentials(state: State, token: Token, role_ids: list[str], service: Credentials | None = None) -> Credentials:
    """The caller that a token in force stands for with its roles, and the service that asks for them."""
    owner = user(state, token)
    kind, identifier = token.scope or (None, None)
    project = state.projects[token.scope.id] if token.scope and kind == "project" else None
    names = tuple([state.roles[id]["name"] for id in role_ids])
    return Credentials(
        token=token.id,
        user_id=owner["id"],
        user_name=owner["name"],
        project_id=project["id"] if project else None,
        project_name=project["name"] if project else None,
        domain_id=identifier if kind == "domain" else None,
        roles=names,
        is_admin="admin" in names,
        expires_at=token.expires_at,
        user_domain_id=owner["domain_id"],
        project_domain_id=project["domain_id"] if project else None,
        # The token middleware writes both tokens' scopes into one header, the service's last.
        system_scope=service.system_scope if service else identifier if kind == "system" else None,
        service_roles=service.roles if service else (),
    )


def subject(
    state: State, now: datetime, token_id: str | None, *, knows_rules: bool, allow_expired: bool = False
) -> Token:
    """The token in ``X-Subject-Token``. Raises NotFound.

    A token with access rules is shown only to a service that says that it knows them, and so will keep to them.
    """
    if not token_id:
        raise NotFound("No token in the request")
    token = find(state, now, token_id, allow_expired=allow_expired)
    if token is None:
        tell_of_trust(state, now, token_id)
        raise NotFound("Could not recognize the token")
    if not knows_rules and access_rules(state, token) is not None:
        raise NotFound("Failed to validate token")
    return token


def render(state: State, token: Token, base_url: str, *, with_catalog: bool = True) -> Record:
    """``{"token": …}``. Unscoped tokens have neither roles nor a catalog."""
    owner = user(state, token)
    doc: Record = {
        "methods": token.methods,
        "user": {
            "domain": _brief(state.domains[owner["domain_id"]]),
            "id": owner["id"],
            "name": owner["name"],
            "password_expires_at": None,
        },
        "audit_ids": token.audit_ids,
        "expires_at": timestamp(token.expires_at),
        "issued_at": timestamp(token.issued_at),
    }
    scope = token.scope
    if scope is not None:
        if scope.kind == "project":
            project = state.projects[scope.id]
            doc["project"] = {"domain": _brief(state.domains[project["domain_id"]]), **_brief(project)}
            if token.trust_id is None:
                doc["is_domain"] = project["is_domain"]
        elif scope.kind == "domain":
            doc["domain"] = _brief(state.domains[scope.id])
        else:
            doc["system"] = {"all": True}
        shown = _brief if token.trust_id is None else _whole
        doc["roles"] = [shown(role) for role in roles(state, token)]
        if with_catalog:
            project_id = scope.id if scope.kind == "project" else None
            doc["catalog"] = catalog.render(state, base_url, user_id=owner["id"], project_id=project_id)
    if token.application_credential_id:
        credential = state.application_credentials[token.application_credential_id]
        doc["application_credential"] = {**_brief(credential), "restricted": not credential["unrestricted"]}
        if "access_rules" in credential:
            doc["application_credential"]["access_rules"] = credential["access_rules"]
    if token.trust_id is not None:
        trust = state.trusts[token.trust_id]
        doc["OS-TRUST:trust"] = {
            "id": trust["id"],
            "impersonation": trust["impersonation"],
            "trustor_user": {"id": trust["trustor_user_id"]},
            "trustee_user": {"id": trust["trustee_user_id"]},
        }
    return {"token": doc}


def _brief(record: Record) -> dict[str, Any]:
    return {"id": record["id"], "name": record["name"]}


def _whole(role: Record) -> Record:
    return {key: role[key] for key in ("id", "name", "domain_id", "description", "options")}


def forbid_delegated(token: Token) -> None:
    """Refuses a token got with an application credential or a trust where it would widen its reach."""
    if token.application_credential_id or token.trust_id:
        raise Forbidden("A delegated token can't be exchanged for another.")
