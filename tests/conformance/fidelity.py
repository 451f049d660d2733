"""Writes down how faithful the server is: ``docs/fidelity.md``, and its totals in the README.

`python -m tests.conformance.fidelity` writes them; everything in them is counted from files of the project.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from fakemanila.compare.histories.comparing import EXPLAINED
from fakemanila.compare.report import known_differences
from fakemanila.contract.coverage import operation_rows
from fakemanila.neighbours.served import NEIGHBOURS
from fakemanila.neighbours.service import Neighbour

from . import recordings
from .tempest import expected
from .tempest.suite import module

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fidelity.md"
README = ROOT / "README.md"
START, END = "<!-- coverage -->", "<!-- /coverage -->"

_LENIENT = Path(__file__).with_name("lenient.yaml")
_RUNS = Path(__file__).with_name("histories") / "runs.yaml"

_UPSTREAM = """\
The API tests of the Manila tempest plugin, by module. `make conformance` runs them, and
`tests/conformance/tempest.tsv` has the expected result of each. A test counts as not built if it needs an operation
that isn't implemented. They run against two deployments. The drivers of the first one don't handle share servers:"""
_EXCHANGES = """\
These requests were sent to a real Manila {release} and are sent here. Status codes, headers, keys and values are
compared. If the real server crashed, the expected answer is the documented refusal."""
_HISTORIES = """\
`make histories` plays random requests on a real Manila and here at the same time, and compares the answers and the
final states. The table has the last runs. "Explained" counts the lines that differed for a reason below. "Found" counts
kinds of differences that have been fixed or explained since. "Open" counts those that nobody has looked into yet."""
_NEIGHBOURS = """\
These are all calls of the [services other than Manila](how-to/neighbours.md). None of them was recorded: codes, names
and rules are from their sources and API references. Every other call gets a 501 that names it."""
_DOCUMENT = """\
Schemathesis generates requests from the document of four microversions. Every response has a documented code and fits
its schema. A request that the document forbids is refused. If real Manila accepts it, it is noted as a contract
warning"""


def table(header: Sequence[str], rows: Sequence[Sequence[object]], *, total: bool = True) -> str:
    """A Markdown table whose first column is text and whose others are numbers, with a last row that adds them up."""
    lines = [f"| {' | '.join(header)} |", "|---|" + "---:|" * (len(header) - 1)]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    if total:
        sums = [sum(row[column] for row in rows) for column in range(1, len(header))]  # type: ignore[misc]
        lines.append(f"| **all** | {' | '.join(f'**{number}**' for number in sums)} |")
    return "\n".join(lines)


def operations() -> list[tuple[str, int, int]]:
    """By chapter: how many operations there are, and how many are implemented."""
    rows = operation_rows()
    there, done = Counter(row.chapter for row in rows), Counter(row.chapter for row in rows if row.implemented)
    return [(chapter, there[chapter], done[chapter]) for chapter in sorted(there)]


def upstream(profile: str) -> list[tuple[str, int, int, int, int]]:
    """By module: tests that pass on real Manila, that pass here, that are not built, and that don't pass there."""
    counts: dict[str, Counter[str]] = {}
    for test, state in expected.read().expected(profile).items():
        counts.setdefault(module(test), Counter())[state] += 1
    return [
        (
            name,
            states[expected.PASS] + states[expected.NOT_BUILT],
            states[expected.PASS],
            states[expected.NOT_BUILT],
            states[expected.SKIP] + states[expected.FAIL_ON_REAL],
        )
        for name, states in sorted(counts.items())
    ]


def exchanges() -> list[tuple[str, int, int, int]]:
    """By scenario: recorded exchanges, those where the real server crashed, and those that differ otherwise."""
    known = known_differences()
    return [
        (
            path.stem,
            len(json.loads(path.read_text(encoding="utf-8"))["exchanges"]),
            len(known["crashes"].get(path.stem, ())),
            len(known["explained"].get(path.stem, ())),
        )
        for path in sorted(recordings.newest().glob("*.json"))
    ]


