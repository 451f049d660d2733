"""What every command does with names, consoles and servers as they can be: a sweep over the tree of commands."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, NoReturn

import click
import pytest
from click.testing import CliRunner, Result

from fakemanila.app import application
from fakemanila.cli import console
from fakemanila.cli.program import main
from fakemanila.control.access import Access
from fakemanila.control.client import ControlClient, HttpTransport
from fakemanila.http.server import Server
from fakemanila.scenario.files import shipped
from fakemanila.world.worlds import Worlds

from ..cases import for_each
from ..conftest import Running

NAME = "日本-ü ☃\u200d♫ \x1b[2J\x9b5A a\nb\r\u2028c \u202e \x00 \x7f"
"""Letters of many encodings, an emoji of two, what a terminal obeys, and line ends."""
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]")
FULL = Path("/dev/full")

ARGUMENTS: dict[str, list[str]] = {
    "clock advance": ["1h"],
    "checkpoint drop": ["before"],
    "checkpoint restore": ["before"],
    "checkpoint save": ["later"],
    "clock set": ["--mode", "manual"],
    "diff": ["before"],
    "derive": [str(Path(__file__).parent), "--output", "/nowhere"],
    "events": ["--since", "0", "--quiet", "0s"],
    "faults add": ["lb-502", "--name", NAME.replace("\x00", "")],
    "faults remove": ["fault-1"],
    "fork": ["console-fork", "--replace"],
    "compare": ["--os-cloud", "nowhere"],
    "import": ["--os-cloud", "nowhere", "--output", "/nowhere/cloud.yaml"],
    "paused continue": ["paused-1"],
    "paused drop": ["paused-1"],
    "records": ["share"],
    "scenario apply": ["SCENARIO"],
    "state load": ["STATE"],
    "state save": ["-"],
    "shadow": ["--os-cloud", "nowhere"],
    "sweep": ["--", "true"],
    "worlds drop": ["elsewhere"],
}
"""What a command needs to be called with."""
NOT_A_CALL = {"serve", "compare", "derive", "import", "shadow", "sweep", "paused continue", "paused drop"}
"""One that doesn't end, and those that fail without Manila's sources, without a cloud, without a program that asks for
something, and without a request that is held."""
WITHOUT_SERVER = {
    "compare", "derive", "env", "import", "openapi", "operations", "scenario list", "serve", "shadow", "sweep",
}  # fmt: skip


def commands() -> dict[str, click.Command]:
    """Every command that does something by itself, by its words; a new one is among them without more ado."""
    found: dict[str, click.Command] = {}

    def walk(words: tuple[str, ...], command: click.Command) -> None:
        if not isinstance(command, click.Group):
            found[" ".join(words)] = command
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            walk((*words, name), inner)

    walk((), main)
    return found


COMMANDS = commands()
CALLS = [
    (command, *flags)
    for command, made in COMMANDS.items()
    if command not in NOT_A_CALL
    for flags in [(), *([("--format", "json")] if any("--format" in param.opts for param in made.params) else [])]
    if not (command == "env" and flags)
]
ON_SERVER = {command: command for command in COMMANDS if command not in WITHOUT_SERVER}
Call = Callable[..., Result]


@pytest.fixture
def world(server: Running) -> Iterator[ControlClient]:
    """A world in which everything that has a name has that one."""
    world = ControlClient(server.url, world="console")
    world.clock.set("2026-01-01T00:00:00", mode="manual")
    world.delays.update({"shares.delete": "30s"})
    world.scenario.apply({"resources": [{"kind": "share", "name": NAME}]})
    world.faults.add("lb-502", name=NAME, times=1)
    HttpTransport(f"{server.url}/worlds/console")("POST", "/v2/shares", {}, json.dumps({"share": NAME}).encode())
    world.checkpoints.save("before")
    yield world
    for name in ("console", "console-fork"):
        world.worlds.drop(name)


@pytest.fixture
def arguments(tmp_path: Path) -> Callable[[str], list[str]]:
    """The words of a command and what it needs."""
    scenario = tmp_path / "scenario.json"
    scenario.write_text(json.dumps({"resources": [{"kind": "share", "name": NAME}]}))
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"version": 1}))
    paths = {"SCENARIO": str(scenario), "STATE": str(state)}
    return lambda command: [*command.split(), *(paths.get(word, word) for word in ARGUMENTS.get(command, ()))]


def invoke(words: list[str], encoding: str = "utf-8", **environment: str) -> Result:
    return CliRunner(charset=encoding).invoke(main, words, env=environment)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_every_command_prints_any_name_on_any_console(
    call: tuple[str, ...], encoding: str, world: ControlClient, server: Running, arguments: Any, tmp_path: Path
) -> None:
    if call[0] == "state load":
        (tmp_path / "state.json").write_text(json.dumps(world.state.dump()))
    words = [*arguments(call[0]), *call[1:]]
    result = invoke(words, encoding, FAKEMANILA_URL=f"{server.url}/worlds/console")
    assert (result.exit_code, result.stderr) == (0, "")
    assert not HARMFUL.search(result.stdout_bytes.decode(encoding))
    if "json" in call:
        lines = result.stdout_bytes.splitlines() if call[0] == "events" else [result.stdout_bytes]
        for line in lines:
            json.loads(line)


def test_a_name_is_one_cell_of_a_table_whatever_it_has_in_it(world: ControlClient, server: Running) -> None:
    world.faults.add("lb-502", name="plain")
    environment = {"FAKEMANILA_URL": f"{server.url}/worlds/console"}
    odd, plain = invoke(["faults"], **environment).stdout.splitlines()
    assert "日本-ü ☃\u200d♫ \\x1b[2J\\x9b5A a\\nb\\r\\u2028c \\u202e \\x00 \\x7f  fired" in odd
    # 日 and 本 take two columns each, the joiner none: the columns are under each other.
    assert odd.index("fired") + 1 == plain.index("fired")
    odd, plain = invoke(["faults"], "ascii", **environment).stdout.splitlines()
    assert "\\u65e5\\u672c-\\xfc \\u2603\\u200d\\u266b " in odd
    assert odd.index("fired") == plain.index("fired")


class _Broken(io.TextIOWrapper):
    """A standard output of which the reader is gone."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def write(self, text: str) -> NoReturn:
        raise BrokenPipeError(32, "Broken pipe")


