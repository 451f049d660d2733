"""Deriving the contract, from a small reference of our own and, where it is at hand, from the whole of Manila's."""

from __future__ import annotations

import json
import os
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.contract.derive import derive, policies, reference
from fakemanila.contract.derive.command import derive_command
from fakemanila.contract.derive.naming import operation_id
from fakemanila.contract.derive.patches import PatchError
from fakemanila.contract.derive.source import SourceError, read
from fakemanila.contract.derive.write import render
from fakemanila.data import schemas_dir

Json = dict[str, Any]

CHAPTER = """\
.. -*- rst -*-

Kettles (since API v2.10)
=========================

List kettles
~~~~~~~~~~~~

.. rest_method::  GET /v2/kettles?color={color}

Words.

Response codes
--------------

.. rest_status_code:: success status.yaml

   - 200

.. rest_status_code:: error status.yaml

   - 401
   - 400

Request
-------

.. rest_parameters:: parameters.yaml

   - project_id: project_id_path
   - color: color_query

Response parameters
-------------------

.. rest_parameters:: parameters.yaml

   - id: kettle_id
   - lid : lid
   - spout: spout

Response example
----------------

.. literalinclude:: samples/kettles.json
   :language: javascript

Create kettle (since API v2.11)
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~

.. rest_method::  POST /v2/{project_id}/kettles

Response codes
--------------

.. rest_status_code:: success status.yaml

   - 202

Request
-------

.. rest_parameters:: parameters.yaml

   - lid: lid
   - litres: litres

Request example
---------------

.. literalinclude:: samples/kettle.json

Boil kettle
~~~~~~~~~~~

.. rest_method::  POST /v2/kettles/{kettle-id}/action

.. versionadded:: 2.12

Response codes
--------------

.. rest_status_code:: success status.yaml

   - 202

Request
-------

.. rest_parameters:: parameters.yaml

   - kettle_id: kettle_id_path
   - degrees: degrees

Request example
---------------

.. literalinclude:: ./samples/boil.json
"""

PARAMETERS = """\
project_id_path: {in: path, required: false, type: string, description: words}
kettle_id_path: {in: path, required: true, type: string, description: words}
color_query: {in: query, required: false, type: string, min_version: 2.20, description: words}
kettle_id: {in: body, required: true, type: string, description: words}
lid: {in: body, required: false, type: boolean, description: words}
spout: {in: body, required: false, type: string, max_version: 2.30, description: words}
litres: {in: body, required: true, type: integer, description: words}
degrees: {in: body, required: true, type: integer, min_version: 2.0, description: words}
"""

SAMPLES: Json = {
    "kettles.json": {"kettles": [{"id": "a", "lid": None}], "kettles_links": []},
    "kettle.json": {"kettle": {"lid": True, "litres": 2}},
    "boil.json": {"boilKettle": {"degrees": 95}},
}

POLICY_BASE = """\
ADMIN = 'rule:context_is_admin'
EITHER = f'({ADMIN}) or ' + '(role:cook)'
rules = [policy.RuleDefault('context_is_admin', 'role:admin', description='words')]
"""

POLICY = """\
BASE = 'kettle:%s'
rules = [
    policy.DocumentedRuleDefault(
        name=BASE % 'index',
        check_str=base.EITHER,
        scope_types=['project'],
        description='words',
        operations=[{'method': 'GET', 'path': '/kettles?{query}'}],
        deprecated_rule=deprecated,
    ),
    policy.DocumentedRuleDefault(
        BASE % 'boil', base.ADMIN, 'words', [{'method': ['POST'], 'path': '/kettles/{id}/action'}]
    ),
    policy.DocumentedRuleDefault(
        BASE % 'boil_kettle', base.ADMIN, 'words', [{'method': 'POST', 'path': '/kettles/{id}/action'}]
    ),
]
"""


def lay_out(root: Path, **patches: Any) -> tuple[Path, Path]:
    """A release of our own, unpacked, and the folder for what is derived from it."""
    files = {
        "PKG-INFO": "Name: kettle\nVersion: 1.2.3\n",
        "api-ref/source/kettle-things.inc": CHAPTER,
        "api-ref/source/parameters.yaml": PARAMETERS,
        "manila/policies/base.py": POLICY_BASE,
        "manila/policies/kettle.py": POLICY,
        "README.rst": "not read",
    } | {f"api-ref/source/samples/{name}": json.dumps(body) for name, body in SAMPLES.items()}
    for name, text in files.items():
        path = root / "kettle-1.2.3" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    target = root / "schemas"
    target.mkdir(exist_ok=True)
    (target / "patches.json").write_text(json.dumps(patches))
    return root / "kettle-1.2.3", target


def derived(root: Path, **patches: Any) -> Json:
    source, target = lay_out(root, **patches)
    derive(source, target)
    found: Json = json.loads((target / "kettle_things.json").read_text())["operations"]
    return found


