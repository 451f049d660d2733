"""Control calls about time: the clock, delays, and what is under way."""

from __future__ import annotations

from typing import Any

from ..world.clock import LATEST, MAX_RATE, format_time, read_time
from ..world.durations import parse_duration
from ..world.waiting import LONGEST
from ..world.world import World
from . import waiting
from .control_errors import ControlError
from .control_request import ControlCall, asked, one_of

_MODES = ("real", "manual")
_DESTINATIONS = ("next", "idle")
_WAYS = ("seconds", "duration", "to")
_WAITS = ("idle",)
_OUTCOMES = ("success", "error", "hold", "release")


def clock_document(world: World) -> dict[str, Any]:
    """``{"now": …, "mode": "real" | "manual", "rate": 1.0, "pending": 3, "next": … | null}``.

    A manual clock has the rate 0. `pending` counts the work under way, `next` is when the next of it, or a deadline,
    comes due.
    """
    next_due = world.scheduler.next_due()
    return {
        "now": format_time(world.clock.now()),
        "mode": "manual" if world.clock.rate == 0 else "real",
        "rate": float(world.clock.rate),
        "pending": len(world.work()),
        "next": None if next_due is None else format_time(next_due),
    }


# The clock


def show_clock(call: ControlCall) -> dict[str, Any]:
    return clock_document(call.world)


def set_clock(call: ControlCall) -> dict[str, Any]:
    """Takes what `show_clock` gives; `pending` and `next` are passed over, so that a clock that was read can be set."""
    asked_for = call.fields("now", "mode", "rate", "pending", "next")
    if not asked_for.keys() & {"now", "mode", "rate"}:
        raise ControlError(400, f"body: {asked_for!r} sets nothing: expected now, mode or rate")
    world = call.world
    with asked():
        now = read_time(asked_for["now"]) if "now" in asked_for else None
        rate = _rate(asked_for, world)
    world.set_clock(now, rate=rate)
    return clock_document(world)


def _rate(asked_for: dict[str, Any], world: World) -> float | None:
    """The rate that mode and rate together ask for; None leaves it as it is. Raises ValueError."""
    rate = asked_for.get("rate")
    if "rate" in asked_for and (
        isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= MAX_RATE
    ):
        raise ValueError(f"rate: {rate!r} is not a valid rate: expected world seconds per second, up to {MAX_RATE:.0f}")
    manual = world.clock.rate == 0
    if "mode" in asked_for:
        manual = one_of(asked_for["mode"], "mode", _MODES) == "manual"
        if manual:  # whatever the rate: a client that changes the mode alone sends the old one along
            return 0.0
    if manual and rate:
        raise ValueError(f"rate: {rate!r} is not a valid rate for a manual clock; set mode to 'real' as well")
    if not manual and rate == 0:
        raise ValueError("rate: 0 would stop the clock; set mode to 'manual' for that")
    if rate is None and "mode" in asked_for and world.clock.rate == 0:
        return world.settings.rate or 1.0
    return rate


def advance(call: ControlCall) -> dict[str, Any]:
    """The clock as it is then, and under ``transitions`` what ran on the way, in order."""
    asked_for = call.fields(*_WAYS)
    if len(asked_for) != 1:
        raise ControlError(
            400, f"body: {asked_for!r} does not say how far: expected one of 'seconds', 'duration' and 'to'"
        )
    world = call.world
    ((way, value),) = asked_for.items()
    if way == "to":
        with asked():
            destination = one_of(value, "to", _DESTINATIONS)
            ran = world.advance_to_next() if destination == "next" else world.advance_to_idle()
    else:
        with asked():
            by = parse_duration(value, way)
            if by > LATEST - world.clock.now():
                raise ValueError(f"{way}: {value!r} goes past {LATEST.year}, the last year of the clock")
        ran = world.advance(by)
    return {**clock_document(world), "transitions": [each.to_json() for each in ran]}


# Delays


def show_delays(call: ControlCall) -> dict[str, Any]:
    return call.world.delays.to_json()


def replace_delays(call: ControlCall) -> dict[str, Any]:
    delays = call.world.delays
    with asked():
        delays.replace(call.body())
    return delays.to_json()


def update_delays(call: ControlCall) -> dict[str, Any]:
    delays = call.world.delays
    with asked():
        delays.patch(call.body())
    return delays.to_json()


# Transitions


def list_transitions(call: ControlCall) -> dict[str, Any]:
    """With ``wait=idle`` as soon as nothing is under way that time ends; 408 with what is, if that is never."""
    seconds = waiting.seconds(call, "timeout")
    with asked():
        idle = "wait" in call.query and one_of(call.query["wait"], "wait", _WAITS) == "idle"
    if "timeout" in call.query and not idle:
        raise ControlError(400, f"timeout: {call.query['timeout']!r} is for wait=idle")
    world = call.world
    if idle and "timeout" not in call.query:
        seconds = LONGEST.total_seconds()

    def look() -> dict[str, Any] | None:
        return None if idle and world.is_busy() else _under_way(world)

    found = waiting.wait(call, look, seconds)
    if found is None:
        with world.lock:
            raise waiting.TooLate("work is still under way", _under_way(world))
    return found


def _under_way(world: World) -> dict[str, Any]:
    return {"transitions": [pending.to_json() for pending in world.scheduler.pending()]}


def decide(call: ControlCall) -> dict[str, Any]:
    """Answers the transition as it is now, or what became of it when it has ended."""
    world, id = call.world, call.args["transition_id"]
    asked_for = call.fields("outcome")
    with asked():
        outcome = one_of(asked_for.get("outcome"), "outcome", _OUTCOMES)
    try:
        return world.decide(id, outcome).to_json()
    except KeyError:
        raise ControlError(404, f"no transition {id!r} is under way") from None
