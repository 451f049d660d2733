"""What differs between a cloud and the world beside it, each kind of difference once, and how often it was met."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..compare.histories.comparing import EXPLAINED as KNOWN
from ..compare.histories.comparing import explanations, signature
from ..importing.partial import without_secrets
from .beside import Played

EXPLAINED = Path(__file__).with_name("explained.yaml")
MOST = 1_000
"""Kinds of difference that are kept; beyond that they are only counted."""


@dataclass
class Kind:
    """One kind of difference, with the first request that showed it."""

    difference: str
    first: Played
    count: int = 1

    def to_json(self) -> dict[str, Any]:
        played = self.first
        asked, person = played.asked, played.person
        return {
            "difference": self.difference,
            "count": self.count,
            "operation": played.operation,
            "request": {
                "method": asked.method,
                "path": asked.target,
                "microversion": asked.version,
                "body": without_secrets(asked.document),
                "user_id": None if person is None else person.user_id,
                "project_id": None if person is None else person.project_id,
                "roles": [] if person is None else list(person.roles),
            },
            "differences": played.compared.differences,
            "cloud": without_secrets(played.compared.there),
            "fake": without_secrets(played.compared.here),
        }


@dataclass
class Drift:
    """All differences so far, and how much was compared."""

    requests: int = 0
    """That were passed on to Manila."""
    alike: int = 0
    strangers: int = 0
    """Records in lists that came around this server, and were left out."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    beyond: int = 0
    """Differences of kinds for which there was no room."""
    explained: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Known differences, with why they are as they are meant to be."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Requests that could not be compared, by why."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._explain = explanations(KNOWN, EXPLAINED)
        self._succeeded: set[str] = set()

    def add(self, played: Played) -> None:
        """Counts a request that was answered on both sides."""
        with self._lock:
            self.requests += 1
            self.strangers += played.compared.strangers
            if played.there.ok:
                self._succeeded.add(played.operation)
            alike = True
            for line in played.compared.differences:
                found = signature(played.operation, line)
                why = self._explain(found, self._succeeded)
                if why is not None:
                    self.explained[found, why] += 1
                    continue
                alike = False
                if found in self.kinds:
                    self.kinds[found].count += 1
                elif len(self.kinds) < MOST:
                    self.kinds[found] = Kind(found, played)
                else:
                    self.beyond += 1
            self.alike += alike

    def skip(self, why: str) -> None:
        """Counts a request that was not compared."""
        with self._lock:
            self.requests += 1
            self.skipped[why] += 1

    @property
    def differs(self) -> bool:
        return bool(self.kinds)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self.requests = self.alike = self.strangers = self.beyond = 0
            for each in (self.kinds, self.explained, self.skipped):
                each.clear()

    def to_json(self) -> dict[str, Any]:
        """``{"requests", "alike", "differing", "skipped", "strangers", "drift": […], "explained": […]}``."""
        with self._lock:
            return {
                "requests": self.requests,
                "alike": self.alike,
                "differing": self.requests - self.alike - sum(self.skipped.values()),
                "skipped": [{"why": why, "count": number} for why, number in self.skipped.most_common()],
                "strangers": self.strangers,
                "beyond": self.beyond,
                "drift": [kind.to_json() for kind in self.kinds.values()],
                "explained": [
                    {"difference": difference, "why": why, "count": number}
                    for (difference, why), number in self.explained.most_common()
                ],
            }

    def lines(self) -> list[str]:
        """The same in short, for people."""
        document = self.to_json()
        lines = [f"{kind['count']} {kind['difference']}" for kind in document["drift"]]
        compared = document["alike"] + document["differing"]
        lines.append(f"{self.requests} requests, {compared} compared: {self.alike} alike, {document['differing']} not")
        lines += [f"{each['count']} not compared: {each['why']}" for each in document["skipped"]]
        return lines
