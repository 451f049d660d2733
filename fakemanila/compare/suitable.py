"""What of a scenario can be played on a cloud that others use as well."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ..versions import MAXIMUM, Microversion
from .chapters import operation_of
from .script import NOTHING, Exchange, Scenario, variables_in

_OF_THE_CLOUD = ("services", "quota_class_sets")
"""Resources that belong to no project, and that scenarios don't make themselves."""
_OF_BACKENDS = ("manage", "unmanage")
"""Operations that take from a backend, or leave there, what Manila doesn't know."""


class Suitable(NamedTuple):
    """What is left of a scenario, or why nothing is."""

    scenario: Scenario | None
    why: str = ""
    left_out: int = 0
    """Requests that are left out alone."""


def touches_everybody(exchange: Exchange) -> bool:
    """Whether a request changes what belongs to the whole cloud, if it is granted."""
    operation = operation_of(exchange)
    if exchange.method in ("GET", "HEAD") or operation is None:
        return False
    resource, _, name = operation.partition(".")
    if resource == "quota_sets":  # the scenarios' projects are made for them; anything else may be somebody's
        return "_project}" not in exchange.path.partition("?")[0]
    return resource in _OF_THE_CLOUD or name in _OF_BACKENDS


def _orphans_snapshots(exchange: Exchange) -> bool:
    """Whether a request may take the share from a snapshot, which real Manila never gets rid of then."""
    return operation_of(exchange) == "share_instances.force_delete"


def suitable(
    scenario: Scenario, newest: Microversion, missing: Collection[str] = (), *, whole_cloud: bool = False
) -> Suitable:
    """A scenario for a cloud with that newest microversion, without the users that are `missing` there.

    Requests at a later microversion are sent at the newest one: the call is mostly there, and a cloud that doesn't
    know it has to say so. Leaving them out would leave nothing of nearly every scenario, since most requests are at
    the newest microversion that there is. What becomes the same by that is asked once.

    What is left out is so on both sides, so that the rest can still be compared; only where something builds on it, or
    waits later on, nothing of the scenario can be played.
    """
    exchanges = list(_capped(scenario.exchanges, newest))
    tests: list[tuple[Callable[[Exchange], bool], str]] = [
        (lambda exchange: exchange.user in missing or exchange.service in missing, "it needs a user that is not there"),
    ]
    if not whole_cloud:
        tests.append((touches_everybody, "it changes what belongs to the whole cloud"))
        if any(operation_of(exchange) == "snapshots.create" for exchange in exchanges):
            tests.append((_orphans_snapshots, "it leaves a snapshot that nobody can remove"))
    for unwanted, why in tests:
        kept = _without(exchanges, unwanted)
        if kept is None:
            return Suitable(None, why)
        exchanges = kept
    if not any(exchange.recorded for exchange in exchanges):
        return Suitable(None, why)
    left_out = len(scenario.recorded) - sum(exchange.recorded for exchange in exchanges)
    return Suitable(replace(scenario, exchanges=tuple(exchanges)), left_out=left_out)


def _without(exchanges: list[Exchange], unwanted: Callable[[Exchange], bool]) -> list[Exchange] | None:
    """Those that are wanted; None where they can't do without the others."""
    kept: list[Exchange] = []
    changed = False
    for exchange in exchanges:
        if unwanted(exchange):
            if exchange.save or exchange.wait or not exchange.recorded:
                return None
            changed = changed or exchange.method != "GET"
        else:
            if changed and exchange.wait:
                return None
            kept.append(exchange)
    return kept


def _capped(exchanges: Iterable[Exchange], newest: Microversion) -> Iterator[Exchange]:
    asked: set[str] = set()
    for exchange in exchanges:
        version = _microversion(exchange.version)
        capped = exchange
        if version is not None and newest < version <= MAXIMUM:
            capped = replace(exchange, version=str(newest))
        elif version is not None and MAXIMUM < version <= newest:
            continue  # the cloud knows it, and this program doesn't
        if exchange.method != "GET":
            asked.clear()
        elif capped.recorded and not capped.save and not capped.wait:
            question = repr((capped.path, capped.user, capped.service, capped.version, capped.headers, capped.raw_body))
            if capped is not exchange and question in asked:
                continue
            asked.add(question)
        yield capped


def _microversion(text: str | None) -> Microversion | None:
    try:
        return None if text is None else Microversion.parse(text)
    except ValueError:
        return None


def for_reading(scenarios: Iterable[Scenario], newest: Microversion, known: Collection[str]) -> Iterator[Exchange]:
    """Every request of scenarios that only reads, and for which nothing has to be made, each once.

    `known` are the variables that there are. Whoever asks is `me`, or nobody.
    """
    asked: set[str] = set()
    for scenario in scenarios:
        for exchange in _capped(scenario.exchanges, newest):
            if exchange.method != "GET" or not exchange.recorded or exchange.service is not None:
                continue
            if exchange.body is not NOTHING or exchange.raw_body is not None:
                continue
            if not variables_in([exchange.path, dict(exchange.headers)]) <= set(known):
                continue
            user = "nobody" if exchange.user == "nobody" else "me"
            question = json.dumps([exchange.path, user, exchange.version, dict(exchange.headers)])
            if question not in asked:
                asked.add(question)
                yield replace(exchange, user=user, save={}, wait=None, name=f"{scenario.name}: {exchange.name}")
