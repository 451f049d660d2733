"""Installed packages are found by their entry points, once, and what is wrong with one is said in one way."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from fakemanila import FakeManila, extensions
from fakemanila.cli.program import main
from fakemanila.extensions import FAULTS, GROUPS, PRESETS, SERVICES, Extension, ExtensionError


@pytest.fixture(autouse=True)
def process(monkeypatch: pytest.MonkeyPatch) -> extensions._Process:
    """As in a process that has looked for nothing yet."""
    new = extensions._Process()
    monkeypatch.setattr(extensions, "_process", new)
    monkeypatch.delenv(extensions.VARIABLE, raising=False)
    return new


def install(site: Path, name: str, version: str, entry_points: str) -> None:
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / "entry_points.txt").write_text(entry_points)


def found() -> list[tuple[str, ...]]:
    return [tuple(extension) for extension, _ in extensions._entry_points()]


def broken(monkeypatch: pytest.MonkeyPatch) -> Extension:
    """One whose module isn't there."""
    extension = Extension("a-package", "1.0", SERVICES, "tape", "no_such_module_at_all:SERVICE")
    point = EntryPoint("tape", extension.value, SERVICES)
    monkeypatch.setattr(extensions, "_entry_points", lambda: [(extension, point)])
    return extension


def test_packages_are_found_in_an_order_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "1", "zeta", "2.0", f"[{PRESETS}]\na = m:a\n[{SERVICES}]\nz = m:z\n[console_scripts]\nx = m:x\n")
    install(tmp_path / "2", "Alpha", "1.0", f"[{SERVICES}]\nb = m:b\na = m:a\n")
    install(tmp_path / "2", "other", "1.0", "[pytest11]\nother = fakemanila.other\n")
    both = [
        ("Alpha", "1.0", SERVICES, "a", "m:a"),
        ("Alpha", "1.0", SERVICES, "b", "m:b"),
        ("zeta", "2.0", SERVICES, "z", "m:z"),
        ("zeta", "2.0", PRESETS, "a", "m:a"),
    ]
    for order in (("1", "2"), ("2", "1")):
        with monkeypatch.context() as patched:
            for site in order:
                patched.syspath_prepend(str(tmp_path / site))
            assert found() == both


def test_of_two_versions_of_a_package_the_one_that_is_imported_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "old", "tape", "1.0", f"[{SERVICES}]\ntape = m:old\n")
    install(tmp_path / "new", "tape", "2.0", f"[{SERVICES}]\ntape = m:new\n")
    monkeypatch.syspath_prepend(str(tmp_path / "old"))
    monkeypatch.syspath_prepend(str(tmp_path / "new"))
    assert found() == [("tape", "2.0", SERVICES, "tape", "m:new")]


def test_entry_points_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0

    def read() -> list[Any]:
        nonlocal reads
        reads += 1
        return []

    monkeypatch.setattr(extensions, "_entry_points", read)
    for _ in range(3):
        assert extensions.load() == ()
    assert reads == 1


def test_a_module_of_an_extension_may_use_what_loads_extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("an_extension_that_looks")

    def look(name: str) -> object:
        assert extensions.load() == ()
        raise AttributeError(name)

    module.__getattr__ = look  # type: ignore[method-assign]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    extension = Extension("a-package", "1.0", FAULTS, "x", f"{module.__name__}:X")
    point = EntryPoint("x", extension.value, FAULTS)
    monkeypatch.setattr(extensions, "_entry_points", lambda: [(extension, point)])
    with pytest.raises(
        ExtensionError, match=r"^a-package 1\.0, entry point 'x' of fakemanila\.faults .*: AttributeErr"
    ):
        extensions.load()


def test_a_broken_extension_is_named_whenever_a_world_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    extension = broken(monkeypatch)
    said = (
        "a-package 1.0, entry point 'tape' of fakemanila.services (no_such_module_at_all:SERVICE): "
        "ModuleNotFoundError: No module named 'no_such_module_at_all'"
    )
    assert said.startswith(extension.label)
    for _ in range(2):
        with pytest.raises(ExtensionError) as raised, FakeManila(serve=False):
            pass
        assert str(raised.value) == said


def test_a_server_does_not_start_with_a_broken_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    result = CliRunner().invoke(main, ["serve", "--services", "tape", "--port", "0"])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "a-package 1.0, entry point 'tape' of fakemanila.services" in result.output


def test_a_command_that_needs_extensions_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    install(tmp_path, "a-package", "1.0", f"[{SERVICES}]\ntape = no_such_module_at_all:SERVICE\n")
    command = [sys.executable, "-m", "fakemanila", "operations"]
    run = subprocess.run(command, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("fakemanila: a-package 1.0, entry point 'tape' of fakemanila.services")
    assert run.stderr.count("\n") == 1


def test_nothing_is_looked_for_where_extensions_are_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    monkeypatch.setenv(extensions.VARIABLE, "off")
    with FakeManila(serve=False) as manila:
        assert manila.records("share") == []


def test_the_command_line_switches_extensions_off(
    monkeypatch: pytest.MonkeyPatch, process: extensions._Process
) -> None:
    broken(monkeypatch)
    result = CliRunner().invoke(main, ["serve", "--services", "tape", "--no-extensions"])
    assert result.exit_code == 2
    assert "'tape' is not one of all, manila, network" in result.output
    assert process.off


def test_the_variable_is_on_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(extensions.VARIABLE, "maybe")
    with pytest.raises(ExtensionError, match=r"^FAKEMANILA_EXTENSIONS: 'maybe' is neither on nor off$"):
        extensions.load()


def test_importing_fakemanila_looks_for_nothing() -> None:
    code = "import sys, fakemanila, fakemanila.pytest_plugin; print('fakemanila.extensions' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_the_groups_are_those_of_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "extend-with-packages.md").read_text(encoding="utf-8")
    for group in GROUPS:
        assert f"`{group}`" in page
