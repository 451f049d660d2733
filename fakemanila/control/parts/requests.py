"""The journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from ...world.clock import format_time
from .. import asserting
from .conduct import Conduct, query
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
        """The requests that match all filters, oldest first."""
        found: Sequence[Json] = self._find(filters)["requests"]
        return found

    def last(self, **filters: Any) -> Json | None:
        """The newest request that matches all filters, or None."""
        found = self.list(**{**filters, "limit": 1})
        return found[0] if found else None

    def wait(self, count: int = 1, *, timeout: timedelta | str | float = 10, **filters: Any) -> Sequence[Json]:
        """Waits for `count` requests that match all filters, and returns them. `timeout` is in real time.

        Raises TimeoutError, with how many have come, where there never are.
        """
        found: Sequence[Json] = self._wait("/requests", timeout, **self._asked(filters), count=count)["requests"]
        return found

    def explain(self, id: str = "last") -> Json:
        """One request, with why it was answered this way: facts in `refusal`, sentences in `explanation`.

        ``last`` is the newest one that was refused. Raises ControlFailure where there is none.
        """
        return self._call("GET", f"/requests/{quote(id, safe='')}")

    def har(self, **filters: Any) -> Json:
        """The requests that match all filters, as a HAR 1.2 archive."""
        return self._call("GET", "/requests.har", **self._asked(filters))

    def curl(self, **filters: Any) -> str:
        """The same as curl commands, which take their token from ``$OS_TOKEN``."""
        return self._client.text("/requests.curl", self._asked(filters))

    def pytest(self, **filters: Any) -> str:
        """The same as the source of a test that sends them again."""
        return self._client.text("/requests.pytest", self._asked(filters))

    def assert_called(
        self, operation: str, *, times: int | None = None, json: Any = None, before: str | None = None, **filters: Any
    ) -> None:
        """Raises AssertionError with the requests that did come, unless the operation was called.

        `times` is how often exactly, at least once when None. `json` is what the body has to contain, with or without
        its envelope; of an object the keys that matter. `before` is an operation that was first asked for afterwards.
        """
        described = " ".join((operation, *(f"{name}={value!r}" for name, value in filters.items())))
        matched = self.list(operation=operation, **filters)
        order = None if before is None else (before, next(iter(self.list(operation=before)), None))
        asserting.called(described, matched, self.list(), times=times, json=json, before=order)

    def assert_not_called(self, operation: str, *, json: Any = None, **filters: Any) -> None:
        """Raises AssertionError with the requests that did come, if the operation was called."""
        self.assert_called(operation, times=0, json=json, **filters)

    def conduct(
        self,
        *,
        allow: str | Iterable[str] = (),
        only: str | Iterable[str] = (),
        user: str | None = None,
        since: datetime | str | None = None,
        ended: bool = False,
        poll_interval: timedelta | str | float | None = None,
    ) -> Conduct:
        """Bad habits of clients, which work here but cause trouble in a cloud: a list of findings that prints as text.

        ``[{"name": "polls-too-fast", "summary": …, "evidence": [ids of requests], "count": 12, "page": …}]``, with
        `operation`, `user` and `agent` where they are known. `allow` are names of findings to pass over, `only` those
        to look for. `user` is an id or a name, `since` as in `list`. With ``ended=True`` the clients are done, and what
        they have made and not deleted is left behind. Reads of what is changing are too fast if they come sooner after
        each other than `poll_interval`, a second unless given.
        """
        interval = poll_interval.total_seconds() if isinstance(poll_interval, timedelta) else poll_interval
        filters = {"user": user, "since": since, "poll_interval": interval, **query(only, allow, ended)}
        return Conduct(self._call("GET", "/conduct", **self._asked(filters))["findings"])

    def assert_good_conduct(self, **asked: Any) -> None:
        """Raises AssertionError with the findings, if there are any; `asked` is what `conduct` takes."""
        found = self.conduct(**asked)
        if found:
            raise AssertionError(f"conduct has findings:\n{found}")

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
