"""The short tutorials work as they stand, and print what they say that they print."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ..conftest import Running
from .blocks import blocks, shown, write_files


def test_the_python_tutorial_works_as_it_stands(project: pytest.Pytester) -> None:
    write_files("tutorials/python", project.path)
    result = project.runpytest("-W", "ignore")
    result.assert_outcomes(passed=4)
    _, last = blocks("tutorials/python", "console")
    assert "4 passed in" in last.text


def test_the_longer_tutorial_works_as_it_stands(project: pytest.Pytester) -> None:
    assert write_files("tutorial", project.path) == ["retention.py", "test_retention.py"]
    project.runpytest("-W", "ignore").assert_outcomes(passed=6)


def test_the_curl_tutorial_works_as_it_stands(server: Running, tmp_path: Path) -> None:
    script, expected = ["set -eu"], []
    for block in blocks("tutorials/curl", "sh", "text"):
        if block.language == "sh":
            script += [block.text, "echo '---'"]
            expected.append("")
        else:
            expected[-1] = block.text
    environment = {"PATH": os.environ["PATH"], "FAKEMANILA_URL": f"{server.url}/worlds/curl-tutorial"}
    run = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    server.worlds.drop("curl-tutorial")
    assert run.returncode == 0, run.stderr
    printed = run.stdout.removesuffix("---\n").split("---\n")
    for wanted, found in zip(expected, printed, strict=True):
        assert shown(wanted).fullmatch(found), found
