"""A project of a user of the pytest plugin."""

from __future__ import annotations

from ..python.conftest import full_project, project

__all__ = ["full_project", "project"]
