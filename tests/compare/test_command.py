"""The command, over HTTP: what it prints, what it writes, its exit status, and how it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fakemanila import FakeManila
from fakemanila.cli.program import main

from ..clouds_yaml import clouds_yaml
from .clouds import made_there


def _run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["compare", "--os-cloud", "here", "--rate", "1000/s", *arguments])


def test_what_is_alike_and_what_is_written(tmp_path: Path) -> None:
    with FakeManila(max_microversion="2.90", release="2026.1") as manila:
        files = ("--json", str(tmp_path / "a.json"), "--junit", str(tmp_path / "a.xml"))
        result = _run(clouds_yaml(tmp_path, manila.auth_url), "--chapter", "availability_zones", *files)
        assert result.exit_code == 0, result.output
        assert result.stdout.splitlines()[-1].endswith(" alike")
        assert made_there(manila) == []
        document = json.loads((tmp_path / "a.json").read_text())
        assert (document["cloud"], document["microversion"]) == ("here", "2.90")
        assert ElementTree.parse(tmp_path / "a.xml").getroot()[0].get("failures") == "0"

        manila.faults.add({"match": {"operation": "availability_zones.list"}, "do": {"respond": {"status": 404}}})
        result = _run(clouds_yaml(tmp_path, manila.auth_url), "--chapter", "availability_zones", "--read-only")
        assert result.exit_code == 1
        assert "status: expected 404, got 200" in result.stdout


def test_scenarios_of_ones_own_are_played(tmp_path: Path) -> None:
    script = tmp_path / "own.yaml"
    script.write_text("mine: {setup: [share], steps: [{name: shown, path: '/v2/shares/{share_id}'}]}")
    with FakeManila() as manila:
        result = _run(clouds_yaml(tmp_path, manila.auth_url), "--script", str(script))
        assert result.exit_code == 0, result.output
        assert result.stdout.splitlines()[-1] == "1 scenario: 1 alike; 1 answer: 1 alike"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "own.yaml: while parsing a flow"),
        ("[1]", "own.yaml is not a file of scenarios: it has to map names to scenarios"),
        ("a: {}", "own.yaml is not a file of scenarios: 'steps'"),
        ("a: {steps: [{name: b, path: /, bogus: 1}]}", "unknown ['bogus']"),
        ("a: {setup: [nothing], steps: []}", "own.yaml is not a file of scenarios: 'nothing'"),
        ("a: {steps: [7]}", "own.yaml is not a file of scenarios: "),
    ],
)
def test_files_that_are_no_scenarios_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.yaml").write_text(text)
    result = _run({}, "--script", str(tmp_path / "own.yaml"))
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_histories_are_played_by_the_same_command(tmp_path: Path) -> None:
    with FakeManila() as manila:
        arguments = ("--histories", "2", "--steps", "6", "--seed", "3", "--jobs", "1")
        result = _run(clouds_yaml(tmp_path, manila.auth_url), *arguments)
        assert result.exit_code == 0, result.output
        assert "2 histories: 2 alike; 12 steps" in result.stdout
        assert made_there(manila) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--chapter", "snapshot"), "'snapshot' is not a chapter; did you mean 'snapshots'?"),
        (("--read-only", "--clean-up"), "give only one of"),
        (("--rate", "fast"), "'fast' is not a valid rate"),
        (("--timeout", "soon"), "'soon'"),
    ],
)
def test_wrong_options(arguments: tuple[str, ...], said: str) -> None:
    result = _run({}, *arguments)
    assert result.exit_code == 2
    assert said in result.output.replace("\n", " ")


def test_clouds_that_cannot_be_compared(tmp_path: Path) -> None:
    with FakeManila() as manila:
        auth_url = manila.auth_url
        for environment, problem in (
            ({"password": "wrong"}, "Keystone does not let this user in"),
            ({"region_name": "Mars"}, "the catalog has no Manila in the region Mars"),
        ):
            result = _run(clouds_yaml(tmp_path, auth_url, **environment), "--chapter", "limits")
            assert (result.exit_code, result.stdout) == (1, "")
            assert result.stderr.count("\n") == 1
            assert problem in result.stderr
    result = _run(clouds_yaml(tmp_path, auth_url), "--chapter", "limits")
    assert "fakemanila: cannot log in: " in result.output


def _process(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fakemanila", "compare", "--os-cloud", "here", "--chapter", "availability_zones"]
    return subprocess.Popen(
        [*command, *arguments], env={**os.environ, **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_a_signal_has_it_clean_up_and_a_second_one_has_it_go(tmp_path: Path) -> None:
    with FakeManila() as manila:
        environment = clouds_yaml(tmp_path, manila.auth_url)
        # The first time it is read to make a world that is like the cloud.
        for signals in (1, 2):
            with manila.breakpoint("availability_zones.list", after=1, max="60s") as held:
                process = _process(environment, "--junit", str(tmp_path / "a.xml"))
                request = held.wait(60)
                said = ""
                for _ in range(signals):
                    process.send_signal(signal.SIGTERM)
                    assert process.stderr is not None
                    said = process.stderr.readline()
                request.release()
                process.communicate()
            assert process.returncode == 1
            if signals == 1:
                assert said.startswith("interrupted: what was made there is being removed")
                assert made_there(manila) == []
                assert ElementTree.parse(tmp_path / "a.xml").getroot()[0].get("name") == "fakemanila compare"
            else:
                assert said.startswith("stopped: what is named fakemanila-compare-")
                assert "'fakemanila compare --os-cloud here --clean-up' removes it" in said
                assert len(made_there(manila)) == 10
