"""Lists: what is asked for with filters, in which order, which page of it, and which fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from ...world import collation
from . import errors, fields

if TYPE_CHECKING:
    from ...manila.context import Call

Shown = dict[str, Any]

_NUMBER = re.compile(r"[0-9]{1,18}")
_NO_FILTERS = ("fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir")
_TAGS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "tags": lambda own, asked: asked <= own,
    "tags-any": lambda own, asked: bool(asked & own),
    "not-tags": lambda own, asked: not asked <= own,
    "not-tags-any": lambda own, asked: not asked & own,
}
_NEVER = ("subnets", "allocation_pools", "dns_nameservers", "host_routes", "created_at", "updated_at", "tags")
"""What lists are neither filtered nor sorted by."""


def _query(call: Call) -> list[tuple[str, str]]:
    return parse_qsl(call.http.query_string, keep_blank_values=True)


def _all(call: Call, name: str) -> list[str]:
    return [value for key, value in _query(call) if key == name and value]


def listed(call: Call, name: str, records: Iterable[Shown], known: Collection[str]) -> dict[str, Any]:
    """The body of a list: the records, as they are shown, that the query asks for. `known` are their fields.

    Raises HTTPBadRequest for what it cannot be filtered or sorted by.
    """
    found = [record for record in records if all(test(record) for test in _tests(call, known))]
    found.sort(key=lambda record: str(record["id"]))
    for key, downwards in reversed(list(_sorts(call, known))):
        found.sort(key=lambda record: _rank(record.get(key)), reverse=downwards)
    page, links = _page(call, found)
    body: dict[str, Any] = {name: [only_fields(call, record) for record in page]}
    if links:
        body[f"{name}_links"] = links
    return body


def only_fields(call: Call, record: Shown) -> Shown:
    """The fields that the query asks for, all where it names none."""
    wanted = _all(call, "fields")
    return {name: value for name, value in record.items() if name in wanted} if wanted else record


def _tests(call: Call, known: Collection[str]) -> Iterator[Callable[[Shown], bool]]:
    asked: dict[str, list[str]] = {}
    for name, value in _query(call):
        if name not in _NO_FILTERS:
            asked.setdefault(name, []).append(value)
    filters = {*known, *_TAGS} - (set(_NEVER) - {"tags"})
    unknown = [name for name in asked if name not in filters]
    if unknown:
        raise errors.HTTPBadRequest(f"{unknown} is invalid attribute for filtering")
    for name, values in asked.items():
        yield _tagged(name, values) if name in _TAGS else _any_of(name, values)


def _tagged(name: str, values: list[str]) -> Callable[[Shown], bool]:
    asked = {tag for value in values for tag in value.split(",")}
    return lambda record: _TAGS[name](set(record["tags"]), asked)


def _any_of(name: str, values: list[str]) -> Callable[[Shown], bool]:
    if name == "fixed_ips":
        return lambda record: any(_has_address(record["fixed_ips"], value) for value in values)

    def test(record: Shown) -> bool:
        own = record.get(name)
        return any(_equal(name, own, value) for value in values)

    return test


def _has_address(fixed_ips: list[dict[str, str]], asked: str) -> bool:
    """``subnet_id=…`` or ``ip_address=…``, of any address of a port."""
    key, _, value = asked.partition("=")
    if key == "ip_address_substr":
        return any(value in each["ip_address"] for each in fixed_ips)
    return any(each.get(key) == value for each in fixed_ips)


def _equal(name: str, own: Any, asked: str) -> bool:
    if isinstance(own, bool):
        return own is fields.boolean(name, asked)
    if isinstance(own, int):
        return own == fields.integer(name, asked)
    if isinstance(own, list):
        return asked in own
    return collation.equal("" if own is None else own, asked)


def _sorts(call: Call, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    keys, directions = _all(call, "sort_key"), _all(call, "sort_dir")
    if len(keys) != len(directions):
        raise errors.HTTPBadRequest("The number of sort_keys and sort_dirs must be same")
    absent = [key for key in keys if key not in known or key in _NEVER]
    if absent:
        raise errors.HTTPBadRequest(f"{absent} is invalid attribute for sort_keys")
    wrong = [each for each in directions if each not in ("asc", "desc")]
    if wrong:
        raise errors.HTTPBadRequest(f"{wrong} is invalid value for sort_dirs, valid value is 'asc' and 'desc'")
    return ((key, direction == "desc") for key, direction in zip(keys, directions, strict=True))


def _rank(value: Any) -> tuple[bool, Any]:
    """A place in an order, nothing first."""
    if value is None:
        return False, ""
    return True, collation.key(value) if isinstance(value, str) else value if isinstance(value, int) else str(value)


def _page(call: Call, found: list[Shown]) -> tuple[list[Shown], list[dict[str, str]]]:
    """The page that the query asks for, and the links to the ones beside it."""
    query = call.http.query
    text = query.get("limit", "0")
    limit = int(text) if _NUMBER.fullmatch(text) else -1
    if limit < 0:
        raise errors.HTTPBadRequest(f"Bad limit request: Limit must be an integer 0 or greater and not '{text}'.")
    if not limit:
        return found, []
    reverse = query.get("page_reverse", "").lower() == "true"
    marker = query.get("marker")
    ids = [record["id"] for record in found]
    if marker and marker not in ids:
        place = len(ids) if reverse else 0
    elif marker:
        place = ids.index(marker) + (0 if reverse else 1)
    else:
        place = len(ids) if reverse else 0
    page = found[max(0, place - limit) : place] if reverse else found[place : place + limit]
    links = []
    if page and not (len(page) < limit and not reverse):
        links.append(_link(call, "next", page[-1]["id"], reverse=False))
    if page and not (len(page) < limit and reverse):
        links.append(_link(call, "previous", page[0]["id"], reverse=True))
    return page, links


def _link(call: Call, rel: str, marker: str, *, reverse: bool) -> dict[str, str]:
    kept = [(name, value) for name, value in _query(call) if name not in ("marker", "page_reverse")]
    query = [*kept, ("marker", marker), *([("page_reverse", "True")] if reverse else [])]
    return {"rel": rel, "href": f"{call.http.base_url}{call.http.path}?{urlencode(query)}"}
