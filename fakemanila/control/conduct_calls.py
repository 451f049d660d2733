"""The control call that judges what clients did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..text.words import listed
from ..world.durations import parse_duration
from . import journal_calls
from .control_request import ControlCall, asked, one_of

if TYPE_CHECKING:
    from ..conduct import Limits

FILTERS = ("user", "since", "only", "allow", "ended", "poll_interval")


def show(call: ControlCall) -> dict[str, Any]:
    """``{"findings": […], "total": n}``.

    A long journal takes a second or two, during which the world goes on: it is locked only while the journal is copied.
    """
    from ..conduct import Facts, check_names, judge  # few servers are asked for it

    query, world = call.query, call.world
    with asked():
        with world.lock:
            world.settle()
            entries = journal_calls.matching(world, {name: query[name] for name in ("since",) if name in query})
        found = judge(
            entries,
            Facts.of(world),
            only=check_names(listed(query.get("only", "")), "only"),
            allow=check_names(listed(query.get("allow", "")), "allow"),
            user=query.get("user"),
            ended=one_of(query.get("ended", "false"), "ended", ("true", "false")) == "true",
            limits=_limits(query.get("poll_interval")),
        )
    return {"findings": [each.to_json() for each in found], "total": len(found)}


def _limits(poll_interval: str | None) -> Limits:
    from ..conduct import USUAL

    if poll_interval is None:
        return USUAL
    return replace(USUAL, poll_interval=parse_duration(poll_interval, "poll_interval").total_seconds())
