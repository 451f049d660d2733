"""What a server writes: pipes that are full, slow, closed or know no letters hold up and break nothing."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pytest

from fakemanila.app import application
from fakemanila.http.access_log import RequestLog
from fakemanila.http.server import Server
from fakemanila.manila import pipeline, resources
from fakemanila.world.worlds import Worlds

from ..api import Api

PROGRAM = Path(sys.executable).with_name("fakemanila")
REQUEST = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Caller:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._file = self._sock.makefile("rb")

    def get(self, path: str) -> bytes:
        """The body of an answer."""
        self._sock.sendall(REQUEST.format(path).encode())
        length = 0
        assert self._file.readline().startswith(b"HTTP/1.1 ")
        while (line := self._file.readline().lower()) != b"\r\n":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return self._file.read(length)

    def dropped(self) -> int:
        """What the server says of its log, in both places."""
        health = json.loads(self.get("/_fakemanila/health"))["log_lines_dropped"]
        metrics = self.get("/_fakemanila/metrics").decode()
        total = int(re.findall(r"^fakemanila_log_lines_dropped_total (\d+)$", metrics, re.MULTILINE)[0])
        assert total >= health  # more may have been lost meanwhile
        return total

    def close(self) -> None:
        self._file.close()
        self._sock.close()


@contextmanager
def caller_of(port: int) -> Iterator[Caller]:
    caller = Caller(port)
    try:
        yield caller
    finally:
        caller.close()


@contextmanager
def program(*arguments: str, **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([str(PROGRAM), "serve", "--port", "0", *arguments], **how) as process:
        try:
            yield process
        finally:
            process.kill()


def port_in(output: IO[bytes] | None) -> int:
    assert output is not None
    return int(re.findall(rb"url=\S+:(\d+) ", output.readline())[0])


def free_port() -> int:
    """For a server that can't say which one it has."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while not listens(port):
        assert process.poll() is None
        threading.Event().wait(0.01)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=30).close()
    except ConnectionRefusedError:
        return False
    return True


