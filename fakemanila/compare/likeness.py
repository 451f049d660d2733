"""Worlds that are like a cloud, as far as it has what belongs to no project."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..importing import document
from ..importing.cloud import Cloud
from ..importing.reading import read_what_is_nobodys
from ..importing.records import records_of
from ..scenario.scenario import Scenario
from ..world.world import Settings
from .cast import PREFIX

_MADE = ("share_types", "share_group_types", "qos_types")
_SHARED = ("availability_zones", "services", *_MADE)


class Likeness(NamedTuple):
    """What worlds start from, and the ids of what the cloud and they have in common."""

    settings: Settings
    shared: frozenset[str]


def likeness(cloud: Cloud) -> Likeness:
    """Its services, pools, zones, types and default quotas, its release and its newest microversion; no projects.

    Raises CloudError where the cloud can't be read, ValueError where no world can start from it.
    """
    seen = read_what_is_nobodys(cloud)
    for kind in _MADE:  # what a comparison that is running beside this one has made will be gone soon
        if kind in seen.lists:
            seen.lists[kind] = [each for each in seen.of(kind) if not each["name"].startswith(PREFIX)]
    records, _ = records_of(seen)
    whole = document.scenario(cloud.newest, seen.defaults, {}, seen.quotas, records)
    return Likeness(settings_of(whole), frozenset(str(each["id"]) for kind in _SHARED for each in seen.of(kind)))


def settings_of(scenario: dict[str, Any]) -> Settings:
    return Scenario.load(scenario).settings(Settings(rate=1.0, start=None))
