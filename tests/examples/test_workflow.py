"""The workflow for GitHub says what is so; nothing here runs it. The action itself is tried in tests/packaging."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from fakemanila.cli.program import main
from fakemanila.python.options import OPTIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "examples" / "github-actions.yaml").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load(TEXT)
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def our_action() -> dict[str, Any]:
    [step] = [step for step in STEPS if "/fakemanila@" in step.get("uses", "")]
    return dict(step)


def test_the_workflow_is_one() -> None:
    # YAML 1.1 reads the key `on` as true.
    assert set(WORKFLOW) == {"name", True, "permissions", "jobs"}
    assert all(job["runs-on"] for job in WORKFLOW["jobs"].values())
    for step in STEPS:
        assert len({"uses", "run"} & set(step)) == 1
        assert set(step) <= {"uses", "run", "with", "name", "if", "env", "id"}


def test_it_gives_the_action_what_that_takes() -> None:
    step = our_action()
    assert step["with"].keys() <= ACTION["inputs"].keys()
    options = shlex.split(step["with"]["options"])
    main.commands["serve"].make_context("serve", options, auto_envvar_prefix="FAKEMANILA_SERVE")


def test_it_reads_what_the_action_gives() -> None:
    used = re.findall(rf"steps\.{our_action()['id']}\.outputs\.([\w-]+)", TEXT)
    assert used
    assert set(used) <= ACTION["outputs"].keys()


def test_the_settings_of_the_plugin_are_there() -> None:
    used = set(re.findall(r"fakemanila_(\w+)=", TEXT))
    assert used
    assert used <= set(OPTIONS)


@pytest.mark.parametrize("command", re.findall(r"^ +fakemanila (.*)$", TEXT, re.MULTILINE))
def test_its_commands_are_there(command: str) -> None:
    names = shlex.split(command)
    found: click.Command | None = main
    while isinstance(found, click.Group):
        found = found.get_command(click.Context(found), names.pop(0))
    assert found is not None
    found.make_context(command, names)
