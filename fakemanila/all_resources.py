"""What a deployment keeps, whoever serves it: Manila's resources and those of the services beside it."""

from __future__ import annotations

from typing import Any

from .manila.common.registry import Resource, Seed
from .manila.resources import RESOURCES as OF_MANILA
from .neighbours.served import NEIGHBOURS
from .world.kinds import Kind
from .world.lifecycle import Transition

_OPERATIONS = [operation for neighbour in NEIGHBOURS.values() for operation in neighbour.operations]

RESOURCES: tuple[Resource, ...] = (
    *OF_MANILA,
    *(resource for neighbour in NEIGHBOURS.values() for resource in neighbour.resources),
)
KINDS: dict[str, Kind[Any]] = {str(kind): kind for r in RESOURCES for kind in r.kinds}
SEEDS: dict[str, Seed] = {name: seed for r in RESOURCES for name, seed in r.seeds.items()}
"""What can be put into a world without asking the API, by what it is called there."""
TRANSITIONS: dict[str, Transition] = {
    **{id: transition for r in RESOURCES for id, transition in r.transitions.items()},
    **{each.id: each.transition for each in _OPERATIONS if each.transition is not None},
}
"""How operations move the attributes of their records."""


def add(resource: Resource) -> None:
    """Keeps the records of one more, which an installed package brings."""
    KINDS.update((str(kind), kind) for kind in resource.kinds)
    SEEDS.update(resource.seeds)
    TRANSITIONS.update(resource.transitions)
