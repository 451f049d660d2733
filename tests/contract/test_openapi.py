"""The OpenAPI document: valid at any microversion, and true to the contract."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from fakemanila.contract.openapi import openapi
from fakemanila.package_data import schemas_dir

Json = dict[str, Any]


@pytest.fixture(scope="module")
def files() -> Json:
    return {path.name: json.loads(path.read_text()) for path in schemas_dir().glob("*.json")}


def document(microversion: str) -> Json:
    return openapi(schemas_dir(), microversion)


@pytest.mark.parametrize("microversion", ["2.0", "2.36", "2.65", "2.99"])
def test_is_valid(microversion: str) -> None:
    validate(document(microversion))


def test_takes_loaded_files_as_well_as_their_folder(files: Json) -> None:
    assert openapi(files, "2.65") == document("2.65")


@pytest.mark.parametrize("microversion", ["latest", "2", "2.x", ""])
def test_refuses_what_is_no_microversion(microversion: str) -> None:
    with pytest.raises(ValueError, match="microversion"):
        document(microversion)


@pytest.mark.parametrize("minor", [0, 6, 7, 36, 65, 99])
def test_has_every_route_of_its_microversion(files: Json, minor: int) -> None:
    expected = set()
    for file in files.values():
        for operation in file.get("operations", {}).values() if "chapter" in file else ():
            for route in operation["routes"]:
                low, high = (int(route.get(end, f"2.{open}").split(".")[1]) for end, open in (("min", 0), ("max", 99)))
                if low <= minor <= high:
                    path = "/" if route["path"] == "/.." else "/v2" + route["path"]
                    expected.add((route["method"].lower(), re.sub(r"{[^}]*}", "{}", path)))
    paths = document(f"2.{minor}")["paths"]
    assert {(method, re.sub(r"{[^}]*}", "{}", path)) for path, item in paths.items() for method in item} == expected


def test_actions_of_a_resource_are_one_operation_with_one_of_their_bodies() -> None:
    action = document("2.99")["paths"]["/v2/snapshots/{snapshot_id}/action"]["post"]
    bodies = action["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    keys = {next(iter(body["properties"])) for body in bodies}
    assert keys == {"reset_status", "force_delete", "unmanage", "allow_access", "deny_access"}
    assert set(action["responses"]) >= {"202", "400", "403", "404"}


def test_an_action_body_fits_its_own_action_alone() -> None:
    doc = document("2.99")
    action = doc["paths"]["/v2/snapshots/{snapshot_id}/action"]["post"]
    schema = action["requestBody"]["content"]["application/json"]["schema"] | {"components": doc["components"]}
    assert Draft202012Validator(schema).is_valid({"reset_status": {"status": "error"}})
    assert not Draft202012Validator(schema).is_valid({"reset_status": {"status": "fine"}})
    assert not Draft202012Validator(schema).is_valid({"os-reset_status": {"status": "error"}})


def test_actions_have_their_old_names_at_old_microversions() -> None:
    old = document("2.6")["paths"]["/v2/snapshots/{snapshot_id}/action"]["post"]
    bodies = old["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert {next(iter(body["properties"])) for body in bodies} == {"os-reset_status", "os-force_delete"}


def fields(microversion: str) -> set[str]:
    answer = document(microversion)["paths"]["/v2/snapshots/{snapshot_id}"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    return set(schema["properties"]["snapshot"]["properties"])


def test_answers_have_the_fields_of_the_microversion() -> None:
    assert "provider_location" not in fields("2.11")
    assert "provider_location" in fields("2.12")
    assert {"user_id", "project_id"} <= fields("2.17")
    assert "metadata" not in fields("2.72")
    assert "metadata" in fields("2.73")


def test_a_list_has_its_links_and_from_its_microversion_on_a_count() -> None:
    def listed(microversion: str) -> set[str]:
        answer = document(microversion)["paths"]["/v2/snapshots"]["get"]["responses"]["200"]
        return set(answer["content"]["application/json"]["schema"]["properties"])

    assert listed("2.78") == {"snapshots", "share_snapshots_links"}
    assert listed("2.79") == {"snapshots", "share_snapshots_links", "count"}


def links(method: str, path: str, code: str) -> Json:
    answer = document("2.99")["paths"][path][method]["responses"][code]
    return {name: link["parameters"] for name, link in answer.get("links", {}).items()}


def test_what_makes_a_record_leads_to_what_can_be_done_with_it() -> None:
    found = links("post", "/v2/snapshots", "202")
    assert set(found) >= {"snapshots.show", "snapshots.delete", "snapshots.action", "snapshot_metadata.list"}
    assert found["snapshots.show"] == {"snapshot_id": "$response.body#/snapshot/id"}
    assert "snapshots.list" not in found
    assert links("post", "/v2/snapshots/manage", "202") == found
    assert links("post", "/v2/snapshots", "400") == {}


def test_links_of_what_lies_inside_another_record_keep_that() -> None:
    found = links("post", "/v2/share-networks/{share_network_id}/subnets", "200")
    assert found["share_network_subnets.delete"] == {
        "share_network_id": "$request.path.share_network_id",
        "share_network_subnet_id": "$response.body#/share_network_subnet/id",
    }


def test_what_real_manila_refuses_beside_its_fields_is_forbidden() -> None:
    doc = document("2.99")
    body = doc["paths"]["/v2/services/ensure-shares"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = Draft202012Validator(body | {"components": doc["components"]})
    assert schema.is_valid({"ensure_shares": {"host": "a@b"}})
    assert not schema.is_valid({"ensure_shares": {"host": "a@b", "zone": "nova"}})
    assert not schema.is_valid({"ensure_shares": {"host": "a@b"}, "zone": "nova"})


def test_the_root_wants_no_token() -> None:
    paths = document("2.99")["paths"]
    assert paths["/"]["get"]["security"] == []
    assert "security" not in paths["/v2/"]["get"]


def test_a_share_type_comes_under_both_its_names() -> None:
    answer = document("2.99")["paths"]["/v2/types/{share_type_id}"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["required"] == ["share_type", "volume_type"]


def test_experimental_operations_want_the_header() -> None:
    def wanted(microversion: str) -> bool:
        parameters = document(microversion)["paths"]["/v2/share-groups"]["get"]["parameters"]
        return {"$ref": "#/components/parameters/Experimental"} in parameters

    assert wanted("2.54")
    assert not wanted("2.55")
