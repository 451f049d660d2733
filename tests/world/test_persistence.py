"""Worlds that outlive their server."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakemanila import files
from fakemanila.app import application
from fakemanila.control.client import ControlClient
from fakemanila.files import FileProblem
from fakemanila.world.checkpoints.checkpoint import Checkpoint
from fakemanila.world.state import document as state
from fakemanila.world.state.database import Database
from fakemanila.world.state.file import StateFile
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds

from ..api import NOBODY, Api

ROOT = Path(__file__).resolve().parents[2]
StateFiles = Callable[..., StateFile]


def manual() -> Worlds:
    return Worlds(Settings(rate=0.0))


def kept(path: Path) -> dict[str, dict[str, Any]]:
    """What a file has, whether or not a server has it."""
    database = Database(path, {})
    try:
        return database.read()
    finally:
        database.close()


def asked(path: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def save(path: Path, worlds: Worlds) -> None:
    """Once, as a server that has ended did."""
    keeper = StateFile(path, worlds)
    keeper.save()
    keeper._close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def state_file() -> Iterator[StateFiles]:
    """Makes state files, and closes after the test those that are still open: a server does when it ends."""
    made: list[StateFile] = []

    def make(path: Path, worlds: Worlds, *, always: bool = False) -> StateFile:
        made.append(StateFile(path, worlds, always=always))
        return made[-1]

    yield make
    for each in made:
        each._close()


def test_what_was_saved_is_there_again(state_file: StateFiles, path: Path) -> None:
    worlds = manual()
    worlds.get("one").faults.add("lb-502")
    keeper = state_file(path, worlds)
    keeper.load()
    keeper.start()
    keeper.stop()
    again = manual()
    state_file(path, again).load()
    assert [rule.preset for rule in again.get("one").faults] == ["lb-502"]
    assert [each.name for each in path.parent.iterdir() if "-" not in each.name] == ["state.db"]


def test_each_save_writes_what_has_changed_until_then(state_file: StateFiles, path: Path) -> None:
    api = Api(delays={"default": "10s"})
    keeper = state_file(path, api.worlds)
    keeper.save()
    one = api.make_share(name="one")
    two = api.make_share(name="two")
    keeper.save()
    api.world.advance(timedelta(seconds=10))
    api.delete(f"/v2/shares/{one['id']}")
    api.put(f"/v2/shares/{two['id']}", {"share": {"display_name": "second"}})
    keeper.save()
    assert kept(path) == {"default": state.dump(api.world)}
    api.world.advance(timedelta(seconds=10))
    api.make_share(name="three")
    keeper.save()
    assert kept(path) == {"default": state.dump(api.world)}


def test_a_loaded_world_goes_on_in_its_order(state_file: StateFiles, path: Path) -> None:
    first = Api(delays={"default": 0})
    keeper = state_file(path, first.worlds)
    shares = [first.make_share(name=name) for name in ("one", "two", "three")]
    first.delete(f"/v2/shares/{shares[0]['id']}")
    keeper.save()
    keeper._close()
    second = Api()
    keeper = state_file(path, second.worlds)
    keeper.load()
    second.put(f"/v2/shares/{shares[2]['id']}", {"share": {"display_name": "third"}})
    second.make_share(name="four")
    second.put(f"/v2/shares/{shares[1]['id']}", {"share": {"display_name": "second"}})
    keeper.save()
    assert kept(path) == {"default": state.dump(second.world)}
    assert asked(path, "SELECT name FROM shares") == [("second",), ("third",), ("four",)]


def test_a_world_that_was_reset_or_loaded_is_written_anew(state_file: StateFiles, path: Path) -> None:
    api = Api()
    keeper = state_file(path, api.worlds)
    api.make_share()
    keeper.save()
    before = state.dump(api.world)
    api.world.reset()
    keeper.save()
    assert kept(path) == {"default": state.dump(api.world)}
    state.load(api.world, before)
    keeper.save()
    assert kept(path) == {"default": before}


def test_a_world_that_went_back_and_one_that_was_forked_are_written(state_file: StateFiles, path: Path) -> None:
    api = Api()
    api.token()
    keeper = state_file(path, api.worlds)
    saved = Checkpoint.take(api.world)
    before = state.dump(api.world)
    api.make_share()
    keeper.save()
    saved.restore(api.world)
    api.worlds.fork("fork", saved, api.world.initial)
    keeper.save()
    assert kept(path) == {"default": before, "fork": {**before, "name": "fork"}}
    api.make_share()
    api.worlds.fork("fork", Checkpoint.take(api.world), api.world.initial, replace=True)
    keeper.save()
    assert kept(path)["fork"] == {**state.dump(api.world), "name": "fork"}


def test_people_read_it_beside_the_server(state_file: StateFiles, path: Path) -> None:
    api = Api()
    api.make_share(name="data", size=3)
    api.world.settle()
    keeper = state_file(path, api.worlds)
    keeper.load()
    keeper.save()
    assert asked(path, "SELECT name, size, status FROM shares WHERE world = 'default'") == [("data", 3, "available")]
    assert asked(path, "SELECT json_extract(record, '$.name') FROM identity WHERE kind = 'projects' ORDER BY 1")


def test_nothing_is_written_when_nothing_has_changed(state_file: StateFiles, path: Path) -> None:
    worlds = manual()
    worlds.get()
    keeper = state_file(path, worlds)
    keeper.save()
    with closing(sqlite3.connect(path)) as somebody:
        before = somebody.execute("PRAGMA data_version").fetchone()
        keeper.save()
        assert somebody.execute("PRAGMA data_version").fetchone() == before
        worlds.get().changed()
        worlds.get().faults.add("lb-502")
        keeper.save()
        assert somebody.execute("PRAGMA data_version").fetchone() != before


OLD = {"version": 1, "worlds": {}}


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 7, "worlds": {}}', '{"version": 1, "worlds": {"a": {}}}'])
def test_a_file_that_is_none_of_ours_is_named_and_refused(state_file: StateFiles, path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ValueError, match=r"state\.db"):
        state_file(path, manual()).load()
    assert path.read_text() == text


def test_another_database_and_one_of_another_version_are_refused(state_file: StateFiles, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE things (id)")
    with pytest.raises(FileProblem, match="not the state of a server, but some other SQLite database"):
        state_file(path, manual()).load()
    path.unlink()
    save(path, manual())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(FileProblem, match="version: 7 is not 1"):
        state_file(path, manual()).load()


def test_a_database_that_is_broken_is_refused(state_file: StateFiles, path: Path) -> None:
    save(path, manual())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO worlds (name, seed) VALUES ('odd', '{')")
        connection.commit()
    with pytest.raises(FileProblem, match="worlds, odd, seed: it is not valid JSON"):
        state_file(path, manual()).load()
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(FileProblem, match="it is not the state of a server"):
        state_file(path, manual()).load()


def test_the_wrong_kind_of_document_is_told_from_the_right_one(state_file: StateFiles, path: Path) -> None:
    path.write_text(json.dumps(state.dump(manual().get())))
    with pytest.raises(ValueError, match="state of one world; load it into a running server with: fakemanila state"):
        state_file(path, manual()).load()


def test_the_json_of_an_older_release_becomes_a_database(state_file: StateFiles, tmp_path: Path) -> None:
    path, link, api = tmp_path / "state.json", tmp_path / "link.json", Api()
    api.make_share(name="data")
    before = state.dump(api.world)
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"version": 1, "worlds": {"default": before}}).encode())
    path.chmod(0o640)
    link.symlink_to("state.json")
    worlds = manual()
    keeper = state_file(link, worlds)
    keeper.load()
    keeper.start()
    keeper.stop()
    assert kept(path) == {"default": before}
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert {each.name for each in tmp_path.iterdir()} == {"state.json", "link.json"}


def test_a_second_server_is_kept_away_until_the_first_has_stopped(state_file: StateFiles, path: Path) -> None:
    worlds = manual()
    worlds.get()
    first, second = state_file(path, worlds), state_file(path, manual())
    first.load()
    first.start()
    for _ in range(2):
        with pytest.raises(FileProblem) as refused:
            second.load()
        assert str(refused.value) == f"{path}: another server keeps its worlds there"
        worlds.get().faults.add("lb-502")
        worlds.get().changed()
        first.save()
    first.stop()
    second.load()


def test_a_file_that_another_server_has_taken_meanwhile_is_left_alone(state_file: StateFiles, path: Path) -> None:
    worlds, others = manual(), manual()
    first, second = state_file(path, worlds), state_file(path, others)
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
    second._close()
    with pytest.raises(FileProblem, match="another file was put in its place"):
        first.save()
    assert kept(path).keys() == {"theirs"}


def test_what_a_killed_server_left_beside_the_file_is_removed_and_nothing_else(
    state_file: StateFiles, tmp_path: Path
) -> None:
    path = tmp_path / "state.json"
    left = Path(files._temporary(str(path))).name.rpartition("-")[0] + "-1234567"
    for name in (left, ".state.json.backup", ".fakemanila-00000000-1", "state.json~"):
        (tmp_path / name).touch()
    keeper = state_file(path, manual())
    keeper.load()
    keeper.start()
    keeper.stop()
    assert {each.name for each in tmp_path.iterdir()} == {
        "state.json",
        ".state.json.backup",
        ".fakemanila-00000000-1",
        "state.json~",
    }


def test_a_file_that_cannot_be_written_any_more_is_said_once_and_tried_again(
    state_file: StateFiles, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, worlds = tmp_path / "folder" / "state.db", manual()
    path.parent.mkdir()
    worlds.get()
    worlds.state_file = keeper = state_file(path, worlds)
    keeper.load()
    keeper.save()
    saved = keeper.status()["saved"]
    assert saved is not None
    assert keeper.status() == {"file": str(path), "saved": saved, "error": None}
    path.unlink()
    path.mkdir()  # which nobody replaces by a file, whatever they may do
    for _ in range(3):
        worlds.get().changed()
        keeper.flush()
    assert keeper.status() == {"file": str(path), "saved": saved, "error": "Is a directory"}
    path.rmdir()
    keeper.flush()
    assert keeper.status()["error"] is None
    assert kept(path).keys() == {"default"}
    assert [record.getMessage() for record in caplog.records] == [
        f"fakemanila: {path}: Is a directory; it is tried again until it can be written",
        f"fakemanila: {path}: it can be written again",
    ]


def test_what_a_full_disk_kept_out_is_written_when_there_is_room(state_file: StateFiles, path: Path) -> None:
    api = Api()
    api.worlds.state_file = keeper = state_file(path, api.worlds)
    keeper.load()
    keeper.save()
    assert keeper._database is not None
    pages = keeper._database._connection.execute("PRAGMA page_count").fetchone()[0]
    keeper._database._connection.execute(f"PRAGMA max_page_count = {pages}")
    before = kept(path)
    for n in range(2):
        for _ in range(20):
            api.make_share(name="x" * 200)
        keeper.flush()
        assert keeper.status()["error"] == "database or disk is full", n
        assert kept(path) == before
    keeper._database._connection.execute(f"PRAGMA max_page_count = {pages * 100}")
    keeper.flush()
    assert keeper.status()["error"] is None
    assert kept(path) == {"default": state.dump(api.world)}


def test_a_file_that_was_removed_comes_back(state_file: StateFiles, path: Path) -> None:
    worlds = manual()
    worlds.get()
    keeper = state_file(path, worlds)
    keeper.load()
    keeper.save()
    path.unlink()
    keeper.flush()
    assert kept(path) == {"default": state.dump(worlds.get())}


def test_a_world_that_was_dropped_and_made_again_is_written(state_file: StateFiles, path: Path) -> None:
    worlds = manual()
    worlds.get().faults.add("lb-502")
    worlds.get("other")
    keeper = state_file(path, worlds)
    keeper.save()
    changes = worlds.get().changes
    worlds.drop("default")
    worlds.drop("other")
    worlds.get().changes = changes
    keeper.save()
    assert kept(path) == {"default": state.dump(worlds.get())}


def test_a_file_that_cannot_be_made_leaves_nothing(
    state_file: StateFiles, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Database, *_: Any) -> None:
        raise FileProblem(path, "database or disk is full")

    worlds = manual()
    worlds.get()
    keeper = state_file(path, worlds)
    keeper.load()
    monkeypatch.setattr(Database, "write", full)
    with pytest.raises(FileProblem) as refused:
        keeper.start()
    assert str(refused.value) == f"{path}: database or disk is full"
    assert list(path.parent.iterdir()) == []


def test_a_killed_server_leaves_a_whole_file(state_file: StateFiles, path: Path) -> None:
    command = [str(Path(sys.executable).with_name("fakemanila")), "serve", "--port", "0", "--state", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split("url=")[1].split()[0]
            assert path.exists()  # what stands in the way of a file is told before the server is ready
            control = ControlClient(url)
            assert control.health()["state"]["file"] == str(path)
            saved = control.health()["state"]["saved"]
            control.delays.update({"snapshots.create": "7s"})
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and control.health()["state"]["saved"] == saved:
                os.sched_yield()
        finally:
            server.send_signal(signal.SIGKILL)
    again = manual()
    keeper = state_file(path, again)
    keeper.load()
    keeper.start()
    keeper.stop()
    assert again.get().delays.to_json()["snapshots.create"] in (7, "7s")
    assert [each.name for each in path.parent.iterdir()] == ["state.db"]


@pytest.mark.parametrize(("times", "words"), [(100, []), (20, ["always"])], ids=["soon", "always"])
def test_whenever_a_server_is_killed_its_file_is_whole_and_has_what_it_promised(times: int, words: list[str]) -> None:
    command = [sys.executable, "-m", "tests.world.killing", "7", str(times), *words]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=ROOT)
    assert (ran.stdout, ran.stderr) == (f"{times} killed\n", "")


def test_an_answer_waits_until_the_disk_has_it_where_that_is_asked_for(state_file: StateFiles, path: Path) -> None:
    api = Api()
    api.worlds.state_file = keeper = state_file(path, api.worlds, always=True)
    keeper.load()
    api.client = application(api.worlds).test_client()
    for share in (api.make_share(name="one"), api.make_share(name="two")):
        assert share["id"] in {id for (id,) in asked(path, "SELECT id FROM shares")}
    headers = {"Host": "localhost"}
    api.post("/_fakemanila/faults", {"preset": "lb-502"}, user=NOBODY, headers=headers)
    assert len(kept(path)["default"]["faults"]["rules"]) == 1
