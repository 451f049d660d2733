"""The benchmarks run; what they measure is no test's matter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["benchmarks", "--quick"], "| create a snapshot, against floor |"),
        pytest.param(
            ["benchmarks.soak", "--seconds", "1"],
            "| errors that no rule asked for |",
            marks=pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there is no /proc"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_benchmark_runs_and_writes_its_table(command: list[str], expected: str) -> None:
    ran = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert expected in ran.stdout
