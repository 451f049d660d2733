"""The next step of a random history: most often one that succeeds, sometimes an odd one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from random import Random
from typing import Any

from ...contract.model import Operation, load
from ...keystone.credentials import Credentials
from ...manila.policy import Policy
from ...manila.resources import HANDLERS
from ...versions import MAXIMUM, MINIMUM, Microversion
from ..others import ALWAYS
from ..right_requests import BODIES, values_of
from ..script import NOTHING, Exchange, substitute
from ..server import EXPERIMENTAL
from ..ways import ABSENT, BARE, BODY, CONTENT, at_version, body_of, way_at
from .bodies import pairs, right_body
from .kinds import KINDS, MAKES, WORKED_ON, kind_of
from .model import Model, Suits
from .playing import Played
from .queries import query_of
from .steps import Look, Step
from .themes import PARENTS, SUITABLE, Theme, choose

USERS = ("admin", "demo", "demo_manager", "demo_reader", "alt_demo")
_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# These show, or change, what all users of a server share.
_LEFT_OUT = ("services.", "scheduler_stats.", "quota_class_sets.", "versions.", "extensions.", "share_instances.list")
_RARE = (
    "share_servers.manage",
    "availability_zones.",
    "limits.",
    "quota_sets.delete",
    "share_group_type_group_specs",
    "qos_type",
)
_OFTEN = ("shares.create", "snapshots.create", "shares.allow_access")
_AT_ONCE = ("reset_status", "reset_task_state", "update", "metadata", "specs", "resource_locks", "share_types",
            "share_group_types", "qos_types", "quota", "security_services", "soft_delete",
            "shares.restore", "transfers")  # fmt: skip
"""Operations whose answer is all that there is to them."""
_FIRST = 80.0
"""What makes something without which a history's theme is none weighs so much more than others, which weigh about 1."""
_EVERY = 20
"""After so many steps all that there is is looked at."""
_LATER = ("share_access_rules.update", "share_networks.update_security_service")
_FIXED = {"key": "tier", "extra_spec_key": "tier", "group_spec_key": "tier", "spec_key": "tier",
          "project_id_quota_request_path": "{demo_project}"}  # fmt: skip
_KEPT = {"availability_zone", "backup_options"}
"""Without a zone two servers would place it differently; a data service can't mount what dummy drivers make."""


