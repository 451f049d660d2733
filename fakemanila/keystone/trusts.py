"""Trusts: a user, the trustor, lets another one, the trustee, have roles of theirs on a project."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..http.reply import Reply
from ..world import collation
from . import rbac, request_schemas, trust_chain
from .identity_errors import Conflict, Forbidden, Invalid, NotFound
from .identity_request import Call
from .roles import ROLES
from .tables import Record, State, Target, read_moment, timestamp

_OWN = ("id", "links", "roles", "roles_links", "deleted_at", "redelegated_trust_id", "allow_redelegation")
"""Fields that a body doesn't decide about, whatever it says of them."""


def _forbid_credentials(call: Call) -> None:
    """Refuses tokens got with an application credential: a trust could have roles that the credential hasn't."""
    if call.token is not None and call.token.application_credential_id is not None:
        raise Forbidden("An application credential can't be used to manage trusts.")


def _find(call: Call, rule: rbac.Rule) -> Record:
    """The trust that the path names. Who has a token is told that there is none, before the policy is asked."""
    call.require(rbac.anyone)
    trust = trust_chain.find(call.state, call.now, call.args["trust_id"])
    call.require(rule, **_target(trust))
    _forbid_credentials(call)
    return trust


def _target(trust: Record) -> dict[str, Any]:
    return {name: trust.get(name) for name in ("trustor_user_id", "trustee_user_id")}


def _brief(call: Call, trust: Record) -> Record:
    """As in lists: without its roles."""
    shown = {name: value for name, value in trust.items() if name != "roles"}
    return {**shown, "deleted_at": None, "links": {"self": call.link(f"OS-TRUST/trusts/{trust['id']}")}}


def _shown(call: Call, trust: Record) -> Record:
    return {**_brief(call, trust), "roles": _roles(call, trust), "roles_links": _roles_links(call, trust)}


def _roles(call: Call, trust: Record) -> list[Record]:
    return [ROLES.shown(call, call.state.roles[role]) for role in trust["roles"] if role in call.state.roles]


def _roles_links(call: Call, trust: Record) -> Record:
    # Keystone's own link lacks two steps.
    return {"self": call.link(f"{trust['id']}/roles"), "next": None, "previous": None}


def list_trusts(call: Call) -> Reply:
    """200 with the trusts by a trustor or for a trustee, or for administrators with all.

    Those that are over or used up are among them. Any other filter finds nothing.
    """
    for name, rule in (("trustor_user_id", rbac.READ_AS_TRUSTOR), ("trustee_user_id", rbac.READ_AS_TRUSTEE)):
        wanted = call.request.query.get(name)
        if wanted:
            call.require(rule, **{name: wanted})
            found = [trust for trust in call.state.trusts.values() if collation.equal(trust[name], wanted)]
            break
    else:
        call.require(rbac.READ_TRUSTS)
        found = [] if call.request.query else list(call.state.trusts.values())
    _forbid_credentials(call)
    return call.listing("trusts", [_brief(call, trust) for trust in found])


def show_trust(call: Call) -> Reply:
    """200; 404 for one that is gone, over or used up."""
    return Reply(200, {"trust": _shown(call, _find(call, rbac.READ_TRUST))})


def list_roles(call: Call) -> Reply:
    """200 with the roles that a trust names."""
    trust = _find(call, rbac.READ_TRUST)
    return Reply(200, {"roles": _roles(call, trust), "links": _roles_links(call, trust)})


def show_role(call: Call) -> Reply:
    """200 with a role that a trust names, 404 for any other."""
    trust = _find(call, rbac.READ_TRUST)
    role_id = call.path_args["role_id"]
    if role_id not in trust["roles"] or role_id not in call.state.roles:
        raise NotFound.of("role", role_id)
    return ROLES.answer(call, call.state.roles[role_id])


