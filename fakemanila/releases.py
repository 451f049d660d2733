"""The releases of OpenStack whose Manila a world can be like.

The microversions are most of it: what came with a later one is not there. What else a caller can see is written down
here, a field for each difference, and whoever answers asks the release for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .versions import MAXIMUM, Microversion


class Release(NamedTuple):
    """One release, with what is different from the newest one."""

    name: str
    code_name: str
    manila: int
    """The major version of its Manila."""
    max_microversion: Microversion = MAXIMUM
    has_v1: bool = False
    """The version document in front of the API has the first version beside the second one."""
    hides_network_details: bool = True
    """Who is no administrator is not shown ``network_type`` and ``segmentation_id``, and cannot look for them."""
    has_request_id: bool = True
    """Answers have ``x-openstack-request-id``, and not only ``x-compute-request-id``."""
    link_names: Mapping[str, str] = MappingProxyType({})
    """What links call collections, where that is not what their paths do, so that they lead nowhere."""

    def check(self, low: Microversion, high: Microversion) -> None:
        """Raises ValueError where none of these microversions is there."""
        if low > high:
            raise ValueError(f"min_microversion: {low} is above max_microversion {high}")
        if low > self.max_microversion:
            raise ValueError(f"min_microversion: {low} is above {self.max_microversion}, the newest one of {self}")

    def __str__(self) -> str:
        return f"{self.name} ({self.code_name})"


RELEASES = (
    Release(
        "2025.1",
        "Epoxy",
        20,
        Microversion(2, 89),
        has_v1=True,
        hides_network_details=False,
        has_request_id=False,
        link_names=MappingProxyType(
            {
                "resource-locks": "resource_locks",
                "share-backups": "share_backups",
                "share-group-snapshots": "share_group_snapshot",
                "share-groups": "share_groups",
                "share-transfers": "share-transfer",
            }
        ),
    ),
    Release("2025.2", "Flamingo", 21, Microversion(2, 91), has_v1=True, hides_network_details=False),
    Release("2026.1", "Gazpacho", 22, Microversion(2, 95)),
    Release("2026.2", "Hibiscus", 23),
)
NEWEST = RELEASES[-1]


def find(name: str) -> Release:
    """By its name or its code name, whatever the case. Raises ValueError."""
    names = {each.lower(): release for release in RELEASES for each in (release.name, release.code_name)}
    if name.lower() not in names:
        raise ValueError(f"{name!r} is not a release; there are {', '.join(map(str, RELEASES))}")
    return names[name.lower()]
