"""How long it takes to be there: processes, servers in a thread, resets."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from fakemanila.app import application
from fakemanila.http.server import Server
from fakemanila.scenario.seeding import Seeder
from fakemanila.world.checkpoints.checkpoint import Checkpoint
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds

from .load import Ask, Connection
from .servers import environment, process, ready_url, send
from .table import Row


def measure(*, rounds: int) -> list[Row]:
    """A row for each thing that happens before the first answer, or between two tests."""
    return [
        *_start(rounds),
        _first_list(rounds),
        *_plugin(rounds),
        *_thread(rounds),
        _reset(rounds),
        *_checkpoint(rounds),
    ]


def _start(rounds: int) -> list[Row]:
    """From the start of a process to its first 200; what a bare Flask takes for that is the measure."""
    ours, floor, used = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        bodies = Path(folder) / "bodies.json"
        bodies.write_text(json.dumps({"detail": {}, "show": {}, "create": {}}))
        for _ in range(rounds):
            before = _cpu_of_children()
            ours.append(_first_answer("-m", "fakemanila", "serve", "--port", "0", path="/healthcheck"))
            used.append(_cpu_of_children() - before)
            floor.append(_first_answer("-m", "benchmarks.floor", str(bodies), path="/v2/snapshots/detail"))
    ratio = median(mine / other for mine, other in zip(ours, floor, strict=True))
    measured = f"{median(ours) * 1e3:.0f} ms, bare Flask {median(floor) * 1e3:.0f} ms"
    return [
        Row("`fakemanila serve`, start to first 200", measured, f"{ratio:.2f}x", "<= 1.3x", ratio <= 1.3),
        _row("the same", "CPU time, stop included", median(used) * 1e3, 200),
    ]


def _first_answer(*arguments: str, path: str) -> float:
    began = time.perf_counter()
    with process(*arguments) as running:
        send("GET", ready_url(running) + path, headers={"Accept": "application/json"})
        return time.perf_counter() - began


_FIRST_LIST = """
import json, time
began = time.process_time()
from fakemanila import FakeManila
from http.client import HTTPConnection
from urllib.parse import urlsplit
with FakeManila() as manila:
    connection = HTTPConnection(urlsplit(manila.url).netloc)
    who = {"name": "demo", "password": "secret", "domain": {"id": "default"}}
    project = {"name": "demo", "domain": {"id": "default"}}
    auth = {"identity": {"methods": ["password"], "password": {"user": who}}, "scope": {"project": project}}
    connection.request("POST", urlsplit(manila.auth_url).path + "/auth/tokens", json.dumps({"auth": auth}))
    response = connection.getresponse()
    response.read()
    connection.request("GET", "/v2/shares/detail", headers={"X-Auth-Token": response.headers["X-Subject-Token"]})
    assert connection.getresponse().status == 200
print(time.process_time() - began)
"""
_FIRST_OF_FLASK = """
import time
began = time.process_time()
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/", view_func=lambda: "OK")
assert app.test_client().get("/").status_code == 200
print(time.process_time() - began)
"""


def _first_list(rounds: int) -> Row:
    """What a fresh process takes to start a server, log in and list something; and for a bare Flask's first answer."""
    ours, floor = [], []
    for _ in range(rounds):
        for taken, code in ((ours, _FIRST_LIST), (floor, _FIRST_OF_FLASK)):
            taken.append(float(subprocess.check_output([sys.executable, "-c", code], env=environment())))
    measured = f"CPU time, in process; a bare Flask's first answer {min(floor) * 1e3:.0f} ms"
    return _row("a fresh process, import to first list", measured, min(ours) * 1e3, 250)


_PLUGIN = "fakemanila.pytest_plugin"


