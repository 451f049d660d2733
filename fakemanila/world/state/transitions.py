"""Transitions under way as part of a world's state. A list of them is in the order in which they began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...contract.documents import DocumentError, echo
from ...manila.statuses import STATUSES
from ...text.suggestions import nearest
from ..clock import format_time, parse_time
from ..durations import Delay, format_duration, parse_duration
from ..lifecycle import ERROR, STUCK, SUCCESS, Outcome, Pending, Scheduler, Transition
from ..rows import Record
from ..seeded import Seeded
from ..store import Store

_OUTCOMES = STATUSES | {SUCCESS, ERROR, STUCK}


def dump(scheduler: Scheduler) -> list[dict[str, Any]]:
    """What is under way, JSON-able."""
    return [dump_one(pending) for pending in sorted(scheduler.pending(), key=lambda pending: pending.sequence)]


def dump_one(pending: Pending) -> dict[str, Any]:
    """One of them."""
    return {
        "id": pending.id,
        "due": None if pending.due is None else format_time(pending.due),
        "operation": pending.operation,
        "kind": pending.kind,
        "resource_id": pending.resource_id,
        "arguments": dict(pending.arguments),
        "outcome": _dump_outcome(pending.outcome),
        "request_id": pending.request_id,
        "reads": pending.reads,
        "held": pending.held,
        "begins": pending.begins,
        "began": None if pending.began is None else format_time(pending.began),
        "phase": pending.phase,
        "each": None if pending.each is None else pending.each.to_json(),
        "planned": None if pending.planned is None else _dump_outcome(pending.planned),
    }


def _dump_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "after": None if outcome.after is None else outcome.after.to_json(),
        "message": outcome.message,
        "silent": outcome.silent,
        "lag": format_duration(outcome.lag),
        "then": None if outcome.then is None else _dump_outcome(outcome.then),
        "phase": outcome.phase,
    }


def load(
    docs: Iterable[Mapping[str, Any]], store: Store, transitions: Mapping[str, Transition], seeded: Seeded
) -> Scheduler:
    """A scheduler with what `dump` wrote, which fits its schema. Raises DocumentError.

    Each has to be about an operation that has one of the `transitions`, and a record that is in `store`.
    """
    scheduler = Scheduler(seeded)
    ids: set[str] = set()
    for index, doc in enumerate(docs):
        path = ("transitions", index)
        if doc["id"] in ids:
            raise DocumentError((*path, "id"), f"there is another {echo(doc['id'])} before it")
        ids.add(doc["id"])
        scheduler.put(_load(doc, path, store, transitions))
    return scheduler


def _load(
    doc: Mapping[str, Any], path: tuple[str | int, ...], store: Store, transitions: Mapping[str, Transition]
) -> Pending:
    operation, kind, resource_id = doc["operation"], doc["kind"], doc["resource_id"]
    if operation not in transitions:
        raise DocumentError(
            (*path, "operation"), f"{echo(operation)} has no transition{nearest(operation, transitions.keys())}"
        )
    record = store[kind].get(resource_id) if kind in store.kinds() else None
    if record is None:
        raise DocumentError((*path, "resource_id"), f"there is no {echo(resource_id)} in records.{kind}")
    return Pending(
        operation=operation,
        kind=kind,
        resource_id=resource_id,
        arguments=dict(doc["arguments"]),
        id=doc["id"],
        request_id=doc["request_id"],
        due=None if doc["due"] is None else _time(doc["due"], (*path, "due")),
        began=None if doc.get("began") is None else _time(doc["began"], (*path, "began")),
        outcome=_load_outcome(doc["outcome"], (*path, "outcome")),
        reads=doc["reads"],
        held=doc["held"],
        begins=doc["begins"],
        phase=_load_phase(doc, path, transitions[operation], record),
        each=None if doc.get("each") is None else _delay(doc["each"], (*path, "each")),
        planned=None if doc.get("planned") is None else _load_outcome(doc["planned"], (*path, "planned")),
    )


def _load_phase(
    doc: Mapping[str, Any], path: tuple[str | int, ...], transition: Transition, record: Record
) -> str | None:
    course = transition.course(doc["arguments"])
    if "phase" not in doc:  # as before there were phases: the record tells
        shown = (phase for phase in course if record.get(phase.attribute or transition.attribute) == phase.during)
        found = next(shown, next(iter(course), None))
        return None if found is None else found.name
    name: str | None = doc["phase"]
    names = [phase.name for phase in course]
    if name not in names and (names or name is not None):
        raise DocumentError((*path, "phase"), f"{doc['operation']} has no phase {echo(name)}{nearest(name, names)}")
    return name


def _delay(value: object, path: tuple[str | int, ...]) -> Delay:
    try:
        return Delay.parse(value, "delay")
    except ValueError as error:
        raise DocumentError(path, str(error)) from None


def _time(text: str, path: tuple[str | int, ...]) -> Any:
    try:
        return parse_time(text)
    except ValueError:
        raise DocumentError(path, f"{echo(text)} is not a valid time") from None


def _load_outcome(doc: Mapping[str, Any], path: tuple[str | int, ...]) -> Outcome:
    if doc["status"] not in _OUTCOMES:
        raise DocumentError(
            (*path, "status"), f"{echo(doc['status'])} is not an outcome{nearest(doc['status'], _OUTCOMES)}"
        )
    try:
        after = None if doc["after"] is None else _delay(doc["after"], (*path, "after"))
        lag = parse_duration(doc["lag"], "lag")
    except DocumentError:
        raise
    except ValueError as error:
        raise DocumentError(path, str(error)) from None
    then = None if doc["then"] is None else _load_outcome(doc["then"], (*path, "then"))
    return Outcome(doc["status"], after, doc["message"], doc["silent"], lag, then, doc.get("phase"))
