"""`pip install pytest-fakemanila`, and nothing else."""

from __future__ import annotations

import re
import subprocess
import zipfile
from email import message_from_bytes
from pathlib import Path

from .conftest import ROOT, Install


def test_it_has_no_code_and_is_found_as_a_plugin(wheels: list[str]) -> None:
    [alias] = [wheel for wheel in wheels if Path(wheel).name.startswith("pytest_fakemanila-")]
    with zipfile.ZipFile(alias) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith("/METADATA")]
        said = message_from_bytes(archive.read(metadata))
    assert not [name for name in names if ".dist-info/" not in name]
    assert said["Name"].startswith("pytest-")
    assert "Framework :: Pytest" in said.get_all("Classifier", [])
    assert f"fakemanila=={said['Version']}" in said.get_all("Requires-Dist", [])


def test_the_tests_of_its_readme_pass_where_nothing_else_is_installed(
    wheels: list[str], install: Install, tmp_path: Path
) -> None:
    programs = install(*wheels)
    readme = (ROOT / "packaging/pytest-fakemanila/README.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    project = tmp_path / "project"
    project.mkdir()
    (project / "test_readme.py").write_text(example, encoding="utf-8")
    ran = subprocess.run([programs / "pytest", "-W", "error"], cwd=project, capture_output=True, text=True)
    assert re.search(r"^=+ 2 passed in", ran.stdout, re.MULTILINE), ran.stdout + ran.stderr
