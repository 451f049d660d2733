"""The example of a package that adds to fakemanila works when it is installed, and without it none of it is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakemanila import extending

SOURCE = Path(__file__).parents[2] / "examples" / "extension"
BUILD = "import sys, setuptools.build_meta as backend; backend.prepare_metadata_for_build_wheel(sys.argv[1])"
PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "extend-with-packages.md").read_text(encoding="utf-8")
SCENARIO = """
services: [tape]
delays: {tape.copies.create: 30s}
resources:
- {kind: share, name: db}
- {kind: tape_copy, share: db, name: 'copy-{n}', repeat: 2}
faults: [tape-jam, {name: any order, match: {operation: share_notes.list}, do: {shuffle: true}}]
"""


def install(source: Path, site: Path) -> None:
    """Leaves the metadata of a project in a folder, as an installer would in site-packages."""
    subprocess.run([sys.executable, "-c", BUILD, str(site)], cwd=source, check=True, capture_output=True)
    for leftover in site.glob("*.egg-info"):
        shutil.rmtree(leftover)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and its metadata, as an installer would leave them in site-packages."""
    folder = tmp_path_factory.mktemp("extension")
    source, site = folder / "source", folder / "site"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    site.mkdir()
    install(source, site)
    shutil.copytree(source / "fakemanila_tape", site / "fakemanila_tape")
    return site


def environment(site: Path, **more: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**inherited, "PYTHONPATH": str(site), "FAKEMANILA_RENDER_CACHE": "1", **more}


def run(site: Path, *arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment(site, **more), capture_output=True, text=True)


