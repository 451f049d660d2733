"""What a container of the image does, as an orchestrator sees it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from .building import Image
from .conftest import Start
from .container import Container

TOKEN = {"FAKEMANILA_CONTROL_TOKEN": "only-for-tests"}
AUTHORIZED = {"X-Fakemanila-Token": "only-for-tests"}
DELAYS = "/_fakemanila/delays"
KEPT = ("--state", "/state/worlds.db", "--state-sync", "always")


def healthy(image: Image, container: Container) -> bool:
    """Whether the image's health check says so."""
    return container.execute(*image.config["Healthcheck"]["Test"][1:]).returncode == 0


def status_of(container: Container) -> dict[str, str]:
    """What the kernel says of the first process."""
    lines = Path(f"/proc/{container.pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_its_first_line_is_the_ready_line(start: Start) -> None:
    url = "http://0.0.0.0:8786"
    assert start().ready == f"fakemanila ready url={url} auth_url={url}/identity/v3"


def test_it_answers_on_the_port_that_it_exposes(start: Start) -> None:
    assert start().ask("GET", "/healthcheck").status == 200


def test_its_health_check_tells_whether_it_answers(image: Image, start: Start) -> None:
    assert healthy(image, start())
    assert not healthy(image, start("--port", "9000"))  # as where nothing listens


def test_it_is_the_first_process_and_nobody_in_particular(image: Image, start: Start) -> None:
    status = status_of(start())
    assert status["NSpid"].split()[-1] == "1"
    uid, _, gid = image.config["User"].partition(":")
    assert set(status["Uid"].split()) == {uid}
    assert set(status["Gid"].split()) == {gid}
    assert int(status["CapEff"], 16) == 0


def test_it_cannot_write_but_to_its_volume(start: Start, volume: Path) -> None:
    container = start(state=volume)
    script = "import sys; open(sys.argv[1], 'w')"
    for refused in ("/new", "/tmp/new", "/opt/fakemanila/new"):
        assert "Read-only file system" in container.execute("python", "-c", script, refused).stderr
    assert container.execute("python", "-c", script, "/state/new").returncode == 0
    assert os.listdir(volume) == ["new"]


@pytest.mark.parametrize("user", ["1000:1000", "1000660000:0"])
def test_it_runs_as_any_user(start: Start, volume: Path, user: str) -> None:
    container = start(*KEPT, user=user, state=volume, env=TOKEN)
    assert container.ask("PATCH", DELAYS, AUTHORIZED, {"shares.create": "7s"}).status == 200
    assert (volume / "worlds.db").stat().st_uid == int(user.partition(":")[0])
    assert container.kill("TERM") == 0


def test_its_control_plane_wants_the_token_that_it_was_given(start: Start) -> None:
    container = start(env=TOKEN)
    assert container.ask("GET", DELAYS).status == 401
    assert container.ask("GET", DELAYS, {"X-Fakemanila-Token": "another"}).status == 401
    assert container.ask("GET", DELAYS, AUTHORIZED).status == 200
    assert TOKEN["FAKEMANILA_CONTROL_TOKEN"] not in container.stderr.read_text()


def test_without_a_token_it_makes_one_up_and_logs_it(start: Start) -> None:
    container = start()
    [token] = re.findall(r"^control token: (\S+)$", container.stderr.read_text(), re.MULTILINE)
    assert container.ask("GET", DELAYS).status == 401
    assert container.ask("GET", DELAYS, {"X-Fakemanila-Token": token}).status == 200


def test_commands_in_it_reach_the_server(start: Start) -> None:
    added = start(env=TOKEN).execute("fakemanila", "faults", "add", "quota:snapshots", "--times", "1")
    assert added.returncode == 0, added.stderr


def test_options_come_from_arguments_or_from_the_environment(start: Start) -> None:
    for arguments, env in ((("--clock", "manual"), TOKEN), ((), {**TOKEN, "FAKEMANILA_SERVE_CLOCK": "manual"})):
        answer = start(*arguments, env=env).ask("GET", "/_fakemanila/clock", AUTHORIZED)
        assert json.loads(answer.text)["mode"] == "manual"


@pytest.mark.parametrize(("signal", "status"), [("TERM", 0), ("KILL", 137)])
def test_its_state_outlives_it(start: Start, volume: Path, signal: str, status: int) -> None:
    container = start(*KEPT, state=volume, env=TOKEN)
    assert container.ask("PATCH", DELAYS, AUTHORIZED, {"shares.create": "7s"}).status == 200
    assert container.kill(signal) == status
    again = start(*KEPT, state=volume, env=TOKEN)
    assert json.loads(again.ask("GET", DELAYS, AUTHORIZED).text)["shares.create"] == "7s"


def test_without_a_state_file_it_writes_nothing(start: Start, volume: Path) -> None:
    container = start(state=volume, env=TOKEN)
    assert container.ask("PATCH", DELAYS, AUTHORIZED, {"shares.create": "7s"}).status == 200
    assert container.kill("TERM") == 0
    assert os.listdir(volume) == []


@pytest.mark.parametrize("signal", ["TERM", "INT"])
def test_a_signal_ends_it_with_success(start: Start, signal: str) -> None:
    assert start().kill(signal) == 0


def test_it_speaks_tls_where_certificates_have_a_place(start: Start) -> None:
    container = start("--tls", tmpfs=["/tmp"])
    assert container.ready.startswith("fakemanila ready url=https://")
    assert container.ask("GET", "/healthcheck", scheme="https").status == 200
