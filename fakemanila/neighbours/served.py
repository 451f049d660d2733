"""The services beside Manila. Listing one here, and in `offers` and `envelopes`, is all it takes to serve it."""

from __future__ import annotations

from .compute import calls as compute
from .image import calls as image
from .key_manager import calls as key_manager
from .network import calls as network
from .service import Neighbour

NEIGHBOURS: dict[str, Neighbour] = {
    neighbour.type: neighbour
    for neighbour in (network.NEIGHBOUR, key_manager.NEIGHBOUR, compute.NEIGHBOUR, image.NEIGHBOUR)
}
"""By the type of the service."""

_BY_MOUNT = {neighbour.mount: neighbour for neighbour in NEIGHBOURS.values()}


def add(neighbour: Neighbour) -> None:
    """Serves one more, which an installed package brings."""
    NEIGHBOURS[neighbour.type] = _BY_MOUNT[neighbour.mount] = neighbour


def neighbour_at(path: str) -> Neighbour | None:
    """The service that a path is of, whether it is offered or not."""
    return _BY_MOUNT.get("/" + path.split("/", 2)[1]) if path.startswith("/") else None
