"""What breaks the public Python API is found; what does not is let pass."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ROOT

Change = tuple[str, str, str]
"""A module of the package, a text in it, and what takes its place."""
Check = Callable[..., str]

REPORT = "def report(self, limit: int = report.REQUESTS)"
BREAKS: list[Change] = [
    ("python/fake_manila.py", REPORT, "def report(self)"),
    ("python/checkpoints.py", "control: ControlClient, name: str | None = None)", "control: ControlClient, name: str)"),
    ("python/orders.py", "    def metrics(self)", "    def _metrics(self)"),
    ("pytest_plugin/__init__.py", "def manila_client(", "def manila_clients("),
]
HARMLESS: list[Change] = [
    ("python/fake_manila.py", REPORT, REPORT.replace(")", ", *, terse: bool = False)")),
    ("python/fake_manila.py", "def _start_from(self, scenario:", "def _begin(self, scenario:"),
]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Makes changes in a copy of the package. It gives what the check then says: nothing where that passes."""
    shutil.copytree(ROOT / "fakemanila", tmp_path / "fakemanila", ignore=shutil.ignore_patterns("__pycache__"))

    def with_changes(*changes: Change) -> str:
        for path, old, new in changes:
            file = tmp_path / "fakemanila" / path
            text = file.read_text(encoding="utf-8")
            assert text.count(old) == 1
            file.write_text(text.replace(old, new), encoding="utf-8")
        command = [sys.executable, str(ROOT / "packaging/public_api.py"), "check", "--folder", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert (done.returncode == 0) == (done.stderr == "")
        said: str = done.stderr
        return said

    return with_changes


def test_what_breaks_the_api_is_found(check: Check) -> None:
    said = check(*BREAKS)
    assert "FakeManila.report(limit): Parameter was removed" in said
    assert "Checkpoint.__init__(name): Parameter is now required" in said
    assert "FakeManila.metrics: Public object was removed" in said  # it is inherited
    assert "manila_client: Public object was removed" in said
    assert len(said.splitlines()) == len(BREAKS) + 1


def test_a_new_keyword_and_what_is_not_public_break_nothing(check: Check) -> None:
    assert check(*HARMLESS) == ""
