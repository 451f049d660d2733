"""What a history knows of the things it has made, from what the reference answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ..server import pick
from .kinds import KINDS
from .playing import Played

Suits = Callable[[Mapping[str, Any]], bool]
_SETTLED = ("available", "active", "None", "")


@dataclass
class Thing:
    """Something that a step made or found, under the name of a variable."""

    name: str
    kind: str
    of: frozenset[str]
    """What else the step was about."""
    owner: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_usable(self) -> bool:
        return str(self.fields.get("status", self.fields.get("state"))) in _SETTLED and not self.fields.get(
            "is_soft_deleted"
        )


class Model:
    """The things that there are. `projects` says which user owns what is in a project, by its id."""

    def __init__(self, projects: Mapping[str, str]) -> None:
        self.things: dict[str, Thing] = {}
        self.about: Mapping[str, str] = {}
        """The names of what the next request is about, by their kinds."""
        self.theme = ""
        """What the history is about."""
        self._projects = projects

    def has(self, kind: str) -> bool:
        return any(thing.kind == kind for thing in self.things.values())

    def of_kind(self, kind: str) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.kind == kind]

    def replicated(self) -> list[Thing]:
        """The shares that can have replicas."""
        return [thing for thing in self.of_kind("share") if thing.is_usable and thing.fields.get("replication_type")]

    def replicated_types(self) -> list[Thing]:
        """The types whose shares can have some."""
        return [thing for thing in self.of_kind("share_type") if "replication_type" in json.dumps(thing.fields)]

    def field(self, kind: str, name: str) -> str:
        """A field of the thing of that kind that the next request is about."""
        thing = self.things.get(self.about.get(kind, ""))
        return str(thing.fields.get(name)) if thing else ""

    def choose(self, kind: str, random: Random, suits: Suits | None = None, of: Set[str] = frozenset()) -> Thing | None:
        """One of a kind, most often one that something can be done with: whose fields suit, or which is available.

        Those that belong to one `of` these, by their names, come first.
        """
        things = self.of_kind(kind)
        things = [thing for thing in things if thing.of & of] or things
        usable = [thing for thing in things if (suits(thing.fields) if suits else thing.is_usable)]
        return random.choice(usable if usable and random.random() < 0.85 else things) if things else None

    def learn(self, played: Played, known: set[str]) -> None:
        """Takes over what a step has shown."""
        step = played.step
        for name in step.makes & known - self.things.keys():
            kind = name.rpartition("_")[0]
            self.things[name] = Thing(name, kind, frozenset(step.uses), step.exchange.user)
        for look, answer in played.looked.items():
            if answer.status == 404:
                self._forget(look.name)
            elif look.name in self.things:
                found = pick(answer.document, KINDS[look.kind].key)
                fields = found if isinstance(found, dict) else {}
                thing = self.things[look.name]
                thing.fields = fields
                thing.owner = self._projects.get(str(fields.get("project_id")), thing.owner)

    def _forget(self, name: str) -> None:
        self.things.pop(name, None)
        # What nobody looks at by itself goes with what it belongs to.
        for other in [thing.name for thing in self.things.values() if name in thing.of and not KINDS[thing.kind].look]:
            self._forget(other)
