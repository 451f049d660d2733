"""Control calls about requests that rules hold."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from ..faults import fields
from ..faults.effects.respond import Respond
from ..faults.holding import CONTINUE, DROP, MOST, RESPOND, WATCHERS, Crowded, Held
from ..http.reply import Reply
from ..http.wire import Reset
from ..world.durations import format_duration, parse_duration
from ..world.world import World
from .control_errors import ControlError
from .control_request import ControlCall, asked

QUERY = ("rule", "count", "wait")
LONGEST_WAIT = timedelta(minutes=1)

_WORDS = (CONTINUE, DROP)


def list_(call: ControlCall) -> dict[str, Any]:
    """``{"paused": […]}``, in the order in which they came. With `count` or `wait` it waits, in real time, without any
    lock, until so many are there, and is refused with 408 where they aren't in time.
    """
    rule, query = call.query.get("rule"), call.query
    with asked():
        count = _count(query["count"]) if "count" in query else 1
        longest = _wait(query["wait"]) if "wait" in query else timedelta(0)

    def wanted(held: Held) -> bool:
        return rule is None or rule in (held.rule.id, held.rule.name)

    holding = call.world.held
    if query.keys().isdisjoint(("count", "wait")):
        return _shown([held for held in holding if wanted(held)])
    try:
        found = holding.watch(wanted, count, longest)
    except Crowded:
        raise ControlError(503, f"wait: {WATCHERS} calls wait for requests already, and no more may") from None
    if len(found) < count:
        there = ", ".join(f"{held.entry.method} {held.entry.path} ({held.id})" for held in found)
        raise ControlError(408, f"count: {len(found)} of {count} requests are held{there and ': '}{there}")
    return _shown(found)


def _shown(found: list[Held]) -> dict[str, Any]:
    return {"paused": [held.to_json() for held in found]}


def _count(value: str) -> int:
    if not re.fullmatch(r"\d{1,9}", value, re.ASCII) or not 1 <= int(value) <= MOST:
        raise ValueError(f"count: {value!r} is not a whole number from 1 to {MOST}")
    return int(value)


def _wait(value: str) -> timedelta:
    found = parse_duration(value, "wait")
    if found > LONGEST_WAIT:
        raise ValueError(f"wait: {value!r} is longer than the {format_duration(LONGEST_WAIT)} that a call may wait")
    return found


def decide(call: ControlCall) -> dict[str, Any]:
    """Lets one go as ``{"do": "continue"}``, ``{"do": "drop"}`` or ``{"do": {"respond": {…}}}`` says; answers what it
    was, with how it `ended`.
    """
    world, id = call.world, call.args["paused_id"]
    asked_for = call.fields("do")
    try:
        with asked():
            held = decide_on(world, id, asked_for.get("do"))
    except KeyError:
        raise ControlError(404, f"no request {id!r} is held in the world {world.name!r}") from None
    return {**held.to_json(), "ended": held.ended}


def decide_on(world: World, id: str, do: object) -> Held:
    """Lets a request go. Raises ValueError for what can't be done, KeyError where the request isn't held."""
    held = next((held for held in world.held if held.id == id), None)
    if held is None:
        raise KeyError(id)
    return world.held.decide(id, *_decision(do, held, wire=world.settings.wire))


def _decision(do: object, held: Held, *, wire: bool) -> tuple[str, Reply | None]:
    if do == CONTINUE:
        return CONTINUE, None
    if do == DROP:
        if not wire:
            raise ValueError(
                "do: 'drop' needs the connection itself, which this application's server does not hand on;"
                " fakemanila serve and FakeManila do"
            )
        return DROP, Reply(0, wire=Reset())
    if isinstance(do, dict) and [*do] == [RESPOND]:
        fields.check_json(do, "do")
        return RESPOND, Respond(do[RESPOND], f"do.{RESPOND}").reply(held.subject)
    raise ValueError(f"do: {do!r} is not one of {', '.join(_WORDS)}, or an object with respond")
