"""Worlds that outlive their server."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakemanila import files
from fakemanila.control.client import ControlClient
from fakemanila.files import FileProblem
from fakemanila.world.state import document as state
from fakemanila.world.state.file import StateFile
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds


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


def test_the_wrong_kind_of_document_is_told_from_the_right_one(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(state.dump(manual().get())))
    with pytest.raises(ValueError, match="state of one world; load it into a running server with: fakemanila state"):
        StateFile(path, manual()).load()


def test_a_byte_order_mark_and_an_empty_file_do_no_harm(tmp_path: Path) -> None:
    path, worlds = tmp_path / "state.json", manual()
    path.touch()
    worlds.get().faults.add("lb-502")
    keeper = StateFile(path, worlds)
    keeper.load()
    keeper.start()
    keeper.stop()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    again = manual()
    StateFile(path, again).load()
    assert [rule.preset for rule in again.get().faults] == ["lb-502"]


def test_a_second_server_is_kept_away_until_the_first_has_stopped(tmp_path: Path) -> None:
    path, worlds = tmp_path / "state.json", manual()
    worlds.get()
    first, second = StateFile(path, worlds), StateFile(path, manual())
    first.load()
    first.start()
    for _ in range(2):  # the file is another one after each save, and locked all the same
        with pytest.raises(FileProblem) as refused:
            second.load()
        assert str(refused.value) == f"{path}: another server keeps its worlds there"
        worlds.get().faults.add("lb-502")
        worlds.get().changed()
        first.save()
    first.stop()
    second.load()


def test_a_file_that_another_server_has_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path, worlds, others = tmp_path / "state.json", manual(), manual()
    first, second = StateFile(path, worlds), StateFile(path, others)
    first.load()
    worlds.get()
    first.save()
    path.unlink()
    second.load()
    others.get("theirs")
    second.save()
    worlds.get().changed()
    with pytest.raises(FileProblem, match="another server keeps its worlds there"):
        first.save()
    assert list(json.loads(path.read_text())["worlds"]) == ["theirs"]


def test_permissions_and_links_stay_as_they_are(tmp_path: Path) -> None:
    path, link, worlds = tmp_path / "state.json", tmp_path / "link.json", manual()
    path.touch()
    path.chmod(0o640)
    link.symlink_to("state.json")
    worlds.get()
    StateFile(link, worlds).save()
    assert link.is_symlink()
    assert (path.stat().st_mode & 0o777, list(json.loads(path.read_text())["worlds"])) == (0o640, ["default"])


def test_what_a_killed_server_left_beside_the_file_is_removed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    left = Path(files._temporary(str(path))).name.rpartition("-")[0] + "-1234567"
    for name in (left, ".state.json.backup", ".fakemanila-00000000-1", "state.json~"):
        (tmp_path / name).touch()
    StateFile(path, manual()).load()
    assert {each.name for each in tmp_path.iterdir()} == {
        "state.json",
        ".state.json.backup",
        ".fakemanila-00000000-1",
        "state.json~",
    }


def test_a_file_that_cannot_be_written_any_more_is_said_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, worlds = tmp_path / "folder" / "state.json", manual()
    path.parent.mkdir()
    worlds.get()
    worlds.state_file = keeper = StateFile(path, worlds)
    keeper.load()
    keeper.save()
    saved = keeper.status()["saved"]
    assert saved is not None
    assert keeper.status() == {"file": str(path), "saved": saved, "error": None}
    path.unlink()
    path.mkdir()  # which nobody replaces by a file, whatever they may do
    for _ in range(3):
        worlds.get().changed()
        keeper._try_to_save()
    assert keeper.status() == {"file": str(path), "saved": saved, "error": "Is a directory"}
    path.rmdir()
    keeper._try_to_save()
    assert keeper.status()["error"] is None
    assert json.loads(path.read_text())["worlds"].keys() == {"default"}
    assert [record.getMessage() for record in caplog.records] == [
        f"fakemanila: {path}: Is a directory; it is tried again until it can be written",
        f"fakemanila: {path}: it can be written again",
    ]


def test_a_file_that_was_removed_comes_back(tmp_path: Path) -> None:
    path, worlds = tmp_path / "state.json", manual()
    worlds.get()
    keeper = StateFile(path, worlds)
    keeper.load()
    keeper.save()
    path.unlink()
    keeper._try_to_save()
    assert path.exists()


def test_a_world_that_was_dropped_and_made_again_is_written(tmp_path: Path) -> None:
    path, worlds = tmp_path / "state.json", manual()
    worlds.get().faults.add("lb-502")
    keeper = StateFile(path, worlds)
    keeper.save()
    changes = worlds.get().changes
    worlds.drop("default")
    worlds.get().changes = changes
    keeper.save()
    assert json.loads(path.read_text())["worlds"]["default"]["faults"]["rules"] == []


def test_a_file_that_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path, worlds = tmp_path / "state.json", manual()
    worlds.get()
    keeper = StateFile(path, worlds)
    keeper.load()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblem) as refused:
        keeper.start()
    assert str(refused.value) == f"{path}: No space left on device"
    assert list(tmp_path.iterdir()) == []


def saved_delays(path: Path) -> object:
    return json.loads(path.read_text())["worlds"]["default"]["delays"].get("snapshots.create")


def test_a_killed_server_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    command = [str(Path(sys.executable).with_name("fakemanila")), "serve", "--port", "0", "--state", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split("url=")[1].split()[0]
            assert path.exists()  # what stands in the way of a file is told before the server is ready
            control = ControlClient(url)
            assert control.health()["state"]["file"] == str(path)
            control.delays.update({"snapshots.create": "7s"})
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and saved_delays(path) is None:
                os.sched_yield()
        finally:
            server.send_signal(signal.SIGKILL)
    assert saved_delays(path) in (7, "7s")
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]
