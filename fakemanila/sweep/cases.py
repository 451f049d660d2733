"""Which runs there are: one for each request and kind of failure there, or two failures in one run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import combinations
from typing import Any

from ..text.suggestions import nearest
from ..text.words import listed
from .asked import Asked
from .failures import FAILURES, Failure

PAIRS = 200
"""Runs with two failures, at most: their number grows with the square of the requests."""

_ID = re.compile(r"(\d+):([a-z0-9-]+)(?:\+(\d+):([a-z0-9-]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Case:
    """One disturbed run: the requests that meet a failure, each with its own."""

    faults: tuple[tuple[Asked, Failure], ...]

    @property
    def id(self) -> str:
        """What ``--only`` takes: ``7:reset-after``, for two ``7:reset-after+9:503``."""
        return "+".join(f"{request.number}:{failure.name}" for request, failure in self.faults)

    @property
    def what(self) -> str:
        """The requests for people."""
        return ", then ".join(dict.fromkeys(request.what for request, _ in self.faults))

    @property
    def removes(self) -> bool:
        return any(failure.name == "gone" for _, failure in self.faults)

    def rules(self) -> list[dict[str, Any]]:
        """A rule for each fault, which does it to exactly that request, or not at all.

        The second of two on the same request is done to the next one like it, which a program sends that tries again.
        """
        made: list[dict[str, Any]] = []
        seen: set[int] = set()
        for place, (request, failure) in enumerate(self.faults):
            made.append(
                {
                    "name": f"sweep {self.id}" + (f" ({place + 1})" if len(self.faults) > 1 else ""),
                    "match": request.match(),
                    "when": {"after": request.nth - 1 + (request.number in seen), "sequence": ["fail"]},
                    "do": dict(failure.do),
                }
            )
            seen.add(request.number)
        return made


@cache
def _of_manila() -> frozenset[str]:
    from ..contract.model import load

    return frozenset(load().operations)


def parse_operations(patterns: str) -> tuple[str, ...]:
    """Reads ``shares.*,identity.tokens.create``. Raises ValueError for a pattern that fits no operation."""
    from ..faults.registry import operations

    wanted = tuple(listed(patterns))
    for each in wanted:
        if not any(fnmatchcase(name, each) for name in operations()):
            raise ValueError(f"no operation is called {each!r}{nearest(each, operations())}")
    return wanted


def selected(requests: Iterable[Asked], operations: Sequence[str] = ()) -> list[Asked]:
    """The requests that are swept: those for the operations, by default for all of Manila's, that don't repeat."""
    return [
        request
        for request in requests
        if request.operation is not None
        and not request.repeats
        and (
            any(fnmatchcase(request.operation, each) for each in operations)
            if operations
            else request.operation in _of_manila()
        )
    ]


def singles(requests: Iterable[Asked], failures: Iterable[Failure]) -> list[Case]:
    """A case for each request and each failure that it can meet."""
    kinds = list(failures)
    return [Case(((request, each),)) for request in requests for each in kinds if each.fits(request)]


def pairs(passed: Sequence[Case], limit: int = PAIRS) -> tuple[list[Case], int]:
    """Two failures in one run, of those that a program got over alone, and how many such pairs there are.

    Of more than `limit` it is every n-th. Two failures of one request are a failure of it and one of its repetition.
    """
    after_it = [case for case in passed if not (case.removes or case.faults[0][1].name in ("ends-in-error", "stuck"))]
    again = [
        Case((first.faults[0], second.faults[0]))
        for first in after_it
        for second in after_it
        if first.faults[0][0] == second.faults[0][0]
    ]
    two = [
        Case((first.faults[0], second.faults[0]))
        for first, second in combinations(passed, 2)
        if first.faults[0][0] != second.faults[0][0]
    ]
    found = sorted([*again, *two], key=lambda case: [request.number for request, _ in case.faults])
    step = max(1, -(-len(found) // limit))
    return found[::step], len(found)


def find(id: str, requests: Sequence[Asked]) -> Case:
    """The case that ``--only`` names. Raises ValueError for one that can't be."""
    read = _ID.fullmatch(id.strip())
    if read is None:
        raise ValueError(f"{id!r} is not a run: expected one such as 7:reset-after")
    first, second = _fault(read[1], read[2], requests), read[3] and _fault(read[3], read[4], requests)
    return Case((first, second) if second else (first,))


def _fault(number: str, name: str, requests: Sequence[Asked]) -> tuple[Asked, Failure]:
    if name not in FAILURES:
        raise ValueError(f"{name!r} is not a kind of failure{nearest(name, tuple(FAILURES))}")
    if not 1 <= int(number) <= len(requests):
        raise ValueError(f"there is no request {number}: the command made {len(requests)}")
    request, failure = requests[int(number) - 1], FAILURES[name]
    if request.operation is None:
        raise ValueError(f"request {number} is for no operation of an API: {request.what}")
    if not failure.fits(request):
        raise ValueError(f"{name} cannot happen to request {number}, {request.what}")
    return request, failure
