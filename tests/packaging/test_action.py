"""The GitHub Action, as far as it can be tried without GitHub: its steps run here as the runner would run them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


@dataclass
class Job:
    """A job that uses the action: its folders, and what the steps have told the runner."""

    folder: Path
    action_path: Path
    variables: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    pids: list[int] = field(default_factory=list)

    def use(self, *, installed: bool = True, **given: str) -> subprocess.CompletedProcess[str]:
        """Runs the action's steps, all or those after the installation. Gives the last one, or the one that failed."""
        inputs = {name: str(each["default"]) for name, each in ACTION["inputs"].items()} | given
        steps: dict[str, dict[str, str]] = {}
        for step in ACTION["runs"]["steps"][installed:]:
            done = self.run(step["run"], {key: evaluated(text, inputs, steps) for key, text in step["env"].items()})
            if done.returncode:
                return done
            steps[step.get("id", "")] = self._read("GITHUB_OUTPUT")
        self.outputs = {name: evaluated(each["value"], inputs, steps) for name, each in ACTION["outputs"].items()}
        self.pids.append(int(self.outputs["pid"]))
        return done

    def run(self, script: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """One step, with what the steps before it have set."""
        files = {name: str(self.folder / name) for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")}
        for name in files.values():
            Path(name).touch()
        known = {
            "PATH": os.pathsep.join([*self.path, os.environ["PATH"]]),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_ACTION_PATH": str(self.action_path),
        }
        # The runner's own command line for `shell: bash`.
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env={**known, **self.variables, **files, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.variables |= self._read("GITHUB_ENV")
        self.path = [*reversed((self.folder / "GITHUB_PATH").read_text().splitlines())]
        return done

    def _read(self, name: str) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.folder / name).read_text().splitlines())


def evaluated(text: str, inputs: dict[str, str], steps: dict[str, dict[str, str]]) -> str:
    """An expression of GitHub's, of the two kinds that the action has."""
    [name] = re.findall(r"^\$\{\{ ([\w.-]+) \}\}$", text)
    kind, _, rest = name.partition(".")
    if kind == "inputs":
        return inputs[rest]
    step, _, output = rest.partition(".outputs.")
    return steps[step][output]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What GitHub checks out for an action: the repository, and nothing that was built in it."""
    folder = tmp_path_factory.mktemp("action")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory, sources: Path) -> Iterator[Job]:
    """A job in which the action was used once, with its defaults."""
    used = Job(tmp_path_factory.mktemp("job"), sources)
    done = used.use(installed=False)
    assert done.returncode == 0, done.stdout
    yield used
    for pid in used.pids:
        os.kill(pid, signal.SIGKILL)


def get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        status: int = answer.status
        return status


def test_the_next_steps_know_where_the_server_is(job: Job) -> None:
    assert job.outputs["url"] == job.variables["FAKEMANILA_URL"]
    assert job.outputs["auth-url"] == job.variables["OS_AUTH_URL"]
    assert get(f"{job.outputs['url']}/healthcheck") == 200
    assert get(job.outputs["auth-url"]) == 200
    assert "fakemanila ready" in Path(job.outputs["log"]).read_text()


def test_the_next_steps_have_a_login(job: Job) -> None:
    assert job.variables["OS_USERNAME"] == job.variables["OS_PROJECT_NAME"] == "demo"
    assert not [value for value in job.variables.values() if value.startswith(("'", '"'))]
    assert "127.0.0.1" in job.variables["no_proxy"]


def test_the_next_steps_have_the_command_and_their_own_python(job: Job) -> None:
    ours = shutil.which("python3")
    done = job.run("fakemanila requests list --limit 50 && command -v python3")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == ours


def test_a_second_server_has_the_options_and_the_user_that_are_asked_for(job: Job) -> None:
    first = dict(job.outputs)
    done = job.use(options="--seed 7 --clock manual", user="alt_demo")
    assert done.returncode == 0, done.stdout
    assert job.outputs["url"] != first["url"]
    assert job.variables["OS_USERNAME"] == "alt_demo"
    shown = job.run("fakemanila clock show")
    assert "stands still" in shown.stdout
    assert get(f"{first['url']}/healthcheck") == 200


def test_a_server_that_does_not_start_fails_the_step_and_says_why(job: Job) -> None:
    done = job.use(options="--sede 7")
    assert done.returncode == 1
    assert "No such option" in done.stdout
    assert "::error" in done.stdout


def test_a_step_can_stop_it(job: Job) -> None:
    assert job.use().returncode == 0
    url = job.outputs["url"]
    stopped = job.run('kill "$PID"; while kill -0 "$PID" 2> /dev/null; do :; done', {"PID": str(job.pids.pop())})
    assert stopped.returncode == 0
    with pytest.raises(urllib.error.URLError):
        get(f"{url}/healthcheck")


def test_every_input_and_output_is_described() -> None:
    described: list[dict[str, Any]] = [*ACTION["inputs"].values(), *ACTION["outputs"].values()]
    assert all(each["description"] for each in described)
