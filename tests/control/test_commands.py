"""The commands that talk to a running server, as a user types them."""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import run as run_program
from typing import Any
from unittest.mock import ANY

import pytest
import requests
from click.testing import CliRunner, Result

from fakemanila.app import application
from fakemanila.cli.program import main
from fakemanila.control.access import Access
from fakemanila.control.client import ControlClient
from fakemanila.http.server import Server
from fakemanila.world.worlds import Worlds

from ..api import there
from ..conftest import Running

Run = Callable[..., Result]


@pytest.fixture
def control(server: Running) -> Iterator[ControlClient]:
    """The world that the commands are about: its clock stands still."""
    control = ControlClient(server.url, world="commands")
    control.clock.set("2026-01-01T00:00:00", mode="manual")
    yield control
    control.worlds.drop("commands")


@pytest.fixture
def run(server: Running, control: ControlClient, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FAKEMANILA_URL", f"{server.url}/worlds/commands")
    return lambda *arguments, **options: CliRunner().invoke(main, arguments, **options)


def fine(result: Result) -> str:
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.output


def refused(result: Result, code: int = 1) -> str:
    """The last line of a refusal; a user gets no more than that, and where the command is misused a hint before it."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == (1 if code == 1 else len(lines))
    return str(lines[-1])


# reset and state


def test_reset_puts_a_world_back(run: Run, control: ControlClient) -> None:
    control.faults.add("lb-502")
    assert fine(run("reset")) == ""
    assert control.faults.list() == []


def test_a_world_is_saved_and_loaded(run: Run, control: ControlClient, tmp_path: Path) -> None:
    control.scenario.apply({"resources": [{"kind": "share", "name": "db"}]})
    before = control.state.dump()
    fine(run("state", "save", str(tmp_path / "world.json")))
    control.reset()
    fine(run("state", "load", str(tmp_path / "world.json")))
    assert control.state.dump() == before


def test_a_world_goes_through_a_pipe(run: Run, control: ControlClient) -> None:
    control.clock.advance("90s")
    saved = fine(run("state", "save", "-"))
    control.reset()
    fine(run("state", "load", "-", input=saved))
    assert control.clock.show()["now"] == "2026-01-01T00:01:30.000000"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "<stdin>: it is not valid JSON"),
        ("[]", "<stdin>: it is not a state"),
        ('{"version": 9}', "version: 9 is newer"),
    ],
)
def test_what_is_no_state_is_refused(run: Run, control: ControlClient, text: str, message: str) -> None:
    before = control.state.dump()
    assert message in refused(run("state", "load", "-", input=text))
    assert control.state.dump() == before


def test_a_file_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "world.json"
    assert refused(run("state", "save", str(path))) == f"fakemanila: {path}: No such file or directory"


def test_a_state_is_tried_before_it_is_loaded(run: Run, control: ControlClient, tmp_path: Path) -> None:
    path = str(tmp_path / "world.json")
    fine(run("state", "save", path))
    (share,) = control.scenario.apply({"resources": [{"kind": "share", "name": "db"}]})
    lines = fine(run("state", "load", "--dry-run", path)).splitlines()
    assert lines[0] == "from world:commands to state: 2 records gone"
    assert lines[1].startswith(f'- shares db ({share["id"]}) status="available" size=1')
    assert len(control.state["records"]["shares"]) == 1


# checkpoint, diff and fork


def test_a_world_goes_back_to_a_checkpoint(run: Run, control: ControlClient) -> None:
    assert fine(run("checkpoint")) == ""
    assert fine(run("checkpoint", "save", "before")) == ""
    control.scenario.apply({"resources": [{"kind": "share", "name": "db"}]})
    (line,) = fine(run("checkpoint", "list")).splitlines()
    assert re.fullmatch(r"before  2026-01-01T00:00:00\.000000  \d+ records  0 under way", line)
    assert json.loads(fine(run("checkpoint", "--format", "json"))) == control.checkpoints.list()
    assert fine(run("checkpoint", "restore", "before")) == ""
    assert not control.diff("before")
    assert fine(run("checkpoint", "drop", "before")) == ""
    assert control.checkpoints == []


def test_differences_are_shown_and_may_fail_a_script(run: Run, control: ControlClient) -> None:
    control.checkpoints.save("before")
    assert fine(run("diff", "before", "--exit-code")) == "from checkpoint:before to world:commands: no differences\n"
    control.scenario.apply({"resources": [{"kind": "share", "name": "two\nlines"}]})
    assert json.loads(fine(run("diff", "before", "--format", "json"))) == dict(control.diff("before"))
    result = run("diff", "before", "world:commands", "--exit-code")
    assert (result.exit_code, result.stderr) == (1, "")
    assert [line.split("(")[0] for line in result.stdout.splitlines()[1:]] == ["+ shares two\\nlines ", ANY]


def test_a_world_is_forked(run: Run, server: Running, control: ControlClient) -> None:
    control.faults.add("lb-502")
    control.checkpoints.save("ill")
    control.faults.clear()
    fine(run("fork", "branch", "--from", "ill"))
    branch = ControlClient(server.url, world="branch")
    assert [rule["preset"] for rule in branch.faults] == ["lb-502"]
    assert "there is a world 'branch' already" in refused(run("fork", "branch"))
    fine(run("fork", "branch", "--replace"))
    assert branch.faults == []
    branch.worlds.drop("branch")


# scenario


def test_a_scenario_is_applied(run: Run, control: ControlClient, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "resources:\n  - {kind: share, name: db}\n  - {kind: access_rule, share: db, access_to: 10.0.0.1}\n"
    )
    share, rule = (line.split() for line in fine(run("scenario", "apply", str(path))).splitlines())
    records = control.state.dump()["records"]
    assert share == ["share", records["shares"][0]["id"], "db"]
    assert rule == ["access_rule", records["share_access_rules"][0]["id"], "-"]
    made = json.loads(fine(run("scenario", "apply", "tight-quota", "--format", "json")))
    assert {each["name"] for each in made if each["kind"] == "share"} == {"data-1", "data-2", "fast"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed: 1\nseed: 2\n", ":2: 'seed' is given twice"),
        ("resources:\n  - {kind: snapshot, share: db}\n", ":2: resources[0].share: there is no share 'db'"),
        ("- share\n", ":1: ['share'] is not a scenario"),
    ],
)
def test_a_scenario_that_is_wrong_is_refused_with_the_line(run: Run, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    assert refused(run("scenario", "apply", str(path))).startswith(f"fakemanila: {path}{message}")


def test_scenarios_are_listed(run: Run) -> None:
    listed = json.loads(fine(run("scenario", "list", "--format", "json")))
    assert "full-pool" in [each["name"] for each in listed]
    lines = fine(run("scenario", "list")).splitlines()
    assert [line.split()[0] for line in lines] == [each["name"] for each in listed]


# clock


@pytest.mark.parametrize("arguments", [["clock"], ["clock", "show"]], ids=" ".join)
def test_the_clock_is_shown(run: Run, arguments: list[str]) -> None:
    assert fine(run(*arguments)) == "2026-01-01T00:00:00.000000  stands still, nothing under way\n"


def test_the_clock_is_shown_as_json(run: Run, control: ControlClient) -> None:
    assert json.loads(fine(run("clock", "--format", "json"))) == control.clock.show()


def test_the_clock_is_set(run: Run, control: ControlClient) -> None:
    assert fine(run("clock", "set", "2030-01-01T00:00:00")).startswith("2030-01-01T00:00:00.000000  stands still")
    assert "runs at 60 s/s" in fine(run("clock", "set", "--mode", "real", "--rate", "60"))
    assert control.clock.show()["rate"] == 60


def test_advancing_shows_what_ended_on_the_way(run: Run, control: ControlClient, server: Running) -> None:
    control.delays.update({"shares.create": "30s", "snapshots.create": {"reads": 2}})
    share_id = make_share(server, "commands")
    assert "1 under way, next at 2026-01-01T00:00:30.000000" in fine(run("clock"))
    ran, after = fine(run("clock", "advance", "1m")).splitlines()
    assert ran.split() == ["2026-01-01T00:00:30.000000", "shares.create", share_id, "available"]
    assert after == "2026-01-01T00:01:00.000000  stands still, nothing under way"


@pytest.mark.parametrize("to", ["next", "idle"])
def test_the_clock_is_advanced_to_what_comes_next(run: Run, control: ControlClient, server: Running, to: str) -> None:
    control.delays.update({"shares.create": "30s"})
    make_share(server, "commands")
    assert "available" in fine(run("clock", "advance", "--to", to))
    assert control.clock.show()["now"] == "2026-01-01T00:00:30.000000"


def make_share(server: Running, world: str) -> str:
    """Makes a share as demo; its id."""
    domain = {"id": "default"}
    user = {"name": "demo", "password": "secret", "domain": domain}
    auth: dict[str, Any] = {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"name": "demo", "domain": domain}},
    }
    url = f"{server.url}/worlds/{world}"
    token = requests.post(f"{url}/identity/v3/auth/tokens", json={"auth": auth}, timeout=30).headers["X-Subject-Token"]
    body: Any = {"share": {"share_proto": "NFS", "size": 1}}
    made = requests.post(f"{url}/v2/shares", json=body, headers={"X-Auth-Token": token}, timeout=30)
    return str(made.json()["share"]["id"])


# faults


def test_faults_are_added_listed_and_removed(run: Run, control: ControlClient) -> None:
    rule = '{"match": {"operation": "shares.list"}, "do": {"respond": {"status": 503}}}'
    assert fine(run("faults")) == ""
    assert fine(run("faults", "add", "lb-502", "--project", "demo", "--times", "2")).startswith("fault-1  lb-502  ")
    assert fine(run("faults", "add", rule, "--name", "down")).startswith("fault-2  down  fired 0 of 0  ")
    first, second = control.faults.list()
    assert (first["match"]["project"], first["when"]) == ("demo", {"times": 2})
    assert second["do"] == {"respond": {"status": 503}}
    assert [line.split()[:2] for line in fine(run("faults")).splitlines()] == [
        ["fault-1", "lb-502"],
        ["fault-2", "down"],
    ]
    assert json.loads(fine(run("faults", "list", "--format", "json"))) == [first, second]
    fine(run("faults", "remove", "fault-2"))
    assert [rule["id"] for rule in control.faults.list()] == ["fault-1"]
    fine(run("faults", "clear"))
    assert control.faults.list() == []


def test_presets_are_listed(run: Run, control: ControlClient) -> None:
    presets = control.faults.presets()
    lines = fine(run("faults", "presets")).splitlines()
    assert [re.split("  +", line) for line in lines] == [[preset["name"], preset["summary"]] for preset in presets]
    assert json.loads(fine(run("faults", "presets", "--format", "json"))) == presets


# requests


def test_requests_are_listed_by_filters_and_forgotten(run: Run, control: ControlClient, server: Running) -> None:
    make_share(server, "commands")
    assert len(fine(run("requests")).splitlines()) == 2
    (line,) = fine(run("requests", "--operation", "shares.*", "--status", "2xx", "--project", "demo")).splitlines()
    assert re.search(r"POST /v2/shares -> 20. shares\.create demo@demo", line)
    assert fine(run("requests", "--status", "4xx")) == ""
    (request,) = json.loads(fine(run("requests", "list", "--limit", "1", "--format", "json")))
    assert request == control.requests.last()
    fine(run("requests", "clear"))
    assert control.requests.count() == 0


def test_a_refusal_is_explained(run: Run, control: ControlClient, server: Running) -> None:
    assert refused(run("requests", "--explain", "last")) == "fakemanila: no request in the journal was refused"
    requests.get(f"{server.url}/worlds/commands/v2/shares", timeout=30)
    make_share(server, "commands")
    head, why = fine(run("requests", "--explain", "last")).splitlines()
    assert "GET /v2/shares -> 401" in head
    assert why == "  It came without a token (X-Auth-Token)."
    shown = json.loads(fine(run("requests", "--explain", control.requests[0]["id"], "--format", "json")))
    assert shown == control.requests.explain("last")
    assert fine(run("requests", "--explain", there(control.requests.last())["id"])).endswith("  Nothing was refused.\n")
    assert "there is no request 'req-x'" in refused(run("requests", "--explain", "req-x"))


def test_requests_are_written_for_other_programs(
    run: Run, control: ControlClient, server: Running, tmp_path: Path
) -> None:
    make_share(server, "commands")
    assert fine(run("requests", "--har", f"{tmp_path}/a.har", "--operation", "shares.*")) == ""
    assert json.loads((tmp_path / "a.har").read_text()) == control.requests.har(operation="shares.*")
    assert json.loads(fine(run("requests", "--har", "-"))) == control.requests.har()
    assert fine(run("requests", "--curl")) == control.requests.curl()
    assert fine(run("requests", "--curl")).count("curl -X POST") == 2
    assert fine(run("requests", "--pytest", f"{tmp_path}/test_it.py")) == ""
    assert (tmp_path / "test_it.py").read_text() == control.requests.pytest()
    assert "give only one of" in refused(run("requests", "--curl", "--har", "-"), 2)
    assert "status: 'bad'" in refused(run("requests", "--curl", "--status", "bad"))


@pytest.mark.parametrize("option", ["--har", "--pytest"])
def test_a_file_that_requests_cannot_be_written_to_is_named(run: Run, tmp_path: Path, option: str) -> None:
    path = tmp_path / "nothing" / "here"
    assert refused(run("requests", option, str(path))) == f"fakemanila: {path}: No such file or directory"


# What is wrong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["clock", "advance", "soon"], "duration: 'soon' is not a valid duration"),
        (["clock", "set", "noon"], "now: 'noon' is not a valid time"),
        (["faults", "add", "lb-50"], "no preset is called 'lb-50'; did you mean"),
        (["faults", "add", "lb-502", "--operation", "share.list"], "did you mean 'shares.list'?"),
        (["faults", "remove", "fault-9"], "there is no fault 'fault-9' in the world 'commands'"),
        (["requests", "--status", "bad"], "status: 'bad' is not an HTTP status"),
        (["checkpoint", "restore", "befor"], "there is no checkpoint 'befor' in the world 'commands'"),
        (["diff", "befor"], "from: 'befor' is neither a checkpoint nor a world"),
        (["reset", "--world", "a b"], "world: 'a b' is not a valid name"),
        (["scenario", "apply", "full-pol"], "'full-pol' is neither a file nor a shipped scenario; did you mean"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_the_server_refuses_is_said_in_one_line(run: Run, arguments: list[str], message: str) -> None:
    assert message in refused(run(*arguments))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["clock", "advance"], "expected either DURATION or --to"),
        (["clock", "advance", "1s", "--to", "next"], "expected either DURATION or --to"),
        (["clock", "set"], "nothing to set"),
        (["clock", "advnace"], "No such command 'advnace'"),
        (["faults", "add", "{"], "FAULT is not valid JSON"),
        (["faults", "remove"], "Missing argument 'ID...'"),
        (["state"], "Missing command"),
        (["reset", "--url", "ftp://here"], "url: 'ftp://here' is not the address of a server"),
        (["reset", "--world", ""], "world: '' is not a valid name"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_misused_command_is_refused_with_the_reason(run: Run, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output or message == "Missing command"


def test_a_world_is_named_by_an_option_in_place_of_that_of_the_url(run: Run, server: Running) -> None:
    other = ControlClient(server.url, world="other")
    other.faults.add("lb-502")
    assert "lb-502" in fine(run("faults", "--world", "other"))
    assert fine(run("faults", "--url", f"{server.url}/worlds/commands/")) == ""
    other.worlds.drop("other")


def test_nobody_at_home_is_said_in_one_line(run: Run) -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        line = refused(run("reset", "--url", url))
    assert line.startswith(f"fakemanila: cannot reach {url}: ")
    assert line.endswith("start a server with: fakemanila serve")


@pytest.fixture
def stranger() -> Iterator[str]:
    """A server that is no fakemanila, and answers everything with a page."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<p>hello</p>"]

    served = Server(app)
    served.start()
    yield served.url
    served.stop()


