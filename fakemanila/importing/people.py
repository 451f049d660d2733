"""Projects, users and the roles that they have, as far as Keystone shows them to this user."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..keystone.builtin import initial_state
from .cloud import Cloud, CloudError

_OF_SERVICES = frozenset(("service", "manila", "nova"))
"""The fake has these for its own services, and lets nobody else be them."""


@dataclass(slots=True)
class People:
    """As a scenario has them, by name."""

    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What is otherwise than in the cloud, a line each."""


def read(cloud: Cloud, wanted: Collection[str] = (), owners: Collection[str] = ()) -> People:
    """The projects (of these ids alone, where there are any) and who has roles there.

    `owners` are projects that have something: those that Keystone doesn't show are called by their ids.
    """
    people = People()
    access = cloud.own_access()
    projects = cloud.identity("/projects", "projects")
    if projects is None:
        projects = cloud.identity("/auth/projects", "projects") or []
        if not projects and access.project_id:
            projects = [{"id": access.project_id, "name": access.project_name}]
    chosen = [each for each in projects if not wanted or each["id"] in wanted]
    known = {each["id"] for each in projects}
    chosen += [{"id": id, "name": id} for id in dict.fromkeys(owners) if id not in known]
    names = _names(chosen, people, "project")
    for each in chosen:
        name = names.get(each["id"])
        if name is not None:
            more = {key: each[key] for key in ("description",) if each.get(key)}
            more |= {"enabled": False} if each.get("enabled") is False else {}
            people.projects[name] = {"id": each["id"], **more}
    _add_users(cloud, people, set(names), access)
    return people


def find_projects(cloud: Cloud, names: Collection[str]) -> list[str]:
    """The ids of projects by name or id. Raises CloudError."""
    found = []
    projects = cloud.identity("/projects", "projects") or cloud.identity("/auth/projects", "projects") or []
    for name in names:
        ids = [each["id"] for each in projects if name in (each["id"], each["name"])]
        if len(ids) != 1:
            problem = "is the name of several projects: give an id" if ids else "is not a project that this user sees"
            raise CloudError(f"--project {name!r} {problem}")
        found.append(ids[0])
    return found


def _add_users(cloud: Cloud, people: People, projects: set[str], access: Any) -> None:
    users = cloud.identity("/users", "users")
    assignments = cloud.identity("/role_assignments", "role_assignments")
    roles = cloud.identity("/roles", "roles")
    if users is None or assignments is None or roles is None:
        users = [{"id": access.user_id, "name": access.username, "default_project_id": access.project_id}]
        roles = [{"id": name, "name": name} for name in access.role_names]
        assignments = [
            {"role": {"id": name}, "user": {"id": access.user_id}, "scope": {"project": {"id": access.project_id}}}
            for name in access.role_names
        ]
        people.notes.append("Keystone shows this user only themselves: other users are missing.")
    state = initial_state()
    names = {each["id"]: each["name"] for each in roles}
    missing = sorted({name for name in names.values() if state.named("roles", name) is None})
    if missing:
        people.notes.append(f"Roles that the fake doesn't have are left out: {', '.join(missing)}.")
    granted: dict[str, dict[str, list[str]]] = {}
    for each in assignments:
        project = each["scope"].get("project", {}).get("id")
        role = names.get(each["role"]["id"])
        if project in projects and "user" in each and role is not None and role not in missing:
            granted.setdefault(each["user"]["id"], {}).setdefault(project, []).append(role)
    if any("group" in each for each in assignments):
        people.notes.append("Roles that users have by a group are left out.")
    chosen = [each for each in users if each["id"] in granted]
    for id, name in _names(chosen, people, "user").items():
        user = next(each for each in chosen if each["id"] == id)
        entry: dict[str, Any] = {"id": id, "roles": granted[id]}
        if user.get("default_project_id") in projects:
            entry["project"] = user["default_project_id"]
        if user.get("enabled") is False:
            entry["enabled"] = False
        people.users[name] = entry


def _names(records: list[dict[str, Any]], people: People, what: str) -> dict[str, str]:
    """What each is called, by id: as it is, unless another one is called so, too, in another domain."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for each in records:
        name = str(each["name"])[:64]
        if name.lower() in _OF_SERVICES:
            continue
        if name.lower() in taken:
            people.notes.append(f"There are several called {name!r}; the {what} {each['id']} is called by its id.")
            name = each["id"]
        taken.add(name.lower())
        names[each["id"]] = name
    return names
