"""Bad habits of clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .part import Json


class Conduct(list[Json]):
    """Findings, which print as text."""

    def __str__(self) -> str:
        from ...conduct.telling import lines  # with all of the judging, which most programs don't ask for

        return "\n".join(lines(self)) or "no findings"


def query(only: str | Iterable[str], allow: str | Iterable[str], ended: bool) -> Mapping[str, Any]:
    """Names, or a single one, and a switch as the control plane reads them."""
    named = {
        name: ",".join([names] if isinstance(names, str) else names)
        for name, names in (("only", only), ("allow", allow))
    }
    return {**{name: names for name, names in named.items() if names}, **({"ended": "true"} if ended else {})}