def test_another_server_is_told_apart(run: Run, server: Running, stranger: str) -> None:
    assert refused(run("clock", "--url", stranger)) == f"fakemanila: {stranger} answers, but is not a fakemanila"
    assert "with 404; is it a fakemanila?" in refused(run("clock", "--url", f"{server.url}/nothing/here"))


def test_the_control_token_comes_from_an_option_or_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = Worlds()
    served = Server(application(worlds, Access.bound_to("127.0.0.1", "sesame")), stopping=worlds.stopping)
    served.start()
    try:
        assert "needs its token" in refused(run("clock", "--url", served.url))
        assert "nothing under way" in fine(run("clock", "--url", served.url, "--control-token", "sesame"))
        monkeypatch.setenv("FAKEMANILA_CONTROL_TOKEN", "sesame")
        assert "nothing under way" in fine(run("clock", "--url", served.url))
    finally:
        served.stop()


@pytest.mark.parametrize(
    ("ours", "others"),
    [
        ("cli", ["flask", "jsonschema", "yaml", "ssl"]),
        ("control.client", ["flask", "werkzeug", "jsonschema", "yaml"]),
        ("python.delegation", ["flask", "werkzeug", "jsonschema", "yaml"]),
    ],
)
def test_the_command_line_imports_little(ours: str, others: list[str]) -> None:
    """Help and mistakes come at once, and calls of the control plane soon: nothing of the server is read for them."""
    script = f"import sys, fakemanila.{ours}; print([m for m in {others} if m in sys.modules])"
    assert run_program([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
