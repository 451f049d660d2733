"""Corrections of the reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakemanila.contract.derive.patches import PatchError

from .kettles import derived

Json = dict[str, Any]


def test_a_view_replaces_the_fields_of_an_answer(tmp_path: Path) -> None:
    fields = {"id": "kettle_id", "spout": {"is": "spout", "max": None, "admin": True}, "lid": {"type": "string"}}
    listed = derived(tmp_path, views={"kettle": {"operations": ["kettles.list"], "fields": fields, "why": "test"}})
    assert listed["kettles.list"]["response"]["schema"]["properties"] == {
        "id": {"$ref": "parameters.json#/$defs/kettle_id"},
        # The parameter itself ends at 2.30: a null opens the range again.
        "spout": {"$ref": "parameters.json#/$defs/spout", "x-max-version": None, "x-admin": True},
        "lid": {"type": "string"},
    }


def test_old_names_and_experimental_ranges_split_a_route(tmp_path: Path) -> None:
    operations = derived(
        tmp_path,
        old_names=[
            {"max": "2.15", "paths": {"/kettles": "/os-kettles"}, "why": "test"},
            {"max": "2.20", "actions": {"kettles.boil_kettle": "os-boil"}, "why": "test"},
        ],
        experimental=[{"operations": ["kettles.l*"], "max": "2.12", "why": "test"}],
    )
    assert operations["kettles.list"]["routes"] == [
        {"method": "GET", "path": "/os-kettles", "min": "2.10", "max": "2.12", "experimental": True},
        {"method": "GET", "path": "/os-kettles", "min": "2.13", "max": "2.15"},
        {"method": "GET", "path": "/kettles", "min": "2.16"},
    ]
    boil = [(route["path"], route["action"], route["min"]) for route in operations["kettles.boil_kettle"]["routes"]]
    assert boil == [
        ("/os-kettles/{kettle_id}/action", "os-boil", "2.12"),
        ("/kettles/{kettle_id}/action", "os-boil", "2.16"),
        ("/kettles/{kettle_id}/action", "boilKettle", "2.21"),
    ]


def test_an_operation_can_be_added(tmp_path: Path) -> None:
    added = {
        "routes": [{"method": "GET", "path": "/kettles/{kettle_id}"}],
        "success": [200],
        "errors": [404],
        "policy": None,
        "path": {"kettle_id": "kettle_id_path"},
        "response": {"envelope": "kettle", "fields": {"id": "kettle_id"}},
        "why": "test",
    }
    show = derived(tmp_path, add={"kettle_things": {"kettles.show": added}})["kettles.show"]
    assert show["path"]["properties"] == {"kettle_id": {"$ref": "parameters.json#/$defs/kettle_id_path"}}
    assert show["errors"] == [401, 404]
    assert show["response"]["schema"]["properties"] == {"id": {"$ref": "parameters.json#/$defs/kettle_id"}}


def test_a_second_path_of_a_call_becomes_a_route_of_it(tmp_path: Path) -> None:
    calls = {"POST /kettles": {"id": "kettles.list", "max": "2.40", "why": "test"}}
    operations = derived(tmp_path, calls=calls)
    assert "kettles.create" not in operations
    assert [route["method"] for route in operations["kettles.list"]["routes"]] == ["GET", "POST"]
    assert operations["kettles.list"]["routes"][1]["max"] == "2.40"


@pytest.mark.parametrize(
    ("patches", "complaint"),
    [
        ({"operations": {"kettles.list": {"success": [204]}}}, "why"),
        ({"operations": {"kettles.melt": {"success": [204], "why": "test"}}}, "no operation kettles.melt"),
        ({"operations": {"kettles.list": {"query": {"colour": None}, "why": "test"}}}, "no field colour"),
        ({"operations": {"kettles.list": {"query": {"a": "handle"}, "why": "test"}}}, "no parameter handle"),
        ({"views": {"v": {"operations": ["kettles.create"], "fields": {}, "why": "test"}}}, "no response"),
        ({"add": {"kettle_things": {"kettles.list": {"why": "test"}}}}, "documented"),
        ({"old_names": [{"max": "2.6", "paths": {}}]}, "why"),
    ],
)
def test_a_patch_that_hits_nothing_is_refused(tmp_path: Path, patches: Json, complaint: str) -> None:
    with pytest.raises(PatchError, match=complaint):
        derived(tmp_path, **patches)
