"""What all reasons have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

Facts: TypeAlias = "dict[str, Any]"


class Reason(Protocol):
    """Why one request was refused. It never changes.

    It is made where the request is refused, of what is at hand there. What takes time to find out is found out by
    `facts`, so only when somebody asks. Reasons are named tuples: there are many kinds, and data classes that nobody
    can change take five times as long to be made when the program starts.
    """

    @property
    def kind(self) -> str: ...

    def facts(self) -> Facts:
        """As JSON, without the kind."""

    def explain(self) -> list[str]:
        """The same in sentences. The first one is enough for who has room for one line."""


def joined(words: Iterable[object], last: str = "or") -> str:
    """``a, b or c``."""
    texts: Sequence[str] = [str(word) for word in words]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}" if texts else ""
