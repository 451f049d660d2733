"""The distributions in ``dist/``, and environments to install them in."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Install = Callable[..., Path]


@pytest.fixture
def wheels() -> list[str]:
    """Both of them, as `make package` has built them."""
    found = sorted(str(path) for path in (ROOT / "dist").glob("*.whl"))
    assert len(found) == 2, "build them first: make package"
    return found


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Installs into a new environment, at the versions of constraints.txt. It gives the folder with its programs."""

    def into_an_empty_environment(*requirements: str) -> Path:
        venv.create(tmp_path / "environment")
        programs = tmp_path / "environment" / "bin"
        pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet", "--no-compile"]
        constraints = ["--disable-pip-version-check", "--constraint", str(ROOT / "constraints.txt")]
        done = subprocess.run([*pip, *constraints, *requirements], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return programs

    return into_an_empty_environment
