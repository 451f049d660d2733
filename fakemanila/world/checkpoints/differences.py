"""What is otherwise in one world than in another, or than it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...keystone.tables import TABLES, State
from ..clock import format_time
from ..journal import masked
from .checkpoint import Checkpoint

Json = dict[str, Any]
Change = list[Any]
"""``[before, after]``."""

IDENTITY = "identity."
"""What the kinds of Keystone's records begin with."""
_NAMES = ("name", "display_name")


def between(before: Checkpoint, after: Checkpoint) -> Json:
    """What has to happen to one for it to be the other, JSON-able.

    ``{"records": D, "transitions": D, "faults": D, "delays": {…}, "clock": {…}}``. D is ``{"made": […], "gone": […],
    "changed": […]}``, and a change is ``{…, "changes": {attribute: [before, after]}}``; an attribute that there isn't
    is null. Passwords and keys are masked. Tokens are left out: each login makes one.
    """
    return {
        "records": _records(before, after),
        "transitions": _transitions(before, after),
        "faults": _faults(before, after),
        "delays": _changes(before.delays.to_json(), after.delays.to_json()),
        "clock": _changes(_clock(before), _clock(after)),
    }


def _records(before: Checkpoint, after: Checkpoint) -> Json:
    old, new = _tables(before), _tables(after)
    found: Json = {"made": [], "gone": [], "changed": []}
    for kind in dict.fromkeys((*old, *new)):
        each = _compared(old.get(kind, {}), new.get(kind, {}))
        for what in ("made", "gone"):
            found[what] += [{**_named(kind, id, each[what][id]), "record": masked(each[what][id])} for id in each[what]]
        found["changed"] += [
            {**_named(kind, id, new[kind][id]), "changes": changes} for id, changes in each["changed"].items()
        ]
    return found


def _tables(checkpoint: Checkpoint) -> dict[str, dict[str, Json]]:
    """All records by kind and id."""
    own = {kind: {row["id"]: row for row in rows} for kind, rows in checkpoint.records.items()}
    return {**own, **{f"{IDENTITY}{kind}": table for kind, table in _of_keystone(checkpoint.identity.state)}}


def _of_keystone(state: State) -> Iterator[tuple[str, dict[str, Json]]]:
    for name in TABLES:
        yield name, state.table(name)
    yield "members", {group: {"id": group, "users": list(users)} for group, users in state.members.items()}
    yield "implications", {role: {"id": role, "roles": list(found)} for role, found in state.implications.items()}
    grants = {
        f"{actor.kind}:{actor.id}@{target.kind}:{target.id}": list(roles)
        for (target, actor), roles in state.grants.items()
    }
    yield "grants", {id: {"id": id, "roles": roles} for id, roles in grants.items()}


def _transitions(before: Checkpoint, after: Checkpoint) -> Json:
    def under_way(checkpoint: Checkpoint) -> dict[str, Json]:
        return {pending.id: pending.to_json() for pending in checkpoint.scheduler.pending()}

    return _listed(under_way(before), under_way(after), ("id", "operation", "resource_type", "resource_id"))


def _faults(before: Checkpoint, after: Checkpoint) -> Json:
    def rules(checkpoint: Checkpoint) -> dict[str, Json]:
        shown = (rule.to_json() for rule in checkpoint.faults)
        return {rule["id"]: {key: rule[key] for key in rule if key != "near_misses"} for rule in shown}

    return _listed(rules(before), rules(after), ("id", "name", "preset"))


def _listed(old: Mapping[str, Json], new: Mapping[str, Json], names: tuple[str, ...]) -> Json:
    """The same of what names itself by some of its own attributes."""
    found = _compared(old, new)
    return {
        "made": list(found["made"].values()),
        "gone": list(found["gone"].values()),
        "changed": [
            {**{name: new[id][name] for name in names if name in new[id]}, "changes": changes}
            for id, changes in found["changed"].items()
        ],
    }


def _compared(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """What was made and what is gone, by id, and the changes of what is another one."""
    return {
        "made": {id: each for id, each in new.items() if id not in old},
        "gone": {id: each for id, each in old.items() if id not in new},
        "changed": {id: _changes(old[id], each) for id, each in new.items() if id in old and old[id] != each},
    }


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Change]:
    before, after = masked({**old}), masked({**new})
    return {
        key: [before.get(key), after.get(key)]
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key) or (key in old) != (key in new)
    }


def _named(kind: str, id: str, record: Json) -> Json:
    return {"kind": kind, "id": id, "name": next((record[name] for name in _NAMES if record.get(name)), None)}


def _clock(checkpoint: Checkpoint) -> Json:
    return {
        "now": format_time(checkpoint.time),
        "mode": "real" if checkpoint.rate else "manual",
        "rate": float(checkpoint.rate),
    }
