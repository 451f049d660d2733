"""The fewest steps that still show a difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .steps import Step, playable

Shows = Callable[[Sequence[Step]], bool]


def shrink(steps: Sequence[Step], shows: Shows, given: set[str], most: int = 15) -> list[Step] | None:
    """The fewest of `steps` for which `shows`, always with the last one; None when not even all of them do.

    `given` are the variables that no step has to make. `shows` is asked `most` times at most.
    """
    asked = 0

    def still(candidate: Sequence[Step]) -> bool:
        nonlocal asked
        asked += 1
        return shows(candidate)

    starts = [_needed(steps, given), _related(steps, given), list(steps)]
    kept = next((start for start in starts if still(start)), None)
    if kept is None:
        return None
    if kept is starts[0] and len(kept) <= 1:
        return kept
    # Those that only look go together: a difference that needs one of them is rare.
    quiet = [step for step in kept if step.exchange.method != "GET" or step is kept[-1] or step.makes]
    if len(quiet) < len(kept) and still(quiet):
        kept = quiet
    for step in reversed(kept[:-1]):
        fewer = playable([each for each in kept if each is not step], given)
        if asked >= most or step not in kept or fewer[-1:] != kept[-1:]:
            continue
        if still(fewer):
            kept = fewer
    return kept


def _needed(steps: Sequence[Step], given: set[str]) -> list[Step]:
    """The last step, and those without which its variables stand for nothing."""
    wanted, kept = steps[-1].uses - given, [steps[-1]]
    for step in reversed(steps[:-1]):
        if step.makes & wanted:
            kept.append(step)
            wanted |= step.uses - given
    return kept[::-1]


def _related(steps: Sequence[Step], given: set[str]) -> list[Step]:
    """What is needed, and whatever else was done to the things in it."""
    needed = _needed(steps, given)
    things = {name for step in needed for name in step.uses | step.makes} - given
    return playable([step for step in steps if step in needed or step.uses & things], given)
