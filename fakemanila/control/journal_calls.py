"""Control calls about what was asked of a world."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from ..faults.registry import operations
from ..text.suggestions import nearest
from ..world.clock import format_time, read_time
from ..world.journal import NOT_IMPLEMENTED, UNMATCHED, Entry
from ..world.world import World
from . import waiting
from .control_errors import ControlError
from .control_request import ControlCall, asked, whole

FILTERS = ("operation", "method", "path", "status", "project", "user", "fault", "mark", "since", "limit")

LAST = "last"
"""Stands for the newest request that was refused."""
MARKS = (UNMATCHED, NOT_IMPLEMENTED)

_Test = Callable[[Entry], bool]
_STATUS = re.compile(r"[1-5]xx|[1-5]\d\d|none")


def list_(call: ControlCall) -> dict[str, Any]:
    """``{"requests": […], "total": n}``; `total` counts what a ``limit`` leaves out, too.

    With ``wait`` it is that as soon as there are ``count`` of them, and a 408 with those that there are if that is
    never.
    """
    filters = {name: value for name, value in call.query.items() if name in FILTERS}
    with asked():
        limit = _limit(filters)

    def find() -> list[Entry]:
        with asked():
            return matching(call.world, filters)

    def shown(found: list[Entry]) -> dict[str, Any]:
        return {"requests": [entry.to_json() for entry in _newest(found, limit)], "total": len(found)}

    return waiting.enough(call, find, shown, "such requests have come")


def show(call: ControlCall) -> dict[str, Any]:
    """One request, with why it was answered so in sentences."""
    entry = find(call.world, call.args["request_id"])
    return {**entry.to_json(), "explanation": entry.explain()}


def clear(call: ControlCall) -> None:
    call.world.journal.clear()


def find(world: World, id: str) -> Entry:
    """The request of that id; ``last`` is the newest one that was refused. Raises ControlError, 404."""
    newest_first = reversed(list(world.journal))
    if id == LAST:
        entry = next((each for each in newest_first if each.refusal is not None), None)
        if entry is None:
            raise ControlError(404, "no request in the journal was refused")
        return entry
    entry = next((each for each in newest_first if each.id == id), None)
    if entry is None:
        raise ControlError(404, f"there is no request {id!r} in the journal of the world {world.name!r}")
    return entry


def selected(world: World, query: dict[str, str]) -> list[Entry]:
    """The requests that meet every filter, oldest first, no more than the limit. Raises ValueError as `matching`."""
    return _newest(matching(world, query), _limit(query))


def _limit(query: dict[str, str]) -> int | None:
    return None if "limit" not in query else whole(query["limit"], "limit")


def _newest(entries: list[Entry], limit: int | None) -> list[Entry]:
    return entries if limit is None else entries[len(entries) - min(limit, len(entries)) :]


def matching(world: World, query: dict[str, str]) -> list[Entry]:
    """The requests that meet every filter, oldest first. Raises ValueError that names the filter and its value."""
    tests = [_TESTS[name](world, query[name]) for name in _TESTS if name in query]
    entries: Iterable[Entry] = world.journal
    if "since" in query:
        entries = _since(list(entries), query["since"])
    return [entry for entry in entries if all(test(entry) for test in tests)]


def _since(entries: list[Entry], value: str) -> list[Entry]:
    """From a time of the world's clock on, or after the request of that id."""
    if value.startswith("req-"):
        for index, entry in enumerate(entries):
            if entry.id == value:
                return entries[index + 1 :]
        raise ValueError(f"since: there is no request {value!r} in the journal")
    start = format_time(read_time(value, "since"))
    return [entry for entry in entries if entry.time >= start]


def _operation(world: World, value: str) -> _Test:
    if value == "none":
        return lambda entry: entry.operation is None
    known = operations()
    if not any(fnmatchcase(id, value) for id in known):
        raise ValueError(f"operation: no operation is called {value!r}{nearest(value, known)}")
    return lambda entry: entry.operation is not None and fnmatchcase(entry.operation, value)


def _status(world: World, value: str) -> _Test:
    wanted = value.lower()
    if not _STATUS.fullmatch(wanted):
        raise ValueError(
            f"status: {value!r} is not an HTTP status: expected one such as '413' or '4xx', or 'none' for no answer"
        )
    if wanted == "none":
        return lambda entry: not entry.status
    if wanted.endswith("xx"):
        return lambda entry: str(entry.status)[0] == wanted[0] and len(str(entry.status)) == 3
    return lambda entry: entry.status == int(wanted)


def _project(world: World, value: str) -> _Test:
    # By name as people know it, by id as Manila does; a project that is gone by now is still known by its id.
    project = world.identity.find_project(value)
    wanted = value if project is None else project["id"]
    return lambda entry: entry.project_id == wanted


def _user(world: World, value: str) -> _Test:
    return lambda entry: value in (entry.user_id, entry.user_name)


def _method(world: World, value: str) -> _Test:
    return lambda entry: entry.method == value.upper()


def _path(world: World, value: str) -> _Test:
    return lambda entry: fnmatchcase(entry.path, value)


def _mark(world: World, value: str) -> _Test:
    if value not in MARKS:
        raise ValueError(f"mark: {value!r} is not one of {', '.join(MARKS)}{nearest(value, MARKS)}")
    return lambda entry: entry.mark == value


def _fault(world: World, value: str) -> _Test:
    """By the name that the journal has of it; ``none`` and ``any`` for requests without and with one."""
    if value in ("none", "any"):
        return lambda entry: bool(entry.faults) is (value == "any")
    return lambda entry: any(fnmatchcase(name, value) for name in entry.faults)


_TESTS: dict[str, Callable[[World, str], _Test]] = {
    "operation": _operation,
    "method": _method,
    "path": _path,
    "status": _status,
    "project": _project,
    "user": _user,
    "fault": _fault,
    "mark": _mark,
}
