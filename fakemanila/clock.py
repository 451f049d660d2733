"""The one place that reads the wall clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone


def wall_clock() -> datetime:
    """The machine's time as a naive UTC datetime, as Manila stores it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Clock:
    """A world's time: real, running at another rate, or standing still until it is moved.

    `now` is ``anchor + (source() - base) * rate``: setting or advancing moves the anchor, so a real clock runs on with
    an offset. `source` gives naive UTC datetimes. Times never go backwards within a request because nothing in a
    request moves the clock but the transitions that come due in it.
    """

    def __init__(
        self, source: Callable[[], datetime] = wall_clock, *, rate: float = 1.0, start: datetime | None = None
    ) -> None:
        self._source = source
        self._rate = rate
        self._base = source()
        self._anchor = self._base if start is None else start

    @property
    def rate(self) -> float:
        """World seconds per second of the source; 0 for a manual clock."""
        return self._rate

    def now(self) -> datetime:
        """This world's time, naive UTC with microseconds."""
        if self._rate == 0:
            return self._anchor
        return self._anchor + (self._source() - self._base) * self._rate

    def set(self, now: datetime | None = None, *, rate: float | None = None) -> None:
        """Moves the clock to `now` (unchanged when None) and lets it run from there at `rate`."""
        self._anchor = self.now() if now is None else now
        self._base = self._source()
        if rate is not None:
            self._rate = rate

    def advance(self, by: timedelta) -> None:
        """Moves the clock forward; a running one runs on from there."""
        self._anchor += by
