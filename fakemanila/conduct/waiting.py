"""How a client waits for what takes its time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise

from ..text.words import counted
from .evidence import Evidence, middle, seconds
from .history import History, Request, objects

Series = list[Request]
Paced = list[tuple[Request, float]]
"""Requests, and how many seconds after the one before each came."""

_FOR_THE_MOMENT = (0, 408, 413, 429, 500, 502, 503, 504)
"""No answer, too many requests or too much in use, and what is wrong with a server or in front of it."""


def polls_too_fast(history: History) -> Iterator[Evidence]:
    limits = history.limits
    for operation, series in _by_operation(_polls(history)):
        early: Paced = []
        still: Series = []
        for polls in series:
            soon = [(after, gap) for after, gap in _paced(polls) if gap < limits.poll_interval]
            early += soon if len(soon) >= limits.fast_polls else []
            for together in _at_one_moment(polls):
                still += together if len(together) >= limits.still_reads else []
        if early:
            summary = (
                f"{counted(len(early), 'read')} of what was changing came {_usual(early)} after the one before,"
                f" sooner than {seconds(limits.poll_interval)}"
            )
            yield Evidence(summary, _requests(early), operation)
        elif still:
            summary = f"{counted(len(still), 'read')} of what was changing while the clock stood still"
            yield Evidence(summary, still, operation)


def polls_without_backoff(history: History) -> Iterator[Evidence]:
    limits = history.limits
    for operation, series in _by_operation(_polls(history)):
        steady = _steady(map(_paced, series), limits.steady_polls, limits.growth)
        if steady:
            summary = f"{counted(len(steady), 'read')} of what was changing, every {_usual(steady)} to the end"
            yield Evidence(summary, _requests(steady), operation)


def retries_without_backoff(history: History) -> Iterator[Evidence]:
    limits = history.limits
    for operation, series in _by_operation(_retries(history)):
        steady = _steady(map(_paused, series), limits.steady_retries, limits.growth)
        if steady:
            summary = f"{counted(len(steady), 'retry', 'retries')} {_usual(steady)} after a failure, never later"
            yield Evidence(summary, _requests(steady), operation)


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


def _retries(history: History) -> Iterator[Series]:
    """A request that failed for the moment, the same once more, and so on until one has got an answer."""
    under_way: dict[Hashable, Series] = {}
    for request in history.requests:
        if request.status in _FOR_THE_MOMENT:
            under_way.setdefault(request.same, []).append(request)
        elif request.same in under_way:
            yield [*under_way.pop(request.same), request]
    yield from under_way.values()


def _changes(request: Request, history: History) -> bool:
    return any(
        isinstance(value := each.get(attribute), str) and value in values
        for each in objects(request.got)
        for attribute, values in history.facts.changing.items()
    )


def _by_operation(series: Iterator[Series]) -> Iterator[tuple[str | None, list[Series]]]:
    """The series of each client and operation together."""
    found: dict[Hashable, list[Series]] = defaultdict(list)
    for polls in series:
        found[polls[0].client, polls[0].operation].append(polls)
    for each in found.values():
        yield each[0][0].operation, each


def _paced(polls: Series) -> Paced:
    """Each read but the first, and how long after the one before it came, where the clock can tell."""
    gaps = [(after, (after.time - before.time).total_seconds()) for before, after in pairwise(polls)]
    return [(after, gap) for after, gap in gaps if gap > 0]


def _at_one_moment(polls: Series) -> Iterator[Series]:
    found: dict[str, Series] = defaultdict(list)
    for request in polls:
        found[request.entry.time].append(request)
    yield from found.values()


def _paused(attempts: Series) -> Paced:
    """The same of retries: each but the first, and how long after the answer to the one before it came."""
    gaps = [(after, after.since_answer(before)) for before, after in pairwise(attempts)]
    return [(after, gap) for after, gap in gaps if gap > 0]


def _steady(series: Iterable[Paced], least: int, growth: float) -> Paced:
    """Those of at least so many in which no pause has become longer, be it only for a while or up to a limit."""
    long = [paced for paced in series if len(paced) >= least]
    return [each for paced in long if max(gap for _, gap in paced[1:]) < growth * paced[0][1] for each in paced]


def _requests(paced: Paced) -> Series:
    return [request for request, _ in paced]


def _usual(paced: Paced) -> str:
    return seconds(middle([gap for _, gap in paced]))
