"""What a deployment keeps, whoever serves it: Manila's resources and those of the services beside it."""

from __future__ import annotations

from collections.abc import Mapping

from .manila.common.registry import Resource, Seed
from .manila.resources import RESOURCES as OF_MANILA
from .neighbours.served import NEIGHBOURS
from .world.kinds import Kinds
from .world.lifecycle import Transition

_OPERATIONS = [operation for neighbour in NEIGHBOURS.values() for operation in neighbour.operations]

RESOURCES: tuple[Resource, ...] = (
    *OF_MANILA,
    *(resource for neighbour in NEIGHBOURS.values() for resource in neighbour.resources),
)
KINDS: Kinds = {str(kind): kind for r in RESOURCES for kind in r.kinds}
SEEDS: Mapping[str, Seed] = {name: seed for r in RESOURCES for name, seed in r.seeds.items()}
"""What can be put into a world without asking the API, by what it is called there."""
TRANSITIONS: Mapping[str, Transition] = {
    **{id: transition for r in RESOURCES for id, transition in r.transitions.items()},
    **{each.id: each.transition for each in _OPERATIONS if each.transition is not None},
}
"""How operations move the attributes of their records."""
