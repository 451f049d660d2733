"""The worlds of several servers, as a user of them asks for them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from click.testing import CliRunner, Result

from fakemanila.app import application
from fakemanila.cli.program import main
from fakemanila.control.access import Access
from fakemanila.http.server import Server
from fakemanila.world.worlds import Worlds

TOKEN = "t0ken"


@pytest.fixture
def servers() -> Iterator[dict[str, Worlds]]:
    """Two, by their URL, which want a control token."""
    with ExitStack() as stack:
        found = {}
        for names in (("ci-1", "ci-3"), ("ci-2",)):
            worlds = Worlds()
            for name in names:
                worlds.get(name)
            server = Server(application(worlds, Access(token=TOKEN)))
            server.start()
            stack.callback(server.stop)
            found[server.url] = worlds
        yield found


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["worlds", *arguments], env={"FAKEMANILA_CONTROL_TOKEN": TOKEN, **environment})


def repeated(urls: list[str]) -> list[str]:
    return [word for url in urls for word in ("--url", url)]


def nobody() -> str:
    """The address of a server that isn't there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_lists_those_of_all_servers(servers: dict[str, Worlds]) -> None:
    one, two = servers
    result = run(*repeated([one, two]))
    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["ci-1", one, "ok"],
        ["ci-2", two, "ok"],
        ["ci-3", one, "ok"],
    ]
    assert run(FAKEMANILA_URL=f"{one} {two}").stdout == result.stdout


def test_tells_how_each_server_is(servers: dict[str, Worlds]) -> None:
    found = json.loads(run("list", *repeated([*servers]), "--format", "json").stdout)["servers"]
    assert [(each["url"], each["status"], each["worlds"]) for each in found] == [
        (url, "ok", list(worlds)) for url, worlds in servers.items()
    ]


def test_drops_a_world_wherever_it_is(servers: dict[str, Worlds]) -> None:
    one, two = servers.values()
    result = run("drop", "ci-2", *repeated([*servers]))
    assert (result.exit_code, result.output) == (0, "")
    assert (list(one), list(two)) == (["ci-1", "ci-3"], [])


def test_asks_the_others_where_one_is_away(servers: dict[str, Worlds]) -> None:
    away, (one, two) = nobody(), servers
    listed = run(*repeated([one, away, two]))
    assert listed.exit_code == 1
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["ci-1", "ci-2", "ci-3"]
    assert away in listed.stderr
    assert len(listed.stderr.splitlines()) == 1
    dropped = run("drop", "ci-2", *repeated([away, two]))
    assert (dropped.exit_code, list(servers[two])) == (1, [])


def test_says_what_is_wrong_with_an_address(servers: dict[str, Worlds]) -> None:
    result = run("--url", "nonsense")
    assert result.exit_code == 2
    assert "nonsense" in result.stderr
