"""How a client waits for what takes its time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

from .evidence import Evidence, middle, seconds, times
from .history import History, Request, objects

Series = list[Request]


def polls_too_fast(history: History) -> Iterator[Evidence]:
    limits = history.limits
    for operation, series in _by_operation(_polls(history)):
        early: Series = []
        gaps: list[float] = []
        still: Series = []
        for polls in series:
            soon = [(after, gap) for after, gap in _paced(polls) if gap < limits.poll_interval]
            if len(soon) >= limits.fast_polls:
                early += [after for after, _ in soon]
                gaps += [gap for _, gap in soon]
            for together in _at_one_moment(polls):
                still += together if len(together) >= limits.still_reads else []
        if early:
            summary = (
                f"{times(len(early), 'read')} of what was changing came {seconds(middle(gaps))} after the one before,"
                f" sooner than {seconds(limits.poll_interval)}"
            )
            yield Evidence(summary, early, operation)
        elif still:
            yield Evidence(
                f"{times(len(still), 'read')} of what was changing while the clock stood still", still, operation
            )


def polls_without_backoff(history: History) -> Iterator[Evidence]:
    limits = history.limits
    for operation, series in _by_operation(_polls(history)):
        steady: Series = []
        gaps: list[float] = []
        for polls in series:
            paced = _paced(polls)
            if len(paced) >= limits.steady_polls and not _grow([gap for _, gap in paced], limits.growth):
                steady += [after for after, _ in paced]
                gaps += [gap for _, gap in paced]
        if steady:
            summary = f"{times(len(steady), 'read')} of what was changing, every {seconds(middle(gaps))} to the end"
            yield Evidence(summary, steady, operation)


def _polls(history: History) -> Iterator[Series]:
    """Reads, one after the other, of the same thing while it changes, and the one that found it changed."""
    under_way: dict[Hashable, Series] = {}
    for request in history.requests:
        if request.entry.method != "GET" or not request.is_manilas:
            continue
        if _changes(request, history):
            under_way.setdefault(request.same, []).append(request)
        elif request.same in under_way:
            yield [*under_way.pop(request.same), request]
    yield from under_way.values()


def _changes(request: Request, history: History) -> bool:
    changing = history.facts.changing
    return any(each.get(attribute) in values for each in objects(request.got) for attribute, values in changing.items())


def _by_operation(series: Iterator[Series]) -> Iterator[tuple[str | None, list[Series]]]:
    """The series of each client and operation together."""
    found: dict[Hashable, list[Series]] = defaultdict(list)
    for polls in series:
        found[polls[0].client, polls[0].operation].append(polls)
    for each in found.values():
        yield each[0][0].operation, each


def _paced(polls: Series) -> list[tuple[Request, float]]:
    """Each read but the first, and how long after the one before it came, where the clock can tell."""
    gaps = [(after, (after.time - before.time).total_seconds()) for before, after in pairwise(polls)]
    return [(after, gap) for after, gap in gaps if gap > 0]


def _at_one_moment(polls: Series) -> Iterator[Series]:
    found: dict[str, Series] = defaultdict(list)
    for request in polls:
        found[request.entry.time].append(request)
    yield from found.values()


def _grow(gaps: Sequence[float], growth: float) -> bool:
    """Whether pauses have become longer, be it only for a while or up to a limit."""
    return max(gaps[1:]) >= growth * gaps[0]


def retries_without_backoff(history: History) -> Iterator[Evidence]:
    limits = history.limits
    for operation, series in _by_operation(_retries(history)):
        steady: Series = []
        gaps: list[float] = []
        for attempts in series:
            paused = [(after, after.since_answer(before)) for before, after in pairwise(attempts)]
            paused = [(after, gap) for after, gap in paused if gap > 0]
            if len(paused) >= limits.steady_retries and not _grow([gap for _, gap in paused], limits.growth):
                steady += [after for after, _ in paused]
                gaps += [gap for _, gap in paused]
        if steady:
            summary = f"{times(len(steady), 'retry', 'retries')} {seconds(middle(gaps))} after a failure, never later"
            yield Evidence(summary, steady, operation)


def _retries(history: History) -> Iterator[Series]:
    """A request that failed for the moment, the same once more, and so on until one has got an answer."""
    under_way: dict[Hashable, Series] = {}
    for request in history.requests:
        if request.status in _FOR_THE_MOMENT:
            under_way.setdefault(request.same, []).append(request)
        elif request.same in under_way:
            yield [*under_way.pop(request.same), request]
    yield from under_way.values()


_FOR_THE_MOMENT = (0, 408, 413, 429, 500, 502, 503, 504)
"""No answer, too many requests or too much in use, and what is wrong with a server or in front of it."""
