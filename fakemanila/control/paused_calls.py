"""Control calls about requests that rules hold."""

from __future__ import annotations

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
    rule = call.query.get("rule")
    return waiting.enough(
        call,
        lambda: [each for each in call.world.held if rule is None or rule in (each.rule.id, each.rule.name)],
        lambda found: {"paused": [each.to_json() for each in found]},
        "requests are held",
        least=1,
        most=MOST,
    )


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
