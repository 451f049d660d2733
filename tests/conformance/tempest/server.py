"""A server of its own for a run of the suite."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEPLOYMENT = Path(__file__).with_name("deployment.yaml")


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """Runs ``fakemanila serve`` on a free port, and gives its Keystone's address. Its output goes to `log`."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("fakemanila"),
        "serve",
        "--port",
        "0",
        "--scenario",
        DEPLOYMENT,
    ]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            ready = re.search(r"\bauth_url=(\S+)", process.stdout.readline())
            if ready is None:
                raise RuntimeError(f"the server didn't start: see {log}")
            yield ready[1]
        finally:
            process.terminate()