def reasons() -> Iterator[str]:
    """The explained differences, those with the same reason together."""
    places: dict[str, list[str]] = {}
    for scenario, explained in known_differences()["explained"].items():
        for exchange, reason in explained.items():
            places.setdefault(reason, []).append(f"`{scenario}`: {exchange}")
    for reason, where in places.items():
        yield f"- {reason} ({'; '.join(where)})"


def histories() -> str:
    """What the random histories have come to, and what differs in them by intention."""
    runs = [
        [run.get(name, 0) for name in ("seed", "histories", "steps", "crashes", "explained", "found", "open")]
        for run in yaml.safe_load(_RUNS.read_text(encoding="utf-8"))
    ]
    header = ("seed", "histories", "steps", "crashes there", "explained", "found", "open")
    meant = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    lines = "\n".join(f"- {entry['reason']}" for entry in meant)
    return f"{_HISTORIES}\n\n{table(header, runs)}\n\n{lines}"


def totals() -> str:
    """What the README says."""
    _, there, done = _sums(operations())
    _, recorded, crashes, explained = _sums(exchanges())
    same = recorded - crashes - explained
    lines = [
        "| what | of | here |",
        "|---|---:|---:|",
        f"| operations of the API reference, answered | {there} | {done} |",
        f"| recorded exchanges with a real Manila, answered alike | {recorded} | {same} |",
    ]
    for profile, which in (("no-dhss", ""), ("dhss", " with share servers")):
        _, real, here, _, _ = _sums(upstream(profile))
        lines.append(f"| upstream's tests{which} that pass on a real Manila, passing | {real} | {here} |")
    return "\n".join(lines)


def _sums(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return ("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:]))


def page() -> str:
    """The whole of ``docs/fidelity.md``."""
    lenient = yaml.safe_load(_LENIENT.read_text(encoding="utf-8")) or {}
    release = recordings.newest().name.removeprefix("manila-")
    header = ("module", "pass on real Manila", "pass here", "not built", "skipped or failing there")
    parts = [
        "# How faithful it is",
        "Written by `make readme`, from what the tests compare. Don't edit it.",
        f"## In short\n\n{totals()}",
        "## Operations\n\n" + table(("chapter", "operations", "implemented"), operations()),
        "## Upstream's tests\n\n" + _UPSTREAM,
        table(header, upstream("no-dhss")),
        "The drivers of the second one do. It runs the tests that the first one skips:",
        table(header, upstream("dhss")),
        "## Exchanges\n\n" + _EXCHANGES.format(release=release),
        table(("scenario", "exchanges", "crashes there", "explained differences"), exchanges()),
        "## Known differences\n\n" + "\n".join(reasons()),
        "## Random histories\n\n" + histories(),
        "## Services beside Manila\n\n" + _NEIGHBOURS,
        *neighbours(),
        "## The OpenAPI document\n\n"
        + _DOCUMENT
        + (", except:\n\n" + "\n".join(f"- `{label}`: {why}" for label, why in lenient.items()) if lenient else "."),
    ]
    return "\n\n".join(parts) + "\n"


def neighbours() -> Iterator[str]:
    """A table for each service beside Manila: its calls, and what is left out of them."""
    for neighbour in NEIGHBOURS.values():
        yield f"### {neighbour.title}\n\n{_facts(neighbour)}"
        rows = (
            f"| `{call.id}` | `{call.method} {neighbour.mount}{call.path}` | {call.omits} |"
            for call in neighbour.operations
        )
        yield "\n".join(("| call | | left out |", "|---|---|---|", *rows))


def _facts(neighbour: Neighbour) -> str:
    facts = f"Service `{neighbour.type}`. Source: <{neighbour.reference}> and the service's own code."
    return f"{facts} {neighbour.omits}".strip()


def with_totals(text: str) -> str:
    """A document with the totals between its two markers."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{totals()}\n{END}{after}"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    README.write_text(with_totals(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
