"""How a transition goes on in a world: through its phases, and to the end that an outcome says.

A transition without phases is as one with a single phase that has no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from ..manila import user_messages
from .durations import Delay, Fixed, Reads
from .lifecycle import ERROR, SUCCEEDS, SUCCESS, Outcome, Pending, Phase, Transition
from .rows import Record

if TYPE_CHECKING:
    from .world import World

_AT_ONCE = Fixed(timedelta(0))


def course_of(world: World, pending: Pending) -> tuple[Phase, ...]:
    """The phases that a transition goes through."""
    return world.transitions[pending.operation].course(pending.arguments)


def begin(world: World, pending: Pending, record: Record) -> None:
    """Begins a transition. What a fault plans for it is in `planned`."""
    course = course_of(world, pending)
    if course:
        pending.each = _part_of_delay(world, pending.operation, course)
    _enter(world, pending, record, course)


def _part_of_delay(world: World, operation: str, course: Sequence[Phase]) -> Delay:
    """How long each phase takes that takes any time, so that they take the operation's delay together."""
    parts = sum(not phase.instant for phase in course) or 1
    whole = world.delays.of(operation)
    if whole.reads is not None:
        return Reads(max(1, whole.reads // parts))
    return Fixed(whole.draw(world.seeded) / parts)


def _enter(world: World, pending: Pending, record: Record, ahead: Sequence[Phase]) -> None:
    """Begins the first of the phases that are ahead, or the whole of a transition that has none."""
    phase = ahead[0] if ahead else None
    pending.phase, pending.outcome = None if phase is None else phase.name, SUCCEEDS
    disturbed = pending.planned is not None and (phase is None or pending.planned.ends(phase))
    if disturbed and pending.planned is not None:
        pending.outcome, pending.planned = pending.planned, None
    delay = _delay(world, pending, phase)
    _show(world, pending, record, phase, late=bool(pending.outcome.lag))
    if phase is not None and phase.instant and delay == _AT_ONCE and not disturbed:
        end(world, pending, record)
    else:
        world.scheduler.start(pending, world.now(), delay, lag=pending.outcome.lag or None)


def begin_late(world: World, pending: Pending, record: Record) -> str | None:
    """Begins what only seemed not to have begun; gives what the transition's attribute shows from now on."""
    transition, phase = world.transitions[pending.operation], _phase(world, pending)
    _show(world, pending, record, phase)
    pending.outcome = pending.outcome._replace(lag=timedelta(0))
    world.scheduler.start(pending, world.now(), _delay(world, pending, phase))
    return _shown(record, transition)


def end(world: World, pending: Pending, record: Record) -> str | None:
    """Ends the phase that a transition is in, and the transition where it was the last one or has failed.

    Gives what the transition's attribute shows from now on; None where the record is gone.
    """
    transition, outcome = world.transitions[pending.operation], pending.outcome
    if outcome.status == ERROR and transition.failed is None:
        _complain(world, pending, record, outcome)
        outcome = outcome._replace(status=SUCCESS)
    status = transition.then
    if outcome.status == SUCCESS:
        instead = None
        ahead = _ahead(transition, pending)
        if not (ahead and _is_called_off(record, ahead[0])):
            if ahead and ahead[0].effect is not None:
                instead = ahead[0].effect(world, record, pending.arguments)
            if instead is None and len(ahead) > 1:
                _enter(world, pending, record, ahead[1:])
                return _shown(record, transition)
            if instead is None and transition.effect is not None:
                instead = transition.effect(world, record, pending.arguments)
        if isinstance(instead, Outcome):
            outcome = instead
        else:
            status = instead or status
    if outcome.status != SUCCESS:
        if transition.undo is not None:
            transition.undo(world, record, pending.arguments, outcome)
        _complain(world, pending, record, outcome)
        status = transition.failed if outcome.status == ERROR else outcome.status
    if status is None:
        world.remove(pending.kind, record)
        return None
    world.touch(record, **{transition.attribute: status})
    if outcome.then is not None:
        pending.outcome = outcome.then
        world.scheduler.start(pending, world.now(), _delay(world, pending, _phase(world, pending)))
    return status


def _ahead(transition: Transition, pending: Pending) -> tuple[Phase, ...]:
    """The phase that a transition is in, and those that follow."""
    course = transition.course(pending.arguments)
    names = [phase.name for phase in course]
    return course[names.index(pending.phase) :] if pending.phase in names else course


def _phase(world: World, pending: Pending) -> Phase | None:
    return next(iter(_ahead(world.transitions[pending.operation], pending)), None)


def _is_called_off(record: Record, phase: Phase) -> bool:
    return phase.attribute is not None and record.get(phase.attribute) != phase.during


def _delay(world: World, pending: Pending, phase: Phase | None) -> Delay:
    """How long a phase takes, or a transition that has none."""
    if pending.outcome.after is not None:
        return pending.outcome.after
    if phase is None:
        return world.delays.of(pending.operation, world.transitions[pending.operation].deadline)
    own = world.delays.of_phase(pending.operation, phase.name)
    if own is not None or phase.instant:
        return own or _AT_ONCE
    if pending.each is None:  # of a state from before there were phases
        pending.each = _part_of_delay(world, pending.operation, course_of(world, pending))
    return pending.each


def _show(world: World, pending: Pending, record: Record, phase: Phase | None, *, late: bool = False) -> None:
    """Has the record show what it does meanwhile; what is late leaves the transition's own attribute as it is."""
    transition = world.transitions[pending.operation]
    shown = {transition.attribute: transition.during}
    if phase is not None:
        shown[phase.attribute or transition.attribute] = phase.during
    if late:
        del shown[transition.attribute]
    if shown:
        world.touch(record, **shown)


def _shown(record: Record, transition: Transition) -> str | None:
    value = record[transition.attribute]
    return None if value is None else str(value)


def _complain(world: World, pending: Pending, record: Record, outcome: Outcome) -> None:
    """Leaves the user message of an operation that has failed."""
    if not outcome.silent and (outcome.message or outcome.status == ERROR):
        user_messages.leave(world, pending.operation, pending.kind, record, pending.request_id, outcome.message)
