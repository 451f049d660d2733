"""A project of a user of the pytest plugin."""

from __future__ import annotations

from ..python.conftest import project

__all__ = ["project"]
