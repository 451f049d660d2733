"""The files for containers say what is so. `make image` builds and runs the image."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from fakemanila.cli.program import main

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SERVE = main.commands["serve"]
IMAGE = "fakemanila/fakemanila"


def load(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


def serve_accepts(arguments: list[str]) -> None:
    """Raises UsageError where the command line would refuse these."""
    SERVE.make_context("serve", [*arguments], auto_envvar_prefix="FAKEMANILA_SERVE")


def test_the_image_starts_a_server_on_the_port_that_it_exposes() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8")
    [entry] = map(json.loads, re.findall(r"^ENTRYPOINT (.*)$", lines, re.MULTILINE))
    assert entry[:2] == ["fakemanila", "serve"]
    serve_accepts(entry[2:])
    [port] = [option.default for option in SERVE.params if option.name == "port"]
    assert f"EXPOSE {port}\n" in lines
    [check] = map(json.loads, re.findall(r"^ +CMD (\[.*\])$", lines, re.MULTILINE))
    assert f"('127.0.0.1', {port})" in check[-1]
    compile(check[-1], "healthcheck", "exec")


def test_a_builder_is_sent_what_the_image_is_made_of() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY ((?!--from).*) \S+$", lines, re.MULTILINE) for name in line.split()}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)


def test_the_compose_file_builds_the_image_and_waits_for_it() -> None:
    compose = load("docker-compose.yaml")
    manila, tests = compose["services"]["manila"], compose["services"]["tests"]
    context = (EXAMPLES / manila["build"]["context"]).resolve()
    assert context / manila["build"]["dockerfile"] == ROOT / "Containerfile"
    assert manila["image"] == IMAGE
    serve_accepts(manila["command"])
    assert tests["depends_on"] == {"manila": {"condition": "service_healthy"}}
    assert manila["environment"]["FAKEMANILA_CONTROL_TOKEN"] == tests["environment"]["FAKEMANILA_CONTROL_TOKEN"]
    assert manila["ports"] == ["127.0.0.1:8786:8786"]
    assert tests["environment"]["OS_AUTH_URL"] == f"{tests['environment']['FAKEMANILA_URL']}/identity/v3"


def test_the_manifest_starts_a_server_that_keeps_its_worlds_on_its_volume() -> None:
    documents = yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text(encoding="utf-8"))
    secret, claim, deployment, service = documents
    pod = deployment["spec"]["template"]["spec"]
    [container], [volume] = pod["containers"], pod["volumes"]
    assert container["image"] == IMAGE
    serve_accepts(container["args"])
    [token] = container["env"]
    assert token["name"] == "FAKEMANILA_CONTROL_TOKEN"
    assert token["valueFrom"]["secretKeyRef"]["name"] == secret["metadata"]["name"]
    assert token["valueFrom"]["secretKeyRef"]["key"] in secret["stringData"]
    [mount] = container["volumeMounts"]
    assert container["args"][-1].startswith(f"{mount['mountPath']}/")
    assert (mount["name"], volume["persistentVolumeClaim"]["claimName"]) == (volume["name"], claim["metadata"]["name"])
    assert service["spec"]["selector"] == deployment["spec"]["template"]["metadata"]["labels"]
    for probe in ("readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] == "/healthcheck"


def test_the_volume_belongs_to_the_images_user_wherever_there_is_one() -> None:
    [group] = re.findall(r"^USER \d+:(\d+)$", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    for name in ("kubernetes.yaml", "scale/kubernetes.yaml"):
        pods = [
            document["spec"]["template"]["spec"]
            for document in yaml.safe_load_all((EXAMPLES / name).read_text(encoding="utf-8"))
            if document["kind"] in ("Deployment", "StatefulSet")
        ]
        [pod] = [pod for pod in pods if pod["containers"][0]["image"] == IMAGE]
        assert pod["securityContext"]["fsGroup"] == int(group), name


def test_a_wrong_option_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        serve_accepts(["--sede", "7"])
