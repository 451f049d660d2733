"""Roles, and which of them imply which."""

from __future__ import annotations

from typing import ClassVar

from ..http.reply import Reply
from ..world import collation
from . import rbac
from .collection import Collection
from .identity_errors import Conflict, Forbidden, NotFound
from .identity_request import Call
from .tables import Record


class Roles(Collection):
    name = "roles"
    member = "role"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id")
    strips_names = False
    found_first = ("show", "delete")
    reads = rbac.READ_ROLES
    lists = rbac.READ_ROLES

    def listed(self, call: Call, record: Record) -> bool:
        if "domain_id" not in call.request.query and record["domain_id"] is not None:
            return False
        return super().listed(call, record)

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        return {"id": call.seeded.hex_id(), "domain_id": None, "description": None, "options": {}, **given}

    def check(self, call: Call, record: Record) -> None:
        if record["domain_id"] is not None and record["domain_id"] not in call.state.domains:
            raise NotFound.of("domain", record["domain_id"])

    def assert_unique(self, call: Call, record: Record) -> None:
        for other in call.state.roles.values():
            same = collation.equal(other["name"], record["name"]) and other["domain_id"] == record["domain_id"]
            if other["id"] != record["id"] and same:
                raise Conflict(f"There is a role with the name {record['name']} already.")

    def discard(self, call: Call, record: Record) -> None:
        state = call.state
        for (target, actor), roles in list(state.grants.items()):
            if record["id"] in roles:
                state.revoke(record["id"], actor, target)
                if target.kind == "project" and actor.kind == "user":
                    state.forget_credentials(actor.id, target.id)  # all of them, whichever roles they have
        state.implications.pop(record["id"], None)
        for prior, implied in list(state.implications.items()):
            implied.pop(record["id"], None)
            if not implied:
                del state.implications[prior]
        for credential in state.application_credentials.values():
            credential["role_ids"] = [role for role in credential["role_ids"] if role != record["id"]]


ROLES = Roles()

# Implied roles


def _role(call: Call, name: str) -> Record:
    """Keystone looks roles up before it asks the policy. Raises Unauthorized or NotFound."""
    call.require(rbac.anyone)
    identifier = call.args[name]
    if identifier not in call.state.roles:
        raise NotFound.of("role", identifier)
    return call.state.roles[identifier]


def _brief(call: Call, role: Record) -> Record:
    return {"id": role["id"], "links": {"self": call.link(f"roles/{role['id']}")}, "name": role["name"]}


def _inference(call: Call, prior: Record, implies: object) -> Record:
    return {"prior_role": _brief(call, prior), "implies": implies}


def list_role_inferences(call: Call) -> Reply:
    """``GET /v3/role_inferences``: every prior role with what it implies."""
    call.require(rbac.READ)
    roles = call.state.roles
    rules = [
        _inference(call, roles[prior], [_brief(call, roles[one]) for one in implied])
        for prior, implied in call.state.implications.items()
    ]
    return Reply(200, {"role_inferences": rules})


def list_implied_roles(call: Call) -> Reply:
    prior = _role(call, "prior_role_id")
    call.require(rbac.READ)
    implied = [_brief(call, call.state.roles[i]) for i in call.state.implications.get(prior["id"], ())]
    return Reply(
        200,
        {
            "role_inference": _inference(call, prior, implied),
            "links": {"self": call.here()},
        },
    )


def _implication(call: Call) -> tuple[Record, Record]:
    return _role(call, "prior_role_id"), _role(call, "implied_role_id")


def _implication_reply(call: Call, prior: Record, implied: Record, status: int) -> Reply:
    body = {"role_inference": _inference(call, prior, _brief(call, implied)), "links": {"self": call.here()}}
    return Reply(status, body)


def show_implied_role(call: Call) -> Reply:
    """200; 404 when there is no such rule."""
    prior, implied = _implication(call)
    call.require(rbac.READ)
    if implied["id"] not in call.state.implications.get(prior["id"], ()):
        raise NotFound(f"{prior['id']} does not imply {implied['id']}.")
    return _implication_reply(call, prior, implied, 200)


def check_implied_role(call: Call) -> Reply:
    """HEAD of the same: 204 or 404."""
    show_implied_role(call)
    return Reply(204)


def add_implied_role(call: Call) -> Reply:
    """201; 409 for a rule that is there already, 403 where it would make somebody an administrator."""
    prior, implied = _implication(call)
    call.require(rbac.admin)
    if implied["name"] == "admin":
        raise Forbidden("No role may imply admin.")
    if prior["domain_id"] is None and implied["domain_id"] is not None:
        raise Forbidden("A role of all domains can't imply one of a single domain.")
    rules = call.state.implications.setdefault(prior["id"], {})
    if implied["id"] in rules:
        raise Conflict(f"{prior['id']} implies {implied['id']} already.")
    rules[implied["id"]] = None
    return _implication_reply(call, prior, implied, 201)


def remove_implied_role(call: Call) -> Reply:
    """204 or 404."""
    prior, implied = _implication(call)
    call.require(rbac.admin)
    rules = call.state.implications.get(prior["id"], {})
    if implied["id"] not in rules:
        raise NotFound(f"{prior['id']} does not imply {implied['id']}.")
    del rules[implied["id"]]
    if not rules:
        del call.state.implications[prior["id"]]
    return Reply(204)
