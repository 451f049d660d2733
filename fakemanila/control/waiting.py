"""Control calls that wait for something: long polls, in real time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..world import waiting
from ..world.durations import parse_duration
from ..world.worlds import Worlds
from .control_errors import ControlError
from .control_request import ControlCall, asked, whole

Found = TypeVar("Found")
Each = TypeVar("Each")


def seconds(call: ControlCall, field: str = "wait") -> float:
    """How long a call wants to wait, from its query; 0 where it doesn't. Raises ControlError, 400."""
    if field not in call.query:
        return 0.0
    with asked():
        wanted = parse_duration(call.query[field], field)
        if wanted > waiting.LONGEST:
            longest = f"{waiting.LONGEST.total_seconds():.0f}s"
            raise ValueError(f"{field}: {call.query[field]!r} is longer than the {longest} that a call may wait")
    return wanted.total_seconds()


def wait(call: ControlCall, look: Callable[[], Found | None], seconds: float) -> Found | None:
    """What `look` finds within so many seconds; None where it finds nothing.

    It is asked under the world's lock, with all done that is due. Raises ControlError, 503, where too many wait.
    """
    world = call.world
    if not seconds:
        return waiting.wait(world, look, 0)
    enter(call.worlds)
    try:
        return waiting.wait(world, look, seconds)
    finally:
        call.worlds.room.release()


def enough(
    call: ControlCall,
    find: Callable[[], list[Each]],
    shown: Callable[[list[Each]], dict[str, Any]],
    what: str,
    *,
    least: int = 0,
    most: int | None = None,
) -> dict[str, Any]:
    """What is `shown` of all that `find` finds; with ``wait`` as soon as there are ``count`` of it, one unless said.

    Raises ControlError: 400 for a ``count`` that isn't from `least` to `most`, and 408 with what is shown of those that
    there are where there never are enough.
    """
    patience = seconds(call)
    with asked():
        said = call.query.get("count")
        wanted = int("wait" in call.query) if said is None else whole(said, "count", least, most)

    def look() -> list[Each] | None:
        found = find()
        return found if len(found) >= wanted else None

    found = wait(call, look, patience)
    with call.world.lock:
        seen = find() if found is None else found
        answer = shown(seen)
    if found is None:
        raise TooLate(f"{len(seen)} of {wanted} {what}", answer)
    return answer


def enter(worlds: Worlds) -> None:
    """Takes a place among those who wait. Raises ControlError, 503, where there is none."""
    try:
        worlds.room.enter()
    except waiting.Crowded as error:
        raise ControlError(503, str(error), {"Retry-After": "1"}) from None


class TooLate(ControlError):
    """408: what was waited for has not come. The answer has what was seen, beside the error."""

    def __init__(self, message: str, seen: dict[str, Any]) -> None:
        super().__init__(408, message)
        self._seen = seen

    def body(self) -> dict[str, Any]:
        return {**super().body(), **self._seen}
