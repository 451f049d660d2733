"""Asserting what was asked of a world; what fails says what did come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

SHOWN = 10
"""Requests that a failure lists, the newest."""
_WIDTH = 160

Request = Mapping[str, Any]


def contains(found: Any, wanted: Any) -> bool:
    """Whether JSON has all of `wanted` in it: objects may have more keys, all else is equal."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and contains(found[key], value) for key, value in wanted.items()
        )
    return bool(found == wanted and isinstance(found, bool) == isinstance(wanted, bool))


def has_body(request: Request, wanted: Any) -> bool:
    """Whether a request's body contains `wanted`, written with Manila's envelope or without."""
    body = request["request"]["body"]
    inside = next(iter(body.values())) if isinstance(body, Mapping) and len(body) == 1 else None
    return contains(body, wanted) or contains(inside, wanted)


def called(
    described: str,
    matched: Sequence[Request],
    everything: Sequence[Request],
    *,
    times: int | None = None,
    json: Any = None,
    before: tuple[str, Request | None] | None = None,
) -> None:
    """Raises AssertionError unless there were `times` requests (at least one when None) as described.

    `matched` met the filters, `everything` is what came at all, oldest first. `before` is an operation and its first
    request, None when it never came, which has to come after all of them.
    """
    found = [request for request in matched if json is None or has_body(request, json)]
    said = described if json is None else f"{described} with {_short(json)} in its body"
    if times is None and not found:
        raise AssertionError(_failure(f"{said} was not called", everything))
    if times is not None and len(found) != times:
        reason = f"{said} was called {_times(len(found))}, expected {_times(times)}"
        raise AssertionError(_failure(reason, everything))
    if before is None:
        return
    operation, first = before
    if first is None:
        raise AssertionError(_failure(f"{operation} was not called, so {said} did not come before it", everything))
    order = {request["id"]: index for index, request in enumerate(everything)}
    if any(order[request["id"]] > order[first["id"]] for request in found):
        raise AssertionError(_failure(f"{said} came after the first {operation}", everything))


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _failure(reason: str, everything: Sequence[Request]) -> str:
    if not everything:
        return f"{reason}; there were no requests"
    newest = everything[-SHOWN:]
    head = "the requests:" if len(newest) == len(everything) else f"the last {SHOWN} of {len(everything)} requests:"
    return "\n".join((f"{reason}; {head}", *(f"  {line(request)}" for request in newest)))


def line(request: Request) -> str:
    """A request on one line: time, method, path, status, operation, who, faults, body."""
    who = request["user_name"] or "-"
    if request["project_name"]:
        who = f"{who}@{request['project_name']}"
    parts = [
        request["time"],
        request["method"],
        request["path"],
        "->",
        str(request["status"] or "no answer"),
        request["operation"] or f"({request['mark'] or 'no operation'})",
        who,
        *(f"fault={name!r}" for name in request["faults"]),
    ]
    body = request["request"]["body"]
    return " ".join(parts) + ("" if body is None else f" {_short(body)}")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
