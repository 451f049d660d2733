"""Under load: 64 connections read and write, with faults on, for minutes. Nothing may fail that no rule asked for.

``python -m benchmarks.soak [--seconds 300] [--write FILE]``
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .load import Ask, Connection
from .servers import VERSION, fill, login, process, ready_url, send
from .table import Row, table, write

CONNECTIONS = 64
MINE = 10
"""Snapshots that each of the callers has at most."""
WARM_UP = 0.2
"""The part of the time after which memory has to stay what it is."""
FAULTS: tuple[dict[str, Any], ...] = (
    {"preset": "flaky:0.01"},
    {"do": {"truncate": 0.5}, "when": {"probability": 0.005}, "match": {"method": "GET"}},
    {"do": {"delay": "2ms"}, "when": {"probability": 0.05}},
    # Without user messages: those would be kept for thirty days, and memory could not stay what it is.
    {
        "do": {"outcome": {"status": "error", "message": False}},
        "match": {"operation": "snapshots.create"},
        "when": {"probability": 0.1},
    },
)


class Callers:
    """What 64 callers do and see until time is up."""

    def __init__(self, url: str, headers: dict[str, str], share_id: str) -> None:
        self._url, self._headers, self._share_id = url, headers, share_id
        self._lock = threading.Lock()
        self.times: list[float] = []
        self.lost = 0
        self.wrong: list[str] = []

    def run(self, seconds: float) -> None:
        deadline = time.perf_counter() + seconds
        threads = [threading.Thread(target=self._call, args=(n, deadline)) for n in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _call(self, number: int, deadline: float) -> None:
        dice = random.Random(number)
        connection = Connection(Ask(self._url).address)
        times, mine, lost = [], [], 0
        while time.perf_counter() < deadline:
            ask = self._next(dice, mine)
            began = time.perf_counter()
            try:
                status, body = connection.send(ask.wire)
            except (OSError, ValueError):  # a fault on the wire
                connection.close()
                lost += 1
                continue
            times.append(time.perf_counter() - began)
            if status == 202 and ask.method == "POST":
                mine.append(json.loads(body)["snapshot"]["id"])
            elif status in (202, 404) and ask.method == "DELETE":
                mine.pop(0)
            elif status >= 500 and b"<html>" not in body and b"service is unavailable" not in body:
                self._note(status, body)
        connection.close()
        with self._lock:
            self.times += times
            self.lost += lost

    def _note(self, status: int, body: bytes) -> None:
        # The preset's own 500 says so in its message; any other is a bug.
        if b"incapable of performing it" not in body:
            self.wrong.append(f"{status} {body[:200]!r}")

    def _next(self, dice: random.Random, mine: list[str]) -> Ask:
        kind = dice.random()
        # Each has ten at most: a world that grows could not keep its memory.
        if kind < 0.3 and len(mine) < MINE:
            body = json.dumps({"snapshot": {"share_id": self._share_id, "name": "soak"}}).encode()
            return Ask(f"{self._url}/v2/snapshots", "POST", self._headers, body, 202)
        if kind < 0.3:
            return Ask(f"{self._url}/v2/snapshots/{mine[0]}", "DELETE", self._headers)
        if kind < 0.4:
            return Ask(f"{self._url}/v2/snapshots/detail?limit=20", headers=self._headers)
        return Ask(f"{self._url}/v2/shares/{self._share_id}", headers=self._headers)


def measure(seconds: float) -> list[Row]:
    """Rows about errors, memory and how slow the slowest were."""
    with process("-m", "fakemanila", "serve", "--port", "0", "--journal-size", "2000") as running:
        url = ready_url(running)
        headers, share_id, _ = fill(url, count=20)
        for fault in FAULTS:
            send("POST", f"{url}/_fakemanila/faults", fault)
        callers = Callers(url, headers, share_id)
        memory: list[int] = []
        stop = threading.Event()
        watching = threading.Thread(target=_watch, args=(running.pid, memory, stop, seconds / 50))
        watching.start()
        callers.run(seconds)
        stop.set()
        watching.join()
        left, _ = login(url, "demo")
        assert left | VERSION
    return _rows(callers, memory, seconds)


def _watch(pid: int, memory: list[int], stop: threading.Event, every: float) -> None:
    pages = os.sysconf("SC_PAGE_SIZE")
    while not stop.wait(every):
        memory.append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * pages)


def _rows(callers: Callers, memory: list[int], seconds: float) -> list[Row]:
    times = sorted(callers.times)
    half, slow = times[len(times) // 2], times[len(times) * 99 // 100]
    warm = memory[int(len(memory) * WARM_UP) :]
    growth = (warm[-1] - warm[0]) / warm[0]
    what = f"{len(times)} answers in {seconds:.0f} s to {CONNECTIONS} connections, {callers.lost} lost on purpose"
    unasked = len(callers.wrong)
    first = f": {callers.wrong[0]}" if callers.wrong else ""
    return [
        Row("errors that no rule asked for", what, f"{unasked}{first}", "0", unasked == 0),
        Row("memory after warm-up", f"{warm[-1] / 2**20:.0f} MB", f"{growth:+.1%}", "<= +3%", growth <= 0.03),
        Row(
            "the slowest hundredth, against the median",
            f"p50 {half * 1e3:.1f} ms, p99 {slow * 1e3:.1f} ms",
            f"{slow / half:.1f}x",
            "< 10x",
            slow < 10 * half,
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description="Puts fakemanila under load.")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--write", type=Path, metavar="FILE", help="a page with marks between which the table belongs")
    options = parser.parse_args()
    text = f"{table(measure(options.seconds))}\n"
    sys.stdout.write(text)
    if options.write:
        write(options.write, "soak", text)


if __name__ == "__main__":
    main()
