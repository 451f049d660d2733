"""Domains, which take all that is in them along."""

from __future__ import annotations

from typing import ClassVar

from . import rbac
from .collection import Collection
from .identity_errors import Conflict, Forbidden
from .identity_request import Call
from .projects import remove_project
from .tables import Record, Target
from .users import GROUPS, remove_user


class Domains(Collection):
    name = "domains"
    member = "domain"
    filters: ClassVar[tuple[str, ...]] = ("name", "enabled")
    has_fixed_id = False
    found_first = ("delete",)
    reads = rbac.READ_DOMAIN
    lists = rbac.READ_IN_DOMAIN

    def target(self, record: Record) -> Record:
        return {"domain_id": record.get("id")}

    def of_domain(self, record: Record, domain_id: str) -> bool:
        return bool(record["id"] == domain_id)

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        identifier = given.pop("explicit_domain_id", None)
        if not isinstance(identifier, str):
            identifier = call.seeded.hex_id()
        if identifier in call.state.domains:
            raise Conflict(f"There is a domain with the id {identifier} already.")
        return {"id": identifier, "description": "", "enabled": True, "tags": [], "options": {}, **given}

    def change(self, call: Call, record: Record, changes: Record) -> None:
        if changes.get("enabled") is False:
            self._revoke_all(call, record)

    def discard(self, call: Call, record: Record) -> None:
        """Everything in the domain goes too. Raises Forbidden for one that is enabled."""
        if record["enabled"]:
            raise Forbidden("A domain has to be disabled before it can be deleted.")
        state = call.state
        self._revoke_all(call, record)
        for project in [one for one in state.projects.values() if one["domain_id"] == record["id"]]:
            remove_project(call, project)
            del state.projects[project["id"]]
        for user in [one for one in state.users.values() if one["domain_id"] == record["id"]]:
            remove_user(call, user)
            del state.users[user["id"]]
        for group in [one for one in state.groups.values() if one["domain_id"] == record["id"]]:
            GROUPS.discard(call, group)
            del state.groups[group["id"]]
        state.forget("domain", record["id"])

    def _revoke_all(self, call: Call, record: Record) -> None:
        call.state.revoke_tokens(scope=Target("domain", record["id"]))
        for user in call.state.users.values():
            if user["domain_id"] == record["id"]:
                call.state.revoke_tokens(user_id=user["id"])
        for project in call.state.projects.values():
            if project["domain_id"] == record["id"]:
                call.state.revoke_tokens(scope=Target("project", project["id"]))


DOMAINS = Domains()
