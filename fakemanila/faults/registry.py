"""The rules of one world, and the choice among them at the start of a request."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from .. import extensions
from ..world.seeded import Seeded
from . import fields, match, presets, when
from .holding import Holding
from .plan import Plan
from .rule import Rule
from .subject import Subject

MARKER = "fakemanila:fault"
"""The key of a resource's metadata that names a preset."""
_MARKER_BYTES = MARKER.encode()
MOST = 1000
"""Rules that may be added. Each of them looks at every request."""


def operations() -> frozenset[str]:
    """Every operation's id, also those of Keystone and of the services beside Manila."""
    extensions.load()
    return _operations()


@cache
def _operations() -> frozenset[str]:
    from ..contract.model import load
    from ..keystone.identity_calls import ROUTES
    from ..neighbours.served import NEIGHBOURS

    neighbours = (id for neighbour in NEIGHBOURS.values() for id in neighbour.by_id)
    return frozenset((*load().operations, *(route.operation for route in ROUTES), *neighbours))


def _named_in(metadata: object) -> Any:
    """The preset that a resource's metadata name, whatever a caller has put there; None where there is none."""
    return metadata.get(MARKER) if isinstance(metadata, dict) else None


class Faults:
    """First match wins for answers; everything else adds up.

    `now` is the world's time. `seed` makes the draws: one dice for each rule and request, so that a rule more or less
    changes nobody else's luck. `phases` are the names of the phases that rules may be about. `wire` says whether the
    server lets an application reach the connections. A rule that is taken away lets go whom it holds in `held`.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        seed: str,
        phases: Collection[str] = (),
        *,
        wire: bool = True,
        held: Holding | None = None,
    ) -> None:
        self._now = now
        self._phases = phases
        self._seed = seed
        self._wire = wire
        self._held = held or Holding()
        self._rules: dict[str, Rule] = {}
        self._brought: dict[tuple[str, str], Rule] = {}
        """By resource id and preset: what resources brought with them in their metadata."""
        self._count = 0
        self._marked = False
        """Some resource may have brought a preset: until then nobody has to look at metadata."""

    def __iter__(self) -> Iterator[Rule]:
        """Every rule, in the order in which they were added; those that resources brought come last."""
        yield from self._rules.values()
        yield from self._brought.values()

    def __len__(self) -> int:
        return len(self._rules) + len(self._brought)

    def copy(self, now: Callable[[], datetime], held: Holding | None = None) -> Faults:
        """The same rules with the same counters and dice, for a world whose time `now` tells, and its `held`."""
        copied = copy.copy(self)
        copied._now, copied._held = now, held or Holding()
        copied._rules = {id: rule.copy() for id, rule in self._rules.items()}
        copied._brought = {key: rule.copy() for key, rule in self._brought.items()}
        return copied

    # Rules

    def add(
        self,
        fault: str | Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
        must_fire: bool | None = None,
        do: Mapping[str, Any] | None = None,
        **conditions: Any,
    ) -> Rule:
        """Adds a rule: a preset's name or the JSON of a rule, with what the keywords say besides.

        A keyword is a key of ``match`` or of ``when`` (``operation="snapshots.create", times=1``), or one of these
        two with an object. Raises ValueError that names the field, the value and what would be right; then nothing has
        changed.
        """
        spec: dict[str, Any] = {"preset": fault} if isinstance(fault, str) else dict(fault or {})
        given = {"name": name, "must_fire": must_fire, "do": do}
        spec.update({key: value for key, value in given.items() if value is not None})
        for part, keys in (("match", match.KEYS), ("when", when.KEYS)):
            said = {**conditions.pop(part, {}), **{key: conditions.pop(key) for key in keys if key in conditions}}
            if said:
                spec[part] = {**(spec.get(part) or {}), **said}
        rule = Rule.parse({**spec, **conditions}, operations().union(self._phases))
        self.check(rule)
        if len(self._rules) >= MOST:
            raise ValueError(
                f"faults: this would be one more than the {MOST} allowed; take some away with DELETE …/faults"
            )
        return self._keep(rule)

    def check(self, rule: Rule) -> None:
        """Raises ValueError for a rule that would do something to a connection that nobody lets it reach."""
        if rule.effect.on_the_wire and not self._wire:
            field, value = ("do", dict(rule.do)) if rule.preset is None else ("preset", rule.preset)
            raise fields.unreachable(value, field)

    def _keep(self, rule: Rule) -> Rule:
        self._count += 1
        rule.id, rule.added = f"fault-{self._count}", self._now()
        self._rules[rule.id] = rule
        return rule

    def get(self, id: str) -> Rule | None:
        return next((rule for rule in self if rule.id == id), None)

    def remove(self, id: str) -> Rule | None:
        """Takes a rule away and returns it; None when nobody added one of that id."""
        rule = self._rules.pop(id, None)
        if rule is not None:
            self._held.let_go(rule)
        return rule

    def has(self, rule: Rule) -> bool:
        """Whether it is this very rule that there is, and not another one of its id."""
        return any(rule is each for each in self)

    def clear(self) -> None:
        """Takes all rules away, also those that resources brought."""
        for rule in self:
            self._held.let_go(rule)
        self._rules.clear()
        self._brought.clear()
        self._marked = False

    @staticmethod
    def presets() -> list[dict[str, Any]]:
        """The named presets, one line each."""
        return [family.to_json() for family in presets.families().values()]

    @property
    def remembers(self) -> bool:
        """Whether some rule wants to know how the world was before."""
        return any(rule.effect.REMEMBERS for rule in self)

    # Requests

    def idle(self, body: bytes) -> bool:
        """Whether nothing can happen to a request with that body, so that nobody needs to look at it."""
        if not self._marked and _MARKER_BYTES in body:
            self._marked = True
        return not self._rules and not self._marked

    def pick(self, subject: Subject) -> tuple[Plan, list[Rule]]:
        """What happens to a request, and which rules say so. Decided once: what is added later doesn't touch it."""
        plan, picked = Plan(), []
        answered = False
        for rule in [*self._rules.values(), *self._brought_by(subject)]:
            if not rule.matches(subject):
                continue
            rule.matched += 1
            if answered and rule.effect.ANSWERS:
                continue
            dice = Seeded(f"{self._seed}/{rule.id}/{rule.matched}")
            if not rule.when.fires(rule.matched, rule.fired, self._now() - rule.added, dice):
                continue
            picked.append(rule)
            answered = answered or rule.effect.ANSWERS
            had_outcome, pauses = plan.outcome is not None, len(plan.pauses)
            rule.effect.apply(plan, dice)
            for pause in plan.pauses[pauses:]:
                pause.rule = rule
            if plan.outcome is not None and not had_outcome:
                plan.outcome = plan.outcome._replace(phase=rule.match.phase(subject.operation))
                plan.on_outcome = _fires(rule)
            elif not rule.effect.ENDS:
                rule.fired += 1
        return plan, picked

    # What resources bring with them

    def notice(self, metadata: Mapping[str, Any]) -> None:
        """Tells of the metadata of a resource that no request has made."""
        self._marked = self._marked or MARKER in metadata

    def complaint(self, metadata: object) -> str | None:
        """What is wrong with the preset that a resource's metadata names; None where nothing is."""
        preset = _named_in(metadata)
        if preset is None:
            return None
        try:
            presets.find(preset, f"metadata[{MARKER!r}]")
            self.check(Rule.parse({"preset": preset}))
        except ValueError as error:
            return str(error)
        return None

    def _brought_by(self, subject: Subject) -> list[Rule]:
        if not self._marked:
            return []
        rules = []
        for position, record in enumerate(subject.resources):
            preset = _named_in(record.get("metadata"))
            if isinstance(preset, str) and (position == 0 or subject.creates):
                rule = self._of_resource(record.get("id") or subject.request_id, preset)
                if rule is not None:
                    rules.append(rule)
        return rules

    def _of_resource(self, resource_id: str, preset: str) -> Rule | None:
        """The rule that a resource brought; each resource has its own, with its own counters."""
        key = (resource_id, preset)
        if key not in self._brought:
            try:
                rule = Rule.parse({"preset": preset})
                self.check(rule)
            except ValueError:  # whoever made the resource was told so
                return None
            self._count += 1
            rule.id, rule.added = f"fault-{self._count}", self._now()
            rule.name = f"{preset} of {resource_id}"
            self._brought[key] = rule
        return self._brought[key]

    def created(self, request_id: str, record: Mapping[str, Any]) -> None:
        """Tells that a request has made a resource: what its metadata brought is its own from now on."""
        for key in [key for key in self._brought if key[0] == request_id]:
            rule = self._brought.pop(key)
            rule.name = f"{key[1]} of {record['id']}"
            self._brought[record["id"], key[1]] = rule

    def forget(self, resource_id: str) -> None:
        """Drops what a resource brought that is gone, or never came to be."""
        for key in [key for key in self._brought if key[0] == resource_id]:
            del self._brought[key]


def _fires(rule: Rule) -> Callable[[], None]:
    def fire() -> None:
        rule.fired += 1

    return fire
