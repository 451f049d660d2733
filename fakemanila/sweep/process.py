"""Runs of a command: in an environment that leads to a world, for so long and no longer."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..python import environment
from .results import Ended

OUTPUT = 200_000
"""Bytes of what a command prints that are kept, the last."""


class Commands:
    """Runs a command again and again, each time against a world of a server."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        url: str,
        user: str,
        timeout: float,
        cacert: str | None = None,
        folder: Path,
    ) -> None:
        """`timeout` is in seconds. `folder` is for files that a run needs, and goes when all are done."""
        self._command, self._url, self._user = list(command), url, user
        self._timeout, self._cacert, self._folder = timeout, cacert, folder
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def __call__(self, world: str) -> Ended:
        """Runs the command to its end, or to the end of its time. Raises OSError where it can't be started."""
        clouds = self._folder / f"{world}.yaml"
        url = f"{self._url}/worlds/{world}"
        login = environment.password(self._user)
        clouds.write_text("\n".join(environment.clouds_lines(url, login, self._cacert)) + "\n", encoding="utf-8")
        variables = environment.environment_of(url, login, self._cacert)
        # A program that reads a file of clouds finds this one, and none of its user's.
        variables["OS_CLIENT_CONFIG_FILE"] = str(clouds)
        # A file, and no pipe: whoever is left in the background must not hold up the reader.
        with tempfile.TemporaryFile(dir=self._folder) as output:
            began = time.monotonic()
            status = self._run(variables, output.fileno())
            seconds = time.monotonic() - began
            size = output.seek(0, os.SEEK_END)
            output.seek(max(0, size - OUTPUT))
            printed = output.read().decode(errors="replace")
        clouds.unlink()
        return Ended(status == 0, seconds, status, hung=status is None, output=printed)

    def _run(self, variables: dict[str, str], output: int) -> int | None:
        """The exit status, None where the time was over."""
        with self._lock:
            if self._stopped:
                raise InterruptedError("the sweep was stopped")
            process = subprocess.Popen(
                self._command,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that it can be ended with all that it has started
            )
            self._running.add(process)
        try:
            return process.wait(self._timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)
            with self._lock:
                self._running.discard(process)

    def stop(self) -> None:
        """Ends what runs, and lets nothing more begin."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and whatever it has left in the background."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
