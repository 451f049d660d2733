"""Projects and their tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ..http.reply import Reply
from ..world import collation
from . import rbac, request_schemas
from .catalog import V3
from .collection import Collection, revoke_if_disabled
from .identity_errors import Forbidden, Invalid, NotFound
from .identity_request import Call
from .tables import Record, State, Target

_FIELDS = frozenset({*request_schemas.FIELDS["project"], "id", "links"})


class Projects(Collection):
    name = "projects"
    member = "project"
    filters: ClassVar[tuple[str, ...]] = ("name", "domain_id", "enabled", "parent_id", "is_domain")
    own_fields = _FIELDS
    in_domain = True
    reads = rbac.READ_PROJECT
    lists = rbac.READ_IN_DOMAIN
    writes = rbac.WRITE_IN_DOMAIN

    def listed(self, call: Call, record: Record) -> bool:
        query = call.request.query
        tags = set(record["tags"])
        keys = {collation.key(tag) for tag in tags}
        wanted = {name: set(query[name].split(",")) for name in ("tags", "not-tags") if name in query}
        any_of = {
            name: {collation.key(tag) for tag in query[name].split(",")}
            for name in ("tags-any", "not-tags-any")
            if name in query
        }
        # Keystone looks for all tags itself, and leaves looking for any to the database.
        return (
            super().listed(call, record)
            and wanted.get("tags", set()) <= tags
            and ("tags-any" not in any_of or bool(any_of["tags-any"] & keys))
            and ("not-tags" not in wanted or not wanted["not-tags"] <= tags)
            and not any_of.get("not-tags-any", set()) & keys
        )

    def prepare(self, call: Call, record: Record) -> Record:
        if record.get("is_domain"):
            raise Invalid("Create a domain to get a project that acts as one.")
        if "name" not in record:
            raise Invalid("A project needs a name.")
        places = ("domain_id", "parent_id")
        given = {key: value for key, value in record.items() if value is not None or key not in places}
        given.pop("id", None)
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
        if parent != record["domain_id"]:
            found = call.state.find("projects", parent)
            if found is None:
                raise Invalid(f"Could not find project: {parent}.")
            record["parent_id"] = found["id"]
        _assert_apart(record["tags"])

    def update(self, call: Call) -> Reply:
        record = self.find(call)
        changes = call.document(self._updating).get("project", {})
        if record is not None and call.caller is not None:
            call.require(self.writes, **self.target(record))
            for fixed in ("parent_id", "is_domain"):
                if changes.get(fixed, record[fixed]) != record[fixed]:
                    raise Forbidden(f"{fixed} can't be changed.")
        return super().update(call)

    def change(self, call: Call, record: Record, changes: Record) -> None:
        revoke_if_disabled(call, changes, scope=Target("project", record["id"]))

    def discard(self, call: Call, record: Record) -> None:
        if any(other["parent_id"] == record["id"] for other in call.state.projects.values()):
            raise Forbidden("There are projects below it.")
        remove_project(call, record)

    # Where a project stands

    def show(self, call: Call) -> Reply:
        """200; on request with what is above or below. A domain can be looked at as the project that it also is."""
        domain = call.state.domains.get(call.args["project_id"])
        if domain is not None:
            call.require(self.reads, domain_id=domain["id"])
            return self.answer(call, as_project(domain))
        reply = super().show(call)
        project = self.find(call)
        if project is not None:
            self._place(call, project, reply.body["project"])
        return reply

    def _place(self, call: Call, project: Record, shown: Record) -> None:
        """Adds ``parents`` and ``subtree``. Raises Invalid where they are wanted in two shapes."""
        above, below = _above(call.state, project), _below(call.state, project)
        for field, records in (("parents", above), ("subtree", below)):
            if call.flag(f"{field}_as_list") and call.flag(f"{field}_as_ids"):
                raise Invalid(f"{field}_as_list and {field}_as_ids exclude each other.")
            if call.flag(f"{field}_as_list"):
                shown[field] = [{"project": self.shown(call, record)} for record in records]
        if call.flag("parents_as_ids"):
            ids: Record | None = None
            for identifier in [project["domain_id"], *(record["id"] for record in reversed(above))]:
                ids = {identifier: ids}
            shown["parents"] = ids
        if call.flag("subtree_as_ids"):
            shown["subtree"] = _ids_below(call.state, project["id"])

    def list(self, call: Call) -> Reply:
        if "is_domain" in call.request.query and call.flag("is_domain"):
            call.check_query(request_schemas.QUERIES[self.member])
            call.require(self.lists, domain_id=call.caller.domain_id if call.caller else None)
            found = [as_project(domain) for domain in call.state.domains.values()]
            return call.listing(self.name, [self.shown(call, one) for one in found if self.listed(call, one)])
        return super().list(call)

    # Tags

    def _tagged(self, call: Call, rule: rbac.Rule) -> Record:
        record = self.find(call)
        call.require(rule, **self.target(record or {}))
        return self.present(call, record)

    def _tags_reply(self, call: Call, tags: Sequence[str]) -> Reply:
        # Keystone's own link leads no further than its root.
        return Reply(200, {"links": {"self": f"{call.request.base_url}{V3}"}, "tags": tags})

    def list_tags(self, call: Call) -> Reply:
        return self._tags_reply(call, self._tagged(call, self.reads)["tags"])

    def replace_tags(self, call: Call) -> Reply:
        record = self.find(call)
        call.require(self.writes, **self.target(record or {}))
        tags = call.document(request_schemas.TAGS)["tags"]
        record = self.present(call, record)
        _assert_apart([*record["tags"], *tags])
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
        if not request_schemas.TAG.is_valid(tag) or (
            tag not in record["tags"] and len(record["tags"]) >= request_schemas.MOST_TAGS
        ):
            raise Invalid(f"{tag!r} can't be a tag.")
        if tag not in record["tags"]:
            _assert_apart([*record["tags"], tag])
            record["tags"].append(tag)
        # What Keystone calls the tag's address lacks a step.
        return Reply(201, None, {"Location": call.link(f"{record['id']}/tags/{tag}")})

    def delete_tag(self, call: Call) -> Reply:
        record = self._tagged(call, self.writes)
        if call.args["tag"] not in record["tags"]:
            raise NotFound.of("project tag", call.args["tag"])
        record["tags"].remove(call.args["tag"])
        return Reply(204)


def _assert_apart(tags: Sequence[str]) -> None:
    """Raises Invalid for different tags that are one to the database: real Keystone fails to store the second."""
    keys = {tag: collation.key(tag) for tag in tags}
    if len(set(keys.values())) < len(keys):
        raise Invalid("There are tags that differ in case or accents only.")


def as_project(domain: Record) -> Record:
    """The project that a domain is also."""
    return {**domain, "domain_id": None, "parent_id": None, "is_domain": True}


def _above(state: State, project: Record) -> list[Record]:
    """The parents, nearest first, without the domain."""
    parent = state.projects.get(project["parent_id"])
    return [parent, *_above(state, parent)] if parent else []


def _below(state: State, project: Record) -> list[Record]:
    children = [one for one in state.projects.values() if one["parent_id"] == project["id"]]
    return [record for child in children for record in (child, *_below(state, child))]


def _ids_below(state: State, identifier: str) -> Record | None:
    children = [one["id"] for one in state.projects.values() if one["parent_id"] == identifier]
    return {child: _ids_below(state, child) for child in children} or None


def subtree(state: State, identifier: str) -> set[str]:
    """The ids of a project and all below it."""
    project = state.projects[identifier]
    return {identifier, *(record["id"] for record in _below(state, project))}


def remove_project(call: Call, record: Record) -> None:
    """Takes a project's assignments and tokens away; users lose it as their default.

    Application credentials stay, as they do in Keystone; they are good for nothing any more.
    """
    state = call.state
    state.forget("project", record["id"])
    state.revoke_tokens(scope=Target("project", record["id"]))
    for user in state.users.values():
        if user.get("default_project_id") == record["id"]:
            del user["default_project_id"]


PROJECTS = Projects()
