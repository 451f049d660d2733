"""Holds the contract against what Manila's code serves, at every microversion, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ....versions import MAXIMUM, MINIMUM, Microversion
from ...model import Contract, Operation, Route
from .facts import ALWAYS, WHOLE, Facts, of_contract, of_source
from .served import Call, Method, shape

NOTHING = "nothing"
KNOWN = "known"
_TOP = MAXIMUM.minor + 1


@dataclass(frozen=True)
class Difference:
    """One fact on which the contract and Manila's code don't agree, in some microversions."""

    operation: str
    """The operation's id; of what the contract hasn't got, its method, path and action."""
    what: str
    """Where it is and which fact: ``request.size maximum``."""
    source: str
    contract: str
    versions: str = ""
    """Such as ``2.7-2.39, 2.53-``."""

    def __str__(self) -> str:
        return f"{self.operation} ({self.versions}) {self.what}: {self.source} in Manila's code, {self.contract} here"


def differences(contract: Contract, served: Mapping[Call, list[Method]]) -> list[Difference]:
    """Everything on which both differ, in the order of the operations' ids."""
    found: dict[Difference, list[int]] = {}
    for minor in range(MINIMUM.minor, _TOP):
        for difference in _at(contract, served, Microversion(2, minor)):
            minors = found.setdefault(difference, [])
            if minor not in minors:
                minors.append(minor)
    return sorted(
        (
            Difference(known.operation, known.what, known.source, known.contract, ranges(minors))
            for known, minors in found.items()
        ),
        key=lambda difference: (difference.operation, difference.what, difference.versions),
    )


def ranges(minors: list[int]) -> str:
    """Ascending minor numbers as ranges of microversions, open where they go on to the last."""
    found: list[list[int]] = []
    for minor in minors:
        if found and found[-1][1] == minor - 1:
            found[-1][1] = minor
        else:
            found.append([minor, minor])
    texts = []
    for low, high in found:
        end = "" if high == _TOP - 1 else f"2.{high}"
        texts.append(f"2.{low}" if low == high else f"2.{low}-{end}")
    return ", ".join(texts)


def _at(contract: Contract, served: Mapping[Call, list[Method]], version: Microversion) -> Iterator[Difference]:
    ours = {
        Call(route.method, shape(route.path), route.action): (operation, route)
        for operation in contract
        for route in operation.routes
        if version in route.versions and not route.path.startswith("/..")
    }
    theirs = {call: method for call, methods in served.items() for method in methods if version in method.versions}
    for call in ours.keys() | theirs.keys():
        if call not in theirs:
            yield Difference(ours[call][0].id, f"{call}", NOTHING, "served")
        elif call not in ours:
            yield Difference(str(call), "route", "served", NOTHING)
        else:
            yield from _call(contract, *ours[call], theirs[call], version)


def _call(
    contract: Contract, operation: Operation, route: Route, method: Method, version: Microversion
) -> Iterator[Difference]:
    if route.experimental != method.experimental:
        yield Difference(operation.id, "experimental", _text(method.experimental), _text(route.experimental))
    for side in ("request", "query", "response"):
        for schema in method.schemas(side, version):
            theirs, ours = of_source(schema, side), of_contract(contract, operation, route, version, side)
            for what, there, here in _facts(theirs, ours):
                yield Difference(operation.id, f"{side}{what}", there, here)


def _facts(theirs: Facts, ours: Facts) -> Iterator[tuple[str, str, str]]:
    """The differences of two descriptions: where and which fact, its value there and here."""
    for place in theirs.keys() | ours.keys():
        where = f".{place}" if place != WHOLE else ""
        if place not in theirs or place not in ours:
            known = [KNOWN if place in facts else NOTHING for facts in (theirs, ours)]
            yield where, known[0], known[1]
            continue
        there, here = theirs[place], ours[place]
        for fact in there.keys() | here.keys():
            if there.get(fact) != here.get(fact) and (fact != ALWAYS or there.get(ALWAYS)):
                yield f"{where} {fact}", _text(there.get(fact)), _text(here.get(fact))


def _text(value: Any) -> str:
    return NOTHING if value is None else json.dumps(value)
