"""Refusals that nothing more is known of than who answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .reason import Facts, Reason, joined


@dataclass(frozen=True, slots=True)
class Faulted(Reason):
    """A fault answered, or kept the answer back."""

    kind: ClassVar[str] = "fault"

    rules: tuple[str, ...]
    """The rules that fired, by the names that people know them by."""
    carried_out: bool
    """The request was carried out before its answer was lost or replaced."""
    status: int
    """What came instead; 0 for no answer."""

    def facts(self) -> Facts:
        return {"rules": list(self.rules), "carried_out": self.carried_out}

    def explain(self) -> list[str]:
        names = joined(map(repr, self.rules), "and")
        what = f"answered {self.status}" if self.status else "kept the answer back"
        fault = "The fault" if len(self.rules) == 1 else "The faults"
        done = "It was carried out before." if self.carried_out else "The request was not carried out."
        return [f"{fault} {names} {what}.", done]


@dataclass(frozen=True, slots=True)
class Crashed(Reason):
    """A bug of fakemanila's, or of a view that somebody has put in the place of one of its own."""

    kind: ClassVar[str] = "crash"

    error: str
    message: str

    def facts(self) -> Facts:
        return {"error": self.error, "message": self.message}

    def explain(self) -> list[str]:
        return [f"It failed with {self.error}: {self.message}", "The server's log has the traceback."]


@dataclass(frozen=True, slots=True)
class Other(Reason):
    """Any other refusal: the message has it all."""

    kind: ClassVar[str] = "other"

    error: str
    """What kind of refusal it is: ``Conflict``."""
    message: str

    def facts(self) -> Facts:
        return {"error": self.error, "message": self.message}

    def explain(self) -> list[str]:
        return [f"{self.message.rstrip('.')}."]
