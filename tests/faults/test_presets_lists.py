"""Presets of lists that are behind what a show says."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from ..clients.cloud import Cloud
from .trying import tries


@tries("list-lag")
@pytest.mark.parametrize(("preset", "seconds"), [("list-lag", 5), ("list-lag:1m", 60)])
def test_what_was_made_is_not_listed_yet(cloud: Cloud, preset: str, seconds: int) -> None:
    cloud.world.set_clock(rate=0)
    cloud.world.faults.add(preset)
    manila = cloud.manila()
    assert manila.shares.list() == []
    made = manila.shares.create("NFS", 1)
    assert manila.shares.get(made).status == "available"
    assert manila.shares.list() == []
    cloud.advance(seconds)
    assert [(found.id, found.status) for found in manila.shares.list()] == [(made.id, "available")]


@tries("list-lag")
def test_what_is_gone_is_still_listed(cloud: Cloud, share: Any) -> None:
    cloud.world.set_clock(rate=0)
    manila = cloud.manila()
    assert manila.shares.get(share).status == "available"
    cloud.world.faults.add("list-lag")
    assert [found.id for found in manila.shares.list()] == [share.id]
    share.delete()
    with pytest.raises(exceptions.NotFound):
        manila.shares.get(share)
    assert [found.id for found in manila.shares.list()] == [share.id]
    cloud.advance(5)
    assert manila.shares.list() == []
