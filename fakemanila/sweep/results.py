"""What became of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..text.words import counted, listed
from .cases import Case
from .remains import Difference

Verdict = Literal["passed", "failed", "debris", "hung", "not reached"]
VERDICTS: tuple[Verdict, ...] = ("passed", "failed", "debris", "hung", "not reached")
BAD: tuple[Verdict, ...] = ("failed", "debris", "hung")
"""What fails a sweep unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: well or not, in how many seconds, and what it printed."""

    passed: bool
    seconds: float
    status: int | None = None
    """Its exit status, negative for a signal; None where it has none."""
    hung: bool = False
    """It was ended, because it took too long."""
    output: str = ""

    @property
    def why(self) -> str:
        """How, for people; nothing where it went well."""
        if self.passed:
            return ""
        if self.hung:
            return f"ended after {self.seconds:.0f} s"
        return "it failed" if self.status is None else f"exit status {self.status}"


@dataclass(frozen=True, slots=True)
class Result:
    """A disturbed run and what came of it."""

    case: Case
    ended: Ended
    reached: bool
    """Every fault of the case has happened."""
    differences: Sequence[Difference] = ()
    """Between what it and the undisturbed run have left in the world."""
    journal: Sequence[str] = field(default=(), repr=False)
    """Its last requests, a line each."""

    @property
    def verdict(self) -> Verdict:
        """``debris`` is a program that says that all went well, and has left something other than it should."""
        if self.ended.hung:
            return "hung"
        if not self.ended.passed:
            return "failed"
        if not self.reached:
            return "not reached"
        return "debris" if self.differences else "passed"

    @property
    def details(self) -> str:
        """Why, on one line."""
        unreached = () if self.reached or self.verdict == "not reached" else ("the fault was not reached",)
        return "; ".join(filter(None, (self.ended.why, *unreached, *map(str, self.differences))))

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.case.id,
            "faults": [
                {
                    "request": request.number,
                    "operation": request.operation,
                    "about": request.about,
                    "nth": request.nth,
                    "fault": failure.name,
                }
                for request, failure in self.case.faults
            ],
            "verdict": self.verdict,
            "reached": self.reached,
            "exit_status": self.ended.status,
            "seconds": round(self.ended.seconds, 3),
            "differences": [each.to_json() for each in self.differences],
            "details": self.details,
        }


def tally(results: Iterable[Result]) -> dict[str, int]:
    """How many runs there were with each verdict."""
    found = Counter(result.verdict for result in results)
    return {verdict: found[verdict] for verdict in VERDICTS}


def summary(verdicts: Mapping[str, int]) -> str:
    """How many runs had which verdict: ``63 runs: 50 passed, 9 failed, 4 debris``."""
    counts = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items() if number)
    return f"{counted(sum(verdicts.values()), 'run')}: {counts}" if counts else "no runs"


def parse_verdicts(names: str) -> tuple[Verdict, ...]:
    """Reads ``failed,debris,hung``; ``none`` for none. Raises ValueError for a verdict that there isn't."""
    wanted = listed(names)
    if wanted == ["none"]:
        return ()
    for name in wanted:
        if name not in BAD:
            raise ValueError(f"{name!r} is not a verdict that can fail a sweep: expected {', '.join(BAD)}, or none")
    return tuple(verdict for verdict in BAD if verdict in wanted)
