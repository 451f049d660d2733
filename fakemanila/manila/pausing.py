"""The places of a request's way at which it may be held; `faults/holding.py` has the waiting itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Response

from ..faults.effects.respond import Respond
from ..faults.holding import RESET, Held
from ..faults.plan import ANSWER, ARRIVAL, Pause
from ..http.reply import Reply, disturbed, status_of
from ..reasons.answers import Faulted
from ..world import telling
from ..world.journal import Message

if TYPE_CHECKING:
    from .context import Call

_GONE = Respond({"status": 503, "message": "The world was reset while this request was held."}, "do")


def hold_arrival(call: Call) -> None:
    """Holds a request of which nothing has been done. What somebody wants it to be answered then, no rule changes."""
    plan = call.plan
    assert plan is not None
    instead, plan.turns = _hold(call, ARRIVAL, None)
    if instead is not None:
        plan.instead, plan.then, plan.edits, plan.pauses = (lambda subject: instead), None, [], []


def hold_answer(call: Call, response: Response) -> Response:
    """Holds a request that was carried out, with the answer that would be sent; returns the one that is sent."""
    instead, turns = _hold(call, ANSWER, response)
    sent = response
    if instead is not None:
        instead.because = Faulted(tuple(call.entry.faults), call.refusal is None, instead.status)
        call.refusal, sent = instead, instead.response()
    for held in turns:
        sent.call_on_close(partial(call.present.held.done, held))
    return sent


def _hold(call: Call, at: str, response: Response | None) -> tuple[Reply | None, list[Held]]:
    """Goes from one rule that holds the request to the next, until somebody wants something else to be answered.

    Returns that, and where others may wait for this request.
    """
    assert call.plan is not None
    turns: list[Held] = []
    for pause in call.plan.pauses:
        if pause.at != at:
            continue
        held = _take(call, pause, response)
        if held is None:
            continue
        call.present.held.wait(held)
        with call.present.lock:
            call.entry.held += (held.note(call.present.now()),)
        turns.append(held)
        if held.instead is not None:
            return held.instead, turns
        if held.ended == RESET:  # what it was for is gone, and what is there now is somebody else's
            call.outlived = True
            return _GONE.reply(held.subject) if at == ARRIVAL else None, turns
    return None, turns


def _take(call: Call, pause: Pause, response: Response | None) -> Held | None:
    """None where the rule is gone, or there is no room."""
    world, rule, subject = call.present, pause.rule, call.subject
    assert rule is not None
    assert subject is not None
    with world.lock:
        if not world.faults.has(rule):
            return None
        request, answer = Message(dict(call.http.headers.items()), call.http.body), None
        if response is not None:
            telling.of_records(world)
            call.entry.status = status_of(response)
            body = b"" if disturbed(response) else response.get_data()
            answer = Message(dict(iter(response.headers)), body)
        held = Held(pause, rule, subject, call.entry, request, answer, world.now())
        if world.held.take(held):
            world.events.look_again()
            return held
        call.entry.held += (held.note(world.now()),)
        return None
