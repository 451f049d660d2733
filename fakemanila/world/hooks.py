"""What is called when something happens in a world: functions of the program that it is in, or of its scenario."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ..http.waits import step_aside
from ..text.suggestions import nearest

if TYPE_CHECKING:
    from ..http.access_log import RequestLog
    from .journal import Entry
    from .lifecycle import Pending
    from .rows import Record

LOGGER = logging.getLogger(__name__)

BEGIN, END, ANSWERED = "begin", "end", "answered"
"""When: a transition begins, or ends; a request has been carried out."""

Facts = dict[str, Any]
"""What happened, JSON-able."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hook:
    """Something to call. Two are never the same one."""

    operation: str
    """An id, or a pattern of ids."""
    phase: str
    """`BEGIN`, `END`, `ANSWERED`, or the name of a phase, at the end of which it is called."""
    call: Callable[[Facts], object]

    def wants(self, operation: str | None, phase: str) -> bool:
        return phase == self.phase and operation is not None and fnmatchcase(operation, self.operation)


def check(operation: str, phase: str) -> None:
    """Raises ValueError for an operation that there is not, and for a phase that none of those meant goes through."""
    from ..all_resources import TRANSITIONS  # which knows worlds
    from ..faults.registry import operations

    known = operations().union(TRANSITIONS)
    meant = [id for id in known if fnmatchcase(id, operation)]
    if not meant:
        raise ValueError(f"operation: no operation is called {operation!r}{nearest(operation, known)}")
    if phase == ANSWERED:
        return
    ways = [TRANSITIONS[id] for id in meant if id in TRANSITIONS]
    if not ways:
        raise ValueError(f"phase: {phase!r} is not a phase of {operation}, which is over when it is answered")
    phases = (BEGIN, END, ANSWERED, *dict.fromkeys(each.name for way in ways for each in way.phases))
    if phase not in phases:
        raise ValueError(f"phase: {phase!r} is not a phase of {operation}{nearest(phase, phases)}")


class Hooks:
    """The hooks of one world, and the calls that are due.

    A call is made by whoever has brought it about, outside of the world's lock and before they get their answer: who
    sees that a share is available knows that what hangs on it has been done.
    """

    def __init__(self, world: str, log: RequestLog) -> None:
        """`world` is its name. `log` is told of calls that raise."""
        self._world, self._log = world, log
        self._hooks: list[Hook] = []
        self.due: deque[tuple[Hook, Facts]] = deque()

    def __len__(self) -> int:
        return len(self._hooks)

    def add(self, hook: Hook) -> Hook:
        self._hooks.append(hook)
        return hook

    def remove(self, hook: Hook) -> None:
        """Takes one away; one that isn't there any more is as good as taken."""
        if hook in self._hooks:
            self._hooks.remove(hook)

    def transition(self, phase: str | None, facts: Mapping[str, Any], pending: Pending, record: Record | None) -> None:
        """Tells that a transition has begun or ended, or a phase of it has ended. The caller holds the lock."""
        wanted = [hook for hook in self._hooks if phase is not None and hook.wants(pending.operation, phase)]
        if wanted and phase is not None:
            told = {**facts, **self._about(phase), "record": None if record is None else dict(record)}
            self.due.extend((hook, told) for hook in wanted)

    def answered(self, entry: Entry) -> None:
        """Tells that a request has been carried out. The caller holds the lock."""
        for hook in self._hooks:
            if hook.wants(entry.operation, ANSWERED):
                self.due.append((hook, {**self._about(ANSWERED), "request": entry.to_json()}))

    def _about(self, phase: str) -> Facts:
        return {"world": self._world, "phase": phase}

    def run(self) -> None:
        """Makes the calls that are due, in their order. The caller doesn't hold the lock. Raises nothing."""
        while self.due:
            try:
                hook, facts = self.due.popleft()
            except IndexError:  # another thread was faster
                return
            step_aside()  # it may ask the server for something
            try:
                hook.call(facts)
            except Exception:
                self._log.exception(LOGGER, "the hook of %s failed", hook.operation)
