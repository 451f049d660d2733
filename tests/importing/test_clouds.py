"""What an import does where a cloud isn't as it should be: a line that says so, and nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fakemanila import FakeManila
from fakemanila.cli.program import main
from fakemanila.importing.cloud import TRIES, Address, Cloud, CloudError
from fakemanila.importing.command import import_cloud
from fakemanila.scenario.files import read

from ..clouds_yaml import clouds_yaml
from .clouds import SOME_OF_ALL, cloud, imported, world

_HTML = {"respond": {"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<h1>Maintenance</h1>"}}


def _secret_texts(text: str) -> list[str]:
    return [each for each in ("hush", "access_key", 'password"', "backend_details") if each in text]


def test_no_secret_is_in_the_file_nor_in_what_is_kept_on_the_way(tmp_path: Path) -> None:
    with world("cephfs") as manila:
        made = {"kind": "share", "name": "s", "share_type": "cephfs"}
        manila.control.scenario.apply(
            {
                "resources": [
                    made,
                    {
                        "kind": "access_rule",
                        "share": "s",
                        "access_type": "cephx",
                        "access_to": "bob",
                        "access_key": "hush",
                    },
                    {"kind": "security_service", "password": "hush"},
                ]
            }
        )
        manila.faults.add({"match": {"operation": "identity.roles.list"}, "do": _HTML})
        with pytest.raises(CloudError):
            import_cloud(cloud(manila), tmp_path / "s.yaml", "fake")
        kept = (tmp_path / "s.yaml.partial").read_text()
        assert '"access_to": "bob"' in kept
        assert "hush" not in kept
        manila.faults.clear()
        import_cloud(cloud(manila), tmp_path / "s.yaml", "fake")
    text = (tmp_path / "s.yaml").read_text()
    assert '"access_to": "bob"' in text
    assert _secret_texts(text) == []


def test_a_failure_that_passes_is_tried_again(tmp_path: Path) -> None:
    slept: list[float] = []
    with world(None) as manila:
        manila.faults.add({"match": {"operation": "services.list"}, "when": {"times": 1}, "do": _HTML})
        busy = {"respond": {"status": 503, "headers": {"Retry-After": "7"}}}
        manila.faults.add({"match": {"operation": "shares.detail"}, "when": {"times": 1}, "do": busy})
        import_cloud(Cloud(manila.session(user="admin"), sleep=slept.append), tmp_path / "s.yaml", "fake")
    assert slept == [0.5, 7.0]


@pytest.mark.parametrize(
    ("do", "problem"),
    [
        (_HTML, "answered 200 with text/html instead of JSON"),
        ({"respond": {"status": 503}}, "the cloud answered 503"),
        ({"respond": {"status": 500}}, "the cloud answered 500"),
    ],
)
def test_a_failure_that_stays_is_told_and_nothing_is_lost(do: object, problem: str, tmp_path: Path) -> None:
    output = tmp_path / "s.yaml"
    output.write_text("before")
    with world(SOME_OF_ALL) as manila:
        manila.faults.add({"match": {"operation": "messages.list"}, "do": do})
        with pytest.raises(CloudError, match=f"^GET /v2/messages.*: .*{problem}"):
            import_cloud(cloud(manila), output, "fake")
        assert output.read_text() == "before"
        assert manila.requests.count(operation="messages.list") == TRIES
        manila.faults.clear()
        asked = manila.requests.count(operation="shares.detail")
        lines = import_cloud(cloud(manila), output, "fake")
        assert manila.requests.count(operation="shares.detail") == asked
    assert "answers of an earlier run" in lines[1]
    assert not output.with_name("s.yaml.partial").exists()
    assert read(output).value["records"]["shares"]


def test_a_record_over_which_the_cloud_crashes_is_left_out_and_said(tmp_path: Path) -> None:
    crash = {"respond": {"status": 500}}
    with world(SOME_OF_ALL) as manila:
        broken = manila.create("share", name="broken", user="demo")["id"]
        manila.faults.add({"match": {"operation": "shares.detail"}, "do": crash})
        manila.faults.add({"match": {"operation": "shares.show", "path": f"*{broken}"}, "do": crash})
        import_cloud(cloud(manila), tmp_path / "s.yaml", "fake")
    names = {each["name"] for each in read(tmp_path / "s.yaml").value["records"]["shares"]}
    assert names == {"db", "plain", "served", "left"}
    assert "# - the cloud failed (500): GET /v2/shares/ID\n" in (tmp_path / "s.yaml").read_text()


def test_an_interrupted_run_leaves_what_it_has_read(tmp_path: Path) -> None:
    def interrupt(text: str) -> None:
        if text.startswith("/messages"):
            raise KeyboardInterrupt

    output = tmp_path / "s.yaml"
    with world(SOME_OF_ALL) as manila:
        with pytest.raises(KeyboardInterrupt):
            import_cloud(cloud(manila, progress=interrupt), output, "fake")
        assert not output.exists()
        partial = output.with_name("s.yaml.partial")
        partial.write_text(partial.read_text()[:-20])  # it was killed while it wrote
        import_cloud(cloud(manila), output, "fake")
        assert read(output).value["records"] == imported(manila, tmp_path)["records"]


def test_what_was_read_of_another_cloud_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "s.yaml.partial").write_text(json.dumps({"cloud": "other"}) + "\n")
    with world(None) as manila, pytest.raises(ValueError, match="is of another cloud, user or microversion: remove it"):
        import_cloud(cloud(manila), tmp_path / "s.yaml", "fake")
    assert (tmp_path / "s.yaml.partial").read_text() == '{"cloud": "other"}\n'


def test_a_project_alone(tmp_path: Path) -> None:
    with world(SOME_OF_ALL) as manila:
        found = imported(manila, tmp_path, projects=["shop"])
        assert [each["name"] for each in found["records"]["shares"]] == ["plain"]
        assert list(found["projects"]) == ["shop"]
        assert len(found["records"]["share_types"]) == 5
        with pytest.raises(CloudError, match="--project 'shoe' is not a project that this user sees"):
            imported(manila, tmp_path, projects=["shoe"])


def test_it_only_reads(tmp_path: Path) -> None:
    with world(SOME_OF_ALL, max_microversion="2.40") as manila:  # where access rules are read with a POST
        manila.requests.clear()
        imported(manila, tmp_path)
        others = {each["operation"] for each in manila.requests if each["method"] != "GET"}
    assert others == {"identity.tokens.create", "shares.access_list"}


def test_it_asks_no_faster_than_it_should() -> None:
    slept: list[float] = []
    with world(None) as manila:
        slow = Cloud(manila.session(user="admin"), rate=0.001, sleep=slept.append)
        slow.get("/services")
        slow.get("/services")
    assert [round(each, -2) for each in slept] == [1000, 2000]


def test_a_catalog_without_manila() -> None:
    with world(None) as manila, pytest.raises(CloudError, match=r"^the catalog has no Manila in the region Mars: "):
        Cloud(manila.session(user="admin"), Address("Mars"))


# The command


def _command(auth_url: str, folder: Path, password: str = "secret", *more: str) -> Result:
    arguments = ["import", "--os-cloud", "here", "--output", str(folder / "s.yaml"), *more]
    return CliRunner(env=clouds_yaml(folder, auth_url, password)).invoke(main, arguments)


def test_the_command_over_http(tmp_path: Path) -> None:
    with FakeManila(clock="manual", scenario=SOME_OF_ALL) as manila:
        auth_url = manila.auth_url
        result = _command(auth_url, tmp_path, "secret", "--rate", "1000/s")
        assert result.exit_code == 0, result.output
        assert str(tmp_path / "s.yaml") in result.output
        assert len(read(tmp_path / "s.yaml").value["records"]["shares"]) == 4
        (tmp_path / "s.yaml").unlink()
        result = _command(auth_url, tmp_path, "wrong")
        assert result.exit_code == 1
        assert "Keystone does not let this user in" in result.output
        result = _command(auth_url, tmp_path, "secret", "--rate", "fast")
        assert "'fast' is not a valid rate: expected such as 5/s or 100/m" in result.output
    result = _command(auth_url, tmp_path)
    assert "fakemanila: cannot log in: " in result.output
    assert sorted(each.name for each in tmp_path.iterdir()) == ["clouds.yaml"]
