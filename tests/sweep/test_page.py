"""The guide's programs and commands work as they stand, and print what it says that they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fakemanila.sweep import results
from fakemanila.sweep.failures import FAILURES

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "how-to" / "sweep.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "sweep.md").read_text(encoding="utf-8")


def printed(expected: str) -> re.Pattern[str]:
    """What a command prints; ``…`` stands for anything, a line of it alone for any lines."""
    text = re.escape(expected).replace("…\\\n", "(?:.*\n)*").replace("…", "[^\n]*")
    return re.compile(text)


def test_the_guide_works_as_it_stands(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = 0
    for kind, block in re.findall(r"^```(python|console)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE):
        if kind == "python":
            name, _, program = block.removeprefix("# ").partition("\n")
            (project.path / name).write_text(program)
            continue
        command, _, expected = block.removeprefix("$ ").partition("\n")
        arguments = shlex.split(command)
        if arguments[0] == "pytest":
            output = str(project.runpytest("-W", "ignore", *arguments[1:]).stdout) + "\n"
        else:
            run = subprocess.run(arguments, cwd=project.path, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE)
            output = run.stdout.decode()
        assert printed(expected).fullmatch(output), output
        ran += 1
    assert ran == 4


def table(section: str) -> list[str]:
    text = REFERENCE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def test_every_kind_of_failure_is_there_in_its_order() -> None:
    assert table("Kinds of failure") == list(FAILURES)


def test_every_verdict_is_there() -> None:
    assert table("Verdicts") == list(results.VERDICTS)


def test_the_readme_shows_what_the_guide_shows() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n\$ fakemanila sweep.*?^```", readme, re.DOTALL | re.MULTILINE)
    assert blocks
    assert all(block in GUIDE for block in blocks)
