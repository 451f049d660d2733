"""The files for containers say what is so; nothing here runs them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from fakemanila.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SERVE = main.commands["serve"]


def load(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


def serve_accepts(arguments: list[str]) -> None:
    """Raises UsageError where the command line would refuse these."""
    SERVE.make_context("serve", arguments, auto_envvar_prefix="FAKEMANILA_SERVE")


def test_the_image_starts_a_server_on_the_port_that_it_exposes() -> None:
    lines = (EXAMPLES / "Dockerfile").read_text(encoding="utf-8")
    entry = yaml.safe_load(re.findall(r"^ENTRYPOINT (.*)$", lines, re.MULTILINE)[0])
    assert entry[:2] == ["fakemanila", "serve"]
    serve_accepts(entry[2:])
    [port] = [option.default for option in SERVE.params if option.name == "port"]
    assert f"EXPOSE {port}\n" in lines
    assert f"http://127.0.0.1:{port}/healthcheck" in lines
    for copied in re.findall(r"/source/([\w.]+)", lines):
        assert (ROOT / copied).exists()
    compile(yaml.safe_load(re.findall(r"CMD (\[.*\])", lines)[0])[2], "healthcheck", "exec")


def test_the_compose_file_builds_the_image_and_waits_for_it() -> None:
    compose = load("docker-compose.yaml")
    manila, tests = compose["services"]["manila"], compose["services"]["tests"]
    context = (EXAMPLES / manila["build"]["context"]).resolve()
    assert (context / manila["build"]["dockerfile"]) == EXAMPLES / "Dockerfile"
    serve_accepts(manila["command"])
    assert tests["depends_on"] == {"manila": {"condition": "service_healthy"}}
    assert manila["environment"]["FAKEMANILA_CONTROL_TOKEN"] == tests["environment"]["FAKEMANILA_CONTROL_TOKEN"]
    assert manila["ports"] == ["127.0.0.1:8786:8786"]
    assert tests["environment"]["OS_AUTH_URL"] == f"{tests['environment']['FAKEMANILA_URL']}/identity/v3"


def test_a_wrong_option_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        serve_accepts(["--sede", "7"])
