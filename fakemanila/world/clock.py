"""The one place that reads the machine's clocks."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import lru_cache, partial

MANUAL_START = datetime(2026, 1, 1)
"""Where a manual clock stands unless it is told otherwise: the same run gives the same times on any day."""
EARLIEST, LATEST = datetime(1970, 1, 1), datetime(9000, 1, 1)
"""What a clock may be set to. Any delay added to it is still a date."""
MAX_RATE = 1e6
"""World seconds per second: a year in half a minute."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def read_time(value: object, field: str = "now") -> datetime:
    """Reads ``2026-01-01T00:00:00``, with a fraction and a zone if need be; no zone means UTC. Gives naive UTC.

    Raises ValueError that names `field` and the value, also for a time that no clock may show.
    """
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is not None:
            seconds, fraction, zone = match.groups()
            offset = "+00:00" if zone in (None, "Z") else zone
            moment = datetime.fromisoformat(f"{seconds}.{(fraction or '0'):<06}{offset}").astimezone(timezone.utc)
            if EARLIEST <= moment.replace(tzinfo=None) <= LATEST:
                return moment.replace(tzinfo=None)
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        f"{field}: {value!r} is not a valid time: expected one such as '2026-01-01T00:00:00', from the year"
        f" {EARLIEST.year} to {LATEST.year}"
    )


_EPOCH, _UTC_EPOCH = datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=timezone.utc)


def wall_clock() -> datetime:
    """The machine's time as a naive UTC datetime, as Manila stores it; the frozen one where a test has frozen it.

    freezegun adds its ``tz_offset`` to ``now(timezone.utc)`` as well, but leaves it out of a local time's timestamp;
    and its ``time.time()`` is the real one near the top of a thread, while ``now()`` is frozen everywhere.
    """
    if type(datetime) is type:  # nobody has put a class of their own in its place
        return _EPOCH + (datetime.now(timezone.utc) - _UTC_EPOCH)  # as `replace` has it, in a third of its time
    try:
        seconds = datetime.now().timestamp()
    except IndexError:  # freezegun's, where another thread ends the freeze at this very moment
        seconds = time.time()
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)


def wall_seconds() -> int:
    """The machine's time in whole seconds since 1970, as headers have it; the frozen one where a test has frozen it."""
    return int(time.time())


stopwatch: Callable[[], float] = partial(time.perf_counter)
"""Seconds that really pass, from an arbitrary point on. The partial hides it from freezegun, which would stop it."""


@lru_cache(16)
def format_time(moment: datetime) -> str:
    """A moment as Manila writes it: ``2026-01-01T00:00:00.000000``, UTC without a zone.

    Records that are of the same moment share the text.
    """
    return moment.isoformat(timespec="microseconds")


def parse_time(text: str) -> datetime:
    """The moment that `format_time` wrote, or one without a fraction. Raises ValueError for other text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f" if "." in text else "%Y-%m-%dT%H:%M:%S")


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
        self._latest = self._anchor

    @property
    def rate(self) -> float:
        """World seconds per second of the source; 0 for a manual clock."""
        return self._rate

    def now(self) -> datetime:
        """This world's time, naive UTC with microseconds. A clock that runs faster stands still where time ends."""
        if self._rate == 0:
            moment = self._anchor
        else:
            passed = self._source() - self._base
            if self._rate == 1:
                moment = self._anchor + passed
            elif passed.total_seconds() * self._rate >= (LATEST - self._anchor).total_seconds():
                moment = LATEST
            else:
                moment = self._anchor + passed * self._rate
        if moment > self._latest:
            self._latest = moment
        return moment

    def reached(self) -> datetime:
        """The latest time that it has shown since it was last asked this: later than now where it has gone back."""
        now = self.now()
        latest, self._latest = self._latest, now
        return latest

    def set(self, now: datetime | None = None, *, rate: float | None = None) -> None:
        """Moves the clock to `now` (unchanged when None) and lets it run from there at `rate`.

        Raises ValueError for a time that no clock may show, and for a rate that is not from 0 to `MAX_RATE`.
        """
        if now is not None and not EARLIEST <= now <= LATEST:
            raise ValueError(f"now: {now} is not from the year {EARLIEST.year} to {LATEST.year}")
        if rate is not None and not 0 <= rate <= MAX_RATE:
            raise ValueError(f"rate: {rate} is not from 0 to {MAX_RATE:.0f} world seconds per second")
        self._anchor = self.now() if now is None else now
        self._base = self._source()
        if rate is not None:
            self._rate = rate

    def advance(self, by: timedelta) -> None:
        """Moves the clock forward; a running one runs on from there.

        Raises ValueError for a negative time, and for one that leads past the year in which time ends.
        """
        if by < timedelta(0):
            raise ValueError(
                f"by: {by.total_seconds():g} s is negative: time only moves forward; set the clock instead"
            )
        if by > LATEST - self.now():
            raise ValueError(f"by: {by.total_seconds():g} s goes past {LATEST.year}, the last year of the clock")
        self._anchor += by
