"""The Containerfile, and the examples that use its image, as those see them who read such files."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from .building import ROOT

TOOLS = ROOT / ".venv-image" / "bin"
KUBERNETES = ("1.28", "1.37")
"""The oldest release that the examples are meant for, and the newest whose schemas kubernetes-validate has."""


def check(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_hadolint_finds_nothing_in_the_containerfile() -> None:
    linted = check(TOOLS / "hadolint", "--no-color", "Containerfile")
    assert (linted.returncode, linted.stdout) == (0, ""), linted


def test_the_compose_file_follows_the_compose_specification() -> None:
    checked = check(
        *(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "examples/docker-compose.yaml")
    )
    assert checked.returncode == 0, checked.stdout


def test_a_compose_file_with_a_wrong_key_would_be_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    text = (ROOT / "examples/docker-compose.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("read_only:", "readonly:"))
    checked = check(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong)
    assert "readonly" in checked.stdout


@pytest.mark.parametrize("name", ["kubernetes.yaml", "scale/kubernetes.yaml"])
@pytest.mark.parametrize("release", KUBERNETES)
def test_the_manifests_follow_the_schemas_of_kubernetes(name: str, release: str) -> None:
    checked = check(TOOLS / "kubernetes-validate", "--strict", "--kubernetes-version", release, f"examples/{name}")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("release", KUBERNETES)
def test_a_manifest_with_a_wrong_field_would_be_noticed(tmp_path: Path, release: str) -> None:
    wrong = tmp_path / "kubernetes.yaml"
    text = (ROOT / "examples/kubernetes.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("readOnlyRootFilesystem:", "readOnlyRoot:"))
    checked = check(TOOLS / "kubernetes-validate", "--strict", "--kubernetes-version", release, wrong)
    assert checked.returncode != 0
    assert "readOnlyRoot" in checked.stdout + checked.stderr


def test_the_other_architecture_finds_wheels_of_everything(tmp_path: Path) -> None:
    """The base image has no compiler. What this machine is, the image is built for."""
    other = "x86_64" if platform.machine() == "aarch64" else "aarch64"
    [python] = re.findall(r"^ARG BASE=.*/python:([\d.]+)-slim$", (ROOT / "Containerfile").read_text(), re.MULTILINE)
    tags = [f"manylinux2014_{other}", *(f"manylinux_2_{minor}_{other}" for minor in range(17, 42))]
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = setup["options.extras_require"]
    lists = (setup["options"]["install_requires"], extras["fast"], extras["tls"])
    found = check(
        *(sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--target", tmp_path),
        *("--constraint", "constraints.txt", "--only-binary", ":all:", "--python-version", python),
        *(option for tag in tags for option in ("--platform", tag)),
        *(line for text in lists for line in text.splitlines() if line),
    )
    assert found.returncode == 0, found.stderr
