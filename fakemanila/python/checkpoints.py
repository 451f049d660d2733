"""A checkpoint in the hand of a test."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from ..control.client import ControlClient, Diff


class Checkpoint:
    """A world as it was when this was made: ``restore`` goes back to it, as often as one likes.

    >>> with manila.checkpoint():
    ...     manila.client().shares.delete(share)  # and after the block the share is there again
    """

    def __init__(self, control: ControlClient, name: str | None = None) -> None:
        """`name` takes the place of a checkpoint of that name; without one it gets a name that nothing has."""
        self._control = control
        self.name: str = name or f"checkpoint-{secrets.token_hex(6)}"
        control.checkpoints.save(self.name)

    def restore(self) -> None:
        """Puts the world back. Raises ControlFailure where the checkpoint was dropped."""
        self._control.checkpoints.restore(self.name)

    def drop(self) -> None:
        """Forgets it. Raises ControlFailure where that was done."""
        self._control.checkpoints.drop(self.name)

    def diff(self) -> Diff:
        """What has happened to the world since."""
        return self._control.diff(f"checkpoint:{self.name}")

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Puts the world back, and forgets the checkpoint."""
        self.restore()
        self.drop()

    def __repr__(self) -> str:
        return f"<Checkpoint {self.name}>"
