"""Times as people write them in queries: ISO 8601, as far as Manila reads it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_TIME = re.compile(
    r"(?P<year>\d{4})(-?(?P<month>\d\d?)(-?(?P<day>\d\d?))?)?"
    r"([ T](?P<hour>\d\d)(:?(?P<minute>\d\d)(:?(?P<second>\d\d)([.,](?P<fraction>\d+))?)?)?"
    r"(?P<zone>Z|(?P<sign>[+-])(?P<hours>\d\d)(:?(?P<minutes>\d\d))?)?)?",
    re.ASCII,
)


def read(text: str) -> datetime | None:
    """A time in UTC, without a zone; what is left out, is the beginning of what is there. None for what is not one."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    offset = timedelta(hours=int(parts["hours"] or 0), minutes=int(parts["minutes"] or 0))
    try:
        zone = timezone(-offset if parts["sign"] == "-" else offset)
        time = datetime(
            int(parts["year"]),
            int(parts["month"] or 1),
            int(parts["day"] or 1),
            int(parts["hour"] or 0),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int((parts["fraction"] or "")[:6].ljust(6, "0")),
            zone,
        )
        return time.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
