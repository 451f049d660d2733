"""Checkpoints in Python tests."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from ..control.client import ControlClient, Diff


class Checkpoint:
    """A saved world, which you can ``restore`` as often as you like.

    >>> with manila.checkpoint():
    ...     manila.client().shares.delete(share)  # and after the block the share is there again
    """

    def __init__(self, control: ControlClient, name: str | None = None) -> None:
        """`name` replaces a checkpoint of that name; without one, it gets a unique name."""
        self._control = control
        self.name: str = name or f"checkpoint-{secrets.token_hex(6)}"
        control.checkpoints.save(self.name)

    def restore(self) -> None:
        """Restores the world. Raises ControlFailure if the checkpoint was dropped."""
        self._control.checkpoints.restore(self.name)

    def drop(self) -> None:
        """Drops it. Raises ControlFailure if it was dropped before."""
        self._control.checkpoints.drop(self.name)

    def diff(self) -> Diff:
        """What has happened to the world since."""
        return self._control.diff(f"checkpoint:{self.name}")

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Restores the world, and drops the checkpoint."""
        self.restore()
        self.drop()

    def __repr__(self) -> str:
        return f"<Checkpoint {self.name}>"
