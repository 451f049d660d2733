"""The users, projects, roles and services of a new world.

They mirror the deployment that fakemanila was measured against. Ids are made from names, so they are the same in every
world and on every run.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from functools import cache

from ..neighbours.offers import OFFERS
from .tables import SYSTEM, Actor, Record, State, Target

PASSWORD = "secret"
DOMAIN = "default"
REGION = "RegionOne"
BASE = "$(fakemanila)s"
"""Stands for the address of the world in the URL of a built-in endpoint."""

_NAMESPACE = uuid.UUID("6b1c9a52-8f7e-5d2a-9c43-0d5e1f7a3b68")

_IMPLIES = {"admin": "manager", "manager": "member", "member": "reader"}

_PROJECTS = {
    "admin": "The administrator's own project.",
    "service": "",
    "demo": "",
    "alt_demo": "",
}

_USERS = {
    "admin": None,
    "demo": "demo",
    "demo_manager": "demo",
    "demo_reader": "demo",
    "demo_admin": "demo",
    "alt_demo": "alt_demo",
    "alt_demo_reader": "alt_demo",
    "manila": "service",
    "nova": "service",
}
"""User → default project."""

_GRANTS = (
    ("admin", "admin", "admin"),
    ("admin", "admin", "demo"),
    ("admin", "admin", "alt_demo"),
    ("demo", "member", "demo"),
    ("demo_manager", "manager", "demo"),
    ("demo_reader", "reader", "demo"),
    ("demo_admin", "admin", "demo"),
    ("alt_demo", "member", "alt_demo"),
    ("alt_demo_reader", "reader", "alt_demo"),
    ("manila", "service", "service"),
    ("manila", "admin", "service"),
    ("nova", "service", "service"),
    ("nova", "admin", "service"),
)
"""User, role, project."""

_SERVICES = (
    ("identity", "keystone", "/identity"),
    ("sharev2", "manilav2", "/v2"),
    ("sharev2_legacy", "manilav2_legacy", "/v2/$(project_id)s"),
    ("shared-file-system", "shared-file-system", "/v2"),
)
"""Type, name, path of the endpoints."""
SERVICES = tuple(name for _, name, _ in _SERVICES)
"""The names of the services that every catalog has."""


@cache
def fixed_id(kind: str, name: str) -> str:
    """The id of something built in: ``fixed_id("project", "demo")``."""
    return uuid.uuid5(_NAMESPACE, f"{kind}/{name}").hex


def initial_state() -> State:
    """A fresh world's identity."""
    state = State()
    state.domains[DOMAIN] = {
        "id": DOMAIN,
        "name": "Default",
        "description": "The domain of everything built in.",
        "enabled": True,
        "tags": [],
        "options": {},
    }
    state.regions[REGION] = {"id": REGION, "description": "", "parent_region_id": None}
    for name in ("admin", "manager", "member", "reader", "service"):
        _add(state, "roles", "role", name, domain_id=None, description=None, options={"immutable": True})
    for prior, implied in _IMPLIES.items():
        state.implications[fixed_id("role", prior)] = {fixed_id("role", implied): None}
    for name, description in _PROJECTS.items():
        _add(
            state,
            "projects",
            "project",
            name,
            domain_id=DOMAIN,
            description=description,
            enabled=True,
            parent_id=DOMAIN,
            is_domain=False,
            tags=[],
            options={},
        )
    for name, project in _USERS.items():
        user = _add(
            state,
            "users",
            "user",
            name,
            domain_id=DOMAIN,
            enabled=True,
            password_expires_at=None,
            options={},
            password=PASSWORD,
        )
        if project is not None:
            user["default_project_id"] = fixed_id("project", project)
            user["email"] = f"{name}@example.org"
    for name, role, project in _GRANTS:
        target = Target("project", fixed_id("project", project))
        state.grant(fixed_id("role", role), Actor("user", fixed_id("user", name)), target)
    state.grant(fixed_id("role", "admin"), Actor("user", fixed_id("user", "admin")), SYSTEM)
    for kind, name, path in _SERVICES:
        service = _add_service(state, kind, name, path)
        if kind != "identity":
            service["description"] = name
    return state


def offer(state: State, types: Collection[str]) -> None:
    """Has the catalog list the services beside Manila of these types, as far as it doesn't, and not the others."""
    for type, name, path in OFFERS.values():
        identifier = fixed_id("service", name)
        if type not in types:
            state.services.pop(identifier, None)
            for endpoint in [each for each in state.endpoints.values() if each["service_id"] == identifier]:
                del state.endpoints[endpoint["id"]]
        elif identifier not in state.services:
            _add_service(state, type, name, path)


def _add_service(state: State, kind: str, name: str, path: str) -> Record:
    service = _add(state, "services", "service", name, type=kind, enabled=True)
    for interface in ("public", "internal", "admin"):
        identifier = fixed_id("endpoint", f"{kind}/{interface}")
        state.endpoints[identifier] = {
            "id": identifier,
            "interface": interface,
            "region_id": REGION,
            "service_id": service["id"],
            "url": BASE + path,
            "enabled": True,
            "region": REGION,
        }
    return service


def _add(state: State, table: str, kind: str, name: str, **fields: object) -> Record:
    record: Record = {"id": fixed_id(kind, name), "name": name, **fields}
    state.table(table)[record["id"]] = record
    return record


def user_names() -> list[str]:
    """The built-in users that belong to people; those of the deployment's services are not among them."""
    return [name for name, project in _USERS.items() if project != "service"]


def project_of(user: str) -> str:
    """The project that a built-in user works in. Raises LookupError for anyone else."""
    if user not in user_names():
        raise LookupError(user)
    return _USERS[user] or user
