"""What every list has in common: filters, order and pages, and the values that they are read from.

A resource module says with a `Listing` what its list can be asked for; nothing else in it reads those parameters.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ...text.booleans import strict_bool
from ...world.clock import parse_time
from ...world.rows import Record
from .. import errors
from . import comparisons
from .registry import Page

if TYPE_CHECKING:
    from ..context import Call

NO_FILTERS = ("limit", "offset", "sort_key", "sort_dir")
"""Query parameters of lists that say which page and in which order."""
MAX_LIMIT = 1000
"""Manila's ``osapi_max_limit``."""
_MAX_OFFSET = 2**31 - 1
_MAX_ROWS = 2**64 - 1
"""The largest number that the database takes for a limit or an offset."""
_MAX_INDEX = 2**63 - 1
"""The largest number that an index can be here."""

Test = Callable[[Record], bool]


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
    import iso8601  # few lists are asked for times

    try:
        return iso8601.parse_date(text).astimezone(timezone.utc).replace(tzinfo=None)
    except (iso8601.ParseError, OverflowError):  # OverflowError: a time before the year 1, in UTC
        message = f"Invalid input for query parameter {name}: {text!r} is not a valid time."
        raise errors.wrong_field(message, name, text, "query") from None


def created(call: Call) -> Iterator[Test]:
    """The filters ``created_since`` and ``created_before``, both inclusive. Raises BadRequest."""
    since, before = moment(call, "created_since"), moment(call, "created_before")
    if since is not None:
        yield lambda record: parse_time(record["created_at"]) >= since
    if before is not None:
        yield lambda record: parse_time(record["created_at"]) <= before


# Pages


class Bounds(NamedTuple):
    """Which part of a list is asked for: `limit` records at most (None: all of them), after the first `offset`."""

    limit: int | None
    offset: int

    def of(self, records: Iterable[Record]) -> list[Record]:
        first = min(self.offset, _MAX_INDEX)
        return list(islice(records, first, None if self.limit is None else min(first + self.limit, _MAX_INDEX)))


def checked_bounds(call: Call) -> Bounds:
    """Limits of any size, that stand for 1,000 at most, and offsets that fit in 31 bits. Raises BadRequest."""
    limit, offset = _whole_number(call, "limit"), _whole_number(call, "offset", _MAX_OFFSET)
    return Bounds(None if limit is None else min(limit, MAX_LIMIT), offset or 0)


def bounds_of_rows(call: Call) -> Bounds:
    """What the database takes for a limit and an offset; an offset means nothing without a limit. Raises BadRequest."""
    limit, offset = _whole_number(call, "limit"), _whole_number(call, "offset")
    if limit is None:
        return Bounds(None, 0)
    for name, number in (("limit", limit), ("offset", offset or 0)):
        if number > _MAX_ROWS:  # real Manila answers 500
            raise errors.BadRequest(f"{name} param must be at most {_MAX_ROWS}")
    return Bounds(limit, offset or 0)


def bounds_of_slice(call: Call) -> Bounds:
    """What Manila cuts from a list itself: 1,000 records at most, also for a limit of 0. Raises BadRequest."""
    limit, offset = _whole_number(call, "limit"), _whole_number(call, "offset")
    return Bounds(min(limit or MAX_LIMIT, MAX_LIMIT), offset or 0)


def _whole_number(call: Call, name: str, highest: int | None = None) -> int | None:
    text = call.http.query.get(name)  # some lists read them without being documented to
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError:
        raise errors.BadRequest(f"{name} param must be an integer") from None
    if number < 0:
        raise errors.BadRequest(f"{name} param must be positive")
    if highest is not None and number > highest:
        raise errors.BadRequest(f"{name} param must be at most {highest}")
    return number


# Filters


def equals(attribute: str, value: object) -> Test:
    """The records whose attribute the database finds equal to a value."""
    return _where(attribute, comparisons.equals(value))


def expression(attribute: str, pattern: str) -> Test:
    """The records in whose attribute the database finds a regular expression. Raises BadRequest for a broken one."""
    try:
        if not comparisons.storable(pattern):
            raise ValueError("the database cannot read characters of four bytes")
        return _where(attribute, comparisons.regexp(pattern))
    except ValueError as error:
        raise errors.BadRequest(f"Invalid value for {attribute}~ filter: {error}") from None


def has_items(attribute: str, items: Mapping[Any, Any]) -> Test:
    """The records whose mapping, such as their metadata, has all of `items`. Raises BadRequest for nested ones."""
    try:
        return _where(attribute, comparisons.has_items(items))
    except ValueError as error:
        raise errors.BadRequest(f"Invalid value for {attribute} filter: {error}") from None


