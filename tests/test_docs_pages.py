"""Reference pages name everything there is, and examples in the guides work as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fakemanila.conduct import NAMES
from fakemanila.control import conduct_calls
from fakemanila.control.control_calls import ROUTES
from fakemanila.control.journal_calls import FILTERS
from fakemanila.keystone.builtin import initial_state
from fakemanila.keystone.identity_calls import ROUTES as IDENTITY_ROUTES
from fakemanila.world.journal import Entry

from .conftest import Running

DOCS = Path(__file__).parents[1] / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_the_control_planes_page_has_every_call_and_no_other() -> None:
    written = re.findall(r"^\| `([A-Z]+ /\S*)` \|", page("reference/control-plane.md"), re.MULTILINE)
    assert sorted(written) == sorted(f"{route.method} {route.path}" for route in ROUTES)


def test_the_control_planes_page_has_every_filter_and_field_of_the_journal() -> None:
    section = page("reference/control-plane.md").partition("## The journal")[2].partition("## ")[0]
    entry = Entry("", "", "GET", "/").to_json()
    for name in (*FILTERS, *entry):
        assert f"`{name}" in section, name


def test_the_control_planes_page_has_every_parameter_of_conduct() -> None:
    section = page("reference/control-plane.md").partition("## Conduct")[2].partition("## ")[0]
    for name in conduct_calls.FILTERS:
        assert f"`{name}" in section, name


def test_every_finding_about_conduct_has_its_section_and_no_other_is_there() -> None:
    written = re.findall(r"^## (\S+)\n\n(.*?)(?=^## |\Z)", page("reference/conduct.md"), re.MULTILINE | re.DOTALL)
    assert [name for name, _ in written] == list(NAMES)
    for name, text in written:
        for part in ("**Found** ", "**Why it matters.** ", "**Fix it**"):
            assert text.count(part) == 1, (name, part)


def test_the_identity_services_page_has_every_call_and_no_other() -> None:
    rows = re.findall(r"^\| `(/\S*)` \| ([A-Z, ]+) \|", page("reference/identity.md"), re.MULTILINE)
    written = {(path, method) for path, methods in rows for method in methods.split(", ")}
    assert written == {(route.template, route.method) for route in IDENTITY_ROUTES if route.method != "HEAD"}


def test_the_identity_services_page_has_every_built_in_user() -> None:
    users = page("reference/identity.md").partition("## Users")[2].partition("## ")[0]
    for user in initial_state().users.values():
        assert f"`{user['name']}`" in users


def shell_examples() -> list[tuple[str, str]]:
    found = []
    for path in sorted(DOCS.glob("how-to/*.md")):
        blocks = re.findall(r"^```sh\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        found += [(f"{path.stem}-{number}", block) for number, block in enumerate(blocks, 1)]
    return found


@pytest.mark.parametrize(("name", "example"), shell_examples(), ids=[name for name, _ in shell_examples()])
def test_a_guides_shell_example_works_as_it_stands(name: str, example: str, server: Running, tmp_path: Path) -> None:
    script = tmp_path / "example.sh"
    script.write_text(example)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "FAKEMANILA_URL": server.url, "HOME": str(tmp_path)}
    run = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr or run.stdout
