"""Refusals of the control plane."""

from __future__ import annotations

from ..http.reply import Reply
from ..manila.errors import Refusal


class ControlError(Refusal):
    """A refusal: ``{"error": message}`` under `status`. Raised before anything has changed."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        self.status = status
        super().__init__(message)
        self.headers = headers or {}

    def reply(self) -> Reply:
        return Reply(self.status, {"error": self.message}, dict(self.headers))
