"""What a person sees of a run: how far it is, a table by module, and what isn't as it should be."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping

import click

from . import expected
from .run import Run
from .suite import Result, module

_EVERY = 100
"""Results between two lines of progress where there is no terminal."""

_WIDTH = 300
"""Characters that are enough of a line of a trace; the suite's log has the rest."""


class Progress:
    """How far a run is: one line on a terminal, a line now and then anywhere else."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._counts: Counter[str] = Counter()

    def __call__(self, result: Result, total: int) -> None:
        self._counts[result.state] += 1
        done, counts = self._counts.total(), self._counts
        line = f"{self._profile}: {done}/{total}, {counts['pass']} passed, {counts['fail']} failed"
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{line}", nl=done == total, err=True)
        elif done % _EVERY == 0:
            click.echo(line, err=True)


COLUMNS = ("tests", "passed", "failed", "skipped", "not built", "real passed")


def counts(run: Run, states: Mapping[str, str]) -> dict[str, Counter[str]]:
    """The columns of the table for each module. A failure for want of an operation is counted as not built alone."""
    table: dict[str, Counter[str]] = {}
    for result in run.results.values():
        row = table.setdefault(module(result.test), Counter())
        row["tests"] += 1
        if expected.needs_what_is_not_built(result):
            row["not built"] += 1
        else:
            row[{"pass": "passed", "fail": "failed", "skip": "skipped"}[result.state]] += 1
        row["real passed"] += states.get(result.test) in (expected.PASS, expected.NOT_BUILT)
    return table


def table(run: Run, states: Mapping[str, str]) -> str:
    rows = counts(run, states)
    total = sum(rows.values(), Counter())
    width = max(len(name) for name in (*rows, "all"))
    lines = [" ".join([f"{'module':<{width}}", *(f"{column:>11}" for column in COLUMNS)])]
    for name, row in [*sorted(rows.items()), ("all", total)]:
        lines.append(" ".join([f"{name:<{width}}", *(f"{row[column] or '-':>11}" for column in COLUMNS)]))
    return "\n".join(lines)


def verdict(run: Run, states: Mapping[str, str], *, complete: bool) -> list[str]:
    """What isn't as expected, each with the end of its trace; tests that are gone only when all were to run."""
    results = [run.results[name] for name in sorted(run.results)]
    lines: list[str] = []
    for result in results:
        state = states.get(result.test)
        if not expected.is_as_expected(state, result):
            lines.append(f"{result.test}: {result.state}, expected {state or 'to pass'}")
            lines += [f"    {line[:_WIDTH]}" for line in result.text.strip().splitlines()[-2:]]
    if complete:
        lines += [f"{name}: gone, expected {states[name]}" for name in sorted(states.keys() - run.results.keys())]
    return lines


def broken_ends(run: Run) -> list[str]:
    """Why classes could not take away what they had set up. One that fails at it makes others fail, too."""
    reasons = Counter(result.text.strip().splitlines()[-1][:_WIDTH] for result in run.broken_ends)
    return [f"not taken away after {number} classes: {reason}" for reason, number in reasons.most_common()]


def surprises(run: Run, states: Mapping[str, str]) -> list[str]:
    """The tests that pass although they weren't expected to."""
    results = [run.results[name] for name in sorted(run.results)]
    return [
        f"{result.test}: passes, expected {states.get(result.test, 'nothing: it is not in the table')}"
        for result in results
        if expected.is_better_than_expected(states.get(result.test), result)
    ]
