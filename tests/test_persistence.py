"""Worlds that outlive their server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakemanila.control.client import ControlClient
from fakemanila.persistence import StateFile
from fakemanila.world import Settings
from fakemanila.worlds import Worlds


def manual() -> Worlds:
    return Worlds(Settings(rate=0.0))


def test_what_was_saved_is_there_again(tmp_path: Path) -> None:
    worlds = manual()
    worlds.get("one").faults.add("lb-502")
    StateFile(tmp_path / "state.json", worlds).save()
    again = manual()
    StateFile(tmp_path / "state.json", again).load()
    assert [rule.preset for rule in again.get("one").faults] == ["lb-502"]


def test_nothing_is_written_when_nothing_has_changed(tmp_path: Path) -> None:
    path, worlds = tmp_path / "state.json", manual()
    worlds.get()
    keeper = StateFile(path, worlds)
    keeper.save()
    path.unlink()
    keeper.save()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 7, "worlds": {}}', '{"version": 1, "worlds": {"a": {}}}'])
def test_a_file_that_is_none_of_ours_is_named_and_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"state\.json"):
        StateFile(path, manual()).load()


def test_a_killed_server_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    command = [str(Path(sys.executable).with_name("fakemanila")), "serve", "--port", "0", "--state", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split("url=")[1].split()[0]
            ControlClient(url).delays.update({"snapshots.create": "7s"})
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and not path.exists():
                os.sched_yield()
        finally:
            server.send_signal(signal.SIGKILL)
    doc = json.loads(path.read_text())
    assert doc["worlds"]["default"]["delays"]["snapshots.create"] in (7, "7s")
