"""Who has which role where: grants on projects, domains and the system, and which roles imply which."""

from __future__ import annotations

from collections.abc import Mapping

from ..http.reply import Reply
from . import rbac, request_schemas
from .identity_errors import Invalid, NotFound
from .identity_request import Call
from .projects import subtree
from .roles import ROLES
from .tables import SYSTEM, Actor, Record, Target

# Grants: .../{projects|domains}/{id}/{users|groups}/{id}/roles[/{role}], and the same under /system.


def _place(call: Call) -> tuple[Target, Actor]:
    """What the path is about, whether it exists or not."""
    args = call.args
    actor = Actor("user", args["user_id"]) if "user_id" in args else Actor("group", args["group_id"])
    if "project_id" in args:
        return Target("project", args["project_id"]), actor
    if "domain_id" in args:
        return Target("domain", args["domain_id"]), actor
    return SYSTEM, actor


def _domain_in_common(call: Call, target: Target, actor: Actor) -> object:
    """The domain that both sides belong to, for the policy; None when there is no such domain."""
    state = call.state
    record = state.table(f"{actor.kind}s").get(actor.id)
    if target.kind == "project":
        domain = state.projects.get(target.id, {}).get("domain_id")
    else:
        domain = target.id if target.kind == "domain" else None
    return domain if record is not None and record["domain_id"] == domain else None


def _allowed(
    call: Call, rule: rbac.Rule, *, needs_role: bool = True, is_revoking: bool = False
) -> tuple[Target, Actor]:
    """Checks that everything named exists, for whoever has a token, and then the policy. Raises NotFound."""
    call.require(rbac.anyone)
    target, actor = _place(call)
    role = call.state.roles.get(call.args.get("role_id", ""))
    if needs_role and role is None:
        raise NotFound.of("role", call.args["role_id"])
    if actor.id not in call.state.table(f"{actor.kind}s") and not is_revoking:
        raise NotFound.of(actor.kind, actor.id)
    if target.kind != "system" and target.id not in call.state.table(f"{target.kind}s"):
        raise NotFound.of(target.kind, target.id)
    call.require(rule, domain_id=_domain_in_common(call, target, actor), role_name=role["name"] if role else None)
    return target, actor


def list_grants(call: Call) -> Reply:
    """200 with the roles that were assigned, without those they imply."""
    target, actor = _allowed(call, rbac.READ_IN_DOMAIN, needs_role=False)
    found = [call.state.roles[i] for i in call.state.grants.get((target, actor), ())]
    return call.listing("roles", [ROLES.shown(call, role) for role in found])


def add_grant(call: Call) -> Reply:
    """204, also for a role that is assigned already."""
    target, actor = _allowed(call, rbac.GRANT)
    call.state.grant(call.args["role_id"], actor, target)
    return Reply(204)


def check_grant(call: Call) -> Reply:
    """204 or 404."""
    target, actor = _allowed(call, rbac.READ_IN_DOMAIN)
    if call.args["role_id"] not in call.state.grants.get((target, actor), ()):
        raise NotFound.of("role assignment with role", call.args["role_id"])
    return Reply(204)


def remove_grant(call: Call) -> Reply:
    """204 or 404. Tokens have the roles that are left from now on; without any they are invalid."""
    target, actor = _allowed(call, rbac.GRANT, is_revoking=True)
    if call.args["role_id"] not in call.state.grants.get((target, actor), ()):
        raise NotFound.of("role assignment with role", call.args["role_id"])
    call.state.revoke(call.args["role_id"], actor, target)
    return Reply(204)


# The list of everything


def list_role_assignments(call: Call) -> Reply:
    """``GET /v3/role_assignments``, with ``effective``, ``include_names`` and the filters by actor, role and scope."""
    call.check_query(request_schemas.QUERIES["role_assignment"])
    query = _canonical(call)
    caller = call.require(rbac.READ_IN_DOMAIN, domain_id=call.caller.domain_id if call.caller else None)
    _assert_one_of(query, "scope.project.id", "scope.domain.id", "scope.system")
    _assert_one_of(query, "user.id", "group.id")
    effective = call.flag("effective")
    if effective and query.get("group.id"):
        raise Invalid("In effect there are assignments to users only: group.id makes no sense together with effective.")
    below = _subtree(call)
    found = []
    for entry in _effective(call) if effective else _direct(call):
        if below is not None and not (entry.target.kind == "project" and entry.target.id in below):
            continue
        if not _matches(entry, query, subtree=below is not None):
            continue
        if caller.domain_id is not None and _domain_of(call, entry.target) != caller.domain_id:
            continue
        found.append(entry.shown(call, names=call.flag("include_names")))
    return call.listing("role_assignments", found)


_IDS = {"user.id": "users", "group.id": "groups", "role.id": "roles", "scope.project.id": "projects"}


