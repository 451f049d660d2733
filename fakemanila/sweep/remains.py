"""What a run has left in its world, and how that differs from what the undisturbed run left.

Worlds are compared by shape. A record is known by its kind, its name and what it belongs to; ids, dates, and where the
scheduler has put something are left out. So a share that was deleted and made anew is the same one, and a second share
of the same name is one too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..text.words import in_words
from .asked import pattern

Json = Mapping[str, Any]

_NOT_COMPARED = frozenset(("messages", "pools", "services"))
"""Kinds whose records tell what happened, or are the deployment."""
_NOT_OF_THE_SHAPE = frozenset(
    (
        *("id", "instance_id", "host", "availability_zone", "export_locations", "provider_location", "progress"),
        *("identifier", "backend_details", "access_key", "auth_key", "salt", "crypt_hash"),
    )
)
"""Attributes that follow from ids, times and where something was put."""
_PARENTS: Mapping[str, str] = {
    "share_instances": "share_id",
    "snapshots": "share_id",
    "snapshot_instances": "snapshot_id",
    "share_access_rules": "share_id",
    "snapshot_access_rules": "snapshot_id",
    "share_backups": "share_id",
    "share_transfers": "resource_id",
    "resource_locks": "resource_id",
    "share_group_snapshots": "share_group_id",
    "share_network_subnets": "share_network_id",
    "recycle_bin": "share_id",
}
"""What a record belongs to, by its kind: the attribute with the id."""
_INSTANCES = ("share_instances", "snapshot_instances")
_UUID = re.compile(r"[0-9a-f]{8}([-_])[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")

Change = Literal["more", "less", "different"]


@dataclass(frozen=True, slots=True)
class Remain:
    """A record without what is another one on each run."""

    kind: str
    name: str
    """For people: ``share 'db'``, ``snapshot 'x' of share 'db'``."""
    shape: Json
    id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What is other than after the undisturbed run: a record more, a record less, or another one."""

    kind: str
    record: str
    change: Change
    attributes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """Of a record that is different: the value after the undisturbed run and the one after this."""

    def __str__(self) -> str:
        if self.change == "more":
            return f"one {self.record} too many"
        if self.change == "less":
            return f"no {self.record}"
        changes = (f"{name} {now!r}, not {then!r}" for name, (then, now) in self.attributes.items())
        return f"{self.record}: {', '.join(changes)}"

    def to_json(self) -> dict[str, Any]:
        attributes = {name: {"undisturbed": then, "now": now} for name, (then, now) in self.attributes.items()}
        return {"kind": self.kind, "record": self.record, "change": self.change, "attributes": attributes}


def remains(records: Mapping[str, Sequence[Json]]) -> list[Remain]:
    """What there is of the records of a state, by kind."""
    kinds = {record["id"]: (kind, record) for kind, table in records.items() for record in table}
    names = {id: _name(kind, record, kinds) for id, (kind, record) in kinds.items()}
    return [
        Remain(
            kind=kind,
            name=names[record["id"]],
            shape={name: _plain(value, names) for name, value in record.items() if _is_of_the_shape(name)},
            id=record["id"],
        )
        for kind, table in records.items()
        if kind not in _NOT_COMPARED
        for record in table
    ]


def _is_of_the_shape(name: str) -> bool:
    return name not in _NOT_OF_THE_SHAPE and not name.endswith("_at")


def _name(kind: str, record: Json, kinds: Mapping[str, tuple[str, Json]]) -> str:
    noun = in_words(kind)
    own = record.get("name") or record.get("access_to")
    name = f"{noun} {pattern(own)!r}" if isinstance(own, str) else noun
    parent = kinds.get(str(record.get(_PARENTS.get(kind, ""))))
    return name if parent is None else f"{name} of {_name(*parent, kinds)}"


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    """A value with records' names in the place of ids, and without any other UUID."""
    if isinstance(value, Mapping):
        return {key: _plain(each, names) for key, each in value.items() if _is_of_the_shape(key)}
    if isinstance(value, list | tuple):
        return [_plain(each, names) for each in value]
    if not isinstance(value, str):
        return value
    if value in names:
        return names[value]
    return pattern(_UUID.sub(lambda found: names.get(found[0].replace("_", "-"), "*"), value))


def differences(undisturbed: Iterable[Remain], now: Iterable[Remain]) -> list[Difference]:
    """What is different now. Of an instance nothing is said where its share or snapshot is different, too."""
    left, found = _by_name(undisturbed), _by_name(now)
    told = [
        difference
        for kind, name in dict.fromkeys((*left, *found))
        for difference in _compared(kind, name, left.get((kind, name), []), found.get((kind, name), []))
    ]
    about = {each.record for each in told}
    return [each for each in told if each.kind not in _INSTANCES or each.record.partition(" of ")[2] not in about]


def _by_name(remains: Iterable[Remain]) -> dict[tuple[str, str], list[Remain]]:
    found: dict[tuple[str, str], list[Remain]] = {}
    for each in remains:
        found.setdefault((each.kind, each.name), []).append(each)
    return found


def _compared(kind: str, name: str, then: list[Remain], here: list[Remain]) -> Iterable[Difference]:
    """The differences of records of one name: those of the same shape are the same ones, the rest are paired."""
    then, here = list(then), list(here)
    for each in list(here):
        same = next((other for other in then if other.shape == each.shape), None)
        if same is not None:
            then.remove(same)
            here.remove(each)
    while then and here:
        changes, before, after = min(
            ((_changes(a.shape, b.shape), a, b) for a in then for b in here), key=lambda pair: len(pair[0])
        )
        then.remove(before)
        here.remove(after)
        yield Difference(kind, name, "different", changes)
    yield from (Difference(kind, name, "less") for _ in then)
    yield from (Difference(kind, name, "more") for _ in here)


def _changes(then: Json, now: Json) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys((*then, *now))
    return {name: (then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name)}


def without(remains: Iterable[Remain], ids: Iterable[str]) -> list[Remain]:
    """The same without records of these ids."""
    left = frozenset(ids)
    return [each for each in remains if each.id not in left]