def full_pipe() -> tuple[int, int]:
    """Both ends of a pipe that takes no more."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    for size in (4096, 1):
        with suppress(BlockingIOError):
            while True:
                os.write(writing, b"-" * size)
    os.set_blocking(writing, True)
    return reading, writing


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(30)


SIGNALS = [signal.SIGTERM, signal.SIGINT]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_log_that_nobody_reads_is_dropped_and_counted(number: signal.Signals) -> None:
    with program(stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with caller_of(port_in(process.stdout)) as caller:
            for _ in range(2000):
                caller.get("/healthcheck")
            assert caller.dropped() == 0  # so much may wait for a reader
            for _ in range(100):
                caller.get(f"/{'x' * 100_000}")
            assert 0 < caller.dropped() < 100
        assert stop(process, number) == 0


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_server_starts_and_serves_on_pipes_that_are_full(number: signal.Signals) -> None:
    reading, writing = full_pipe()
    port = free_port()
    with program("--port", str(port), stdout=writing, stderr=writing) as process:
        os.close(writing)
        wait_for(port, process)
        with caller_of(port) as caller:
            assert caller.get("/healthcheck") == b"OK"
        assert stop(process, number) == 0
        os.close(reading)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_reader_that_leaves_after_the_first_line_breaks_nothing(number: signal.Signals) -> None:
    with program(stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        port = port_in(process.stdout)
        assert process.stdout is not None
        process.stdout.close()
        with caller_of(port) as caller:
            for _ in range(50):
                assert caller.get("/healthcheck") == b"OK"
            while caller.dropped() < 50:  # it is written a moment after the answer
                pass
        assert stop(process, number) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_breaks_nothing() -> None:
    port = free_port()
    with open("/dev/full", "w") as full, program("--port", str(port), stdout=full, stderr=full) as process:
        wait_for(port, process)
        with caller_of(port) as caller:
            for _ in range(50):
                assert caller.get("/healthcheck") == b"OK"
            while caller.dropped() < 50:
                pass
        assert stop(process) == 0


def test_without_any_output_it_serves_as_well() -> None:
    port = free_port()
    shell = ["sh", "-c", f'exec "{PROGRAM}" serve --port {port} >&- 2>&-']
    with subprocess.Popen(shell) as process:
        wait_for(port, process)
        with caller_of(port) as caller:
            for _ in range(50):
                assert caller.get("/healthcheck") == b"OK"
            while caller.dropped() < 50:
                pass
        assert stop(process) == 0


def test_a_pipe_that_somebody_made_non_blocking_loses_nothing() -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETFL, fcntl.fcntl(writing, fcntl.F_GETFL) | os.O_NONBLOCK)
    with program(stdout=subprocess.PIPE, stderr=writing) as process, open(reading, "rb") as log:
        os.close(writing)
        with caller_of(port_in(process.stdout)) as caller:
            for number in range(1000):  # more than the pipe holds
                caller.get(f"/v2/{number}")
            found = [log.readline() for _ in range(1000)]
            assert caller.dropped() == 0
        assert stop(process) == 0
    assert [re.findall(rb"/v2/(\d+) ", line)[0] for line in found] == [b"%d" % number for number in range(1000)]


@pytest.mark.parametrize(("format", "count"), [("text", 2000), ("json", 200)])
def test_every_request_is_logged_in_order(format: str, count: int) -> None:
    with program("--log-format", format, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with caller_of(port_in(process.stdout)) as caller:
            for number in range(count):
                caller.get(f"/v2/{number}")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert re.findall(rb"/v2/(\d+)\b", log) == [b"%d" % number for number in range(count)]
    assert log.count(b"\n") == count


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "日本-ü"),
        ("cp1252", r"\u65e5\u672c-ü"),
        ("ascii:strict", r"\u65e5\u672c-\xfc"),
    ],
)
def test_a_console_that_does_not_know_a_letter_gets_its_number(encoding: str, shown: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    with program(stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        with caller_of(port_in(process.stdout)) as caller:
            caller.get("/v2/%E6%97%A5%E6%9C%AC-%C3%BC")
            caller.get("/v2/two%0Alines%1B%5B31m")
            caller.get("/v2/not-utf-8-%FF")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    first, second, third = log.decode(encoding.partition(":")[0]).splitlines()
    assert f" GET /v2/{shown} 401 " in first or f" GET /v2/{shown} 404 " in first
    assert r" GET /v2/two\nlines\x1b[31m 4" in second
    assert " GET /v2/not-utf-8-" in third


# Two servers of one process


def test_each_server_has_a_log_of_its_own() -> None:
    lines = {format: Kept() for format in ("text", "json")}
    for format, kept in lines.items():
        worlds = Worlds(log=RequestLog(kept, format))
        server = Server(application(worlds), stopping=worlds.stopping, log=worlds.log)
        server.start()
        with caller_of(server.port) as caller:
            caller.get("/healthcheck")
            caller.get("/worlds/other/healthcheck")
        server.stop()
    assert re.fullmatch(r"\S+ default GET /healthcheck 200 .*\n\S+ other GET /healthcheck 200 .*\n", lines["text"].text)
    assert [json.loads(line)["world"] for line in lines["json"].text.splitlines()] == ["default", "other"]


class Kept:
    """A place for lines."""

    dropped = 0

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str, /) -> int:
        self.text += text
        return len(text)


# In a program that has its own idea of logging


class Handler(logging.Handler):
    """Raises, or waits until it may go on."""

    def __init__(self, go_on: threading.Event | None = None) -> None:
        super().__init__()
        self._go_on = go_on
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if self._go_on is None:
            raise RuntimeError("a handler's own fault")
        self._go_on.wait(30)
        self.seen.append(record.getMessage())


@pytest.fixture
def broken(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    def handler(call: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(pipeline, "HANDLERS", {**resources.HANDLERS, "shares.list": handler})
    return api


@contextmanager
def handling(handler: Handler) -> Iterator[None]:
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def test_a_handler_that_raises_breaks_no_answer(broken: Api) -> None:
    with handling(Handler()):
        assert broken.get("/v2/shares").status == 500
        assert broken.get("/v2/snapshots").status == 200
    assert broken.world.log.dropped == 1


def test_a_handler_that_blocks_holds_up_no_answer(broken: Api) -> None:
    go_on = threading.Event()
    blocking = Handler(go_on)
    with handling(blocking):
        for _ in range(3):
            assert broken.get("/v2/shares").status == 500
        assert broken.get("/v2/snapshots").status == 200
        go_on.set()
        while len(blocking.seen) < 3:  # none of them is lost
            pass


HOST = """
import logging, logging.config, os, sys
from urllib.error import HTTPError
from urllib.request import urlopen
from fakemanila import FakeManila
from fakemanila.manila.resources import versions

def crash(*arguments):
    raise KeyError("oops")

def status():
    try:
        urlopen(manila.url, timeout=30)
    except HTTPError as error:
        return error.code

versions.document = crash
with FakeManila() as manila:
    seen = [status()]
    logging.basicConfig(force=True, handlers=[logging.StreamHandler(open("/dev/full", "w"))])
    seen.append(status())
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": True})
    seen.append(status())
    logging.disable()
    seen.append(status())
    sys.stderr = None
    seen.append(status())
print(seen, flush=True)
os._exit(0)
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_program_may_set_up_logging_as_it_likes() -> None:
    ran = subprocess.run([sys.executable, "-c", HOST], capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout == "[500, 500, 500, 500, 500]\n", ran.stderr


def test_a_crash_of_the_application_is_a_500_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def application(environ: object, start_response: object) -> Any:
        raise KeyError("oops")

    server = Server(application)
    server.start()
    with caller_of(server.port) as caller:
        caller.get("/")
    server.stop()
    (record,) = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[0] is KeyError
