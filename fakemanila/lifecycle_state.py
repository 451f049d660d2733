"""Transitions under way as part of a world's state. A list of them is in the order in which they began."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from . import resources
from .clock import format_time, parse_time
from .delays import Delays
from .documents import DocumentError, echo, nearest
from .durations import Delay, format_duration, parse_duration
from .lifecycle import ERROR, STUCK, SUCCESS, Outcome, Pending, Scheduler
from .seeded import Seeded
from .statuses import STATUSES
from .store import Store

_OUTCOMES = STATUSES | {SUCCESS, ERROR, STUCK}


def dump(scheduler: Scheduler) -> list[dict[str, Any]]:
    """What is under way, JSON-able."""
    return [_dump(pending) for pending in sorted(scheduler.pending(), key=lambda pending: pending.sequence)]


def _dump(pending: Pending) -> dict[str, Any]:
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
    }


def _dump_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "after": None if outcome.after is None else outcome.after.to_json(),
        "message": outcome.message,
        "silent": outcome.silent,
        "lag": format_duration(outcome.lag),
        "then": None if outcome.then is None else _dump_outcome(outcome.then),
    }


def load(docs: Iterable[Mapping[str, Any]], store: Store, delays: Delays, seeded: Seeded) -> Scheduler:
    """A scheduler with the transitions that `dump` wrote, which fit their schema. Raises DocumentError.

    Each has to be about an operation that has a transition, and a record that is in `store`.
    """
    scheduler = Scheduler(delays, seeded)
    known = resources.transitions()
    ids: set[str] = set()
    for index, doc in enumerate(docs):
        path = ("transitions", index)
        if doc["id"] in ids:
            raise DocumentError((*path, "id"), f"there is another {echo(doc['id'])} before it")
        ids.add(doc["id"])
        scheduler.restore(_load(doc, path, store, known))
    return scheduler


def _load(doc: Mapping[str, Any], path: tuple[str | int, ...], store: Store, known: Collection[str]) -> Pending:
    operation, kind, resource_id = doc["operation"], doc["kind"], doc["resource_id"]
    if operation not in known:
        raise DocumentError((*path, "operation"), f"{echo(operation)} has no transition{nearest(operation, known)}")
    if kind not in store.kinds() or resource_id not in store[kind]:
        raise DocumentError((*path, "resource_id"), f"there is no {echo(resource_id)} in records.{kind}")
    return Pending(
        id=doc["id"],
        sequence=0,
        due=None if doc["due"] is None else _time(doc["due"], (*path, "due")),
        operation=operation,
        kind=kind,
        resource_id=resource_id,
        arguments=dict(doc["arguments"]),
        outcome=_load_outcome(doc["outcome"], (*path, "outcome")),
        request_id=doc["request_id"],
        reads=doc["reads"],
        held=doc["held"],
        begins=doc["begins"],
    )


def _time(text: str, path: tuple[str | int, ...]) -> Any:
    try:
        return parse_time(text)
    except ValueError:
        raise DocumentError(path, f"{echo(text)} is no time") from None


def _load_outcome(doc: Mapping[str, Any], path: tuple[str | int, ...]) -> Outcome:
    if doc["status"] not in _OUTCOMES:
        raise DocumentError(
            (*path, "status"), f"{echo(doc['status'])} is no outcome{nearest(doc['status'], _OUTCOMES)}"
        )
    try:
        after = None if doc["after"] is None else Delay.parse(doc["after"], "after")
        lag = parse_duration(doc["lag"], "lag")
    except ValueError as error:
        raise DocumentError(path, str(error)) from None
    then = None if doc["then"] is None else _load_outcome(doc["then"], (*path, "then"))
    return Outcome(doc["status"], after, doc["message"], doc["silent"], lag, then)
