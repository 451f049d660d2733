"""What goes wrong with a control call."""

from __future__ import annotations


class ControlFailure(Exception):
    """The control plane refused a call, or couldn't be reached. `status` is None for the latter."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