def create_trust(call: Call) -> Reply:
    """201. The caller is the trustor; with a trust's token that may be passed on, it is passed on.

    404 for roles that the trustor doesn't have there, 403 for more than may be passed on, 409 for a second one of the
    same between the same until the same second.
    """
    given: Record = call.document(request_schemas.TRUST)["trust"]
    caller = call.require(rbac.CREATE_TRUST, **_target(given))
    _forbid_credentials(call)
    project_id = given.get("project_id") or None
    if project_id and not given.get("roles"):
        raise Forbidden("A trust for a project needs a role.")
    trustee = call.state.find("users", given["trustee_user_id"])
    if trustee is None:
        raise NotFound.of("user", given["trustee_user_id"])
    trust: Record = {
        "id": call.seeded.hex_id(),
        "remaining_uses": None,
        **{name: value for name, value in given.items() if name not in _OWN},
        "trustor_user_id": caller.user_id,
        "trustee_user_id": trustee["id"],
        "project_id": project_id,
        "roles": _role_ids(call.state, given.get("roles", [])),
        "redelegated_trust_id": None,
    }
    _check_roles(call.state, trust)
    trust["expires_at"] = _end(call.now, given.get("expires_at"))
    _set_count(trust, may_be_passed_on=bool(given.get("allow_redelegation")))
    if call.token is not None and call.token.trust_id is not None:
        _pass_on(call, call.token.trust_id, trust, given)
    trust.setdefault("redelegation_count", trust_chain.MOST_PASSED_ON)
    _assert_unique(call.state, trust)
    call.state.trusts[trust["id"]] = trust
    return Reply(201, {"trust": _shown(call, trust)})


def _role_ids(state: State, wanted: list[Record]) -> list[str]:
    ids = []
    for one in wanted:
        role = state.find("roles", one["id"]) if "id" in one else state.named("roles", one["name"])
        if role is None:
            raise NotFound.of("role", one.get("id") or one["name"])
        ids.append(role["id"])
    return ids


def _check_roles(state: State, trust: Record) -> None:
    """Raises NotFound for a role that the trustor doesn't have in the project, or for no such project."""
    project_id = trust["project_id"]
    had: list[str] = []
    if project_id is not None:
        project = state.find("projects", project_id)
        if project is None:
            raise NotFound.of("project", project_id)
        trust["project_id"] = project["id"]
        had = state.roles_of(trust["trustor_user_id"], Target("project", project["id"]))
    for role in trust["roles"]:
        if role not in had:
            raise NotFound.of("role", role)
    if len(set(trust["roles"])) < len(trust["roles"]):
        raise Conflict("A role is there twice.")


def _end(now: datetime, text: str | None) -> str | None:
    """When the trust ends, to the second. Raises Invalid for what is not a time in UTC, or past."""
    if text is None:
        return None
    try:
        moment = read_moment(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise Invalid("expires_at is not a valid time.")
    if moment <= now:
        raise Invalid("expires_at is in the past.")
    return timestamp(moment.replace(microsecond=0))


def _set_count(trust: Record, *, may_be_passed_on: bool) -> None:
    """How often a trust may be passed on, if that is up to it."""
    count = trust.get("redelegation_count")
    if not may_be_passed_on or count == 0:
        trust["redelegation_count"] = 0
        return
    if count is not None and count > trust_chain.MOST_PASSED_ON:
        raise Forbidden(f"A trust can't be passed on more than {trust_chain.MOST_PASSED_ON} times.")
    if trust["remaining_uses"] is not None:
        raise Invalid("A trust that may be passed on can't have remaining_uses.")


def _pass_on(call: Call, parent_id: str, trust: Record, given: Record) -> None:
    """Makes a trust one that was passed on. Raises Forbidden for more than may be."""
    parent = trust_chain.find(call.state, call.now, parent_id)
    trust["redelegated_trust_id"] = parent["id"]
    left = (parent["redelegation_count"] or 0) - 1
    wanted = given.get("redelegation_count")
    if trust.get("redelegation_count") and wanted and wanted != left:
        raise Forbidden("redelegation_count can't be chosen when a trust is passed on.")
    trust.setdefault("redelegation_count", left)
    for above in trust_chain.pedigree(call.state, call.now, parent):
        trust_chain.check_passing_on(above, trust)


def _assert_unique(state: State, trust: Record) -> None:
    """Raises Conflict for the trust that there is already: those without an end may be any number."""
    same = ("trustor_user_id", "trustee_user_id", "project_id", "impersonation", "expires_at")
    if trust["expires_at"] is None or trust["project_id"] is None:
        return
    if any(all(other[name] == trust[name] for name in same) for other in state.trusts.values()):
        raise Conflict("There is such a trust already.")


def delete_trust(call: Call) -> Reply:
    """204. Its tokens go with it, and what its trustor has passed on of it."""
    _remove(call.state, _find(call, rbac.DELETE_TRUST))
    return Reply(204)


def _remove(state: State, trust: Record) -> None:
    for other in list(state.trusts.values()):
        if other["redelegated_trust_id"] == trust["id"] and other["trustor_user_id"] == trust["trustor_user_id"]:
            _remove(state, other)
    state.trusts.pop(trust["id"], None)
