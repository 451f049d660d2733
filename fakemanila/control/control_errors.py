"""Refusals of the control plane."""

from __future__ import annotations

from typing import Any

from ..http.reply import Reply
from ..manila.errors import Refusal


class ControlError(Refusal):
    """A refusal: ``{"error": message}`` under `status`. Raised before anything has changed."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        self.status = status
        super().__init__(message)
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        return {"error": self.message}

    def reply(self) -> Reply:
        return Reply(self.status, self.body(), dict(self.headers))
