"""What every list has in common: paging, sorting, filters, and the values that they are read from."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from .. import errors, iso8601
from ..clock import parse_time
from ..store import Record
from .registry import Page

if TYPE_CHECKING:
    from ..context import Call

_TRUE = frozenset(("1", "t", "true", "on", "y", "yes"))
_FALSE = frozenset(("0", "f", "false", "off", "n", "no"))
_MAX_INTEGER = 2**31 - 1
NO_FILTERS = ("limit", "offset", "marker", "sort_key", "sort_dir")
"""Query parameters of lists that say which page and in which order."""
_MAX_LIMIT = 1000
"""Manila's ``osapi_max_limit``."""


def strict_bool(value: object) -> bool:
    """A boolean as OpenStack reads one: true, yes, on, 1 and their opposites in any case. Raises ValueError."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    expected = ", ".join(f"'{word}'" for word in sorted(_TRUE | _FALSE))
    raise ValueError(f"Unrecognized value '{value}', acceptable values are: {expected}")


def is_true(value: object) -> bool:
    """Whether a value is one of the words for true, as OpenStack reads what need not be a boolean."""
    return str(value).strip().lower() in _TRUE


def flag(call: Call, name: str) -> bool:
    """A boolean query parameter, False when absent. Raises BadRequest."""
    if name not in call.query:
        return False
    try:
        return strict_bool(call.query[name])
    except ValueError:
        raise errors.BadRequest(f"Invalid value {call.query[name]} for {name}. Expecting a boolean.") from None


def all_tenants(call: Call) -> bool:
    """``all_tenants``: present without a value means yes. Raises BadRequest."""
    value = call.query.get("all_tenants")
    if not value:
        return value is not None
    try:
        return strict_bool(value)
    except ValueError as error:
        raise errors.BadRequest(f"Invalid input received: {error}") from None


def mapping(call: Call, name: str, *, policy: str | None = None) -> dict[str, Any] | None:
    """A query parameter that holds a Python dict literal, as Manila's clients write them. Raises BadRequest.

    `policy` is for what can be read, before it is looked at.
    """
    if name not in call.query:
        return None
    try:
        value = ast.literal_eval(call.query[name])
        if policy is not None:
            call.require(policy)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        value = None
    if not isinstance(value, dict):
        raise errors.BadRequest(f"Invalid value for {name} filter: {call.query[name]}")
    return value


def moment(call: Call, name: str) -> datetime | None:
    """A query parameter that holds a time, in UTC. Raises BadRequest."""
    text = call.query.get(name)
    if text is None:
        return None
    time = iso8601.read(text)
    if time is None:
        raise errors.BadRequest(f"Invalid input for query parameter {name}: {text!r} is no time.")
    return time


def created(call: Call) -> Iterator[Test]:
    """The filters ``created_since`` and ``created_before``, both inclusive. Raises BadRequest."""
    since, before = moment(call, "created_since"), moment(call, "created_before")
    if since is not None:
        yield lambda record: parse_time(record["created_at"]) >= since
    if before is not None:
        yield lambda record: parse_time(record["created_at"]) <= before


def page_bounds(call: Call) -> tuple[int | None, int]:
    """Limit (None for no limit) and offset. Raises BadRequest for anything but whole numbers from 0 up."""
    limit = _whole_number(call, "limit")
    offset = _whole_number(call, "offset")
    return (None if limit is None else min(limit, _MAX_LIMIT)), offset or 0


def _whole_number(call: Call, name: str) -> int | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError:
        raise errors.BadRequest(f"{name} param must be an integer") from None
    if not 0 <= number <= _MAX_INTEGER:
        raise errors.BadRequest(f"{name} param must be positive")
    return number


def sort(
    call: Call,
    records: Iterable[Record],
    keys: Mapping[str, str],
    *,
    any_direction: bool = False,
    empty_is_default: bool = False,
) -> Iterable[Record]:
    """The records, given newest first, by ``sort_key`` and ``sort_dir``; equal ones stay newest first.

    `keys` maps the keys that may be asked for to attributes. Nothing comes before anything, as in MySQL, and strings
    are compared without regard to case. Raises BadRequest for an unknown key or direction; with `any_direction`
    every direction but ``desc`` is upwards, with `empty_is_default` an empty key or direction is as good as none.
    """
    key, direction = call.query.get("sort_key", "created_at"), call.query.get("sort_dir", "desc")
    if empty_is_default:
        key, direction = key or "created_at", direction or "desc"
    if any_direction and direction != "desc":
        direction = "asc"
    if key not in keys:
        raise errors.BadRequest(f"Invalid input received: Wrong sorting key provided - '{key}'.")
    if direction.lower() not in ("asc", "desc"):
        raise errors.BadRequest(
            f"Invalid input received: Wrong sorting data provided: sort key is '{key}' and sort direction is "
            f"'{direction}'."
        )
    attribute = keys[key]
    if attribute == "created_at" and direction.lower() == "desc":
        return records  # as the store keeps them

    def rank(record: Record) -> tuple[bool, Any]:
        value = record.get(attribute)
        return (value is not None, value.casefold() if isinstance(value, str) else value or 0)

    return sorted(records, key=rank, reverse=direction.lower() == "desc")


def page(call: Call, records: Iterable[Record], *, offset_needs_limit: bool = False) -> Page:
    """One page of `records` by ``limit`` and ``offset``, with the count of all where it was asked for.

    Without a count no record beyond the page is looked at.
    """
    limit, offset = page_bounds(call)
    count = None
    if flag(call, "with_count"):
        records = list(records)
        count = len(records)
    if limit is None and offset_needs_limit:
        offset = 0
    return Page(list(islice(records, offset, None if limit is None else offset + limit)), count)


Test = Callable[[Record], bool]


def equals(attribute: str, value: str) -> Test:
    """Equality as the database has it: text without regard to case, numbers by value."""
    wanted = value.casefold()

    def test(record: Record) -> bool:
        found = record.get(attribute)
        return found is not None and str(found).casefold() == wanted

    return test


def contains(attribute: str, value: str) -> Test:
    """The inexact filters ``name~`` and ``description~``: a part of the text, without regard to case."""
    pattern = re.compile(re.escape(value), re.IGNORECASE)

    def test(record: Record) -> bool:
        found = record.get(attribute)
        return found is not None and pattern.search(found) is not None

    return test


def has_items(attribute: str, items: Mapping[str, Any]) -> Test:
    """Whether a record's mapping, such as its metadata, has all of `items`."""

    def test(record: Record) -> bool:
        found = record.get(attribute) or {}
        return all(key in found and str(found[key]) == str(value) for key, value in items.items())

    return test


def matching(records: Iterable[Record], tests: Iterable[Test]) -> Iterator[Record]:
    """The records that pass all tests, in their order, looked at when they are asked for."""
    for test in tests:
        records = filter(test, records)
    return iter(records)
