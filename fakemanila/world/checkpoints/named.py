"""The checkpoints that a world keeps, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .checkpoint import Checkpoint

if TYPE_CHECKING:
    from ..world import World

MAX_CHECKPOINTS = 100
"""A test that forgets to drop what it has saved must not fill the memory."""


class Checkpoints(Mapping[str, Checkpoint]):
    """In the order in which they were saved. Whoever uses it holds the world's lock."""

    def __init__(self) -> None:
        self._kept: dict[str, Checkpoint] = {}

    def __getitem__(self, name: str) -> Checkpoint:
        return self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def save(self, name: str, world: World) -> Checkpoint:
        """Keeps the world as it is under a name, in the place of another one of that name.

        Raises ValueError where there are too many.
        """
        if name not in self._kept and len(self._kept) >= MAX_CHECKPOINTS:
            raise ValueError(
                f"checkpoint: {name!r} would be one more than the {MAX_CHECKPOINTS} allowed in a world;"
                " drop one with DELETE /_fakemanila/checkpoints/NAME"
            )
        made = Checkpoint.take(world)
        self._kept.pop(name, None)
        self._kept[name] = made
        return made

    def drop(self, name: str) -> None:
        """Raises KeyError where there is none of that name."""
        del self._kept[name]
