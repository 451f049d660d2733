"""Servers' worlds in processes that are killed at random moments, and what they have kept.

``python -m tests.world.killing SEED TIMES [always]`` prints what was wrong, a line each. It forks, which is nothing for
a process that has threads: hence a program of its own.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from fakemanila.manila.common import quotas
from fakemanila.world.state import file as state_file
from fakemanila.world.state.file import StateFile
from fakemanila.world.worlds import Worlds

from ..api import Api

FILES = 5
"""Kills that one file has to bear."""


class Telling(StateFile):
    """Says how many shares had been acknowledged before each save that is over."""

    acknowledged = 0
    out = -1

    def _save(self) -> None:
        before = self.acknowledged
        super()._save()
        tell(self.out, f"saved {before}")


def tell(out: int, line: str) -> None:
    os.write(out, f"{line}\n".encode())  # few enough bytes to be one piece


def live(path: Path, out: int, *, always: bool) -> None:
    """A server under load, until it is killed."""
    state_file.INTERVAL = 0.001
    api = Api()
    keeper = Telling(path, api.worlds, always=always)
    keeper.out = out
    keeper.load()
    unlimited = {"quota_set": {"shares": -1, "gigabytes": -1}}
    assert api.put(f"/v2/quota-sets/{api.project_id()}", unlimited, user="admin").status == 200
    keeper.start()
    while True:
        share = api.make_share()
        if always:
            keeper.flush()
        keeper.acknowledged += 1
        tell(out, f"share {share['id']}")


def killed(path: Path, chance: random.Random, *, always: bool) -> list[str]:
    """Lets one live until it has said so many lines; returns the shares that it promised to keep."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            live(path, writing, always=always)
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading) as lines:
        said = [lines.readline() for _ in range(chance.randint(1, 40))]
        os.kill(child, signal.SIGKILL)
        said += lines.readlines()
    os.waitpid(child, 0)
    shares, saved = [], 0
    for line in said:
        word, _, rest = line.strip().partition(" ")
        if word == "share":
            shares.append(rest)
        elif word == "saved":
            saved = int(rest)
    return shares if always else shares[:saved]


def wrong(path: Path, promised: set[str]) -> list[str]:
    """What is wrong with a file that a killed server has left."""
    worlds = Worlds(Api().worlds.settings)
    keeper = StateFile(path, worlds)
    keeper.load()
    keeper._close()
    with closing(sqlite3.connect(path)) as connection:
        ((sound,),) = connection.execute("PRAGMA integrity_check")
    world = worlds.get()
    project = next(record["id"] for record in world.identity.projects.values() if record["name"] == "demo")
    there = {share["id"] for share in world.store["shares"]}
    used = quotas.taken(world, quotas.Owner(project))["shares"]
    found = [] if sound == "ok" else [f"not sound: {sound}"]
    found += [f"lost: {id}" for id in sorted(promised - there)]
    found += [] if used == len(there) else [f"{used} shares counted, {len(there)} there"]
    found += [f"beside it: {one.name}" for one in path.parent.iterdir() if one != path]
    return found


def main(seed: int, times: int, *, always: bool) -> None:
    chance = random.Random(seed)
    Api().make_share()  # what is loaded and compiled on first use, each child has then
    for first in range(0, times, FILES):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "state.db")
            promised: set[str] = set()
            for n in range(first, min(first + FILES, times)):
                promised.update(killed(path, chance, always=always))
                for line in wrong(path, promised):
                    sys.stdout.write(f"kill {n}: {line}\n")
    sys.stdout.write(f"{times} killed\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), always="always" in sys.argv)