def _canonical(call: Call) -> dict[str, str]:
    """The query, its ids written as the records have them."""
    query = dict(call.request.query)
    for name, table in _IDS.items():
        found = call.state.find(table, query.get(name))
        if found is not None:
            query[name] = found["id"]
    return query


def _subtree(call: Call) -> set[str] | None:
    """The projects that ``include_subtree`` is about; None where it isn't asked for."""
    if not call.flag("include_subtree"):
        return None
    identifier = _canonical(call).get("scope.project.id")
    if not identifier:
        raise Invalid("include_subtree wants a scope.project.id.")
    if identifier not in call.state.projects:
        raise NotFound.of("project", identifier)
    return subtree(call.state, identifier)


def _assert_one_of(query: Mapping[str, str], *names: str) -> None:
    given = [name for name in names if query.get(name)]
    if len(given) > 1:
        raise Invalid(f"Specify only one of {' and '.join(given)}.")


class _Entry:
    """One line of the list: an assignment, or what follows from one."""

    def __init__(
        self, target: Target, actor: Actor, role_id: str, *, group: str | None = None, prior: str = ""
    ) -> None:
        self.target = target
        self.actor = actor
        self.role_id = role_id
        self.group = group
        self.prior = prior

    def shown(self, call: Call, *, names: bool) -> Record:
        state = call.state
        place = "system" if self.target == SYSTEM else f"{self.target.kind}s/{self.target.id}"
        who = f"groups/{self.group}" if self.group else f"{self.actor.kind}s/{self.actor.id}"
        links = {"assignment": call.link(f"{place}/{who}/roles/{self.prior or self.role_id}")}
        if self.group:
            links["membership"] = call.link(f"groups/{self.group}/users/{self.actor.id}")
        if self.prior:
            links["prior_role"] = call.link(f"prior_role/{self.role_id}/implies/{self.prior}")
        actor = state.table(f"{self.actor.kind}s")[self.actor.id]
        role = state.roles[self.role_id]
        scope: Record = {"system": {"all": True}}
        if self.target.kind != "system":
            scope = {self.target.kind: _named(call, state.table(f"{self.target.kind}s")[self.target.id], names)}
        return {
            "links": links,
            "scope": scope,
            self.actor.kind: _named(call, actor, names),
            "role": _named(call, role, names),
        }


def _named(call: Call, record: Record, names: bool) -> Record:
    """A reference: the id, or on request also the name and the domain."""
    if not names:
        return {"id": record["id"]}
    shown = {"id": record["id"], "name": record["name"]}
    domain = call.state.domains.get(record.get("domain_id") or "")
    return {**shown, "domain": {"id": domain["id"], "name": domain["name"]}} if domain else shown


def _direct(call: Call) -> list[_Entry]:
    return [_Entry(target, actor, role) for (target, actor), roles in call.state.grants.items() for role in roles]


def _effective(call: Call) -> list[_Entry]:
    """Users only: groups are replaced by their members, and implied roles are lines of their own."""
    entries: dict[tuple[Target, Actor, str, str | None], _Entry] = {}
    for direct in _direct(call):
        users: list[tuple[Actor, str | None]] = [(direct.actor, None)]
        if direct.actor.kind == "group":
            users = [(Actor("user", user), direct.actor.id) for user in call.state.members.get(direct.actor.id, ())]
        for actor, group in users:
            for role, prior in _with_priors(call, direct.role_id):
                if call.state.roles[role]["domain_id"] is not None:
                    continue
                entry = _Entry(direct.target, actor, role, group=group, prior=prior)
                entries.setdefault((direct.target, actor, role, group), entry)
    return list(entries.values())


def _with_priors(call: Call, role_id: str) -> list[tuple[str, str]]:
    """A role and all that it implies, each with the role right before it."""
    found = {role_id: ""}
    queue = [role_id]
    for prior in queue:
        for implied in call.state.implications.get(prior, ()):
            if implied not in found:
                found[implied] = prior
                queue.append(implied)
    return list(found.items())


def _matches(entry: _Entry, query: Mapping[str, str], *, subtree: bool) -> bool:
    """Whether a line passes the filters. An empty filter counts for nothing."""
    is_of = {
        "user.id": entry.actor == ("user", query.get("user.id")),
        "group.id": entry.actor == ("group", query.get("group.id")),
        "role.id": entry.role_id == query.get("role.id"),
        "scope.project.id": subtree or entry.target == ("project", query.get("scope.project.id")),
        "scope.domain.id": entry.target == ("domain", query.get("scope.domain.id")),
        "scope.system": entry.target == SYSTEM,
        # Nothing is inherited here.
        "scope.OS-INHERIT:inherited_to": False,
    }
    return all(passes for name, passes in is_of.items() if query.get(name))


def _domain_of(call: Call, target: Target) -> str | None:
    if target.kind == "project":
        return str(call.state.projects[target.id]["domain_id"])
    return target.id if target.kind == "domain" else None
