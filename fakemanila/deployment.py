"""What one Flask application serves."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Request, current_app, request

from .world.worlds import Worlds

if TYPE_CHECKING:
    from .control.access import Access
    from .python.fake_manila import FakeManila

EXTENSION = "fakemanila"
"""Where `Flask.extensions` has the `Deployment`."""
WORLD = "fakemanila.world.world"
"""Where a WSGI environment has the name of the world, for paths below ``/worlds/{name}``."""


class Deployment:
    """The worlds, and who may use their control plane."""

    def __init__(self, worlds: Worlds, access: Access) -> None:
        self.worlds = worlds
        self.access = access
        self.manila: FakeManila | None = None
        """The handle on it in Python, where there is one."""
        self.forms = secrets.token_urlsafe(16)
        """Proves that a form came from one of the dashboard's pages; a session of the dashboard is bound to it too."""


def deployment() -> Deployment:
    """That of the application that is running."""
    found: Deployment = current_app.extensions[EXTENSION]
    return found


def world_name() -> str:
    """The world that the path of the request names."""
    return str(request.environ.get(WORLD, Worlds.DEFAULT))


def base_url(request: Request) -> str:
    """The address of the world, without a slash at its end."""
    return f"{request.scheme}://{request.host}{request.root_path.rstrip('/')}"
