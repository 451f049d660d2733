"""What happens in a world, read as it happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from ...world.clock import stopwatch
from ...world.durations import parse_duration
from .part import AT_A_TIME, Json

if TYPE_CHECKING:
    from ..client import ControlClient


def events(
    client: ControlClient, kinds: Sequence[str], since: int | None, timeout: timedelta | str | float | None
) -> Iterator[Json]:
    """Events from now on, or after an id, until none has come for `timeout` seconds."""
    patience = None
    if timeout is not None:
        seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
        patience = parse_duration(seconds, "timeout").total_seconds()
    wanted = ",".join(kinds) or None
    first = client.call("GET", "/events", query={"format": "json", "kind": wanted, "since": since})
    return _following(client, wanted, first, [] if since is None else first["events"], patience)


def _following(
    client: ControlClient, wanted: str | None, page: Json, found: list[Json], patience: float | None
) -> Iterator[Json]:
    until = None if patience is None else stopwatch() + patience
    while True:
        yield from found
        if found and patience is not None:
            until = stopwatch() + patience
        left = AT_A_TIME if until is None else min(AT_A_TIME, until - stopwatch())
        if left <= 0:
            return
        query = {"format": "json", "kind": wanted, "since": page["last"], "wait": left}
        page = client.call("GET", "/events", query=query)
        found = page["events"]
