"""What a sweep tells people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..text.words import counted
from .asked import Asked
from .cases import selected
from .results import Result

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
    said = [counted(len(made), "request"), f"{len(swept)} of them swept"]
    if repeats:
        said.append(f"{repeats} {'repeats' if repeats == 1 else 'repeat'} the one before")
    if others:
        said.append(f"{others} for other operations")
    return ", ".join(said)


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
