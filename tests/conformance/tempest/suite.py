"""Running the suite: stestr in its environment, its results one by one as they come."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import configuration, environment

PREFIX = "manila_tempest_tests.tests."


@dataclass(frozen=True, slots=True)
class Result:
    """How one test ended. `state` is ``pass``, ``fail`` or ``skip``; `text` says why."""

    test: str
    state: str
    seconds: float
    text: str


def short(id: str) -> str:
    """The name of a test, without its tags and without the plugin's package."""
    return id.partition("[")[0].removeprefix(PREFIX)


def module(test: str) -> str:
    """The module of a test's short name."""
    return test.rsplit(".", 2)[0]


class Suite:
    """The API tests of one profile, in an empty folder for what they leave behind."""

    def __init__(self, folder: Path, profile: str, auth_url: str) -> None:
        self.folder = folder
        self.python = environment.python()
        configuration.write(folder / "tempest.conf", profile, auth_url, folder / "locks")
        packages = next(environment.FOLDER.glob("lib/python*/site-packages"))
        (folder / ".stestr.conf").write_text(
            f"[DEFAULT]\ntest_path={packages}/manila_tempest_tests/tests/api\ntop_dir={packages}\n"
            # Tests of one class share what they set up, so they stay in one process.
            "group_regex=([^\\.]*\\.)*\n",
            encoding="utf-8",
        )
        self._environ = {
            **os.environ,
            "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
            "TEMPEST_CONFIG_DIR": str(folder),
            "TEMPEST_CONFIG": "tempest.conf",
        }
        subprocess.run([self.python.with_name("stestr"), "init"], cwd=folder, env=self._environ, check=True)

    def names(self) -> list[str]:
        """The full ids of all tests."""
        command = [str(self.python.with_name("stestr")), "list"]
        listing = subprocess.run(
            command, cwd=self.folder, env=self._environ, check=True, stdout=subprocess.PIPE, text=True
        )
        return [line for line in listing.stdout.splitlines() if line.startswith(PREFIX)]

    def run(self, ids: Iterable[str], workers: int) -> Iterator[Result]:
        """Runs tests by their full ids. A class that cannot be set up says so once, under a name of its own."""
        chosen = self.folder / "tests.txt"
        chosen.write_text("".join(f"{id}\n" for id in ids), encoding="utf-8")
        command = [str(self.python.with_name("stestr")), "run", "--subunit"]
        command += ["--concurrency", str(workers), "--load-list", str(chosen)]
        with (
            (self.folder / "stestr.log").open("w", encoding="utf-8") as log,
            subprocess.Popen(
                command, cwd=self.folder, env=self._environ, stdout=subprocess.PIPE, stderr=log
            ) as running,
            subprocess.Popen(
                [self.python, Path(__file__).with_name("decode.py")],
                stdin=running.stdout,
                stdout=subprocess.PIPE,
                text=True,
            ) as decoding,
        ):
            assert decoding.stdout is not None
            for line in decoding.stdout:
                record = json.loads(line)
                state = {"success": "pass", "skip": "skip"}.get(record["status"], "fail")
                if record["status"] != "exists":
                    yield Result(short(record["id"]), state, record["seconds"], record["text"])
