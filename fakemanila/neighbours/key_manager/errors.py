"""Barbican's errors, which have no names but the ones of their codes."""

from __future__ import annotations

from typing import ClassVar

from ..service import NeighbourError


class BarbicanError(NeighbourError):
    service: ClassVar[str] = "key-manager"


class BadRequest(BarbicanError):
    status = 400


class Forbidden(BarbicanError):
    status = 403

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} attempt not allowed - please review your user/project privileges")


class NotFound(BarbicanError):
    status = 404


class NotAcceptable(BarbicanError):
    status = 406


class Conflict(BarbicanError):
    status = 409


class UnsupportedMediaType(BarbicanError):
    status = 415