def _plugin(rounds: int) -> list[Row]:
    """CPU time of a pytest run with the plugin, less that of one without: unused, and used by one test."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_nothing.py").write_text("def test_nothing(): pass\n")
        (Path(folder) / "test_one.py").write_text("def test_one(manila): manila.create('share')\n")
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
        (Path(folder) / "nothing.py").touch()  # a plugin too: to look for one takes pytest longer than to import ours
        runs = (("test_nothing.py", "nothing"), ("test_nothing.py", _PLUGIN), ("test_one.py", _PLUGIN))
        taken = [[_cpu([*run, file], folder, plugin) for file, plugin in runs] for _ in range(_times(rounds, 14))]
    # The least of each: what others on the machine take differs by more than the plugin does.
    empty, unused, used = (min(each) * 1e3 for each in zip(*taken, strict=True))
    return [
        _row("a pytest run that doesn't use the plugin", "CPU time with it, less without", unused - empty, 5),
        _row("a pytest run whose one test has the fixture", "CPU time, less without it", used - empty, 500),
    ]


def _row(what: str, measured: str, result: float, goal: float) -> Row:
    return Row(what, measured, f"{result:.1f} ms", f"<= {goal:g} ms", result <= goal)


def _cpu(command: list[str], folder: str, plugins: str) -> float:
    """Run from that folder, as another project would be, with no other plugins: they come and go."""
    before = _cpu_of_children()
    alone = {**environment(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": plugins}
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env=alone)
    return _cpu_of_children() - before


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _thread(rounds: int) -> list[Row]:
    """A server in a thread, warm: everything is imported, and one has run before."""
    starts, stops = [], []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        worlds = Worlds(Settings())
        server = Server(application(worlds), stopping=worlds.stopping)
        server.start()
        connection = Connection((server.host, server.port))
        connection.send(Ask(f"{server.url}/healthcheck").wire)
        starts.append(time.perf_counter() - began)
        began = time.perf_counter()
        server.stop()
        stops.append(time.perf_counter() - began)
        connection.close()
    start, stop = median(starts[1:]) * 1e3, median(stops[1:]) * 1e3
    return [
        Row("server in a thread, start to first answer", "warm", f"{start:.1f} ms", "<= 10 ms", start <= 10),
        Row("server in a thread, stop", "with an open connection", f"{stop:.1f} ms", "<= 20 ms", stop <= 20),
    ]


def _times(rounds: int, least: int) -> int:
    """How often to do what varies much, or takes a moment: once where it is only tried."""
    return max(rounds, least) if rounds > 1 else 1


def _reset(rounds: int) -> Row:
    worlds = Worlds(Settings())
    world = worlds.get()
    times = []
    for _ in range(_times(rounds, 20)):
        seeder = Seeder(world)
        for _ in range(100):
            seeder.seed("share_type", {"name": world.seeded.hex_id()})
        began = time.perf_counter()
        world.reset()
        times.append(time.perf_counter() - began)
    taken = median(times) * 1e3
    return Row("reset of a world with 100 records", "", f"{taken:.2f} ms", "<= 0.5 ms", taken <= 0.5)


def _checkpoint(rounds: int, records: int = 1000) -> list[Row]:
    """CPU time of keeping a world, and of going back to it."""
    world = Worlds(Settings()).get()
    seeder = Seeder(world)
    for share in range(records // 10):
        seeder.seed("share", {"name": f"share-{share}"})  # two records each
        for snapshot in range(4):
            seeder.seed("snapshot", {"share": f"share-{share}", "name": f"snapshot-{snapshot}"})
    taken, restored = [], []
    for _ in range(_times(rounds, 20)):
        began = time.process_time()
        checkpoint = Checkpoint.take(world)
        taken.append(time.process_time() - began)
        began = time.process_time()
        checkpoint.restore(world)
        restored.append(time.process_time() - began)
    count = f"{sum(map(len, checkpoint.records.values()))} records"
    return [
        _row("a checkpoint of a world", f"CPU time, {count}", median(taken) * 1e3, 2),
        _row("going back to it", f"CPU time, {count}", median(restored) * 1e3, 20),
    ]
