"""What requests say, and at which microversion."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from ..contract.model import Route, load
from ..text.words import counted
from ..versions import MAXIMUM, MINIMUM, Microversion
from .evidence import Evidence
from .history import Client, History, Request

_NOT_ACCEPTABLE = 406


def no_microversion(history: History) -> Iterator[Evidence]:
    """Requests at 2.0, the API of 2015, where a newer one answers more or in another way."""
    for requests in history.of_clients():
        found = [
            request
            for request in requests
            if request.is_manilas and request.microversion is None and _has_changed(request.operation or "")
        ]
        if found:
            yield Evidence(f"{counted(len(found), 'request')} without a microversion, answered at 2.0", found)


@cache
def _has_changed(operation: str) -> bool:
    """Whether the call is another one at the newest microversion than at 2.0."""
    contract = load()
    documented = contract.operations.get(operation)
    if documented is None or documented.chapter == "versions":
        return False
    first = [route for route in documented.routes if MINIMUM in route.versions]
    newest = [route for route in documented.routes if MAXIMUM in route.versions]
    bodies = [body.schema for body in (documented.request, documented.response) if body is not None]
    return first != newest or any(
        contract.properties(schema, MINIMUM).keys() != contract.properties(schema, MAXIMUM).keys() for schema in bodies
    )


def old_microversion(history: History) -> Iterator[Evidence]:
    limit = Microversion.parse(history.limits.old_microversion)
    if history.facts.newest < limit:
        return
    for requests in history.of_clients():
        found = [request for request in requests if request.is_manilas and (_asked(request) or limit) < limit]
        if found:
            oldest = min(filter(None, map(_asked, found)))
            summary = (
                f"{counted(len(found), 'request')} at {oldest} or little more, where {history.facts.newest} is served"
            )
            yield Evidence(summary, found)


def refused_microversion(history: History) -> Iterator[Evidence]:
    """A microversion that was asked for again after the answer that it isn't served."""
    for requests in history.of_clients():
        again: dict[str, list[Request]] = defaultdict(list)
        refused: set[str] = set()
        for request in requests:
            if request.status == _NOT_ACCEPTABLE and request.microversion is not None:
                if request.microversion in refused:
                    again[request.microversion].append(request)
                refused.add(request.microversion)
        for version, found in again.items():
            yield Evidence(
                f"{counted(len(found), 'request')} at {version} after a 406 had said that it isn't served", found
            )


def experimental_api(history: History) -> Iterator[Evidence]:
    """Calls at a microversion at which they were an experiment, though at a newer one they are not any more."""
    used: dict[tuple[Client, str], list[Request]] = defaultdict(list)
    for request in history.requests:
        settled = _settled_since(request)
        if request.operation is not None and settled is not None and settled <= history.facts.newest:
            used[request.client, request.operation].append(request)
    for (_, operation), found in used.items():
        settled, asked = _settled_since(found[0]), found[0].microversion
        summary = f"{counted(len(found), 'request')} at {asked}, where this is an experiment; since {settled} it is not"
        yield Evidence(summary, found, operation)


def _settled_since(request: Request) -> Microversion | None:
    """Since when the call isn't an experiment any more; None where it wasn't one for this request, or still is."""
    asked = _asked(request)
    routes: tuple[Route, ...] = request.documented.routes if request.documented else ()
    if asked is None or not any(route.experimental and asked in route.versions for route in routes):
        return None
    later = [route.versions.min for route in routes if not route.experimental and route.versions.min]
    return min((each for each in later if each > asked), default=None)


def _asked(request: Request) -> Microversion | None:
    try:
        return Microversion.parse(request.microversion or "")
    except ValueError:
        return None


def undocumented_fields(history: History) -> Iterator[Evidence]:
    noted: dict[tuple[Client, str | None], list[Request]] = defaultdict(list)
    for request in history.requests:
        if request.entry.contract_warnings and request.succeeded:
            noted[request.client, request.operation].append(request)
    for (_, operation), found in noted.items():
        warnings = Counter(warning for request in found for warning in request.entry.contract_warnings)
        (warning, _), *others = warnings.most_common()
        more = f", and {counted(len(others), 'other thing')}" if others else ""
        summary = f"{counted(len(found), 'request')} with what the API reference doesn't have: {warning}{more}"
        yield Evidence(" ".join(summary.split()), found, operation)