def test_a_list(tmp_path: Path) -> None:
    listed = derived(tmp_path)["kettles.list"]
    assert listed["routes"] == [{"method": "GET", "path": "/kettles", "min": "2.10"}]
    assert (listed["success"], listed["errors"]) == ([200], [400, 401, 403])
    assert listed["policy"] == "kettle:index"
    assert listed["query"]["properties"] == {
        "color": {"$ref": "parameters.json#/$defs/color_query", "x-min-version": "2.20"}
    }
    assert listed["request"] is None
    assert listed["response"] == {
        "envelope": "kettles",
        "collection": True,
        "schema": {
            "type": "object",
            "properties": {
                "id": {"$ref": "parameters.json#/$defs/kettle_id"},
                "lid": {"$ref": "parameters.json#/$defs/lid"},
                "spout": {"$ref": "parameters.json#/$defs/spout", "x-max-version": "2.30"},
            },
        },
        "links": "kettles_links",
    }


def test_a_create_wants_what_is_required(tmp_path: Path) -> None:
    create = derived(tmp_path)["kettles.create"]
    assert create["routes"] == [{"method": "POST", "path": "/kettles", "min": "2.11"}]
    assert create["request"]["envelope"] == "kettle"
    assert create["request"]["schema"]["required"] == ["litres"]
    assert create["response"] is None


def test_an_action_is_known_by_the_key_of_its_body(tmp_path: Path) -> None:
    boil = derived(tmp_path)["kettles.boil_kettle"]
    assert boil["routes"] == [
        {"method": "POST", "path": "/kettles/{kettle_id}/action", "action": "boilKettle", "min": "2.12"}
    ]
    assert boil["path"]["required"] == ["kettle_id"]
    assert boil["request"]["envelope"] == "boilKettle"
    assert boil["policy"] == "kettle:boil_kettle"


def test_parameters_keep_facts_alone(tmp_path: Path) -> None:
    source, target = lay_out(tmp_path)
    derive(source, target)
    definitions = json.loads((target / "parameters.json").read_text())["$defs"]
    assert definitions["spout"] == {
        "type": ["string", "null"],
        "x-in": "body",
        "x-required": False,
        "x-max-version": "2.30",
    }
    assert definitions["color_query"]["x-min-version"] == "2.20"
    assert "x-min-version" not in definitions["degrees"]
    for path in target.glob("*.json"):
        assert "words" not in path.read_text().lower()


def test_policies_are_read_without_running_them(tmp_path: Path) -> None:
    source, target = lay_out(tmp_path)
    derive(source, target)
    rules = json.loads((target / "policies.json").read_text())["rules"]
    assert rules["kettle:index"] == {
        "check": "(rule:context_is_admin) or (role:cook)",
        "operations": [{"method": "GET", "path": "/kettles?{query}"}],
        "scope": ["project"],
    }
    assert rules["kettle:boil"]["operations"] == [{"method": "POST", "path": "/kettles/{id}/action"}]
    assert rules["context_is_admin"] == {"check": "role:admin", "operations": [], "scope": []}


def test_a_policy_that_is_computed_is_refused() -> None:
    with pytest.raises(policies.PolicyError, match="secret"):
        policies.rules({"kettle": "rules = [policy.RuleDefault(name=secret(), check_str='x', description='y')]"})


def test_a_change_of_one_file_is_found_and_nothing_written(tmp_path: Path) -> None:
    source, target = lay_out(tmp_path)
    assert derive(source, target) == ["SOURCE.json", "kettle_things.json", "parameters.json", "policies.json"]
    assert derive(source, target, check=True) == []
    (target / "parameters.json").write_text("{}")
    (target / "gone.json").write_text("{}")
    assert derive(source, target, check=True) == ["gone.json", "parameters.json"]
    assert (target / "parameters.json").read_text() == "{}"
    assert (target / "gone.json").exists()
    derive(source, target)
    assert derive(source, target, check=True) == []
    assert not (target / "gone.json").exists()


def test_samples_are_held_against_the_contract(tmp_path: Path) -> None:
    patch = {"kettles.create": {"request": {"fields": {"litres": {"type": "string"}}}, "why": "test"}}
    source, target = lay_out(tmp_path, operations=patch)
    derive(source, target)
    found = derive(source, target, check=True)
    assert len(found) == 1
    assert found[0].startswith("samples/kettle.json (kettles.create, request): litres:")
    lay_out(tmp_path, operations=patch, samples={"kettle.json": "test"})
    assert derive(source, target, check=True) == []
    lay_out(tmp_path, operations=patch, samples={"kettle.json": "test", "boil.json": "test"})
    assert derive(source, target, check=True) == ["samples/boil.json: excused, but it agrees with the contract"]


def pack(source: Path, target: Path, mtime: int) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                member = tarfile.TarInfo(f"{source.name}/{path.relative_to(source).as_posix()}")
                member.size, member.mtime = len(content), mtime
                archive.addfile(member, BytesIO(content))
    return target


