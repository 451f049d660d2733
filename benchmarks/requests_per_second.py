"""Requests per second of fakemanila, of the floor and of moto, in turns: what else the machine does hits all three."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from importlib.util import find_spec
from itertools import cycle, islice, permutations
from pathlib import Path
from statistics import median

from .load import rate
from .servers import Asks, bodies, fakemanila_asks, floor_asks, moto_asks, process, ready_url
from .table import Row

MANILA = 37.0
"""Requests per second of a list of 100 snapshots that a real Manila answered to 8 connections, quoted, not measured."""
GOALS = {"detail": (2.5, 10.0), "show": (2.0, 5.0), "create": (1.6, 4.0)}
"""At least so many times the floor, and moto."""
WORDS = {
    "detail": "list of 100 snapshots with details",
    "show": "show one snapshot",
    "create": "create a snapshot",
}


def measure(*, rounds: int, seconds: float, connections: int = 8) -> list[Row]:
    """A row for each pair of servers and request: the median of the rounds' ratios."""
    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        url = ready_url(stack.enter_context(process("-m", "fakemanila", "serve", "--port", "0")))
        asks = fakemanila_asks(url)
        answers = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "bodies.json"
        answers.write_text(json.dumps(bodies(asks)))
        floor = ready_url(stack.enter_context(process("-m", "benchmarks.floor", str(answers))))
        servers: dict[str, Asks] = {"fakemanila": asks, "floor": floor_asks(floor, asks)}
        if find_spec("moto") is not None:  # `make bench` installs it
            servers["moto"] = moto_asks(ready_url(stack.enter_context(process("-m", "benchmarks.moto_server"))))
        for name in WORDS:
            # In every order: who always came after the same one would always find the machine as that one left it.
            for order in islice(cycle(permutations(servers)), rounds):
                for server in order:
                    asked = servers[server][name]
                    rates[server, name].append(rate(asked, connections=connections, seconds=seconds))
    return list(_rows(rates))


def _rows(rates: dict[tuple[str, str], list[float]]) -> list[Row]:
    rows = []
    for name, words in WORDS.items():
        ours = rates["fakemanila", name]
        for other, goal in zip(("floor", "moto"), GOALS[name], strict=True):
            if (other, name) not in rates:
                continue
            ratio = median(mine / theirs for mine, theirs in zip(ours, rates[other, name], strict=True))
            measured = f"{median(ours):.0f}/s, {other} {median(rates[other, name]):.0f}/s"
            rows.append(Row(f"{words}, against {other}", measured, f"{ratio:.1f}x", f">= {goal:g}x", ratio >= goal))
    ratio = median(rates["fakemanila", "detail"]) / MANILA
    rows.append(
        Row(f"{WORDS['detail']}, against real Manila's {MANILA:.0f}/s", "", f"{ratio:.0f}x", ">= 50x", ratio >= 50)
    )
    return rows