def _where(attribute: str, test: comparisons.Test) -> Test:
    return lambda record: test(record.get(attribute))


def matching(records: Iterable[Record], tests: Iterable[Test]) -> Iterator[Record]:
    """The records that pass all tests, in their order, looked at when they are asked for."""
    for test in tests:
        records = filter(test, records)
    return iter(records)


def columns(*names: str, **others: str | None) -> dict[str, str | None]:
    """Columns of the database's table by name, each with the attribute that records have for it, None where it's empty.

    `names` are those that are called the same, `others` the rest; a record's own are always there.
    """
    common = {name: name for name in ("id", "created_at", "updated_at")}
    return {**common, "deleted_at": None, "deleted": None, **{name: name for name in names}, **others}


NAMED = {"display_name": "name", "display_description": "description"}
"""Two columns as their table calls them."""


class Listing(NamedTuple):
    """One list: what it can be filtered and sorted by, and how its pages are cut.

    `exact` and `inexact` map query parameters, the latter without their ``~``, to attributes; of two parameters for
    the same attribute the later one counts. `sort_keys` map what may be asked for to attributes, None for those that no
    record has.
    """

    sort_keys: Mapping[str, str | None]
    exact: Mapping[str, str] | Collection[str] = ()
    inexact: Mapping[str, str] | Collection[str] = ()
    bounds: Callable[[Call], Bounds] = checked_bounds
    counts: bool = False
    """Whether ``with_count`` asks for the number of all."""
    empty_order_is_none: bool = False
    """Whether an empty ``sort_key`` or ``sort_dir`` is as good as none, rather than an error."""
    sorts_any_way: bool = False
    """Whether every direction but ``desc`` is upwards, rather than an error. Equal ones are in no order then."""

    def filters(self, call: Call, query: Mapping[str, str] | None = None) -> Iterator[Test]:
        """What the query asks of each record."""
        query = call.query if query is None else query
        for attribute, value in self._asked(self.exact, query, "").items():
            yield equals(attribute, value)
        for attribute, value in self._asked(self.inexact, query, "~").items():
            yield _where(attribute, comparisons.like(value))

    @property
    def inexact_names(self) -> frozenset[str]:
        """The parameters with a ``~``."""
        return frozenset(f"{name}~" for name in self.inexact)

    @staticmethod
    def _asked(
        parameters: Mapping[str, str] | Collection[str], query: Mapping[str, str], suffix: str
    ) -> dict[str, str]:
        pairs = parameters.items() if isinstance(parameters, Mapping) else ((name, name) for name in parameters)
        return {attribute: query[name + suffix] for name, attribute in pairs if name + suffix in query}

    def page(self, call: Call, records: Iterable[Record], tests: Iterable[Test] = ()) -> Page:
        """The page that the query asks for, of the records, given newest first, that pass its filters and `tests`.

        Without a count, and in the order in which they are given, no record beyond the page is looked at. Raises
        BadRequest for a parameter that isn't right.
        """
        bounds = self.bounds(call)
        counted = self.counts and flag(call, "with_count")
        found: Iterable[Record] = self.sorted(call, matching(records, [*tests, *self.filters(call)]))
        if counted:
            found = list(found)
        return Page(bounds.of(found), len(found) if isinstance(found, list) and counted else None)

    def sorted(self, call: Call, records: Iterable[Record]) -> Iterable[Record]:
        """The records by ``sort_key`` and ``sort_dir``, equal ones by id. Raises BadRequest for unknown ones.

        What is empty comes before anything else, and text is compared without regard to case.
        """
        key, direction = call.query.get("sort_key", "created_at"), call.query.get("sort_dir", "desc")
        if self.empty_order_is_none:
            key, direction = key or "created_at", direction or "desc"
        if self.sorts_any_way:
            direction = "desc" if direction == "desc" else "asc"
        if key not in self.sort_keys:
            message = f"Invalid input received: Wrong sorting key provided - '{key}'."
            raise errors.wrong_field(message, "sort_key", key, "query")
        downwards = direction.lower() == "desc"
        if not downwards and direction.lower() != "asc":
            raise errors.BadRequest(
                f"Invalid input received: Wrong sorting data provided: sort key is '{key}' and sort direction is "
                f"'{direction}'."
            )
        attribute = self.sort_keys[key]
        if attribute == "created_at":  # the order of the store, also of what was made at the same instant
            return records if downwards else reversed(list(records))

        def rank(record: Record) -> Any:
            own = comparisons.rank(record.get(attribute) if attribute else None)
            return own if self.sorts_any_way else (own, record["id"])

        return sorted(records, key=rank, reverse=downwards)