def test_its_own_tests_pass(site: Path, tmp_path: Path) -> None:
    pytest.importorskip("keystoneauth1")
    shutil.copytree(SOURCE / "tests", tmp_path / "tests")
    ran = run(site, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " passed" in ran.stdout


class Served:
    """A server with the extension, asked over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token: str | None = None

    def ask(self, method: str, path: str, body: Any = None, version: str = "2.60") -> Any:
        """The JSON of an answer, or its text."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-OpenStack-Manila-API-Version": version}
        if self.token is not None:
            headers["X-Auth-Token"] = self.token
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read().decode()
            self.token = answer.headers.get("X-Subject-Token", self.token)
            return json.loads(text) if "json" in answer.headers.get("Content-Type", "") and text else text

    def control(self, path: str, method: str = "GET", body: Any = None) -> Any:
        return self.ask(method, f"/_fakemanila{path}", body)

    def log_in(self) -> list[dict[str, Any]]:
        """As the user demo; gives the catalog."""
        user = {"name": "demo", "domain": {"id": "default"}, "password": "secret"}
        scope = {"project": {"name": "demo", "domain": {"id": "default"}}}
        identity = {"methods": ["password"], "password": {"user": user}}
        answer = self.ask("POST", "/identity/v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        catalog: list[dict[str, Any]] = answer["token"]["catalog"]
        return catalog


@contextmanager
def serving(site: Path, *arguments: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "fakemanila", "serve", "--port", "0", "--clock", "manual", *arguments]
    with subprocess.Popen(
        command, env=environment(site), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        ready = server.stdout.readline().split()
        try:
            assert ready[:2] == ["fakemanila", "ready"]
            yield Served(ready[2].removeprefix("url="))
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "scenario.yaml").write_text(SCENARIO)
    return folder


@pytest.fixture(scope="module")
def served(site: Path, files: Path) -> Iterator[Served]:
    """A server that has been asked for a copy, for a note and for the list of both."""
    scenario, state = files / "scenario.yaml", files / "state.db"
    with serving(site, "--scenario", str(scenario), "--state", str(state), "--state-sync", "always") as server:
        server.log_in()
        share = server.ask("GET", "/v2/shares")["shares"][0]["id"]
        server.ask("POST", "/tape/v1/copies", {"copy": {"share_id": share, "name": "jammed"}})
        server.ask("POST", "/v2/share-notes", {"share_note": {"share_id": share, "text": "keep"}})
        server.ask("GET", "/v2/share-notes")
        server.ask("GET", "/tape/v1/copies")
        yield server


def test_the_catalog_has_the_service(served: Served) -> None:
    [tape] = [service for service in served.log_in() if service["type"] == "tape"]
    assert tape["name"] == "tape-library"
    assert {endpoint["url"] for endpoint in tape["endpoints"]} == {f"{served.url}/tape/v1"}


def test_health_says_what_is_loaded(served: Served) -> None:
    assert served.control("/health")["extensions"] == [
        {
            "package": "fakemanila-tape",
            "version": "1.0",
            "adds": [
                "service tape",
                "resource share_notes",
                "fault shuffle",
                "preset lists-shuffled",
                "preset tape-jam",
            ],
        }
    ]


def test_scenarios_seed_its_records(served: Served) -> None:
    records = served.control("/records/tape_copy")["records"]
    assert [record["name"] for record in records] == ["copy-1", "copy-2", "jammed"]
    assert served.control("/records/share_notes")["records"][0]["text"] == "keep"


def test_the_journal_has_its_operations(served: Served) -> None:
    requests = served.control("/requests?operation=tape.copies.create")["requests"]
    assert [(each["status"], each["faults"]) for each in requests] == [(202, ["tape-jam"])]
    assert served.control("/requests?operation=share_notes.*")["total"] == 2


def test_faults_match_its_operations_and_have_its_effects(served: Served) -> None:
    faults = {fault.get("preset") or fault["name"]: fault for fault in served.control("/faults")["faults"]}
    assert faults["tape-jam"]["match"] == {"operation": "tape.copies.create"}
    assert [faults[name]["fired"] for name in ("tape-jam", "any order")] == [1, 1]
    names = [preset["name"] for preset in served.control("/faults/presets")["presets"]]
    assert names[-2:] == ["lists-shuffled", "tape-jam:<duration>"]


def test_its_transitions_are_under_way(served: Served) -> None:
    [transition] = served.control("/transitions")["transitions"]
    assert (transition["operation"], transition["resource_type"]) == ("tape.copies.create", "tape_copies")
    assert transition["due"] == "2026-01-01T00:10:00.000000"  # as the preset says; the delay is half a minute


def test_metrics_count_its_requests_and_records(served: Served) -> None:
    metrics = served.control("/metrics")
    assert 'fakemanila_requests_total{operation="tape.copies.create",status="202"} 1' in metrics
    assert 'fakemanila_records{kind="tape_copies"} 3' in metrics


def test_the_dashboard_shows_its_records_operations_and_effects(served: Served) -> None:
    assert "tape_copies" in served.control("/ui/resources")
    assert "jammed" in served.control("/ui/resources?kind=tape_copies")
    assert "tape.copies.create" in served.control("/ui/journal")
    faults = served.control("/ui/faults")
    assert "share_notes.list" in faults
    assert "tape-jam" in faults
    assert "shuffle" in faults


def test_documents_describe_what_it_adds(served: Served) -> None:
    paths = served.control("/openapi.json?microversion=2.60")["paths"]
    assert paths["/v2/share-notes"]["post"]["operationId"] == "share_notes.create"
    assert "/v2/share-notes" not in served.control("/openapi.json?microversion=2.49")["paths"]
    operations = {each["id"]: each for each in served.control("/operations")["operations"]}
    assert operations["share_notes.list"]["versions"] == "2.50 - 2.99"
    assert operations["share_notes.list"]["implemented"]
    effects = served.control("/control.json")["components"]["schemas"]["Do"]["properties"]
    assert effects["shuffle"]["description"].startswith("``true``: the lists in an answer")


def test_a_state_has_its_records_and_is_loaded_again(served: Served) -> None:
    state = served.control("/state")
    assert [copy["name"] for copy in state["records"]["tape_copies"]] == ["copy-1", "copy-2", "jammed"]
    loaded = Served(f"{served.url}/worlds/other")
    assert loaded.control("/state", "PUT", state)["records"] == state["records"]


def test_a_state_file_keeps_its_records_and_is_refused_without_it(served: Served, site: Path, files: Path) -> None:
    copied = files / "copy.db"
    shutil.copyfile(files / "state.db", copied)
    for suffix in ("-wal", "-shm"):
        if (files / f"state.db{suffix}").exists():
            shutil.copyfile(files / f"state.db{suffix}", files / f"copy.db{suffix}")
    with serving(site, "--state", str(copied)) as again:
        assert again.control("/records/tape_copy")["total"] == 3
        assert again.control("/transitions")["transitions"][0]["operation"] == "tape.copies.create"
    ran = run(site, "fakemanila", "serve", "--port", "0", "--state", str(copied), "--no-extensions")
    assert ran.returncode == 1
    assert "records.share_notes: 'share_notes' is not a known field" in ran.stderr


def test_the_lists_of_commands_have_what_it_adds(site: Path) -> None:
    routes = run(site, "flask", "--app", "fakemanila", "routes").stdout
    for name, path in (("manila.share_notes.create", "/v2/share-notes"), ("tape.copies.show", "/tape/v1/copies")):
        assert name in routes
        assert path in routes
    without = run(site, "fakemanila", "operations", FAKEMANILA_EXTENSIONS="off").stdout
    assert "shares.create" in without
    assert "share_notes" not in without


def test_ids_and_luck_are_as_without_it(site: Path) -> None:
    code = """
from fakemanila import FakeManila
rule = {"do": {"respond": {"status": 500}}, "when": {"probability": 0.5}}
with FakeManila(serve=False, seed=7, clock="manual", faults=[rule]) as manila:
    print(manila.create("share").id, manila.create("snapshot", share=manila.create("share").id).id)
    client = manila.app.test_client()
    print([client.get("/").status_code for _ in range(20)], manila.state.dump())
"""
    command = [sys.executable, "-c", code.strip()]
    with_it, without = (
        subprocess.run(command, env=environment(site, FAKEMANILA_EXTENSIONS=each), capture_output=True, text=True)
        for each in ("on", "off")
    )
    assert without.stdout, without.stderr
    assert "500" in without.stdout
    assert with_it.stdout == without.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("shuffle = ", "reset = ", "the effect 'reset' is fakemanila's own; an extension can't replace it"),
        ("shuffle = fakemanila_tape.faults:Shuffle\n", "", "preset.do: 'shuffle' is not a known field"),
    ],
)
def test_a_server_does_not_start_where_it_is_broken(site: Path, tmp_path: Path, old: str, new: str, said: str) -> None:
    shutil.copytree(site, tmp_path / "site")
    [points] = (tmp_path / "site").glob("*.dist-info/entry_points.txt")
    text = points.read_text()
    assert old in text
    points.write_text(text.replace(old, new))
    ran = run(tmp_path / "site", "fakemanila", "serve", "--port", "0")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("fakemanila: fakemanila-tape 1.0, entry point ")
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_first_package_of_the_page_works_as_it_stands(tmp_path: Path) -> None:
    pytest.importorskip("keystoneauth1")
    [project] = blocks("toml")
    module, test = blocks("python")[:2]
    for name, text in (("pyproject.toml", project), ("fakemanila_rating.py", module), ("test_rating.py", test)):
        (tmp_path / name).write_text(text)
    install(tmp_path, tmp_path)
    ran = run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_the_rest_of_the_page_shows_what_the_example_has() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (SOURCE / "fakemanila_tape").glob("*.py")]
    shown = blocks("python")[2:]
    assert len(shown) == 9
    for block in shown:
        assert any(block in source for source in sources), block
    [scenario] = blocks("yaml")
    assert set(scenario.splitlines()) <= set(SCENARIO.splitlines())


def test_the_page_has_every_name_for_extensions() -> None:
    names = PAGE.partition("## Names")[2]
    for name in extending.__all__:
        assert f"`{name}`" in names, name
