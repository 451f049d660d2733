"""`fakemanila sweep` as people type it, with a real command in a process of its own."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from fakemanila.cli.program import main
from fakemanila.sweep.process import Commands

from ..conftest import Running

CLIENT = """
import json, os, sys, urllib.error, urllib.request

URL = os.environ["FAKEMANILA_URL"]

def call(path, body, **headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json", **headers})
    return urllib.request.urlopen(request, timeout=20)

user = {"name": os.environ["OS_USERNAME"], "password": os.environ["OS_PASSWORD"], "domain": {"id": "default"}}
project = {"project": {"name": os.environ["OS_PROJECT_NAME"], "domain": {"id": "default"}}}
login = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": project}}
token = call("/identity/v3/auth/tokens", login).headers["X-Subject-Token"]
"""
TWICE = """
share = {"share": {"name": "db", "size": 1, "share_proto": "NFS"}}
for attempt in range(2):
    try:
        call("/v2/shares", share, **{"X-Auth-Token": token})
        break
    except OSError as error:
        print("again:", error)
else:
    sys.exit(3)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Makes a share, twice where the first attempt fails."""
    path = tmp_path / "program.py"
    path.write_text(CLIENT + TWICE)
    return path


def sweep(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["sweep", *map(str, arguments)])


def refused(result: Result, code: int = 2) -> str:
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    return result.stderr.splitlines()[-1]


def test_it_finds_the_run_that_leaves_a_second_share(program: Path, tmp_path: Path) -> None:
    files = ("--json", tmp_path / "sweep.json", "--junit", tmp_path / "sweep.xml")
    result = sweep("--faults", "reset-after,503", "-j", "2", *files, "--", sys.executable, "-S", program)
    assert result.exit_code == 1, result.output
    assert result.stdout.splitlines() == [
        "2:reset-after  debris  shares.create 'db'  one share 'db' too many",
        "2 requests, 1 of them swept, 1 for other operations",
        "2 runs: 1 passed, 1 debris",
    ]
    assert json.loads((tmp_path / "sweep.json").read_text())["summary"]["debris"] == 1
    (suite,) = ElementTree.parse(tmp_path / "sweep.xml").getroot()
    assert suite.get("failures") == "1"


@pytest.mark.parametrize("option", ["--json", "--junit"])
def test_a_file_that_the_results_cannot_be_written_to_is_named(program: Path, tmp_path: Path, option: str) -> None:
    path = tmp_path / "nothing" / "here"
    result = sweep("--only", "2:503", option, path, "--", sys.executable, "-S", program)
    assert (result.exit_code, result.stderr) == (1, f"fakemanila: {path}: No such file or directory\n")


def test_one_run_is_shown_with_its_output_and_its_requests(program: Path) -> None:
    result = sweep("--only", "2:reset-after", "--fail-on", "hung", "--", sys.executable, "-S", program)
    assert result.exit_code == 0, result.output
    head, fault, difference, printed, output, requests, *journal = result.stdout.splitlines()
    assert head == "2:reset-after  debris  shares.create 'db'"
    assert fault == "  reset-after at shares.create 'db': the work is done, then the connection is reset"
    assert difference == "  one share 'db' too many"
    assert (printed, output[:8]) == ("the command printed:", "  again:")
    assert requests == "its last 3 requests:"
    assert [line.split()[1:5] for line in journal[1:]] == [
        ["POST", "/v2/shares", "->", "no"],
        ["POST", "/v2/shares", "->", "200"],
    ]


def test_then_two_failures_in_one_run(program: Path) -> None:
    result = sweep("--faults", "503", "--pairs", "--", sys.executable, "-S", program)
    assert result.exit_code == 1, result.output
    assert result.stdout.splitlines() == [
        "2:503+2:503  failed  shares.create 'db'  exit status 3; no share 'db'",
        "2 requests, 1 of them swept, 1 for other operations",
        "1 of 1 pairs of failures that the command gets over one by one",
        "2 runs: 1 passed, 1 failed",
    ]


def test_a_running_server_is_used_and_left_as_it_was(program: Path, server: Running) -> None:
    before = set(server.worlds)
    program.write_text(CLIENT + "call('/v2/', None, **{'X-Auth-Token': token})\n")
    result = sweep("--url", server.url, "--faults", "500", "--", sys.executable, "-S", program)
    assert result.stdout.splitlines()[0] == "2:500  failed  versions.show  exit status 1", result.output
    assert set(server.worlds) == before


def test_what_takes_too_long_is_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    script = f"echo waiting; sleep 600 > {pipe} & wait"
    run = Commands(["sh", "-c", script], url="http://127.0.0.1:1", user="demo", timeout=0.5, folder=tmp_path)
    ended = run("world")
    assert (ended.passed, ended.hung, ended.status) == (False, True, None)
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # once nobody has the other end any more
    os.close(reader)


def test_the_environment_leads_to_the_world_and_to_no_other_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CLOUD", "production")
    monkeypatch.setenv("OS_TOKEN", "secret")
    program = tmp_path / "program.py"
    program.write_text(
        CLIENT + "print(json.dumps({**os.environ, 'clouds': open(os.environ['OS_CLIENT_CONFIG_FILE']).read()}))\n"
        "call('/v2/', None, **{'X-Auth-Token': token})\nsys.exit(9)\n"
    )
    result = sweep("--user", "admin", "--", sys.executable, "-S", program)
    assert result.exit_code == 1
    found = json.loads(result.stderr.splitlines()[0])
    assert found["OS_AUTH_URL"] == f"{found['FAKEMANILA_URL']}/identity/v3"
    assert found["OS_USERNAME"] == "admin"
    assert "127.0.0.1" in found["NO_PROXY"]
    assert found["OS_AUTH_URL"] in found["clouds"]
    assert not {"OS_CLOUD", "OS_TOKEN"} & set(found)


def test_the_undisturbed_run_has_to_pass() -> None:
    result = sweep("--", "sh", "-c", "echo what is wrong; exit 4")
    assert refused(result, 1) == "fakemanila: the command fails even without faults: exit status 4"
    assert result.stderr.splitlines()[0] == "what is wrong"


def test_so_has_it_within_its_time() -> None:
    told = refused(sweep("--timeout", "10ms", "--", "sleep", "600"), 1)
    assert told == "fakemanila: the command fails even without faults: ended after 0 s; --timeout gives it more time"


def test_a_command_that_asks_nothing_is_told_where_its_world_is() -> None:
    assert "OS_AUTH_URL and FAKEMANILA_URL" in refused(sweep("--", "true"), 1)


def test_a_command_that_is_not_there_is_named() -> None:
    assert refused(sweep("--", f"{os.sep}nowhere{os.sep}program"), 1).startswith(
        "fakemanila: /nowhere/program: No such"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--faults", "reset-afer", "--", "true"),
            "'reset-afer' is not a kind of failure; did you mean 'reset-after'?",
        ),
        (("--operations", "share.*", "--", "true"), "no operation is called 'share.*'; did you mean 'shares."),
        (("--fail-on", "passed", "--", "true"), "'passed' is not a verdict that can fail a sweep"),
        (("--timeout", "soon", "--", "true"), "'soon' is not a valid duration"),
        (("--user", "root", "--", "true"), "'root' is not a built-in user"),
        (("--only", "1:500", "--pairs", "--", "true"), "--only doesn't go with --pairs"),
        ((), "Missing argument 'COMMAND"),
    ],
)
def test_a_wrong_call_is_refused(arguments: tuple[str, ...], message: str) -> None:
    assert message in refused(sweep(*arguments))
