"""Which services beside Manila there are, and which of them a deployment offers: in its catalog, and with answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .. import extensions
from ..text.suggestions import nearest


class Offer(NamedTuple):
    """A service as the catalog has it."""

    type: str
    name: str
    path: str
    """Of its endpoints, below the address of the world."""

    @property
    def mount(self) -> str:
        """Where all of its paths begin."""
        return "/" + self.path.split("/")[1]


OFFERS = {
    offer.type: offer
    for offer in (
        Offer("network", "neutron", "/network"),
        Offer("compute", "nova", "/compute/v2.1"),
        Offer("image", "glance", "/image"),
        Offer("key-manager", "barbican", "/key-manager"),
    )
}
"""By the type that the catalog has, which is also what people call it by."""

ALL, MANILA = "all", "manila"
"""Every service that there is; none but Manila and its Keystone."""


def parse(value: str | Iterable[str], field: str = "services") -> frozenset[str]:
    """The services beside Manila that a text such as ``network,key-manager`` or a list means.

    Raises ValueError that names the field, the value and what would be right.
    """
    extensions.load()
    names = value.split(",") if isinstance(value, str) else list(value)
    found: set[str] = set()
    for name in (each.strip() for each in names):
        if name == ALL:
            found.update(OFFERS)
        elif name in OFFERS:
            found.add(name)
        elif name != MANILA:
            known = (ALL, MANILA, *OFFERS)
            raise ValueError(f"{field}: {name!r} is not one of {', '.join(known)}{nearest(name, known)}")
    return frozenset(found)
