"""The same seed and the same requests give the same world, byte for byte, in any process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from fakemanila.http.wire import WireError

from ..api import NOBODY, Api

ROOT = Path(__file__).parents[2]
PYTHONS = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")


def play(seed: str) -> bytes:
    """Asks a new world for a bit of everything and returns its journal and its state."""
    api = Api(seed=int(seed), delays={"default": {"uniform": ["1s", "5s"]}, "shares.create": 0})
    api.world.faults.add("flaky:0.3", user="demo")
    api.world.faults.add("snapshot-create-error", probability=0.5)
    api.world.faults.add("quota:shares", user="alt_demo", every=2)
    shares = []
    for number in range(8):
        made = api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS", "name": f"s{number}"}}, user="admin")
        shares.append(made.json["share"]["id"])
        body = {"snapshot": {"share_id": shares[-1], "metadata": {"b": "2", "a": "1"}}}
        api.post("/v2/snapshots", body, user="admin")
        for user in ("demo", "alt_demo"):
            with suppress(WireError):  # a reset connection, which is one of the faults
                api.get("/v2/shares/detail", user=user, query={"sort_key": "name", "with_count": "true"})
                api.post("/v2/shares", {"share": {"size": 2, "share_proto": "CIFS"}}, user=user)
        # Some snapshots are under way when the next one begins.
        api.post("/_fakemanila/clock/advance", {"seconds": 1 + number / 7}, user=NOBODY)
    api.delete(f"/v2/shares/{shares[0]}", user="admin")
    api.post("/_fakemanila/clock/advance", {"to": "next"}, user=NOBODY)
    journal = api.get("/_fakemanila/requests", user=NOBODY)
    state = api.get("/_fakemanila/state", user=NOBODY)
    assert journal.status == state.status == 200
    return journal.content + state.content


def in_process(python: str, seed: str, hash_seed: str) -> subprocess.CompletedProcess[bytes]:
    code = "import sys; from tests.world.test_determinism import play; sys.stdout.buffer.write(play(sys.argv[1]))"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [python, "-c", code, seed], cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False
    )


def test_two_processes_tell_the_same() -> None:
    first, second = (in_process(sys.executable, "7", hash_seed) for hash_seed in ("1", "2"))
    assert first.returncode == 0, first.stderr.decode()
    assert len(first.stdout) > 10_000
    assert first.stdout == second.stdout == play("7")


def test_another_seed_tells_something_else() -> None:
    assert play("7") != play("8")


@pytest.mark.parametrize("name", PYTHONS)
def test_another_python_tells_the_same(name: str) -> None:
    python = shutil.which(name)
    if python is None or Path(python).resolve() == Path(sys.executable).resolve():
        pytest.skip(f"{name} is not another Python of this machine")
    found = in_process(python, "7", "0")
    if found.returncode == 127 or b"ModuleNotFoundError" in found.stderr:
        pytest.skip(f"{name} has not what fakemanila needs")
    assert found.returncode == 0, found.stderr.decode()
    assert found.stdout == play("7")
