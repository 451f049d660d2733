"""The journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ...world.clock import format_time
from .. import asserting
from .part import Json, Records


class Requests(Records):
    """The journal, oldest first.

    Filters are `operation` (an id or a pattern), `method`, `path` (or a pattern), `status` (``413``, ``"4xx"``,
    ``"none"``), `project` and `user` (id or name), `fault` (a name or a pattern, ``"any"``, ``"none"``), `mark`
    (``"unmatched"``, ``"not_implemented"``), `since` (a time, or the id of the request before) and `limit`.
    """

    def __len__(self) -> int:
        return self.count()

    def list(self, **filters: Any) -> Sequence[Json]:
        """The requests that meet every filter, oldest first."""
        found: Sequence[Json] = self._find(filters)["requests"]
        return found

    def last(self, **filters: Any) -> Json | None:
        """The newest request that meets every filter, None when there is none."""
        found = self.list(**{**filters, "limit": 1})
        return found[0] if found else None

    def wait(self, count: int = 1, *, timeout: timedelta | str | float = 10, **filters: Any) -> Sequence[Json]:
        """The requests that meet every filter, as soon as there are so many. `timeout` is in real time.

        Raises TimeoutError, with how many have come, where there never are.
        """
        found: Sequence[Json] = self._wait("/requests", timeout, **self._asked(filters), count=count)["requests"]
        return found

    def assert_called(
        self, operation: str, *, times: int | None = None, json: Any = None, before: str | None = None, **filters: Any
    ) -> None:
        """Raises AssertionError, with what did come, unless the operation was asked for.

        `times` is how often exactly, at least once when None. `json` is what the body has to contain, with or without
        its envelope; of an object the keys that matter. `before` is an operation that was first asked for afterwards.
        """
        described = " ".join((operation, *(f"{name}={value!r}" for name, value in filters.items())))
        matched = self.list(operation=operation, **filters)
        order = None if before is None else (before, next(iter(self.list(operation=before)), None))
        asserting.called(described, matched, self.list(), times=times, json=json, before=order)

    def assert_not_called(self, operation: str, *, json: Any = None, **filters: Any) -> None:
        """Raises AssertionError, with what did come, when the operation was asked for."""
        self.assert_called(operation, times=0, json=json, **filters)

    def count(self, **filters: Any) -> int:
        return int(self._find({**filters, "limit": 0})["total"])

    def clear(self) -> None:
        self._call("DELETE", "/requests")

    def _find(self, filters: Mapping[str, Any]) -> Json:
        return self._call("GET", "/requests", **self._asked(filters))

    @staticmethod
    def _asked(filters: Mapping[str, Any]) -> Mapping[str, Any]:
        since = filters.get("since")
        return {**filters, "since": format_time(since)} if isinstance(since, datetime) else filters
