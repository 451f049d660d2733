"""The configurations that spread worlds over several processes, with a real HAProxy and a real nginx."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from fakemanila.cli.program import main

SCALE = Path(__file__).parents[2] / "examples" / "scale"
PLAIN = (SCALE / "haproxy.cfg").read_text(encoding="utf-8")
MARKS = {f"ci-{number}": f"{number}s" for number in range(1, 25)}
"""Worlds, and what each is known again by: a delay."""

needs_haproxy = pytest.mark.skipif(shutil.which("haproxy") is None, reason="there is no haproxy on this machine")


class Process:
    """A fakemanila with a state file of its own, on a port that stays its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.state = folder / f"{name}.db"
        self.log = folder / f"{name}.log"
        self.reserved = socket.socket()  # which keeps the port, and the server may have it all the same
        self.reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.reserved.bind(("127.0.0.1", 0))
        self.port = self.reserved.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.running: subprocess.Popen[str] | None = None

    def start(self) -> None:
        words = ["serve", "--port", str(self.port), "--state", str(self.state), "--state-sync", "always"]
        program = str(Path(sys.executable).with_name("fakemanila"))
        with self.log.open("a") as log:
            self.running = subprocess.Popen([program, *words], stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.running.stdout is not None
        assert self.running.stdout.readline().startswith("fakemanila ready")

    def kill(self) -> None:
        if self.running is not None:
            self.running.send_signal(signal.SIGKILL)
            self.running.communicate()
            self.running = None

    def close(self) -> None:
        self.kill()
        self.reserved.close()

    def wait_for_check(self) -> None:
        """Until HAProxy has asked for its health: one that fails the very first check is down at once."""
        deadline = time.monotonic() + 60
        while "/healthcheck" not in requests.get(f"{self.url}/_fakemanila/requests", timeout=30).text:
            assert time.monotonic() < deadline

    def worlds(self) -> set[str]:
        answer = requests.get(f"{self.url}/_fakemanila/health", timeout=30)
        return set(answer.json()["worlds"]) & MARKS.keys()


@contextmanager
def front(configuration: str, folder: Path, listening: socket.socket, processes: list[Process]) -> Iterator[str]:
    """HAProxy with that configuration, listening on a socket that is there already."""
    path = folder / "haproxy.cfg"
    path.write_text(configuration)
    addresses = {f"FAKEMANILA_{n}": f"127.0.0.1:{process.port}" for n, process in enumerate(processes, 1)}
    command = ["haproxy", "-q", "-db", "-f", str(path)]
    environment = {**os.environ, **addresses, "FAKEMANILA_BIND": f"fd@{listening.fileno()}"}
    with subprocess.Popen(command, env=environment, pass_fds=[listening.fileno()]) as running:
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.terminate()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[Process]]:
    made = [Process(tmp_path, name) for name in ("one", "two", "three")]
    with ExitStack() as stack:
        for process in made:
            stack.callback(process.close)
            process.start()
        yield made


def listen() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def ask(method: str, url: str, **body: Any) -> requests.Response:
    return requests.request(method, url, json=body or None, timeout=60)


def marked(url: str, name: str) -> object:
    """What a world has of its mark."""
    return ask("GET", f"{url}/worlds/{name}/_fakemanila/delays").json().get("snapshots.create")


@needs_haproxy
def test_a_world_stays_with_its_process_and_comes_back_with_it(processes: list[Process], tmp_path: Path) -> None:
    two_only = "\n".join(line for line in PLAIN.splitlines() if "server three" not in line) + "\n"
    with listen() as listening:
        with front(two_only, tmp_path, listening, processes) as url:
            for name, mark in MARKS.items():
                answer = ask("PATCH", f"{url}/worlds/{name}/_fakemanila/delays", **{"snapshots.create": mark})
                assert answer.status_code == 200
            before = [process.worlds() for process in processes]
            assert not before[0] & before[1]
            assert before[0] | before[1] == MARKS.keys()
            assert min(map(len, before[:2])) >= 4
            assert f"{url}/worlds/ci-1/v2/" in ask("GET", f"{url}/worlds/ci-1/").text

            lost = min(before[1])
            processes[1].wait_for_check()
            processes[1].kill()
            kept = min(before[0])
            assert marked(url, kept) == MARKS[kept]
            processes[1].start()  # within the time that it is waited for
            found = {name: marked(url, name) for name in MARKS}
            assert found == MARKS, [process.log.read_text() for process in processes]
            assert ask("DELETE", f"{url}/_fakemanila/worlds/{lost}").status_code == 204
            assert lost not in processes[1].worlds()

        with front(PLAIN, tmp_path, listening, processes) as url:  # with a third one
            anew = {name for name, mark in MARKS.items() if marked(url, name) != mark}
            moved = processes[2].worlds()
            assert 0 < len(moved) < len(MARKS) * 2 / 3
            assert anew == moved | {lost}


@pytest.mark.skipif(shutil.which("nginx") is None, reason="there is no nginx on this machine")
def test_nginx_takes_its_configuration() -> None:
    checked = subprocess.run(
        ["nginx", "-t", "-q", "-c", str(SCALE / "nginx.conf"), "-e", "stderr"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stderr


def test_the_manifest_starts_what_there_is() -> None:
    documents = list(yaml.safe_load_all((SCALE / "kubernetes.yaml").read_text(encoding="utf-8")))
    kinds = [document["kind"] for document in documents]
    assert kinds == ["Service", "StatefulSet", "Deployment", "Service"]
    [container] = documents[1]["spec"]["template"]["spec"]["containers"]
    main.commands["serve"].make_context("serve", container["args"])
    [proxy] = documents[2]["spec"]["template"]["spec"]["containers"]
    named = {each["name"] for each in proxy["env"]}
    assert named == set(re.findall(r"\$\{(\w+)\}", PLAIN))
    assert documents[1]["spec"]["replicas"] == len(named) - 1
