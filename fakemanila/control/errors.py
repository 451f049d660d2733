"""Refusals of the control plane."""

from __future__ import annotations

from ..reply import Reply


class ControlError(Exception):
    """A refusal: ``{"error": message}`` under `status`. Raised before anything has changed."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}

    def reply(self) -> Reply:
        return Reply(self.status, {"error": self.message}, dict(self.headers))