def test_a_tarball_gives_the_same_contract_and_says_where_it_is_from(tmp_path: Path) -> None:
    source, target = lay_out(tmp_path)
    derive(source, target)
    packed = pack(source, tmp_path / "kettle-1.2.3.tar.gz", 86400 * 365)
    assert derive(packed, target) == ["SOURCE.json"]
    provenance = json.loads((target / "SOURCE.json").read_text())
    assert provenance["release"] == "1.2.3"
    assert provenance["file"] == "kettle-1.2.3.tar.gz"
    assert provenance["date"] == "1971-01-01"
    assert len(provenance["sha256"]) == 64
    # An unpacked release has no digest: what is known already stays.
    assert derive(source, target, check=True) == []


@pytest.mark.parametrize("folder", ["api-ref", "api-ref/source"])
def test_the_reference_alone_keeps_policies_and_provenance(tmp_path: Path, folder: str) -> None:
    source, target = lay_out(tmp_path)
    derive(pack(source, tmp_path / "kettle-1.2.3.tar.gz", 0), target)
    assert derive(source / folder, target, check=True) == []


@pytest.mark.parametrize("missing", ["nowhere", "empty"])
def test_a_source_without_a_reference_is_refused(tmp_path: Path, missing: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError):
        read(tmp_path / missing)


def test_the_command_says_what_differs_and_fails(tmp_path: Path) -> None:
    source, target = lay_out(tmp_path)
    runner = CliRunner()
    checked = runner.invoke(derive_command, [str(source), "--check", "--output", str(target)])
    assert checked.exit_code == 1
    assert "kettle_things.json" in checked.output
    assert runner.invoke(derive_command, [str(source), "--output", str(target)]).exit_code == 0
    checked = runner.invoke(derive_command, [str(source), "--check", "--output", str(target)])
    assert (checked.exit_code, "up to date" in checked.output) == (0, True)


# Patches


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


# The parts


@pytest.mark.parametrize(
    ("method", "path", "action", "expected"),
    [
        ("GET", "/snapshots", None, "snapshots.list"),
        ("GET", "/snapshots/detail", None, "snapshots.detail"),
        ("PUT", "/snapshots/{id}", None, "snapshots.update"),
        ("DELETE", "/snapshots/{id}", None, "snapshots.delete"),
        ("POST", "/snapshots/manage", None, "snapshots.manage"),
        ("POST", "/types/{id}/action", "addProjectAccess", "share_types.add_project_access"),
        ("PUT", "/shares/{id}/metadata", None, "share_metadata.replace"),
        ("POST", "/shares/{id}/metadata/{key}", None, "share_metadata.update"),
        ("GET", "/types/{id}/extra_specs", None, "share_type_extra_specs.list"),
        (
            "GET",
            "/shares/{id}/export_locations/{location}/metadata/{key}",
            None,
            "share_export_location_metadata.show",
        ),
        ("GET", "/scheduler-stats/pools/detail", None, "scheduler_stats.detail"),
        ("GET", "/..", None, "versions.list"),
        ("GET", "/", None, "versions.show"),
    ],
)
def test_ids(method: str, path: str, action: str | None, expected: str) -> None:
    assert operation_id(method, path, action) == expected


def test_marks_of_microversions() -> None:
    text = "Boil (until 2.6)\n~~~~~~~~~~~~~~~~\n\n.. rest_method:: GET /v2/kettles\n"
    assert [(call.min, call.max) for call in reference.calls("kettles", text)] == [(None, "2.6")]
    text += "\n.. versionremoved:: 2.9\n"
    assert reference.calls("kettles", text)[0].max == "2.8"


names = st.from_regex(r"[a-z][a-z_~:]{0,12}", fullmatch=True)


@given(st.lists(st.tuples(names, names), unique=True), st.lists(st.integers(200, 599), unique=True))
def test_every_listed_field_and_code_is_read(fields: list[tuple[str, str]], codes: list[int]) -> None:
    items = "\n".join(f"   - {name}: {parameter}" for name, parameter in fields)
    listed = "\n".join(f"   - {code}: why" for code in codes)
    text = (
        "Boil\n~~~~\n\n.. rest_method:: PUT /v2/kettles/{id}\n\nRequest\n-------\n\n"
        f".. rest_parameters:: parameters.yaml\n\n{items}\n\n"
        f".. rest_status_code:: error status.yaml\n\n{listed}\n\nEnd.\n"
    )
    [call] = reference.calls("kettles", text)
    assert (call.request, call.errors, call.path) == (fields, codes, "/kettles/{id}")


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert all(call.chapter == "kettles" for call in reference.calls("kettles", text))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=40,
)


@given(values)
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assert json.loads(render(value)) == value


@pytest.mark.skipif("FAKEMANILA_MANILA_SDIST" not in os.environ, reason="FAKEMANILA_MANILA_SDIST names no tarball")
def test_the_whole_reference_gives_the_contract_as_it_is() -> None:
    sdist = Path(os.environ["FAKEMANILA_MANILA_SDIST"])
    source = read(sdist)
    assert sum(len(reference.calls(name, text)) for name, text in source.chapters.items()) == 209
    assert len(policies.rules(source.policies)) == 230
    assert derive(sdist, schemas_dir(), check=True) == []
