"""The kinds of record, each with what sets it apart."""

from __future__ import annotations

from typing import ClassVar

from ..reply import Reply
from . import catalog, policy, schemas
from .call import Call
from .errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from .resources import Collection
from .state import Record, Target


def _revoke_if_disabled(
    call: Call, changes: Record, *, user_id: str | None = None, scope: Target | None = None
) -> None:
    """Being disabled costs the tokens for good: they don't come back when it is enabled again."""
    if changes.get("enabled") is False:
        call.state.revoke_tokens(user_id=user_id, scope=scope)


class Projects(Collection):
    name = "projects"
    member = "project"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id", "enabled", "parent_id", "is_domain")
    in_domain = True
    reads = policy.READ_PROJECT
    lists = policy.READ_IN_DOMAIN
    writes = policy.WRITE_IN_DOMAIN

    def target(self, record: Record) -> Record:
        return {"domain_id": record.get("domain_id"), "project_id": record.get("id")}

    def listed(self, call: Call, record: Record) -> bool:
        query = call.request.query
        tags = set(record["tags"])
        wanted = {key: set(text.split(",")) for key, text in query.items() if "tags" in key}
        return (
            super().listed(call, record)
            and wanted.get("tags", set()) <= tags
            and ("tags-any" not in wanted or bool(wanted["tags-any"] & tags))
            and ("not-tags" not in wanted or not wanted["not-tags"] <= tags)
            and not wanted.get("not-tags-any", set()) & tags
        )

    def prepare(self, call: Call, record: Record) -> Record:
        if record.get("is_domain"):
            raise Invalid("Create a domain to get a project that acts as one.")
        given = {key: value for key, value in record.items() if value is not None and key != "id"}
        return {
            "id": call.seeded.hex_id(),
            "description": "",
            "enabled": True,
            "parent_id": given["domain_id"],
            "is_domain": False,
            "tags": [],
            "options": {},
            **given,
        }

    def check(self, call: Call, record: Record) -> None:
        if record["domain_id"] not in call.state.domains:
            raise Invalid(f"Could not find domain: {record['domain_id']}.")
        parent = record["parent_id"]
        if parent != record["domain_id"] and parent not in call.state.projects:
            raise Invalid(f"Could not find project: {parent}.")

    def change(self, call: Call, record: Record, changes: Record) -> None:
        _revoke_if_disabled(call, changes, scope=Target("project", record["id"]))

    def discard(self, call: Call, record: Record) -> None:
        if any(other["parent_id"] == record["id"] for other in call.state.projects.values()):
            raise Forbidden("There are projects below it.")
        remove_project(call, record)

    # Tags

    def _tagged(self, call: Call, rule: policy.Rule) -> Record:
        record = self.find(call)
        call.require(rule, **self.target(record or {}))
        return self.present(call, record)

    def _tags_reply(self, call: Call, tags: list[str]) -> Reply:
        return Reply(200, {"links": {"self": call.here()}, "tags": tags})

    def list_tags(self, call: Call) -> Reply:
        return self._tags_reply(call, self._tagged(call, self.reads)["tags"])

    def replace_tags(self, call: Call) -> Reply:
        tags = call.document(schemas.TAGS)["tags"]
        record = self._tagged(call, self.writes)
        record["tags"] = list(tags)
        return self._tags_reply(call, record["tags"])

    def delete_tags(self, call: Call) -> Reply:
        self._tagged(call, self.writes)["tags"] = []
        return Reply(204)

    def show_tag(self, call: Call) -> Reply:
        if call.args["tag"] not in self._tagged(call, self.reads)["tags"]:
            raise NotFound.of("project tag", call.args["tag"])
        return Reply(204)

    def add_tag(self, call: Call) -> Reply:
        """201 with the tag's address in ``Location``, also for a tag that is there already."""
        record = self._tagged(call, self.writes)
        tag = call.args["tag"]
        if not schemas.TAG.is_valid(tag) or (tag not in record["tags"] and len(record["tags"]) >= schemas.MOST_TAGS):
            raise Invalid(f"{tag!r} can't be a tag.")
        if tag not in record["tags"]:
            record["tags"].append(tag)
        return Reply(201, None, {"Location": call.here()})

    def delete_tag(self, call: Call) -> Reply:
        record = self._tagged(call, self.writes)
        if call.args["tag"] not in record["tags"]:
            raise NotFound.of("project tag", call.args["tag"])
        record["tags"].remove(call.args["tag"])
        return Reply(204)


