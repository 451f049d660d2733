"""Judging a journal: which rules, and what comes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..text.suggestions import nearest
from ..world.journal import Entry
from .facts import Facts
from .history import History
from .limits import USUAL, Limits
from .rules import NAMES, RULES, Rule

EVIDENCE = 20
"""Requests that a finding names, the first ones; `count` has all of them."""
PAGE = "docs/reference/conduct.md"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one client did, and where to read about it."""

    name: str
    summary: str
    evidence: tuple[str, ...]
    """Ids of requests, oldest first."""
    count: int
    """Of the requests that show it."""
    operation: str | None = None
    user: str | None = None
    """The name; None where nobody has said who they are."""
    agent: str | None = None
    """The User-Agent."""

    def to_json(self) -> dict[str, Any]:
        """Without what isn't known."""
        doc = {
            "name": self.name,
            "summary": self.summary,
            "evidence": list(self.evidence),
            "count": self.count,
            "operation": self.operation,
            "user": self.user,
            "agent": self.agent,
            "page": f"{PAGE}#{self.name}",
        }
        return {key: value for key, value in doc.items() if value is not None}


def check_names(names: Iterable[str], field: str) -> frozenset[str]:
    """The names of findings as a set. Raises ValueError for one that there isn't, with the nearest one."""
    given = list(names)
    for name in given:
        if name not in NAMES:
            raise ValueError(f"{field}: there is no finding {name!r}{nearest(name, NAMES)}")
    return frozenset(given)


def judge(
    entries: Iterable[Entry],
    facts: Facts,
    *,
    only: Collection[str] = (),
    allow: Collection[str] = (),
    user: str | None = None,
    ended: bool = False,
    limits: Limits = USUAL,
) -> list[Finding]:
    """What is to be said of these requests, in the order of the rules and then of the requests.

    `only` are the names that are looked for, all when there is none; those in `allow` are not. `user` is an id or a
    name: what others did is left out. With `ended` the clients are done: what is there now is left behind.
    """
    wanted = [rule for rule in RULES if (not only or rule.name in only) and rule.name not in allow]
    history = History.of(entries, facts, limits)
    return [finding for rule in wanted if ended or not rule.at_end for finding in _findings(rule, history, user)]


def _findings(rule: Rule, history: History, user: str | None) -> Iterator[Finding]:
    for evidence in rule.find(history):
        id, name = next((request.user for request in evidence.requests if request.user[1]), (None, None))
        if user is not None and user not in (id, name):
            continue
        yield Finding(
            rule.name,
            evidence.summary,
            tuple(request.id for request in evidence.requests[:EVIDENCE]),
            len(evidence.requests),
            evidence.operation,
            name,
            evidence.requests[0].client.agent or None,
        )
