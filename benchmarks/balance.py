"""``python -m benchmarks.balance``: how evenly a consistent hash spreads worlds over processes, by simulation.

Each process has `POINTS` points on a ring, as HAProxy gives a server of that weight; a world is with the process whose
point comes next. The hash is another one than HAProxy's; what matters is that it scatters.
"""

from __future__ import annotations

import hashlib
import sys
from bisect import bisect
from collections import Counter

WEIGHTS = (1, 100)
POINTS = 16
"""Of a process of weight 1."""
WORLDS = 100
"""For each process, on average."""


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


class Ring:
    """The points of some processes."""

    def __init__(self, processes: int, weight: int) -> None:
        points = sorted((_hash(f"{n}/{k}"), n) for n in range(processes) for k in range(POINTS * weight))
        self._places = [place for place, _ in points]
        self._owners = [owner for _, owner in points]

    def owner(self, world: int) -> int:
        """The process that has a world, by the hash of its name."""
        return self._owners[bisect(self._places, world) % len(self._owners)]


def simulated(processes: int, weight: int) -> tuple[float, float, float]:
    """The fullest and the emptiest process beside the average, and the part of the worlds that moves for one more."""
    worlds = [_hash(f"ci-{n}") for n in range(processes * WORLDS)]
    before, after = Ring(processes, weight), Ring(processes + 1, weight)
    owners = [before.owner(world) for world in worlds]
    loads = Counter(owners)
    moved = sum(after.owner(world) != owner for world, owner in zip(worlds, owners, strict=True))
    return max(loads.values()) / WORLDS, min(loads[n] for n in range(processes)) / WORLDS, moved / len(worlds)


def main(sizes: tuple[int, ...] = (10, 100, 1000)) -> None:
    sys.stdout.write("| processes | weight | fullest | emptiest | moves for one more |\n|---:|---:|---:|---:|---:|\n")
    for processes in sizes:
        for weight in WEIGHTS:
            most, least, moved = simulated(processes, weight)
            sys.stdout.write(f"| {processes:,} | {weight} | {most:.2f} | {least:.2f} | {moved:.2%} |\n")


if __name__ == "__main__":
    main()
