"""Control calls about requests that rules hold."""

from __future__ import annotations

import re
from typing import Any

from ..faults import fields
from ..faults.effects.respond import Respond
from ..faults.holding import CONTINUE, DROP, MOST, RESPOND, Held
from ..http.reply import Reply
from ..http.wire import Reset
from ..world.world import World
from . import waiting
from .control_errors import ControlError
from .control_request import ControlCall, asked

_WORDS = (CONTINUE, DROP)


def list_(call: ControlCall) -> dict[str, Any]:
    """``{"paused": […]}``, in the order in which they came.

    With ``wait`` it is that as soon as there are ``count`` of them, and a 408 with those that there are if that is
    never.
    """
    rule, seconds = call.query.get("rule"), waiting.seconds(call)
    with asked():
        wanted = _count(call.query["count"]) if "count" in call.query else int("wait" in call.query)

    def held() -> list[Held]:
        return [each for each in call.world.held if rule is None or rule in (each.rule.id, each.rule.name)]

    def look() -> list[Held] | None:
        found = held()
        return found if len(found) >= wanted else None

    found = waiting.wait(call, look, seconds)
    seen = held() if found is None else found
    answer = {"paused": [each.to_json() for each in seen]}
    if found is None:
        raise waiting.TooLate(f"{len(seen)} of {wanted} requests are held", answer)
    return answer


def _count(value: str) -> int:
    if not re.fullmatch(r"\d{1,9}", value, re.ASCII) or not 1 <= int(value) <= MOST:
        raise ValueError(f"count: {value!r} is not a whole number from 1 to {MOST}")
    return int(value)


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
            raise fields.unreachable(do, "do")
        return DROP, Reply(0, wire=Reset())
    if isinstance(do, dict) and [*do] == [RESPOND]:
        fields.check_json(do, "do")
        return RESPOND, Respond(do[RESPOND], f"do.{RESPOND}").reply(held.subject)
    raise ValueError(f"do: {do!r} is not one of {', '.join(_WORDS)}, or an object with respond")
