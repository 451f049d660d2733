"""What a sweep tells people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .asked import Asked
from .cases import selected
from .results import Result, tally

_PLAIN = "passed"


def rows(results: Iterable[Result]) -> list[tuple[str, str, str, str]]:
    """A row for each run that isn't plainly passed: its id, its verdict, the request, why."""
    return [
        (result.case.id, result.verdict, result.case.what, result.details)
        for result in results
        if result.verdict != _PLAIN
    ]


def requests(made: Sequence[Asked], operations: Sequence[str]) -> str:
    """How many requests there were, and which of them are left out."""
    swept, repeats = selected(made, operations), sum(request.repeats for request in made)
    others = len(made) - len(swept) - repeats
    said = [f"{len(made)} requests", f"{len(swept)} of them swept"]
    if repeats:
        said.append(f"{repeats} repeat the one before")
    if others:
        said.append(f"{others} for other operations")
    return ", ".join(said)


def summary(results: Sequence[Result]) -> str:
    """How many runs had which verdict: ``63 runs: 50 passed, 9 failed, 4 debris``."""
    counts = ", ".join(f"{number} {verdict}" for verdict, number in tally(results).items() if number)
    return f"{len(results)} runs: {counts}" if results else "no runs"


def single(result: Result) -> Iterator[str]:
    """All that there is to tell of one run, line by line."""
    yield f"{result.case.id}  {result.verdict}  {result.case.what}"
    for request, failure in result.case.faults:
        yield f"  {failure.name} at {request.what}: {failure.summary}"
    if result.ended.why:
        yield f"  {result.ended.why}"
    yield from (f"  {difference}" for difference in result.differences)
    yield f"the command printed{':' if result.ended.output else ' nothing'}"
    yield from (f"  {text}" for text in result.ended.output.splitlines())
    yield f"its last {len(result.journal)} requests:"
    yield from (f"  {text}" for text in result.journal)