class Asker:
    """Makes the steps of one history. `only` keeps to the operations of a resource, and what these need."""

    def __init__(
        self, random: Random, model: Model, only: str | None = None, *, users: Sequence[str] = USERS,
        newest: Microversion = MAXIMUM,
    ) -> None:  # fmt: skip
        self.random, self.model = random, model
        self._users, self._newest = list(users), newest
        self._number = 0
        self._theme = Theme() if only else choose(random)
        model.theme = self._theme.name
        self._successes: Counter[str] = Counter()
        self._operations = [each for each in sorted(load(), key=lambda each: each.id) if _is_asked(each, newest)]
        self._named = {each.id: _kinds_named(each) for each in self._operations}
        self._only = only
        self._needed = _needed(self._operations, only) if only else frozenset()

    def learn(self, played: Played) -> None:
        self._successes[played.step.operation] += played.expected.ok

    def next(self) -> Step:
        first = self._theme.next(self.model)
        weights = [self._weight(each) + (_FIRST if each.id == first else 0) for each in self._operations]
        operation = self.random.choices(self._operations, weights)[0]
        self._number += 1
        version = self._version(operation)
        way = way_at(operation, version)
        variables: dict[str, str] = {}
        path = self._resolve(operation.id, way.path, variables)
        body = self._body(operation, version, variables)
        user = self._user(operation, variables)
        query = query_of(operation, self.random, self.model, user)
        exchange = Exchange(
            name=f"{self._number} {operation.id}",
            path=f"/v2{path}{query.text}" if path != "/.." else "/",
            user=user,
            version=str(version),
            method=way.method,
            body=body,
            headers=EXPERIMENTAL if _is_experimental(operation, version) else {},
            save={f"{kind}_{self._number}": dotted for kind, dotted in MAKES.get(operation.id, {}).items()},
            unordered=query.unordered,
        )
        step = Step(operation.id, exchange)
        if self._number % _EVERY == 0:
            looks = tuple(self._looks(step.makes | self._known(), first=step.uses))
            return Step(operation.id, exchange, looks, settles=True, looks_at_all=True)
        if way.method == "GET":
            return step
        settles = operation.id in _LATER or not any(part in operation.id for part in _AT_ONCE)
        # What only says where the rest is found is looked at with everything else.
        parents = {each for name in step.uses & self._known() for each in self.model.things[name].of}
        looks = tuple(self._looks(step.uses - parents | step.makes, first=step.uses))
        return Step(operation.id, exchange, looks, settles)

    def _known(self) -> set[str]:
        return set(self.model.things)

    def _weight(self, operation: Operation) -> float:
        resource, _, verb = operation.id.partition(".")
        weight = 0.7 if verb in ("list", "detail", "show", "defaults") else 1.5
        if operation.id.startswith(_RARE):
            weight *= 0.35
        if operation.id in _OFTEN:
            weight *= 2
        weight *= self._theme.weight(operation.id)
        made = MAKES.get(operation.id, {})
        if not made:
            weight /= 1 + self._successes[operation.id]
        elif any(self.model.has(parent) for parent in PARENTS.get(operation.id, ())):
            weight *= 1 if any(self.model.has(kind) for kind in made) else 4
        for kind in made:
            number = len(self.model.of_kind(kind))
            weight *= 0.15 if number >= KINDS[kind].most else 1.5 if number else 2.5
        if operation.id == "share_instances.force_delete" and self._has_snapshots():
            return 0  # a real server keeps snapshots without a share for good
        if operation.id == "shares.create" and not self.model.has("share"):
            weight += 40
        missing = [kind for kind in self._named[operation.id] if kind in KINDS and not self.model.has(kind)]
        weight *= 0.04 if missing else 1
        suits = SUITABLE.get(operation.id)
        if suits is not None and not missing:
            fit = [
                kind for kind in _kinds_in_path(operation) for thing in self.model.of_kind(kind) if suits(thing.fields)
            ]
            weight *= 4 if fit else 0.15
        if operation.id == "share_replicas.create" and not self.model.replicated():
            weight *= 0.1
        if self._only and not resource.startswith(self._only):
            weight *= 0.3 if operation.id in self._needed else 0
        return weight

    def _has_snapshots(self) -> bool:
        return self.model.has("snapshot") or self.model.has("share_group_snapshot")

    def _version(self, operation: Operation) -> Microversion:
        low = min((r.versions.min or MINIMUM for r in operation.routes), key=lambda each: each.minor)
        high = max((r.versions.max or MAXIMUM for r in operation.routes), key=lambda each: each.minor)
        high = max(min(high, self._newest), low)
        if self.random.random() < 0.55:
            return high
        version = Microversion(2, self.random.randint(low.minor, high.minor))
        return version if any(version in route.versions for route in operation.routes) else high

    def _user(self, operation: Operation, variables: Mapping[str, str]) -> str:
        if self.random.random() < 0.12:
            return self.random.choice(self._users)
        if _is_for_administrators(operation):
            return "admin"
        if operation.id == "share_transfers.accept":
            return "alt_demo"
        owner = next((self.model.things[name].owner for name in variables.values() if name in self.model.things), None)
        if owner is None or owner.startswith("demo"):
            return self.random.choice(
                ("demo",) * 8 + ("demo_manager" if "demo_manager" in self._users else "demo", "admin")
            )
        return owner

    def _resolve(self, operation: str, value: Any, variables: dict[str, str]) -> Any:
        """`value` with the variables of this history. `variables` has, and gets, what stands for which kind."""
        names = list(dict.fromkeys(_VARIABLE.findall(json.dumps(value))))
        found: dict[str, str] = {}
        # The last one first: it belongs to the others.
        for name in reversed(names):
            if name in self.model.things:  # somebody has chosen already
                variables.setdefault(self.model.things[name].kind, name)
            elif name in _FIXED:
                found[name] = _FIXED[name]
            elif name == "unique":
                found[name] = f"{{run}}-{self._number}"
            elif name == "unique_ip":
                found[name] = f"10.1.{self._number // 250}.{self._number % 250 + 1}"
            elif not name.endswith("_project") and name not in ALWAYS:
                found[name] = self._thing(kind_of(operation, name), variables, SUITABLE.get(operation))
        return substitute(value, found, lenient=True)

    def _thing(self, kind: str, variables: dict[str, str], suits: Suits | None) -> str:
        chance = self.random.random()
        if chance < 0.02:
            return "{unknown_id}"
        if kind not in variables or chance < 0.05:
            thing = self.model.choose(kind, self.random, suits, frozenset(variables.values()))
            if thing is None:
                return "{unknown_id}" if kind in KINDS else "nothing"
            variables[kind] = thing.name
            for name in thing.of & self.model.things.keys():
                variables.setdefault(self.model.things[name].kind, name)
        return f"{{{variables[kind]}}}"

    def _body(self, operation: Operation, version: Microversion, variables: dict[str, str]) -> Any:
        way = way_at(operation, version)
        if not way.has_body and operation.request is None:
            return NOTHING
        if way.method == "GET" or not (way.has_body or way.action):
            return NOTHING
        self.model.about = variables
        right = self._resolve(operation.id, right_body(operation.id, self.random, self.model), variables)
        changes: dict[str, Any] = dict(self._odd(operation, right)) if self.random.random() < 0.1 else {}
        if not changes:
            right = at_version(operation, right, version)
        way = type(way)(**{**vars(way), "body": {} if right is None else right})
        if right is None and not changes:
            return {way.action or way.envelope: None} if (way.action or way.envelope) else NOTHING
        return body_of(way, changes)

    def _odd(self, operation: Operation, right: Any) -> Iterator[tuple[str, Any]]:
        assert operation.request is not None
        properties = [name for name in operation.request.schema.get("properties", {}) if name not in _KEPT]
        chance = self.random.random()
        if chance < 0.1 or not properties:
            yield self.random.choice(((CONTENT, None), (CONTENT, "x"), (CONTENT, []), (BODY, {}), (BARE, True)))
        elif chance < 0.25 and isinstance(right, dict) and right.keys() - _KEPT:
            yield ABSENT, self.random.choice([name for name in right if name not in _KEPT])
        else:
            for name in self.random.sample(properties, 1):
                values = [*values_of(name), *([pairs(self.random)] if "metadata" in name else [])]
                # A real server's database takes a list of one text for the text, and true for an id that begins with 1.
                unlike = [["x"], True] if name.endswith("_id") else [["x"]]
                yield name, self.random.choice([value for value in values if value not in unlike])

    def _looks(self, names: Set[str], *, first: Set[str]) -> Iterator[Look]:
        """Looks at what has these names, or will have once the step has been taken.

        At what is `first` before the rest: what goes with it changes nothing of itself until then.
        """
        for name in sorted(names, key=lambda each: (each.rpartition("_")[0] in WORKED_ON, each not in first, each)):
            kind = name.rpartition("_")[0]
            look = KINDS[kind].look if kind in KINDS else None
            if look is None:
                continue
            parents = {
                self.model.things[each].kind if each in self.model.things else each.rpartition("_")[0]: f"{{{each}}}"
                for each in (self.model.things[name].of if name in self.model.things else names)
            }
            path = substitute(look, {"id": f"{{{name}}}", **parents}, lenient=True)
            if set(_VARIABLE.findall(path)) <= self.model.things.keys() | names:
                yield Look(kind, name, path)


