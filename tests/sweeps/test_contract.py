"""The whole contract, against itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from fakemanila.package_data import schemas_dir

from ..cases import for_each

Json = dict[str, Any]

FILES: dict[str, Json] = {path.name: json.loads(path.read_text()) for path in sorted(schemas_dir().glob("*.json"))}
CHAPTERS = {name: file for name, file in FILES.items() if "chapter" in file}
OPERATIONS: dict[str, Json] = {
    identity: operation for file in CHAPTERS.values() for identity, operation in file["operations"].items()
}
DEFINITIONS: dict[str, Json] = FILES["parameters.json"]["$defs"]
RULES: dict[str, Json] = FILES["policies.json"]["rules"]

ANNOTATIONS = {
    "x-min-version",
    "x-max-version",
    "x-admin",
    "x-attribute",
    "x-values",
    "x-lenient",
    "x-multiple",
    "x-status",
    "x-tenant-defaults",
    "x-late",
    "x-text",
    "x-empty",
}

each = for_each(identity={identity: identity for identity in sorted(OPERATIONS)})


def schemas(operation: Json) -> Iterator[Json]:
    """Every schema of an operation: path, query, request and response."""
    for side in ("path", "query"):
        if operation[side] is not None:
            yield operation[side]
    for side in ("request", "response"):
        if operation[side] is not None:
            yield operation[side]["schema"]


def minor(version: str | None, default: int) -> int:
    if version is None:
        return default
    assert re.fullmatch(r"2\.\d{1,2}", version), version
    return int(version[2:])


def span(entry: Json, low: str = "min", high: str = "max") -> range:
    """The minors of a range of microversions."""
    return range(minor(entry.get(low), 0), minor(entry.get(high), 99) + 1)


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from references(item)


def test_ids_are_unique() -> None:
    counted = Counter(identity for file in CHAPTERS.values() for identity in file["operations"])
    assert [identity for identity, times in counted.items() if times > 1] == []


@each
def test_ids_have_a_resource_and_a_verb(identity: str) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", identity)


def test_chapters_are_named_as_their_files() -> None:
    assert all(name == f"{file['chapter']}.json" and file["operations"] for name, file in CHAPTERS.items())


@for_each(definition=DEFINITIONS)
def test_parameters_are_valid_schemas(definition: Json) -> None:
    Draft202012Validator.check_schema(definition)
    assert definition["x-in"] in {"body", "path", "query", "header"}
    assert isinstance(definition["x-required"], bool)
    assert span(definition, "x-min-version", "x-max-version")


@each
def test_operations_have_valid_schemas(identity: str) -> None:
    for schema in schemas(OPERATIONS[identity]):
        Draft202012Validator.check_schema(schema)
        for name in schema.get("required", []):
            assert name in schema["properties"]


RESOLVER = (
    Registry()
    .with_resource("parameters.json", Resource.from_contents(FILES["parameters.json"], DRAFT202012))
    .resolver()
)


@each
def test_references_lead_somewhere(identity: str) -> None:
    for schema in schemas(OPERATIONS[identity]):
        for reference in references(schema):
            assert isinstance(RESOLVER.lookup(reference).contents, dict)


@each
def test_fields_exist_at_some_microversion_of_their_operation(identity: str) -> None:
    operation = OPERATIONS[identity]
    served = {version for route in operation["routes"] for version in span(route)}
    for schema in schemas(operation):
        for name, field in schema.get("properties", {}).items():
            assert served & set(span(field, "x-min-version", "x-max-version")), name
            # A range of 2.0 is none, and is left out.
            assert field.get("x-min-version") != "2.0", name
            assert {key for key in field if key.startswith("x-")} <= ANNOTATIONS, name


@each
def test_operations_are_complete(identity: str) -> None:
    operation = OPERATIONS[identity]
    assert operation["routes"]
    assert all(200 <= code < 400 for code in operation["success"])
    assert operation["success"]
    assert operation["errors"] == sorted(set(operation["errors"]))
    assert all(400 <= code < 500 for code in operation["errors"])
    assert operation["policy"] is None or operation["policy"] in RULES


@each
def test_routes_name_the_parameters_of_their_path(identity: str) -> None:
    operation = OPERATIONS[identity]
    named = operation["path"]["required"] if operation["path"] else []
    for route in operation["routes"]:
        assert route["method"] in {"GET", "POST", "PUT", "DELETE"}
        assert route["path"].startswith("/")
        assert len(re.findall(r"{[^}]+}", route["path"])) == len(named)
        assert span(route)
        assert route.get("action") is None or (route["method"], route["path"][-7:]) == ("POST", "/action")
    assert re.findall(r"{([^}]+)}", operation["routes"][-1]["path"]) == named


def test_a_route_leads_to_one_operation_at_each_microversion() -> None:
    counted = Counter(
        (route["method"], re.sub(r"{[^}]+}", "{}", route["path"]), route.get("action"), version)
        for operation in OPERATIONS.values()
        for route in operation["routes"]
        for version in span(route)
    )
    assert [key for key, times in counted.items() if times > 1] == []


def test_guarded_calls_without_a_rule_are_few() -> None:
    assert {identity for identity, operation in OPERATIONS.items() if operation["policy"] is None} == {
        "extensions.list",
        "extensions.show",
        "limits.list",
        "versions.list",
        "versions.show",
    }


@each
def test_action_requests_have_the_newest_name(identity: str) -> None:
    operation = OPERATIONS[identity]
    actions = [route["action"] for route in operation["routes"] if "action" in route]
    if actions and operation["request"] is not None:
        assert operation["request"]["envelope"] == actions[-1]


@each
def test_metadata_calls_come_together(identity: str) -> None:
    resource = identity.partition(".")[0]
    if resource.endswith("_metadata") and resource != "share_access_rule_metadata":
        verbs = {"list", "create", "replace", "show", "update", "delete"}
        assert {name.partition(".")[2] for name in OPERATIONS if name.partition(".")[0] == resource} == verbs


def test_there_are_as_many_as_documented() -> None:
    # 209 documented calls, of which two are old paths and one an old form of others, and what the reference leaves out.
    added = sum(len(operations) for operations in FILES["patches.json"]["add"].values())
    assert len(OPERATIONS) == 209 - 3 + added
    assert len(RULES) == 230


def reasons(patches: Any) -> Iterator[str]:
    for section in ("calls", "parameters", "views", "operations"):
        for entries in patches[section].values():
            for entry in entries if isinstance(entries, list) else [entries]:
                yield entry["why"]
    for operations in patches["add"].values():
        yield from (operation["why"] for operation in operations.values())
    for section in ("old_names", "experimental"):
        yield from (entry["why"] for entry in patches[section])
    yield from patches["samples"].values()


def test_every_patch_says_why() -> None:
    assert all(len(reason) > 3 for reason in reasons(FILES["patches.json"]))


def test_no_sentences_are_carried_over() -> None:
    for name in (*CHAPTERS, "parameters.json", "policies.json"):
        # A field may well be called so; then an object follows.
        assert not re.search(r'"description": "', json.dumps(FILES[name])), name


# What the interface promises, word for word


def test_a_snapshot_is_reset_under_two_names() -> None:
    assert OPERATIONS["snapshots.reset_status"]["routes"] == [
        {"method": "POST", "path": "/snapshots/{snapshot_id}/action", "action": "os-reset_status", "max": "2.6"},
        {"method": "POST", "path": "/snapshots/{snapshot_id}/action", "action": "reset_status", "min": "2.7"},
    ]


def test_a_share_shows_its_type_by_name_and_later_by_id() -> None:
    fields = OPERATIONS["shares.show"]["response"]["schema"]["properties"]
    assert fields["share_type"]["x-attribute"] == [
        {"max": "2.5", "attribute": "share_type_name"},
        {"min": "2.6", "attribute": "share_type_id"},
    ]
    assert fields["status"]["x-values"] == [{"max": "2.53", "map": {"creating_from_snapshot": "creating"}}]


@pytest.mark.parametrize(
    ("identity", "field", "low", "high", "admin"),
    [
        ("snapshots.show", "provider_location", "2.12", None, True),
        ("snapshots.show", "user_id", "2.17", None, False),
        ("snapshots.show", "metadata", "2.73", None, False),
        ("shares.show", "export_location", None, "2.8", False),
        ("shares.show", "host", None, None, True),
        ("shares.show", "share_type_name", "2.6", None, False),
        ("shares.show", "encryption_key_ref", "2.90", None, False),
        ("share_types.show", "share_type_access:is_public", "2.7", None, False),
        ("share_types.show", "os-share-type-access:is_public", None, "2.6", False),
        ("share_types.show", "is_default", "2.46", None, False),
    ],
)
def test_ranges_of_fields(identity: str, field: str, low: str | None, high: str | None, admin: bool) -> None:
    shown = OPERATIONS[identity]["response"]["schema"]["properties"][field]
    assert (shown.get("x-min-version"), shown.get("x-max-version")) == (low, high)
    assert shown.get("x-admin", False) is admin
