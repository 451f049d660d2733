"""What may happen to a request, and to which ones it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..text.suggestions import nearest
from ..text.words import listed
from .asked import Asked

_BEGINNING = "1000d"
"""Longer than any program runs: lists show the world as it was when the run began."""
_REMOVABLE = (
    *("shares", "share_metadata", "share_export_locations", "share_access_rules", "share_access_rule_metadata"),
    *("snapshots", "snapshot_metadata", "snapshot_export_locations", "share_instances", "share_replicas"),
    *("share_groups", "share_group_snapshots", "share_backups", "share_transfers", "resource_locks"),
)
"""Resources whose requests name a record that `gone` can take away."""


class Failure(NamedTuple):
    """A kind of failure: the ``do`` of a rule, and the requests that it can happen to."""

    name: str
    summary: str
    do: Mapping[str, Any]
    fits: Callable[[Asked], bool]


def _any(request: Asked) -> bool:
    return True


def _of_service(request: Asked) -> bool:
    """Not a login: a token has not been given out then."""
    return not (request.operation or "").startswith("identity.")


def _names(request: Asked) -> bool:
    return request.names and (request.operation or "").partition(".")[0] in _REMOVABLE


def _respond(status: int, error: str, retry_after: str | None = None) -> dict[str, Any]:
    headers = {} if retry_after is None else {"headers": {"Retry-After": retry_after}}
    return {"respond": {"status": status, "error": error, "message": "Injected by a sweep.", **headers}}


FAILURES: Mapping[str, Failure] = {
    failure.name: failure
    for failure in (
        Failure("reset-before", "the connection is reset, nothing was done", {"reset": True}, _any),
        Failure(
            "reset-after",
            "the work is done, then the connection is reset",
            {"commit_then": {"reset": True}},
            lambda request: not request.reads,
        ),
        Failure("500", "an internal error", _respond(500, "computeFault"), _any),
        Failure("503", "unavailable, with Retry-After", _respond(503, "serviceUnavailable", "1"), _any),
        Failure("413", "over the limit, with Retry-After", _respond(413, "overLimit", "1"), _of_service),
        Failure("429", "too many requests, with Retry-After", _respond(429, "tooManyRequests", "1"), _any),
        Failure("hang", "silence until the client gives up", {"hang": True}, _any),
        Failure("stale-list", "a list as it was when the run began", {"stale_list": _BEGINNING}, lambda r: r.lists),
        Failure("expired-token", "401, a new token works", {"revoke_token": True}, _of_service),
        Failure("ends-in-error", "what it starts ends in error", {"outcome": "error"}, lambda r: r.starts),
        Failure("stuck", "what it starts never ends", {"outcome": "stuck"}, lambda r: r.starts),
        Failure("gone", "what it names was deleted just before", {"gone": True}, _names),
    )
}


def parse(names: str) -> tuple[Failure, ...]:
    """Reads ``reset-after,503``, in the order of `FAILURES`. Raises ValueError for a name that there isn't."""
    wanted = listed(names)
    for name in wanted:
        if name not in FAILURES:
            raise ValueError(f"{name!r} is not a kind of failure{nearest(name, tuple(FAILURES))}")
    if not wanted:
        raise ValueError(f"{names!r} names no kind of failure: expected some of {', '.join(FAILURES)}")
    return tuple(failure for failure in FAILURES.values() if failure.name in wanted)
