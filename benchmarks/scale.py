"""What a large world costs: time for a page of it, memory for each record."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
import tracemalloc
from statistics import median

from .table import Row

LARGE, SMALL, PAGE = 100_000, 100, 50
_UNTIL_FULL = 5_000
"""Snapshots after which a world has as many events as it keeps: from then on only records take more memory."""


def measure(*, rounds: int, large: int = LARGE) -> list[Row]:
    """Each in a process of its own, so that nothing that was there before is counted."""
    found = json.loads(
        subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", str(rounds), str(large)], check=True, stdout=subprocess.PIPE
        ).stdout
    )
    rows = []
    for how, (few, many) in found["pages"].items():
        ratio = many / few
        measured = f"{many * 1e3:.2f} ms, out of {SMALL} {few * 1e3:.2f} ms"
        rows.append(
            Row(f"page of {PAGE} of {large} snapshots{how}", measured, f"{ratio:.2f}x", "<= 1.3x", ratio <= 1.3)
        )
    size = found["bytes"] / 1024
    rows.append(Row(f"memory for each of {large} snapshots", "", f"{size:.2f} KB", "<= 1.3 KB", size <= 1.3))
    return rows


def main() -> None:
    """Prints ``{"pages": {"": [small, large], …}, "bytes": …}``, in seconds and in bytes for each snapshot."""
    rounds, large = int(sys.argv[1]), int(sys.argv[2])
    small, (big, size) = _world(SMALL)[0], _world(large)
    pages: dict[str, list[float]] = {}
    for words, query in {"": "", ", of one status": "&status=available", ", of one share": "&share_id={share}"}.items():
        times: list[list[float]] = [[], []]
        for _ in range(rounds * 20):
            for index, ask in enumerate((small, big)):
                began = time.perf_counter()
                ask(query)
                times[index].append(time.perf_counter() - began)
        pages[words] = [median(times[0]), median(times[1])]
    sys.stdout.write(json.dumps({"pages": pages, "bytes": size}))


def _world(count: int):  # type: ignore[no-untyped-def]  # a helper of `main` alone
    """Something that asks for a page, and what each snapshot takes."""
    from tests.api import Api

    api = Api(journal_size=0)
    limits = {"quota_set": {"snapshots": -1, "snapshot_gigabytes": -1}}
    api.put(f"/v2/quota-sets/{api.project_id()}", limits, user="admin")
    share = api.make_share()["id"]
    tracemalloc.start()
    first = min(count // 2, _UNTIL_FULL)
    for _ in range(first):
        api.make_snapshot(share)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(count - first):
        api.make_snapshot(share)
    gc.collect()
    size = (tracemalloc.get_traced_memory()[0] - before) / (count - first)
    tracemalloc.stop()

    def ask(query: str) -> None:
        answer = api.get(f"/v2/snapshots/detail?limit={PAGE}{query.format(share=share)}")
        assert answer.status == 200, answer

    return ask, size


if __name__ == "__main__":
    main()
