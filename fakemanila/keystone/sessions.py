"""``/v3/auth``: looking at tokens, taking them back, and what one can get with them."""

from __future__ import annotations

from ..http.reply import Reply
from ..text.booleans import FALSE
from . import catalog, rbac, tokens
from .domains import DOMAINS
from .identity_errors import Forbidden
from .identity_request import Call
from .projects import PROJECTS
from .tables import SYSTEM, Actor


def show_version(call: Call) -> Reply:
    return catalog.version(call.request.base_url)


def list_versions(call: Call) -> Reply:
    return catalog.versions(call.request.base_url)


def _subject_owner(call: Call) -> str | None:
    """Whose token is looked at, for the policy. Who may not ask isn't told whether a token exists either."""
    if call.caller is None:
        raise call.no_token()
    return call.subject().user_id


def show_token(call: Call) -> Reply:
    """200 with the token's document; 404 for one that is unknown, expired or revoked."""
    call.require(rbac.VALIDATE_TOKEN, user_id=_subject_owner(call))
    return _shown(call)


def check_token(call: Call) -> Reply:
    """HEAD of the same, for which the role `service` isn't enough."""
    call.require(rbac.CHECK_TOKEN, user_id=_subject_owner(call))
    return _shown(call)


def _shown(call: Call) -> Reply:
    token = call.subject()
    with_catalog = "nocatalog" not in call.request.query
    body = tokens.render(call.state, token, call.request.base_url, with_catalog=with_catalog)
    return Reply(200, body, {"X-Subject-Token": token.id})


def revoke_token(call: Call) -> Reply:
    """204. Tokens got for this one go with it, unless ``cascade=false`` says otherwise."""
    call.require(rbac.ADMIN_OR_OWNER, user_id=_subject_owner(call))
    token = call.subject()
    call.state.end_token(token.id)
    if call.request.query.get("cascade", "true").lower() not in FALSE:
        # The last audit id is that of the first token in a chain: only revoking that one reaches the others.
        for other in list(call.state.tokens.values()):
            if other.audit_ids[-1] == token.audit_ids[0]:
                call.state.end_token(other.id)
    return Reply(204)


def show_catalog(call: Call) -> Reply:
    caller = call.require(rbac.anyone)
    if caller.project_id is None:
        raise Forbidden("There is a service catalog only for tokens of a project.")
    entries = catalog.render(call.state, call.request.base_url, user_id=caller.user_id, project_id=caller.project_id)
    return Reply(200, {"catalog": entries, "links": {"self": call.link("auth/catalog")}})


def list_projects(call: Call) -> Reply:
    """The projects that the caller could get a token for."""
    caller = call.require(rbac.anyone)
    found = [call.state.projects[i] for i in call.state.targets_of(caller.user_id, "project")]
    return call.listing("projects", [PROJECTS.shown(call, project) for project in found if project["enabled"]])


def list_domains(call: Call) -> Reply:
    caller = call.require(rbac.anyone)
    found = [call.state.domains[i] for i in call.state.targets_of(caller.user_id, "domain")]
    return call.listing("domains", [DOMAINS.shown(call, domain) for domain in found if domain["enabled"]])


def show_system(call: Call) -> Reply:
    caller = call.require(rbac.anyone)
    actors = [Actor("user", caller.user_id), *(Actor("group", i) for i in call.state.groups_of(caller.user_id))]
    granted = any((SYSTEM, actor) in call.state.grants for actor in actors)
    return Reply(200, {"system": [{"all": True}] if granted else [], "links": {"self": call.link("auth/system")}})