def _is_asked(operation: Operation, newest: Microversion) -> bool:
    known = any((route.versions.min or MINIMUM) <= newest for route in operation.routes)
    return known and operation.id in HANDLERS and not operation.id.startswith(_LEFT_OUT)


def _is_experimental(operation: Operation, version: Microversion) -> bool:
    return any(route.experimental for route in operation.routes if version in route.versions)


def _is_for_administrators(operation: Operation) -> bool:
    member = Credentials(
        token="",
        user_id="u",
        user_name="u",
        project_id="p",
        project_name="p",
        domain_id=None,
        roles=("member", "reader"),
        is_admin=False,
        expires_at=datetime.max,
        user_domain_id="d",
        project_domain_id="d",
        system_scope=None,
    )
    return operation.policy is not None and not Policy.load_defaults().allows(operation.policy, member)


def _kinds_in_path(operation: Operation) -> list[str]:
    return [kind_of(operation.id, name) for name in _VARIABLE.findall(operation.routes[-1].path)]


def _kinds_named(operation: Operation) -> frozenset[str]:
    """What there has to be for an operation to succeed."""
    body = BODIES.get(operation.id) if operation.id not in MAKES else None
    return frozenset(_kinds_in_path(operation)) | {
        kind_of(operation.id, name) for name in _VARIABLE.findall(json.dumps(body)) if not name.endswith("_project")
    }


def _needed(operations: list[Operation], only: str) -> frozenset[str]:
    """What makes the things that a resource's operations are about, and the things that these are about."""
    wanted = {only.removesuffix("s"), "share"}
    for operation in operations:
        if operation.id.startswith(only):
            wanted |= set(_kinds_in_path(operation))
    if "share_group" in only:
        wanted |= {"share_group", "share_group_type", "share_type"}
    return frozenset(operation for operation, kinds in MAKES.items() if kinds.keys() & wanted)
