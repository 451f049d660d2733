"""What a comparison has come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..text.words import counted

Verdict = Literal["alike", "differs", "could not be played", "not played", "left out"]
VERDICTS: tuple[Verdict, ...] = ("alike", "differs", "could not be played", "not played", "left out")
"""What ``could not be played`` isn't answered by the cloud; what is ``not played`` gets no further on either side."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One request with two answers, each as `shape` keeps it; None where a side has got no further."""

    name: str
    request: str
    """Who asked, at which microversion, for what."""
    lines: Sequence[str]
    cloud: Mapping[str, Any] | None = None
    here: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "request": self.request,
            "differences": list(self.lines),
            "cloud": self.cloud,
            "here": self.here,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one scenario, or of the requests about one chapter."""

    name: str
    chapter: str
    verdict: Verdict
    compared: int = 0
    """Answers."""
    differences: Sequence[Difference] = ()
    explained: Sequence[tuple[str, str]] = ()
    """Requests whose answers differ as they are meant to, with why."""
    why: str = ""
    left_out: int = 0
    """Requests that were sent to neither."""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "chapter": self.chapter,
            "verdict": self.verdict,
            "compared": self.compared,
            "differences": [each.to_json() for each in self.differences],
            "explained": [{"name": name, "why": why} for name, why in self.explained],
            "why": self.why,
            "left_out": self.left_out,
            "seconds": round(self.seconds, 3),
        }


@dataclass(slots=True)
class Comparison:
    """All results, and what there is to tell besides."""

    what: str
    """What a result is about: ``scenario``."""
    results: list[Result] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: bool = False
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether something was compared, and all of it is alike."""
        bad = any(result.verdict in ("differs", "could not be played") for result in self.results)
        return not bad and not self.stopped and any(result.compared for result in self.results)


def tally(results: Iterable[Result]) -> dict[str, int]:
    """How many results there are with each verdict."""
    found = Counter(result.verdict for result in results)
    return {verdict: found[verdict] for verdict in VERDICTS}


def answers(results: Iterable[Result]) -> str:
    """``120 answers: 118 alike, 1 explained, 1 differs``."""
    found = list(results)
    total = sum(result.compared for result in found)
    explained = sum(len(result.explained) for result in found)
    differing = sum(each.cloud is not None and each.here is not None for one in found for each in one.differences)
    parts = [f"{total - explained - differing} alike"]
    parts += [f"{explained} explained"] if explained else []
    parts += [f"{differing} {'differs' if differing == 1 else 'differ'}"] if differing else []
    return f"{counted(total, 'answer')}: {', '.join(parts)}"
