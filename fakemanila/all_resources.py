"""What a deployment keeps, whoever serves it: Manila's resources and those of the services beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .manila.common.registry import Resource, Seed
from .manila.resources import RESOURCES as OF_MANILA
from .neighbours.served import NEIGHBOURS
from .neighbours.service import Operation
from .world.kinds import Kind
from .world.lifecycle import Transition


def transitions_of(operations: Iterable[Operation]) -> dict[str, Transition]:
    """How calls of a service beside Manila move the attributes of their records."""
    return {each.id: each.transition for each in operations if each.transition is not None}


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
    **transitions_of(_OPERATIONS),
}
"""How operations move the attributes of their records."""


def add(resource: Resource) -> None:
    """Keeps the records of one more, which an installed package brings."""
    KINDS.update((str(kind), kind) for kind in resource.kinds)
    SEEDS.update(resource.seeds)
    TRANSITIONS.update(resource.transitions)
