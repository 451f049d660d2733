"""What a client does after a failure, and what it does once more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from email.utils import parsedate_to_datetime

from ..text.words import counted
from ..world.durations import LONGEST
from .evidence import Evidence, seconds
from .history import Client, History, Request, objects

_LOST = (0, 502, 504)
"""Nobody who gets this knows whether it was done."""
_REFUSED = (400, 403, 409)
"""What something is like stands against it, or what was asked is wrong."""


def ignores_retry_after(history: History) -> Iterator[Evidence]:
    early: dict[tuple[Client, str | None], list[tuple[Request, float, float]]] = defaultdict(list)
    asked_to_wait: dict[Hashable, tuple[Request, float]] = {}
    for request in history.requests:
        entry = request.entry
        call = (request.client, entry.method, entry.path)
        if call in asked_to_wait:
            before, wanted = asked_to_wait[call]
            waited = request.since_answer(before)
            if 0 < waited < wanted * history.limits.early:
                early[request.client, request.operation].append((request, waited, wanted))
        asked_to_wait.pop(call, None)
        wanted = _retry_after(request)
        if wanted > 0:
            asked_to_wait[call] = (request, wanted)
    for (_, operation), found in early.items():
        _, waited, wanted = found[0]
        summary = (
            f"{counted(len(found), 'request')} sooner than Retry-After allowed: after {seconds(waited)} instead of"
            f" {seconds(wanted)}"
        )
        yield Evidence(summary, [request for request, _, _ in found], operation)


def _retry_after(request: Request) -> float:
    """Seconds that an answer asks to wait; 0 where it doesn't."""
    said = request.entry.response.header("Retry-After")
    if said is None or request.status < 300:
        return 0
    if said.isdecimal():
        return min(float(said), LONGEST.total_seconds())
    try:
        until = parsedate_to_datetime(said).replace(tzinfo=None)  # in GMT, as HTTP has it
        return (until - request.time).total_seconds() - request.entry.duration
    except (ValueError, OverflowError):
        return 0


def same_create_twice(history: History) -> Iterator[Evidence]:
    """A body that was sent once more, though the client didn't look what had become of the first.

    After a success the resource must have a name: two without one may be meant. Where the answer was lost, nothing has
    to be said of it.
    """
    for requests in history.of_clients():
        twice: dict[str | None, list[Request]] = defaultdict(list)
        lost = 0
        open_: dict[Hashable, Request] = {}
        for request in requests:
            if not request.is_manilas:
                continue
            if not _creates(request):
                open_ = {same: before for same, before in open_.items() if not _looks_at(request, before)}
                continue
            before = open_.pop(request.same, None)
            if before is not None:
                twice[request.operation] += [before, request]
                lost += before.status in _LOST
            if request.status in _LOST or (request.made is not None and _has_name(request)):
                open_[request.same] = request
        for operation, found in twice.items():
            reason = "the answer to the first was lost" if lost else "the first had succeeded"
            summary = f"{counted(len(found) // 2, 'create')} sent twice with the same body, though {reason}"
            yield Evidence(summary, found, operation)


def _creates(request: Request) -> bool:
    return request.entry.method == "POST" and (request.operation or "").endswith(".create") and bool(request.sent)


def _has_name(request: Request) -> bool:
    return any(each.get("name") or each.get("display_name") for each in objects(request.sent))


def _looks_at(request: Request, create: Request) -> bool:
    """Whether a client learns by a request what became of a create, or does something about it."""
    if request.is_read:
        return bool(request.place) and bool(create.place) and request.place[0] == create.place[0]
    return create.made is not None and create.made in request.entry.path


def writes_after_error(history: History) -> Iterator[Evidence]:
    """The same write to something that had refused it, with nothing done or learnt between.

    Also one that is refused after the client has seen that the thing is in an error state.
    """
    for requests in history.of_clients():
        blind: dict[str | None, list[Request]] = defaultdict(list)
        refused: set[Hashable] = set()
        in_error: set[tuple[str, str]] = set()
        for request in requests:
            if not request.is_manilas:
                continue
            if request.is_read or request.succeeded:  # it may be what the refused one was waiting for
                refused.clear()
                _note_errors(request, in_error)
            elif request.resource is not None and request.status in _REFUSED:
                seen_in_error = request.resource in in_error and request.entry.method != "DELETE"
                if request.same in refused or seen_in_error:
                    blind[request.operation].append(request)
                refused.add(request.same)
        for operation, found in blind.items():
            summary = (
                f"{counted(len(found), 'write')} to what had just refused the same, or been seen in an error state"
            )
            yield Evidence(summary, found, operation)


def _note_errors(request: Request, in_error: set[tuple[str, str]]) -> None:
    for each in objects(request.got) if request.place else ():
        id, status = each.get("id"), each.get("status")
        if isinstance(id, str) and isinstance(status, str):
            (in_error.add if status.startswith("error") else in_error.discard)((request.place[0], id))


def requests_after_delete(history: History) -> Iterator[Evidence]:
    for requests in history.of_clients():
        deleted: set[tuple[str, ...]] = set()
        gone: dict[tuple[str, ...], list[Request]] = {}
        for request in requests:
            if not request.is_manilas or request.resource is None:
                continue
            if request.resource in gone:
                gone[request.resource].append(request)
            elif request.resource in deleted and request.place == request.resource and request.status == 404:
                gone[request.resource] = []
            elif request.succeeded and _deletes(request):
                deleted.add(request.resource)
        late = [each for each in gone.values() if len(each) >= history.limits.asks_after_delete]
        if late:
            found = [request for each in late for request in each]
            summary = (
                f"{counted(len(found), 'request')} for {counted(len(late), 'thing')} that a 404 had said to be gone"
            )
            yield Evidence(summary, found)


def _deletes(request: Request) -> bool:
    whole = request.entry.method == "DELETE" and request.place == request.resource
    return whole or (request.operation or "").endswith(".force_delete")
