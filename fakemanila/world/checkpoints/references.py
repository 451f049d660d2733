"""How callers name a checkpoint or a world: ``checkpoint:NAME``, ``world:NAME``, or the name where only one has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...text.suggestions import nearest
from .checkpoint import Checkpoint

if TYPE_CHECKING:
    from ..world import World
    from ..worlds import Worlds

CHECKPOINT, WORLD = "checkpoint", "world"


class Found(NamedTuple):
    """What a reference is about: in full, what it looked like, and the world that it is, or was saved in."""

    reference: str
    checkpoint: Checkpoint
    world: World


def find(reference: str, field: str, world: World, worlds: Worlds) -> Found:
    """The checkpoint of `world`, or the world as it is now, that a reference names.

    Raises ValueError that names `field`, the reference and what there is. No two worlds' locks are held at once.
    """
    kind, separator, name = reference.partition(":")
    if separator and kind not in (CHECKPOINT, WORLD):
        raise ValueError(f"{field}: {reference!r} is neither 'checkpoint:NAME' nor 'world:NAME'")
    if not separator:
        name, kind = reference, _kind_of(reference, field, world, worlds)
    if kind == WORLD:
        found = worlds.find(name)
        if found is None:
            raise ValueError(f"{field}: there is no world {name!r}{nearest(name, list(worlds))}")
        return now(found)
    with world.lock:
        if name not in world.checkpoints:
            raise ValueError(
                f"{field}: the world {world.name!r} has no checkpoint {name!r}{nearest(name, world.checkpoints)}"
            )
        return Found(f"{CHECKPOINT}:{name}", world.checkpoints[name], world)


def now(world: World) -> Found:
    """A world as it is, once what is due has run."""
    with world.lock:
        world.settle()
        return Found(f"{WORLD}:{world.name}", Checkpoint.take(world), world)


def _kind_of(name: str, field: str, world: World, worlds: Worlds) -> str:
    with world.lock:
        saved = name in world.checkpoints
        names = {*world.checkpoints, *worlds}
    is_world = worlds.find(name) is not None
    if saved and is_world:
        raise ValueError(
            f"{field}: {name!r} is both a checkpoint and a world; write 'checkpoint:{name}' or 'world:{name}'"
        )
    if not saved and not is_world:
        raise ValueError(f"{field}: {name!r} is neither a checkpoint nor a world{nearest(name, names)}")
    return CHECKPOINT if saved else WORLD
