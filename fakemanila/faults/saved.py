"""The fault rules of a world as part of its state, with how often each matched and fired.

Near misses are left out: they are about requests that the journal had, and the journal isn't part of a state either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from ..contract.documents import DocumentError
from ..world.clock import format_time, parse_time
from .holding import Holding
from .registry import Faults, operations
from .rule import Rule


def dump(faults: Faults) -> dict[str, Any]:
    """Everything, JSON-able: ``{"seed", "count", "marked", "rules": […], "brought": […]}``."""
    return {
        "seed": faults._seed,
        "count": faults._count,
        "marked": faults._marked,
        "rules": [_dump_rule(rule) for rule in faults._rules.values()],
        "brought": [{"resource_id": key[0], **_dump_rule(rule)} for key, rule in faults._brought.items()],
    }


def _dump_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "added": format_time(rule.added),
        "matched": rule.matched,
        "fired": rule.fired,
        "rule": rule.spec(),
    }


def load(
    doc: Mapping[str, Any],
    now: Callable[[], datetime],
    phases: Collection[str] = (),
    *,
    wire: bool = True,
    held: Holding | None = None,
) -> Faults:
    """The rules that `dump` wrote, for a world whose time `now` tells; `doc` fits its schema. Raises ValueError."""
    faults = Faults(now, doc["seed"], phases, wire=wire, held=held)
    names = operations().union(phases)
    faults._count = doc["count"]
    faults._marked = doc["marked"]
    for index, one in enumerate(doc["rules"]):
        rule = _load_rule(one, ("faults", "rules", index), names)
        try:
            faults.check(rule)
        except ValueError as error:
            raise DocumentError(("faults", "rules", index), str(error)) from None
        faults._rules[rule.id] = rule
    for index, one in enumerate(doc["brought"]):
        path = ("faults", "brought", index)
        rule = _load_rule(one, path, names)
        if not isinstance(rule.preset, str):
            raise DocumentError((*path, "rule", "preset"), "is missing")
        faults._brought[one["resource_id"], rule.preset] = rule
    if len({rule.id for rule in faults}) < len(doc["rules"]) + len(doc["brought"]):
        raise DocumentError(("faults", "rules"), "two of them, or of those in faults.brought, have the same id")
    return faults


def _load_rule(doc: Mapping[str, Any], path: tuple[str | int, ...], names: Collection[str]) -> Rule:
    try:
        rule = Rule.parse(doc["rule"], names, "rule")
    except ValueError as error:
        raise DocumentError(path, str(error)) from None
    rule.id, rule.matched, rule.fired = doc["id"], doc["matched"], doc["fired"]
    rule.added = parse_time(doc["added"])
    return rule
