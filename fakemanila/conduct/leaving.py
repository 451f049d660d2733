"""What is there when a client has ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from .evidence import Evidence
from .history import Client, History, Request

_MAKES = (".create", ".manage", ".allow_access")


def resources_left_behind(history: History) -> Iterator[Evidence]:
    """What a client has made, and neither it nor anybody else has deleted."""
    left: dict[Client, list[Request]] = defaultdict(list)
    for request in history.requests:
        made = request.made or _made_unheard(request)
        if made is not None and (request.operation or "").endswith(_MAKES) and history.facts.is_left(made):
            left[request.client].append(request)
    for found in left.values():
        counted = Counter(request.operation for request in found)
        what = ", ".join(f"{count} by {operation}" for operation, count in counted.items())
        yield Evidence(f"made and still there: {what}", found)


def _made_unheard(request: Request) -> str | None:
    """The id of what a request has begun to make, though its answer was lost."""
    ids = (each["resource_id"] for each in request.entry.transitions if each["operation"] == request.operation)
    return next(ids, None)
