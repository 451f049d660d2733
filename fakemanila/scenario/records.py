"""The records that a scenario has in place of those a new world starts with, as a state has them.

``fakemanila import`` writes them: what a real cloud shows of a share says all about it, down to the ids of its
instances, and in combinations that nobody would make up. So nothing is made of them, and nothing is looked at but their
shape and what they refer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..all_resources import KINDS
from ..contract.documents import DocumentError, checker, echo, refers_to
from ..manila.errors import ManilaError

if TYPE_CHECKING:
    from ..world.world import World

Records = Mapping[str, list[dict[str, Any]]]
"""Records by kind, the oldest first. What an attribute is anyway may be left out."""


def empty(world: World, kinds: Iterable[str]) -> None:
    """Takes away what a new world has of these kinds."""
    for kind in kinds:
        for record in list(world.store[kind]):
            world.store[kind].remove(record["id"])


def add(world: World, records: Records) -> None:
    """Keeps records in a new world. Raises DocumentError."""
    for kind, each in records.items():
        table = world.store[kind]
        for index, attributes in enumerate(each):
            if attributes["id"] in table:
                raise DocumentError((kind, index, "id"), f"there is a record {echo(attributes['id'])} already")
            try:
                table.add(attributes)
            except ManilaError as error:  # a text that the database can't store
                raise DocumentError((kind, index), error.message) from None
    there = {kind: world.store[kind] for kind in KINDS}
    for kind, each in records.items():
        for index, attributes in enumerate(each):
            problem = dangling(kind, attributes, there)
            if problem is not None:
                raise DocumentError((kind, index, problem[0]), problem[1])


def complaint(kind: str, attributes: Mapping[str, Any]) -> str | None:
    """What is wrong with a record by itself; None where nothing is."""
    try:
        checker(f"records.json#/$defs/{kind}").check(attributes)
    except DocumentError as error:
        return str(error)
    return None


def dangling(kind: str, attributes: Mapping[str, Any], there: Mapping[str, Any]) -> tuple[str, str] | None:
    """The attribute by which a record refers to one that isn't `there` (containers of ids by kind), and what is wrong.

    Those are looked at that handlers follow without looking.
    """
    shown = KINDS[kind].shows
    needed = {**({shown.active: shown.of} if shown else {}), **refers_to(kind)}
    for attribute, other in needed.items():
        value = attributes.get(attribute)
        if value is not None and value not in there[other]:
            return attribute, f"there is no {echo(value)} in {other}"
    return None