def remove_project(call: Call, record: Record) -> None:
    """Takes a project's assignments, application credentials and tokens away; users lose it as their default."""
    state = call.state
    state.forget("project", record["id"])
    state.revoke_tokens(scope=Target("project", record["id"]))
    for credential in list(state.application_credentials.values()):
        if credential["project_id"] == record["id"]:
            del state.application_credentials[credential["id"]]
    for user in state.users.values():
        if user.get("default_project_id") == record["id"]:
            del user["default_project_id"]


class Users(Collection):
    name = "users"
    member = "user"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id", "enabled")
    hidden = ("password",)
    in_domain = True
    reads = policy.READ_IN_DOMAIN_OR_OWN
    lists = policy.READ_IN_DOMAIN
    writes = policy.WRITE_IN_DOMAIN

    def target(self, record: Record) -> Record:
        return {"domain_id": record.get("domain_id"), "user_id": record.get("id")}

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if value is not None and key != "id"}
        return {
            "id": call.seeded.hex_id(),
            "enabled": True,
            "options": {},
            "password": None,
            **given,
            "password_expires_at": None,
        }

    def check(self, call: Call, record: Record) -> None:
        if record["domain_id"] not in call.state.domains:
            raise NotFound.of("domain", record["domain_id"])

    def change(self, call: Call, record: Record, changes: Record) -> None:
        _revoke_if_disabled(call, changes, user_id=record["id"])
        if "password" in changes:
            call.state.revoke_tokens(user_id=record["id"])

    def discard(self, call: Call, record: Record) -> None:
        remove_user(call, record)

    def change_password(self, call: Call) -> Reply:
        """204. Anybody who knows the old password may, with or without a token; 401 otherwise."""
        passwords = call.document(schemas.PASSWORD)["user"]
        user = self.find(call)
        if user is None or not user["enabled"] or user["password"] != passwords["original_password"]:
            raise Unauthorized("wrong password")
        user["password"] = passwords["password"]
        call.state.revoke_tokens(user_id=user["id"])
        return Reply(204)

    def list_projects(self, call: Call) -> Reply:
        """The projects where a user has a role."""
        user = self.find(call)
        call.require(policy.READ_IN_DOMAIN_OR_OWN, **self.target(user or {}))
        user = self.present(call, user)
        found = [call.state.projects[i] for i in call.state.targets_of(user["id"], "project")]
        return call.listing("projects", [PROJECTS.shown(call, one) for one in found if PROJECTS.listed(call, one)])

    def list_groups(self, call: Call) -> Reply:
        user = self.find(call)
        call.require(policy.READ_IN_DOMAIN_OR_OWN, **self.target(user or {}))
        user = self.present(call, user)
        found = [call.state.groups[i] for i in call.state.groups_of(user["id"])]
        return call.listing("groups", [GROUPS.shown(call, one) for one in found if GROUPS.listed(call, one)])


def remove_user(call: Call, record: Record) -> None:
    """Takes a user's assignments, memberships, application credentials and tokens away."""
    state = call.state
    state.forget("user", record["id"])
    state.revoke_tokens(user_id=record["id"])
    for users in state.members.values():
        users.pop(record["id"], None)
    for credential in list(state.application_credentials.values()):
        if credential["user_id"] == record["id"]:
            del state.application_credentials[credential["id"]]


class Groups(Collection):
    name = "groups"
    member = "group"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id")
    in_domain = True
    reads = policy.READ_IN_DOMAIN
    lists = policy.READ_IN_DOMAIN
    writes = policy.WRITE_IN_DOMAIN

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if value is not None and key != "id"}
        return {"id": call.seeded.hex_id(), "description": "", **given}

    def check(self, call: Call, record: Record) -> None:
        if record["domain_id"] not in call.state.domains:
            raise NotFound.of("domain", record["domain_id"])

    def discard(self, call: Call, record: Record) -> None:
        call.state.forget("group", record["id"])
        call.state.members.pop(record["id"], None)

    def list_users(self, call: Call) -> Reply:
        group = self.find(call)
        call.require(policy.READ_IN_DOMAIN, **self.target(group or {}))
        group = self.present(call, group)
        found = [call.state.users[i] for i in call.state.members.get(group["id"], ())]
        return call.listing("users", [USERS.shown(call, one) for one in found if USERS.listed(call, one)])

    def _membership(self, call: Call, rule: policy.Rule) -> tuple[str, str]:
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
        call.state.revoke_tokens(user_id=user)
        return Reply(204)


