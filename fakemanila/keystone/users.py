"""Users, groups and who is in them."""

from __future__ import annotations

from typing import ClassVar

from ..http.reply import Reply
from . import rbac, request_schemas
from .collection import Collection, revoke_if_disabled
from .identity_errors import NotFound, Unauthorized
from .identity_request import Call
from .projects import PROJECTS
from .tables import Record

_FIELDS = frozenset({*request_schemas.FIELDS["user"], "id", "links", "password_expires_at"} - {"description"})


class Users(Collection):
    name = "users"
    member = "user"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id", "enabled")
    hidden = ("password",)
    own_fields = _FIELDS
    in_domain = True
    reads = rbac.READ_IN_DOMAIN_OR_OWN
    lists = rbac.READ_IN_DOMAIN
    writes = rbac.WRITE_IN_DOMAIN

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        return {
            "id": call.seeded.hex_id(),
            "enabled": True,
            "options": {},
            "password": None,
            **given,
            "password_expires_at": None,
        }

    def shown(self, call: Call, record: Record) -> Record:
        shown = super().shown(call, record)
        if shown.get("default_project_id") is None:
            shown.pop("default_project_id", None)
        return shown

    def check(self, call: Call, record: Record) -> None:
        if record["domain_id"] not in call.state.domains:
            raise NotFound.of("domain", record["domain_id"])

    def change(self, call: Call, record: Record, changes: Record) -> None:
        revoke_if_disabled(call, changes, user_id=record["id"])
        if "password" in changes:
            call.state.revoke_tokens(user_id=record["id"])

    def discard(self, call: Call, record: Record) -> None:
        remove_user(call, record)

    def change_password(self, call: Call) -> Reply:
        """204. Anybody who knows the old password may, with or without a token; 401 otherwise."""
        passwords = call.document(request_schemas.PASSWORD)["user"]
        user = self.find(call)
        if user is None or not user["enabled"] or user["password"] != passwords["original_password"]:
            raise Unauthorized("wrong password")
        user["password"] = passwords["password"]
        call.state.revoke_tokens(user_id=user["id"])
        return Reply(204)

    def list_projects(self, call: Call) -> Reply:
        """The projects where a user has a role."""
        user = self.find(call)
        call.require(rbac.READ_IN_DOMAIN_OR_OWN, **self.target(user or {}))
        user = self.present(call, user)
        found = [call.state.projects[i] for i in call.state.targets_of(user["id"], "project")]
        return call.listing("projects", [PROJECTS.shown(call, one) for one in found if PROJECTS.listed(call, one)])

    def list_groups(self, call: Call) -> Reply:
        user = self.find(call)
        call.require(rbac.READ_IN_DOMAIN_OR_OWN, **self.target(user or {}))
        user = self.present(call, user)
        found = [call.state.groups[i] for i in call.state.groups_of(user["id"])]
        shown = [GROUPS.shown(call, one) for one in found if GROUPS.listed(call, one)]
        return call.listing("groups", [{**group, "membership_expires_at": None} for group in shown])


def remove_user(call: Call, record: Record) -> None:
    """Takes a user's assignments, memberships, application credentials and tokens away."""
    state = call.state
    state.forget("user", record["id"])
    state.revoke_tokens(user_id=record["id"])
    for users in state.members.values():
        users.pop(record["id"], None)
    for rule in list(state.access_rules.values()):
        if rule["user_id"] == record["id"]:
            del state.access_rules[rule["id"]]
    for credential in list(state.application_credentials.values()):
        if credential["user_id"] == record["id"]:
            del state.application_credentials[credential["id"]]


class Groups(Collection):
    name = "groups"
    member = "group"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id")
    found_first = ("delete",)
    in_domain = True
    reads = rbac.READ_IN_DOMAIN
    lists = rbac.READ_IN_DOMAIN
    writes = rbac.WRITE_IN_DOMAIN

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        return {"id": call.seeded.hex_id(), "description": "", **given}

    def check(self, call: Call, record: Record) -> None:
        if record["domain_id"] not in call.state.domains:
            raise NotFound.of("domain", record["domain_id"])

    def discard(self, call: Call, record: Record) -> None:
        call.state.forget("group", record["id"])
        call.state.members.pop(record["id"], None)

    def list_users(self, call: Call) -> Reply:
        group = self.find(call)
        call.require(rbac.READ_IN_DOMAIN, **self.target(group or {}))
        group = self.present(call, group)
        found = [call.state.users[i] for i in call.state.members.get(group["id"], ())]
        return call.listing("users", [USERS.shown(call, one) for one in found if USERS.listed(call, one)])

    def _membership(self, call: Call, rule: rbac.Rule) -> tuple[str, str]:
        group = self.find(call)
        call.require(rule, **self.target(group or {}))
        user = USERS.present(call, USERS.find(call))
        return self.present(call, group)["id"], user["id"]

    def add_user(self, call: Call) -> Reply:
        group, user = self._membership(call, self.writes)
        call.state.members.setdefault(group, {})[user] = None
        return Reply(204)

    def check_user(self, call: Call) -> Reply:
        group, user = self._membership(call, self.reads)
        if user not in call.state.members.get(group, ()):
            raise NotFound(f"User {user} is not in group {group}.")
        return Reply(204)

    def remove_user(self, call: Call) -> Reply:
        group, user = self._membership(call, self.writes)
        if user not in call.state.members.get(group, ()):
            raise NotFound(f"User {user} is not in group {group}.")
        del call.state.members[group][user]
        return Reply(204)


USERS = Users()
GROUPS = Groups()
