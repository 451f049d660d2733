"""Shares that live beside or apart from others: the scheduler's hints, and the metadata that keeps them in mind."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...versions import Microversion
from .. import errors
from ..common import lookup
from ..common.fields import MAX_METADATA_VALUE

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

SAME_HOST, DIFFERENT_HOST, ONLY_HOST = "same_host", "different_host", "only_host"
_KEYS = {SAME_HOST: "__affinity_same_host", DIFFERENT_HOST: "__affinity_different_host"}
"""The metadata that names, on both sides, the shares of a hint: ids with commas between."""

_ONLY_HOST_SINCE = Microversion(2, 67)


def asked(call: Call) -> dict[str, str]:
    """The hints of a request that count. Raises BadRequest and NotFound for what is not a share of the caller's."""
    if not call.knows_field("scheduler_hints"):
        return {}
    hints = call.body.get("scheduler_hints") or {}
    found = {}
    for name, key in _KEYS.items():
        if hints.get(name) is None:
            continue
        if not isinstance(hints[name], str):
            raise errors.BadRequest(f"Invalid input for scheduler_hints.{name}: {hints[name]!r} is not a string")
        for id in filter(None, hints[name].split(",")):
            _check(call, id, key)
        if len(hints[name]) > MAX_METADATA_VALUE:
            raise errors.BadRequest(f"scheduler_hints.{name} is longer than {MAX_METADATA_VALUE} characters.")
        found[name] = hints[name]
    if call.is_admin and call.version >= _ONLY_HOST_SINCE and hints.get(ONLY_HOST) is not None:
        found[ONLY_HOST] = str(hints[ONLY_HOST])
    return found


def _check(call: Call, share_id: str, key: str) -> None:
    try:
        uuid.UUID(share_id)
    except ValueError:
        raise errors.BadRequest(f"Expected a uuid but received {share_id}.") from None
    noted = lookup.share(call, share_id)["metadata"].get(key, "")
    if len(noted) + len(share_id) + 1 > MAX_METADATA_VALUE:
        raise errors.BadRequest(f"The metadata of share {share_id} has no room for another one in {key}.")


def hints_of(share: Record) -> dict[str, str]:
    """The hints that a share's metadata has, whoever has put them there."""
    return {name: share["metadata"][key] for name, key in _KEYS.items() if share["metadata"].get(key)}


def shares_of(hints: Mapping[str, str], name: str) -> tuple[str, ...] | None:
    """The ids of the shares that a hint names; None without it."""
    return tuple(hints[name].split(",")) if name in hints else None


def remember(world: World, share: Record, hints: Mapping[str, str]) -> None:
    """Notes in the metadata of a new share, and of those that its hints name, that they belong together."""
    for name, key in _KEYS.items():
        ids = shares_of(hints, name)
        if not ids or not ids[0]:
            continue
        _note(share, key, ids)
        for id in ids:
            other = world.store[lookup.SHARES].get(id)
            if other is not None:
                _note(other, key, (*_noted(other, key), share["id"]))


def forget(world: World, share: Record) -> None:
    """Takes a share that is to be deleted out of the metadata of the others."""
    for key in _KEYS.values():
        for id in _noted(share, key):
            other: Any = world.store[lookup.SHARES].get(id)
            if other is not None:
                _note(other, key, tuple(each for each in _noted(other, key) if each != share["id"]))
        _note(share, key, ())


def _noted(share: Record, key: str) -> tuple[str, ...]:
    return tuple(share["metadata"][key].split(",")) if key in share["metadata"] else ()


def _note(share: Record, key: str, ids: tuple[str, ...]) -> None:
    others = {name: value for name, value in share["metadata"].items() if name != key}
    share["metadata"] = {**others, key: ",".join(ids)} if ids else others
