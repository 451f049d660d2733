"""``python -m benchmarks``: everything, as a table; ``--write FILE`` puts it into a page, ``--quick`` only tries it."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
from pathlib import Path

from . import life, requests_per_second, scale
from .table import table, write


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures fakemanila.")
    parser.add_argument("--quick", action="store_true", help="one short round of each, to see that it runs")
    parser.add_argument("--write", type=Path, metavar="FILE", help="a page with marks between which the table belongs")
    options = parser.parse_args()
    rounds = 1 if options.quick else 7
    rows = [
        *requests_per_second.measure(rounds=rounds, seconds=0.1 if options.quick else 1.0),
        *life.measure(rounds=rounds),
        *scale.measure(rounds=rounds, large=200 if options.quick else scale.LARGE),
    ]
    text = f"{_machine()}\n\n{table(rows)}\n"
    sys.stdout.write(text)
    if options.write:
        write(options.write, "measured", text)


def _machine() -> str:
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    python = platform.python_version()
    return f"Measured {today} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {python}."


if __name__ == "__main__":
    main()
