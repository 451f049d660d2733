"""What a comparison tells people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..text.words import counted
from .results import Comparison, Difference, Result, answers, tally

_PLURALS = {"history": "histories"}
_MOST_LINES = 8
"""Differences of one answer that are shown; a file has all of them."""
_LONGEST = 400
"""Characters of an answer that are shown."""


def lines(comparison: Comparison) -> Iterator[str]:
    """What differs, by chapter, each with the two answers; then what else there is to say."""
    chapters: dict[str, list[Result]] = {}
    for result in comparison.results:
        chapters.setdefault(result.chapter, []).append(result)
    for chapter, results in chapters.items():
        if any(result.compared or result.differences for result in results):
            yield f"{chapter}: {_size(comparison, results)}"
        for result in results:
            yield from (line for each in result.differences for line in _difference(result, each))
    done = comparison.results
    no_further = "(got no further on either side)"
    yield from _why(f"not played {no_further}", [each for each in done if each.verdict == "not played"])
    halves = [each for each in done if each.verdict in ("alike", "differs") and each.why]
    yield from _why(f"not played to the end {no_further}", halves)
    failed = [each for each in done if each.verdict == "could not be played"]
    yield from _why("could not be played (the cloud did not answer)", failed)
    yield from _why("left out", [each for each in done if each.verdict == "left out"])
    alone = sum(result.left_out for result in comparison.results)
    if alone:
        yield f"{counted(alone, 'request')} left out of the others: this cloud lacks a user or a microversion for them,"
        yield "  or they would change what belongs to the whole cloud"
    explained = Counter(why for result in comparison.results for _, why in result.explained)
    if explained:
        yield "explained:"
        yield from (f"  {number}  {why}" for why, number in explained.most_common())
    yield from comparison.notes
    yield summary(comparison)


def summary(comparison: Comparison) -> str:
    """``31 scenarios: 28 alike, 1 differs, 2 not played; 1402 answers: 1398 alike, 2 explained, 2 differ``."""
    counts = {verdict: number for verdict, number in tally(comparison.results).items() if number}
    verdicts = ", ".join(
        f"{number} {'differ' if verdict == 'differs' and number > 1 else verdict}" for verdict, number in counts.items()
    )
    said = f"{counted(len(comparison.results), comparison.what, _PLURALS.get(comparison.what))}: {verdicts or 'none'}"
    so_far = "interrupted; so far " if comparison.stopped else ""
    return f"{so_far}{said}; {_size(comparison, comparison.results)}"


def _size(comparison: Comparison, results: list[Result]) -> str:
    """How much was compared; a step of a history is an answer, and what is there then."""
    steps = counted(sum(result.compared for result in results), "step")
    return steps if comparison.what == "history" else answers(results)


def _difference(result: Result, difference: Difference) -> Iterator[str]:
    yield f"  {result.name}: {difference.name}{f' ({difference.request})' if difference.request else ''}"
    yield from (f"      {line}" for line in difference.lines[:_MOST_LINES])
    if len(difference.lines) > _MOST_LINES:
        yield f"      and {len(difference.lines) - _MOST_LINES} more differences in this answer"
    if difference.cloud is not None and difference.here is not None:
        yield f"      the cloud: {_shown(difference.cloud)}"
        yield f"      here: {_shown(difference.here)}"


def _shown(answer: Mapping[str, Any]) -> str:
    text = f"{answer['status']} {json.dumps(answer['body'], ensure_ascii=False)}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _why(title: str, results: Iterable[Result]) -> Iterator[str]:
    """Results by their reasons."""
    by_reason: dict[str, list[str]] = {}
    for result in results:
        by_reason.setdefault(result.why, []).append(result.name)
    if by_reason:
        yield f"{title}:"
    for why, names in sorted(by_reason.items(), key=lambda pair: -len(pair[1])):
        yield f"  {len(names)}  {why}: {_some(names)}"


def _some(names: Iterable[str], most: int = 5) -> str:
    found = list(names)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return f"{', '.join(found[:most])}{more}"
