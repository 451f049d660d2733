"""The shell example, as it stands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ..conftest import Running

SCRIPT = Path(__file__).parents[2] / "examples" / "curl.sh"

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")


def test_everything_happens_as_the_script_says(server: Running) -> None:
    run = subprocess.run(["bash", SCRIPT, server.url], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines() == [
        "ok: a new snapshot: creating",
        "ok: after half a minute: available",
        "ok: over quota: 413",
        "ok: the third create hangs",
        "ok: creates in the journal: 3",
        "ok: the journal names the faults",
        "ok: the world is gone",
    ]
    assert "curl-example" not in server.worlds


def test_without_a_server_it_says_so() -> None:
    run = subprocess.run(["bash", SCRIPT, "http://127.0.0.1:9"], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "failed: no server at http://127.0.0.1:9\n"


def test_it_needs_curl_alone() -> None:
    assert not {"python", "python3", "jq"} & set(SCRIPT.read_text().split())