def end(words: list[str]) -> int:
    """Runs a command with whatever standard output there is; its exit status."""
    with pytest.raises(SystemExit) as ended:
        main(words, prog_name="fakemanila")
    assert isinstance(ended.value.code, int)
    return ended.value.code


QUIET = {"reset", "faults clear", "faults remove", "requests clear", "state load", "worlds drop"}
QUIET |= {"checkpoint drop", "checkpoint restore", "checkpoint save", "fork"}
NOTHING_TO_SAY = {("conduct",), ("paused list",)}
PRINTING = [call for call in CALLS if call[0] not in QUIET and call not in NOTHING_TO_SAY]


@pytest.mark.parametrize("call", PRINTING, ids=" ".join)
def test_output_that_nobody_can_have_is_told_in_one_line(
    call: tuple[str, ...],
    world: ControlClient,
    server: Running,
    arguments: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FAKEMANILA_URL", f"{server.url}/worlds/console")
    words = [*arguments(call[0]), *call[1:]]
    monkeypatch.setattr(sys, "stdout", None)
    assert (end(words), capsys.readouterr().err) == (1, "fakemanila: standard output: Bad file descriptor\n")
    monkeypatch.setattr(sys, "stdout", _Broken())
    assert (end(words), capsys.readouterr().err) == (1, "")
    if FULL.exists():
        with FULL.open("w") as full:
            monkeypatch.setattr(sys, "stdout", full)
            assert end(words) == 1
            assert capsys.readouterr().err == "fakemanila: standard output: No space left on device\n"


@pytest.mark.skipif(not FULL.exists(), reason="this machine has no /dev/full")
def test_a_program_without_room_for_its_output_ends_with_one_line() -> None:
    program = [sys.executable, "-m", "fakemanila", "operations"]
    with FULL.open("w") as full, Popen(program, stdout=full, stderr=PIPE, text=True) as process:
        assert process.communicate(timeout=60)[1] == "fakemanila: standard output: No space left on device\n"
        assert process.returncode == 1


def test_a_program_whose_reader_goes_away_ends_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with Popen([sys.executable, "-m", "fakemanila", "operations"], stdout=writing, stderr=PIPE, text=True) as process:
        os.close(writing)
        assert process.communicate(timeout=60)[1] == ""
        assert process.returncode == 1


def test_a_name_in_an_error_is_printed_on_any_console() -> None:
    result = invoke(["scenario", "apply", "日本\x1b[2J"], "ascii")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("fakemanila: '\\u65e5\\u672c\\x1b[2J' is neither a file nor a shipped scenario")


@pytest.mark.parametrize(("is_terminal", "expected"), [(True, "\r\x1b[K3 of 7 \\x1b[2J"), (False, "")])
def test_how_far_something_is_only_a_terminal_shows(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, expected: str
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    console.progress("3 of 7 \x1b[2J")
    assert stream.getvalue() == expected


def test_only_the_console_prints() -> None:
    package = Path(console.__file__).parents[1]
    printing = re.compile(r"\bclick\.s?echo\(|(?<![\w.\"`])print\(|sys\.stdout\.write")
    found = {path.name for path in package.rglob("*.py") if printing.search(path.read_text(encoding="utf-8"))}
    assert found == {"console.py"}


# Servers that are none


def answer(status: str, body: bytes = b"", kind: str = "text/html") -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, [("Content-Type", kind), ("Location", "/elsewhere")])
        return [body]

    return app


STRANGERS = {
    "a page": answer("200 OK", b"<p>hello</p>"),
    "an object": answer("200 OK", b"{}", "application/json"),
    "a list": answer("200 OK", b"[]", "application/json"),
    "a text": answer("200 OK", b'"ok"', "application/json"),
    "bytes": answer("200 OK", b"\xff\xfe\x00", "application/json"),
    "deep": answer("200 OK", b"[" * 100_000, "application/json"),
    "nothing": answer("204 No Content"),
    "not found": answer("404 Not Found", b"<p>no</p>"),
    "elsewhere": answer("302 Found"),
    "an error": answer("500 Internal Server Error", b'{"error": {"a": "b\\nc"}}'),
}


@pytest.fixture(scope="module", params=STRANGERS)
def stranger(request: pytest.FixtureRequest) -> Iterator[str]:
    served = Server(STRANGERS[request.param])
    served.start()
    yield served.url
    served.stop()


@for_each(command=ON_SERVER)
def test_every_command_tells_another_server_apart(command: str, stranger: str, arguments: Any) -> None:
    result = invoke(arguments(command), FAKEMANILA_URL=stranger)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(
        rf"fakemanila: ({stranger} answer.*fakemanila\?|{stranger}.*not a fakemanila|.*'b.*)\n", result.stderr
    )


@pytest.fixture(scope="module", params=["silent", "closed", "another protocol"])
def odd(request: pytest.FixtureRequest) -> Iterator[str]:
    """A port at which something listens that doesn't talk HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        kept = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                if request.param == "another protocol":
                    connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")
                if request.param == "silent":
                    kept.append(connection)
                else:
                    connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        for connection in kept:
            connection.close()


@for_each(command=ON_SERVER)
def test_every_command_gives_up_on_what_does_not_answer(
    command: str, odd: str, arguments: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = HttpTransport.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "timeout", 0.05)
    result = invoke(arguments(command), FAKEMANILA_URL=odd)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(rf"fakemanila: cannot reach {odd}: .+\n", result.stderr)


@for_each(command=ON_SERVER)
def test_every_command_says_that_nobody_is_at_home(command: str, arguments: Any) -> None:
    with closing(socket.socket()) as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        result = invoke(arguments(command), FAKEMANILA_URL=url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(rf"fakemanila: cannot reach {url}: .*start a server with: fakemanila serve\n", result.stderr)


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://here", "http:", "http://[::1", "http://here:port", "http://here:99999", "http://a b"]
)
@for_each(command={**ON_SERVER, "env": "env"})
def test_every_command_refuses_what_is_no_address(command: str, url: str, arguments: Any) -> None:
    result = invoke(arguments(command), FAKEMANILA_URL=url)
    assert (result.exit_code, result.stdout) == (2, "")
    named = url.split()[-1] if command.startswith("worlds") else url  # which takes several
    expected = rf"fakemanila: .*url: '{re.escape(named)}' is not the address of a server: expected one such as http.*\n"
    assert re.fullmatch(expected, result.stderr)


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    worlds = Worlds()
    served = Server(application(worlds, Access.bound_to("127.0.0.1", "sesame")), stopping=worlds.stopping)
    served.start()
    yield served.url
    served.stop()


@pytest.mark.parametrize("token", [None, "wrong", "ü\n日"])
@for_each(command=ON_SERVER)
def test_every_command_says_that_a_token_is_wanted(
    command: str, token: str | None, guarded: str, arguments: Any
) -> None:
    environment = {"FAKEMANILA_URL": guarded} | ({} if token is None else {"FAKEMANILA_CONTROL_TOKEN": token})
    result = invoke(arguments(command), **environment)
    assert (result.exit_code, result.stdout) == (1, "")
    wanted = "Unicode|Invalid header" if token == "ü\n日" else "needs its token"
    assert re.fullmatch(rf"fakemanila: .*({wanted}).*\n", result.stderr)


def test_the_sweep_knows_what_every_command_needs() -> None:
    """A new command that wants arguments has to say here which."""
    for command, made in COMMANDS.items():
        needed = [param for param in made.params if isinstance(param, click.Argument) and param.required]
        assert not needed or command in ARGUMENTS, command
    assert shipped()  # what `scenario list` has to print
    assert os.linesep == "\n" or sys.platform == "win32"
