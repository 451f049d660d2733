"""What breaks the public Python API is found; what does not is let pass."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ROOT

Check = Callable[[str, str, str], str]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Replaces a text in a copy of the package. It gives what the check then says: nothing where that passes."""
    shutil.copytree(ROOT / "fakemanila", tmp_path / "fakemanila", ignore=shutil.ignore_patterns("__pycache__"))

    def with_a_change(path: str, old: str, new: str) -> str:
        file = tmp_path / "fakemanila" / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
        command = [sys.executable, ROOT / "packaging/public_api.py", "check", "--folder", tmp_path]
        done = subprocess.run(command, capture_output=True, text=True)
        assert (done.returncode == 0) == (done.stderr == "")
        return done.stderr

    return with_a_change


def test_a_parameter_that_is_gone_is_found(check: Check) -> None:
    said = check("python/fake_manila.py", "def report(self, limit: int = report.REQUESTS)", "def report(self)")
    assert "FakeManila.report(limit): Parameter was removed" in said


def test_a_parameter_that_has_become_required_is_found(check: Check) -> None:
    old = "control: ControlClient, name: str | None = None)"
    said = check("python/checkpoints.py", old, "control: ControlClient, name: str)")
    assert "Checkpoint.__init__(name): Parameter is now required" in said


def test_a_method_that_is_gone_is_found_also_where_it_is_inherited(check: Check) -> None:
    said = check("python/orders.py", "    def metrics(self)", "    def _metrics(self)")
    assert "FakeManila.metrics: Public object was removed" in said


def test_a_fixture_that_is_gone_is_found(check: Check) -> None:
    said = check("pytest_plugin/__init__.py", "def manila_client(", "def manila_clients(")
    assert "manila_client" in said


def test_a_new_keyword_and_what_is_not_public_break_nothing(check: Check) -> None:
    new = "def report(self, limit: int = report.REQUESTS, *, terse: bool = False)"
    assert check("python/fake_manila.py", "def report(self, limit: int = report.REQUESTS)", new) == ""
    assert check("python/fake_manila.py", "def _start_from(self, scenario:", "def _begin(self, scenario:") == ""
