"""How a client reads lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Any

from ..text.words import counted
from .evidence import Evidence
from .history import History, Request, objects

_WIDE = frozenset(
    ("all_tenants", "all_projects", "is_public", "is_soft_deleted", "with_count", "sort", "sort_key", "sort_dir")
)
"""Parameters of lists that don't narrow them down to what has a name."""
_PAGING = frozenset(("limit", "offset", "marker"))
_DIGITS = 9
"""No list is longer than what these can say."""


def unfetched_pages(history: History) -> Iterator[Evidence]:
    for requests in history.of_clients():
        last: dict[Hashable, list[Request]] = defaultdict(list)
        for request in requests:
            if request.entry.method != "GET" or not request.is_manilas or not request.succeeded:
                continue
            walk = (
                request.entry.path,
                tuple(sorted(pair for pair in request.entry.query.items() if pair[0] not in _PAGING)),
            )
            if request.entry.query.keys() & {"offset", "marker"} and last[walk]:
                last[walk].pop()  # this is the page after that one
            if _has_next(request, history.limits.page):
                last[walk].append(request)
        open_: dict[str | None, list[Request]] = defaultdict(list)
        for each in last.values():
            for request in each:
                open_[request.operation].append(request)
        for operation, found in open_.items():
            sizes = sorted({len(_items(request)) for request in found})
            summary = (
                f"{counted(len(found), 'list')} ended with a page of {' or '.join(map(str, sizes))}, and nobody asked"
                " for the next one"
            )
            yield Evidence(summary, found, operation)


def _has_next(request: Request, page: int) -> bool:
    """Whether an answer of at least a page says that there is more, or looks like it."""
    limit = request.entry.query.get("limit")
    asked = int(limit) if limit is not None and limit.isdecimal() and len(limit) <= _DIGITS else None
    if (asked is not None and asked < page) or not isinstance(request.got, dict):
        return False
    links = request.documented.response.links if request.documented and request.documented.response else None
    if links is not None and isinstance(request.got.get(links), list):
        return any(isinstance(link, dict) and link.get("rel") == "next" for link in request.got[links])
    return asked is not None and len(_items(request)) == asked


def _items(request: Request) -> list[Any]:
    """The members of a list; none for what isn't one."""
    shape = request.documented.response if request.documented else None
    if shape is None or not shape.collection or not isinstance(request.got, dict):
        return []
    items = request.got.get(shape.envelope or "")
    return items if isinstance(items, list) else []


def full_lists(history: History) -> Iterator[Evidence]:
    """Lists of everything from which one thing was taken, though the call filters by name."""
    limits = history.limits
    for requests in history.of_clients():
        needless: dict[str | None, list[Request]] = defaultdict(list)
        wide: Request | None = None
        used: set[str] = set()
        for request in [*requests, None]:
            if request is not None and not request.is_manilas:
                continue
            if request is None or _is_full_list(request):
                if wide is not None and len(used) == 1:
                    needless[wide.operation].append(wide)
                wide, used = request, set()
            elif wide is not None and request.resource is not None and request.resource[1] in _ids(wide):
                used.add(request.resource[1])
        for operation, found in needless.items():
            if len(found) >= limits.lookups:
                most = max(len(_items(request)) for request in found)
                yield Evidence(
                    f"{counted(len(found), 'list')} of everything, up to {most}, of which one thing was used",
                    found,
                    operation,
                )


def _is_full_list(request: Request) -> bool:
    documented = request.documented
    if documented is None or request.entry.method != "GET" or not request.succeeded or len(_items(request)) < 2:
        return False
    filters = (documented.query or {}).get("properties", {})
    return ("name" in filters or "name~" in filters) and request.entry.query.keys() <= _WIDE | _PAGING


def _ids(request: Request) -> set[str]:
    return {each["id"] for each in objects(request.got) if isinstance(each.get("id"), str)}
