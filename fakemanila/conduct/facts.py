"""What has to be known of a world, besides its journal, to judge what its clients did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from .. import versions
from ..contract.model import load
from ..versions import Microversion

if TYPE_CHECKING:
    from ..world.world import World

_SHOWN = ("status", "state", "replica_state", "task_state")
"""Attributes by which a client sees that something is under way."""
_PUT_AWAY = ("recycle_bin", "unmanaged_shares", "unmanaged_snapshots", "unmanaged_share_servers")
"""Kinds of what is gone for its user."""
_GOING = ("deleting", "denying", "unmanage_starting")


@dataclass(frozen=True, slots=True)
class Facts:
    changing: Mapping[str, frozenset[str]]
    """The values that an attribute has while something is under way, by the attribute."""
    behind: timedelta = timedelta(0)
    """How far the world's clock is behind the machine's, by which clients go."""
    newest: Microversion = versions.MAXIMUM
    """The newest microversion that the world serves."""
    is_left: Callable[[str], bool] = lambda id: False
    """Whether there is something with that id, and nobody has asked for its end."""

    @classmethod
    def of(cls, world: World) -> Facts:
        return cls(
            changing(world),
            max(world.settings.time_source() - world.now(), timedelta(0)),
            world.settings.newest_microversion,
            lambda id: _is_left(world, id),
        )


def changing(world: World) -> dict[str, frozenset[str]]:
    """What Manila's transitions show while they last."""
    manila = load().operations
    during: dict[str, set[str]] = defaultdict(set)
    settled: dict[str, set[str | None]] = defaultdict(set)
    for operation, transition in world.transitions.items():
        if operation not in manila or transition.deadline is not None:  # a deadline is nothing to wait for
            continue
        during[transition.attribute].add(transition.during)
        settled[transition.attribute].update((transition.then, transition.failed))
        for phase in transition.phases:
            during[phase.attribute or transition.attribute].add(phase.during)
    return {attribute: frozenset(during[attribute] - settled[attribute]) for attribute in _SHOWN if attribute in during}


def _is_left(world: World, id: str) -> bool:
    for kind in world.kinds:
        record = None if kind in _PUT_AWAY else world.store[kind].get(id)
        if record is not None:
            return not any(record.get(attribute) in _GOING for attribute in _SHOWN)
    return False
