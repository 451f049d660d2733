"""What a state of the identity service refers to has to be there: handlers follow references without looking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..contract.documents import DocumentError, Path, echo
from .tables import SYSTEM, TABLES

_REFERENCES = (
    ("roles", "domain_id", "domains"),
    ("projects", "domain_id", "domains"),
    ("users", "domain_id", "domains"),
    ("groups", "domain_id", "domains"),
    ("endpoints", "service_id", "services"),
    ("endpoints", "region_id", "regions"),
    ("application_credentials", "user_id", "users"),
    ("access_rules", "user_id", "users"),
    ("trusts", "trustor_user_id", "users"),
    ("trusts", "trustee_user_id", "users"),
    ("trusts", "project_id", "projects"),
)
"""Table, attribute (which may be null), and the table that has its value as an id."""
_PARENTS = (("projects", "parent_id"), ("regions", "parent_region_id"))
_TARGETS = {"project": "projects", "domain": "domains"}
_ACTORS = {"user": "users", "group": "groups"}


def check(state: Mapping[str, Any]) -> None:
    """Looks through what `State.dump` wrote, which fits its schema. Raises DocumentError for the first wrong thing."""
    ids = {name: _ids(name, state[name]) for name in TABLES}
    _ids("tokens", state["tokens"])
    for path, value, table in _references(state):
        if value not in ids[table]:
            raise DocumentError(path, f"there is no {table.removesuffix('s')} {echo(value)}")
    for table, attribute in _PARENTS:
        _check_no_circle(table, attribute, state[table])


def _ids(table: str, records: list[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for index, record in enumerate(records):
        if record["id"] in found:
            raise DocumentError((table, index, "id"), f"there is another {echo(record['id'])} before it")
        found.add(record["id"])
    return found


def _references(state: Mapping[str, Any]) -> Iterator[tuple[Path, Any, str]]:
    for table, attribute, target in _REFERENCES:
        for index, record in enumerate(state[table]):
            if record[attribute] is not None:
                yield (table, index, attribute), record[attribute], target
    for index, credential in enumerate(state["application_credentials"]):
        for place, role in enumerate(credential["role_ids"]):
            yield ("application_credentials", index, "role_ids", place), role, "roles"
    for prior, implied in state["implications"].items():
        yield ("implications", prior), prior, "roles"
        for place, role in enumerate(implied):
            yield ("implications", prior, place), role, "roles"
    for group, users in state["members"].items():
        yield ("members", group), group, "groups"
        for place, user in enumerate(users):
            yield ("members", group, place), user, "users"
    for index, grant in enumerate(state["grants"]):
        yield from _references_of_grant(("grants", index), grant)
    for index, token in enumerate(state["tokens"]):
        if token["scope"] is not None:
            _kind(("tokens", index, "scope"), token["scope"], _TARGETS)


def _references_of_grant(path: Path, grant: Mapping[str, Any]) -> Iterator[tuple[Path, Any, str]]:
    for side, tables in (("target", _TARGETS), ("actor", _ACTORS)):
        table = _kind((*path, side), grant[side], tables)
        if table is not None:
            yield (*path, side, 1), grant[side][1], table
    for place, role in enumerate(grant["roles"]):
        yield (*path, "roles", place), role, "roles"


def _kind(path: Path, pair: list[str], tables: Mapping[str, str]) -> str | None:
    """The table that a pair's id is of; None for the system, which is in none."""
    if tables is _TARGETS and tuple(pair) == SYSTEM:
        return None
    if pair[0] not in tables:
        raise DocumentError((*path, 0), f"{echo(pair[0])} is not one of {', '.join(tables)}")
    return tables[pair[0]]


def _check_no_circle(table: str, attribute: str, records: list[dict[str, Any]]) -> None:
    parents = {record["id"]: record[attribute] for record in records}
    for index, record in enumerate(records):
        seen, above = {record["id"]}, record[attribute]
        while above in parents:
            if above in seen:
                raise DocumentError((table, index, attribute), f"{echo(record[attribute])} makes a circle")
            seen.add(above)
            above = parents[above]
