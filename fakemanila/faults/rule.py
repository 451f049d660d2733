"""A rule: what it matches, when it fires and what it does, and how often it did."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from . import effects, fields, presets
from .match import Match
from .plan import Effect
from .subject import Subject
from .when import When

KEYS = ("name", "preset", "match", "when", "do", "must_fire")
SHOWN = ("id", "matched", "fired", "near_misses")
"""What `to_json` adds; reading a rule passes over it, so that one that was listed can be posted again."""
NEAR_MISSES = 20
_OF_PHASES = frozenset(("outcome", "one_of"))
"""Effects that say how something ends that a request starts."""


class NearMiss(NamedTuple):
    """A request that met all conditions of a rule but one."""

    request_id: str
    operation: str | None
    condition: str
    found: Any

    def to_json(self) -> dict[str, Any]:
        return {
            "request_id": self.request_id,
            "operation": self.operation,
            "condition": self.condition,
            "found": self.found,
        }


@dataclass(slots=True, eq=False, repr=False)
class Rule:
    """``{"name": …, "match": {…}, "when": {…}, "do": {…}}``, or a preset narrowed by `match` and `when`."""

    match: Match
    when: When
    effect: Effect
    do: Mapping[str, Any]
    name: str | None = None
    preset: str | None = None
    must_fire: bool = False
    narrowed: Mapping[str, Any] = field(default_factory=dict)
    """What of `match` and `when` was given beside the preset."""
    id: str = ""
    added: datetime = datetime.min
    matched: int = 0
    fired: int = 0
    near_misses: deque[NearMiss] = field(default_factory=lambda: deque(maxlen=NEAR_MISSES))

    @classmethod
    def parse(cls, value: object, names: Collection[str] | None = None, field: str = "fault") -> Rule:
        """Reads the JSON, or a preset's name. Raises ValueError that names what is wrong, and what would be right.

        A preset's `match` says which requests it is about by operation, path and method; one that gives any of these
        puts its own in place of them. All else is added to what the preset says. `names` are those of the operations
        and phases that there are.
        """
        fields.check_json(value, field)
        spec = {"preset": value} if isinstance(value, str) else fields.mapping(value, field, (*KEYS, *SHOWN))
        if "do" not in spec and "preset" not in spec:
            raise ValueError(f"{field}: {value!r} needs 'do' or 'preset'")
        given_match = fields.mapping(spec.get("match") or {}, f"{field}.match")
        given_when = fields.mapping(spec.get("when") or {}, f"{field}.when")
        match, when, do = given_match, given_when, spec.get("do")
        if "preset" in spec:
            preset = presets.find(spec["preset"], f"{field}.preset")
            match = {**_about(preset.match, given_match), **given_match}
            when = {**preset.when, **given_when}
            if do is not None and do != preset.do:
                raise ValueError(f"{field}.do: {do!r} is not what the preset {spec['preset']} does")
            do = preset.do
        name, must_fire = spec.get("name"), spec.get("must_fire", False)
        if not isinstance(must_fire, bool):
            raise ValueError(f"{field}.must_fire: {must_fire!r} is neither true nor false")
        effect = effects.parse(do, f"{field}.do")
        parsed = Match.parse(match, names, f"{field}.match")
        if parsed.about_phases and not _OF_PHASES.intersection(fields.mapping(do, f"{field}.do")):
            raise ValueError(
                f"{field}.match.operation: {match['operation']!r} names a phase, which only an outcome can have"
            )
        return cls(
            match=parsed,
            when=When.parse(when, f"{field}.when"),
            effect=effect,
            do=dict(fields.mapping(do, f"{field}.do")),
            name=fields.text(name, f"{field}.name") if name is not None else None,
            preset=spec.get("preset"),
            must_fire=must_fire,
            narrowed={"match": given_match, "when": given_when},
        )

    def copy(self) -> Rule:
        """The same with counters of its own."""
        return replace(self, near_misses=self.near_misses.copy())

    @property
    def label(self) -> str:
        """What people know it by."""
        return self.name or self.preset or self.id

    def spec(self) -> dict[str, Any]:
        """The JSON that `parse` reads back."""
        if self.preset is None:
            said: dict[str, Any] = {"match": self.match.spec, "when": self.when.to_json(), "do": dict(self.do)}
        else:
            said = {"preset": self.preset, **{key: value for key, value in self.narrowed.items() if value}}
        if self.name is not None:
            said["name"] = self.name
        if self.must_fire:
            said["must_fire"] = True
        return said

    def to_json(self) -> dict[str, Any]:
        """The rule as it is, with what has become of it. A preset is shown with what it stands for."""
        return {
            "id": self.id,
            "name": self.name,
            **({} if self.preset is None else {"preset": self.preset}),
            "match": self.match.spec,
            "when": self.when.to_json(),
            "do": dict(self.do),
            "must_fire": self.must_fire,
            "matched": self.matched,
            "fired": self.fired,
            "near_misses": [miss.to_json() for miss in self.near_misses],
        }

    def matches(self, subject: Subject) -> bool:
        """Whether a request meets every condition; one that meets all but one is noted."""
        failed = self.match.failures(subject)
        if len(failed) == 1 and len(self.match.conditions) > 1:
            condition = failed[0]
            found = condition.found(subject)
            self.near_misses.append(NearMiss(subject.request_id, subject.operation, condition.name, found))
        return not failed


_SCOPE = ("operation", "path", "method")


def _about(preset: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    if any(key in given for key in _SCOPE):
        return {key: value for key, value in preset.items() if key not in _SCOPE}
    return dict(preset)
