"""Habits that no linter checks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

import fakemanila
from fakemanila.package_data import schemas_dir

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "fakemanila"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sources(folder: str = "") -> Iterator[tuple[str, str]]:
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def requirements() -> dict[str, list[str]]:
    """The names of the distributions that setup.cfg asks for, by extra; ``""`` is what everybody gets."""
    config = ConfigParser()
    config.read_string(read("setup.cfg"))
    lists = {"": config["options"]["install_requires"], **config["options.extras_require"]}
    return {extra: re.findall(r"^([\w.-]+)(?!.*\[)", text.strip(), re.MULTILINE) for extra, text in lists.items()}


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == fakemanila.__version__


def test_the_alias_is_of_this_version() -> None:
    text = read("packaging/pytest-fakemanila/pyproject.toml")
    version = re.escape(fakemanila.__version__)
    assert re.findall(rf'^version = "{version}"$', text, re.MULTILINE)
    assert set(re.findall(r"fakemanila(?:\[\w+\])?==([^\"]+)", text)) == {fakemanila.__version__}


@pytest.mark.parametrize("copy", ["LICENSES/Apache-2.0.txt", "packaging/pytest-fakemanila/LICENSE"])
def test_copies_of_the_licence_are_the_licence(copy: str) -> None:
    assert read(copy) == read("LICENSE")


def test_actions_of_others_are_named_by_commit() -> None:
    files = [*ROOT.glob(".github/workflows/*.yaml"), ROOT / "action.yml", ROOT / "examples" / "github-actions.yaml"]
    used = [name for file in files for name in re.findall(r"uses: (\S+)", file.read_text(encoding="utf-8"))]
    assert used
    assert not [
        name
        for name in used
        if name not in ("./", "OWNER/fakemanila@COMMIT") and not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name)
    ]


def test_the_contract_is_of_the_release_that_make_checks_it_against() -> None:
    source = json.loads((schemas_dir() / "SOURCE.json").read_text(encoding="utf-8"))
    assert f"MANILA := {source['release']}\n" in read("Makefile")


@pytest.mark.parametrize("target", ["serve", "test", "check", "conformance", "bench", "docs", "package"])
def test_make_knows_its_jobs(target: str) -> None:
    assert re.search(rf"^{target}:.*(\$\(STAMP\)|lint types|\.venv-package)", read("Makefile"), re.MULTILINE)


def test_continuous_integration_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_dependency_has_its_reason() -> None:
    reasons = read("docs/design.md").partition("## Dependencies")[2]
    missing = [
        name for names in requirements().values() for name in names if not re.search(rf"\b{name}\b", reasons, re.I)
    ]
    assert not missing


def test_every_dependency_has_an_exact_version_for_continuous_integration() -> None:
    pinned = {line.partition("==")[0].lower() for line in read("constraints.txt").splitlines() if "==" in line}
    assert {name.lower() for names in requirements().values() for name in names} <= pinned


def test_only_the_clock_reads_the_wall_clock() -> None:
    wall_clock = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(|\blocaltime\(|\bgmtime\(")
    assert [name for name, text in sources() if wall_clock.search(text)] == ["world/clock.py"]


@pytest.mark.parametrize("folder", ["resources", "identity"])
def test_handlers_know_no_http_library(folder: str) -> None:
    http = re.compile(r"^\s*(import|from) (flask|werkzeug|cheroot)\b", re.MULTILINE)
    assert not [name for name, text in sources(folder) if http.search(text)]


def test_no_file_depends_on_where_somebody_works() -> None:
    home = re.compile(r"(?<![\w.}\]])/(root|home|work|Users)/\w")
    checked = [
        ".ci/run",
        "Makefile",
        "setup.cfg",
        "pyproject.toml",
        "constraints.txt",
        *(p.name for p in ROOT.glob("*.md")),
    ]
    files = [
        *(ROOT / name for name in checked),
        *ROOT.glob("docs/**/*.md"),
        *PACKAGE.rglob("*.py"),
        *ROOT.glob("tests/**/*.py"),
    ]
    assert not [path for path in files if path.is_file() and home.search(path.read_text(encoding="utf-8"))]
