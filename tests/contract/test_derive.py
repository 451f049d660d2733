"""Deriving the contract, from a small reference of our own and, where it is at hand, from the whole of Manila's."""

from __future__ import annotations

import json
import os
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakemanila.contract.derive import derive, policies, reference
from fakemanila.contract.derive.command import derive_command
from fakemanila.contract.derive.source import SourceError, read
from fakemanila.package_data import schemas_dir

from .kettles import derived, lay_out


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
    (target / "gone.json").write_text('{"chapter": "gone", "operations": {}}')
    assert derive(source, target, check=True) == ["gone.json", "parameters.json"]
    assert (target / "parameters.json").read_text() == "{}"
    assert (target / "gone.json").exists()
    derive(source, target)
    assert derive(source, target, check=True) == []
    assert not (target / "gone.json").exists()


@pytest.mark.parametrize("content", ['{"$id": "records.json"}', "{}", "[]", "half a fi", ""])
def test_files_that_are_not_derived_are_left_alone(tmp_path: Path, content: str) -> None:
    source, target = lay_out(tmp_path)
    (target / "records.json").write_text(content)
    derive(source, target)
    assert derive(source, target, check=True) == []
    assert (target / "records.json").read_text() == content


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


@pytest.mark.skipif("FAKEMANILA_MANILA_SDIST" not in os.environ, reason="FAKEMANILA_MANILA_SDIST names no tarball")
def test_the_whole_reference_gives_the_contract_as_it_is() -> None:
    sdist = Path(os.environ["FAKEMANILA_MANILA_SDIST"])
    source = read(sdist)
    assert sum(len(reference.calls(name, text)) for name, text in source.chapters.items()) == 209
    assert len(policies.rules(source.policies)) == 230
    assert derive(sdist, schemas_dir(), check=True) == []
