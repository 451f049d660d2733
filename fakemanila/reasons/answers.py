"""Refusals that nothing more is known of than who answered."""

from __future__ import annotations

from typing import NamedTuple

from .reason import Facts, joined


class Faulted(NamedTuple):
    """A fault answered, or kept the answer back."""

    rules: tuple[str, ...]
    """The rules that fired, by the names that people know them by."""
    carried_out: bool
    """The request was carried out before its answer was lost or replaced."""
    status: int
    """What came instead; 0 for no answer."""
    kind: str = "fault"

    def facts(self) -> Facts:
        return {"rules": list(self.rules), "carried_out": self.carried_out}

    def explain(self) -> list[str]:
        names = joined(map(repr, self.rules), "and")
        what = f"answered {self.status}" if self.status else "kept the answer back"
        fault = "The fault" if len(self.rules) == 1 else "The faults"
        done = "It was carried out before." if self.carried_out else "The request was not carried out."
        return [f"{fault} {names} {what}.", done]


class Crashed(NamedTuple):
    """A bug of fakemanila's, or of a view that somebody has put in the place of one of its own."""

    error: str
    message: str
    kind: str = "crash"

    def facts(self) -> Facts:
        return {"error": self.error, "message": self.message}

    def explain(self) -> list[str]:
        return [f"It failed with {self.error}: {self.message}", "The server's log has the traceback."]


class Other(NamedTuple):
    """Any other refusal: the message has it all."""

    error: str
    """What kind of refusal it is: ``Conflict``."""
    message: str
    kind: str = "other"

    def facts(self) -> Facts:
        return {"error": self.error, "message": self.message}

    def explain(self) -> list[str]:
        return [f"{self.message.rstrip('.')}."]
