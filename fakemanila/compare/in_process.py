"""A fakemanila without a socket, as if it were a real server."""

from __future__ import annotations

from ..app import application
from ..http.inprocess import WsgiAdapter
from ..world.world import Settings
from ..world.worlds import Worlds
from .server import Server

_URL = "http://fakemanila.invalid"


class InProcess(Server):
    """A server of its own, whose worlds start from `settings`. It works faster than anybody can ask."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(_URL, f"{_URL}/identity/v3", interval=0.0, polls=20, newest=str(settings.newest_microversion))
        self.worlds = Worlds(settings)
        self._session.mount(_URL, WsgiAdapter(application(self.worlds)))