class Domains(Collection):
    name = "domains"
    member = "domain"
    filters: ClassVar[tuple[str, ...]] = ("name", "enabled")
    reads = policy.READ_DOMAIN
    lists = policy.READ_IN_DOMAIN

    def target(self, record: Record) -> Record:
        return {"domain_id": record.get("id")}

    def of_domain(self, record: Record, domain_id: str) -> bool:
        return bool(record["id"] == domain_id)

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if value is not None}
        given.pop("id", None)
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


class Roles(Collection):
    name = "roles"
    member = "role"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id")
    reads = policy.READ_ROLES
    lists = policy.READ_ROLES

    def show(self, call: Call) -> Reply:
        # Here Keystone looks the role up first: who may not see roles is still told which ones there are.
        if call.caller is not None:
            self.present(call, self.find(call))
        return super().show(call)

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
            if other["id"] != record["id"] and all(other[key] == record[key] for key in ("name", "domain_id")):
                raise Conflict(f"There is a role with the name {record['name']} already.")

    def discard(self, call: Call, record: Record) -> None:
        state = call.state
        for (target, actor), roles in list(state.grants.items()):
            if record["id"] in roles:
                state.revoke(record["id"], actor, target)
        state.implications.pop(record["id"], None)
        for prior, implied in list(state.implications.items()):
            implied.pop(record["id"], None)
            if not implied:
                del state.implications[prior]
        for credential in state.application_credentials.values():
            credential["role_ids"] = [role for role in credential["role_ids"] if role != record["id"]]


class Services(Collection):
    name = "services"
    member = "service"
    filters: ClassVar[tuple[str, ...]] = ("name", "type")

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        return {"id": call.seeded.hex_id(), "name": "", "enabled": True, **given}

    def assert_unique(self, call: Call, record: Record) -> None:
        """Services may share a name, and a type."""

    def discard(self, call: Call, record: Record) -> None:
        for endpoint in list(call.state.endpoints.values()):
            if endpoint["service_id"] == record["id"]:
                del call.state.endpoints[endpoint["id"]]


class Endpoints(Collection):
    name = "endpoints"
    member = "endpoint"
    filters: ClassVar[tuple[str, ...]] = ("interface", "service_id", "region_id")

    def shown(self, call: Call, record: Record) -> Record:
        shown = super().shown(call, record)
        return {**shown, "region": record["region_id"], "url": catalog.address(record["url"], call.request.base_url)}

    def prepare(self, call: Call, record: Record) -> Record:
        given = {key: value for key, value in record.items() if key != "id"}
        region = given.pop("region", None)
        given.setdefault("region_id", region)
        if region is not None and region not in call.state.regions:
            # The old way of naming a region makes it.
            call.state.regions[region] = {"id": region, "description": "", "parent_region_id": None}
        return {"id": call.seeded.hex_id(), "enabled": True, **given}

    def check(self, call: Call, record: Record) -> None:
        if record["service_id"] not in call.state.services:
            raise Invalid(f"There is no service {record['service_id']}.")
        if record["region_id"] is not None and record["region_id"] not in call.state.regions:
            raise Invalid(f"There is no region {record['region_id']}.")

    def assert_unique(self, call: Call, record: Record) -> None:
        """Endpoints have names at most by accident."""


class Regions(Collection):
    name = "regions"
    member = "region"
    filters: ClassVar[tuple[str, ...]] = ("parent_region_id",)
    reads = policy.anyone
    lists = policy.anyone

    def show(self, call: Call) -> Reply:
        """Everybody sees regions, with a token or without."""
        return self.answer(call, self.present(call, self.find(call)))

    def prepare(self, call: Call, record: Record) -> Record:
        identifier = record.get("id") or call.seeded.hex_id()
        if identifier in call.state.regions:
            raise Conflict(f"There is a region {identifier} already.")
        return {"description": "", "parent_region_id": None, **record, "id": identifier}

    def check(self, call: Call, record: Record) -> None:
        parent = record["parent_region_id"]
        if parent is not None and parent not in call.state.regions:
            raise NotFound.of("region", parent)

    def assert_unique(self, call: Call, record: Record) -> None:
        """The id is all there is to be unique, and is looked at on create."""

    def discard(self, call: Call, record: Record) -> None:
        if any(endpoint["region_id"] == record["id"] for endpoint in call.state.endpoints.values()):
            raise Conflict("There are endpoints in it.")
        if any(region["parent_region_id"] == record["id"] for region in call.state.regions.values()):
            raise Forbidden("There are regions below it.")


PROJECTS = Projects()
USERS = Users()
GROUPS = Groups()
DOMAINS = Domains()
ROLES = Roles()
SERVICES = Services()
ENDPOINTS = Endpoints()
REGIONS = Regions()
