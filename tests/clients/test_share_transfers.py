"""Giving a share away through the real clients."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from .cloud import Cloud


def test_manilaclient_offers_and_takes(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    transfer = manila.transfers.create(share.id, name="offer")
    assert manila.shares.get(share.id).status == "awaiting_transfer"
    assert [one.name for one in manila.transfers.list(search_opts={"name": "offer"})] == ["offer"]
    taker = cloud.manila("alt_demo")
    with pytest.raises(exceptions.BadRequest, match="invalid auth key"):
        taker.transfers.accept(transfer.id, "wrong")
    taker.transfers.accept(transfer.id, transfer.auth_key, clear_access_rules=True)
    assert taker.shares.get(share.id).status == "available"
    with pytest.raises(exceptions.NotFound):
        manila.transfers.get(transfer.id)


def test_the_command_offers_and_takes_back(cloud: Cloud, share: Any) -> None:
    made = cloud.shown("share", "transfer", "create", share.id, "--name", "offer")
    assert made["auth_key"]
    (listed,) = cloud.shown("share", "transfer", "list", "--detailed")
    assert (listed["Name"], listed["Accepted"]) == ("offer", False)
    assert cloud.shown("share", "transfer", "show", "offer")["resource_id"] == share.id
    cloud.openstack("share", "transfer", "delete", "offer")
    assert cloud.shown("share", "transfer", "list") == []
    assert cloud.shown("share", "show", share.id)["status"] == "available"


def test_the_command_takes(cloud: Cloud, share: Any) -> None:
    made = cloud.shown("share", "transfer", "create", share.id)
    cloud.openstack("share", "transfer", "accept", made["id"], made["auth_key"], "--clear-rules", user="alt_demo")
    assert [one["ID"] for one in cloud.shown("share", "list", user="alt_demo")] == [share.id]


def test_openstacksdk_offers_and_takes(cloud: Cloud, share: Any) -> None:
    shared = cloud.connect().shared_file_system
    transfer = shared.create_share_transfer(share_id=share.id, name="offer")
    assert shared.get_share_transfer(transfer.id).name == "offer"
    cloud.connect("alt_demo").shared_file_system.accept_share_transfer(transfer.id, auth_key=transfer.auth_key)
    assert shared.find_share(share.id) is None
