"""The conduct of the real clients, where each finding has to be true."""

from __future__ import annotations

import time
from typing import Any

import pytest

from fakemanila.control.client import ControlClient

from .cloud import Cloud


@pytest.fixture
def control(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> ControlClient:
    """The world's; sleeping moves its clock, and takes no time."""
    control = ControlClient(cloud.url)
    control.clock.set(mode="manual")
    control.delays = {"default": "30s"}
    monkeypatch.setattr(time, "sleep", control.clock.advance)
    return control


def names(control: ControlClient, **asked: Any) -> list[str]:
    return [finding["name"] for finding in control.requests.conduct(**asked)]


def test_openstacksdk_waits_with_patience_and_cleans_up(cloud: Cloud, control: ControlClient) -> None:
    shares = cloud.connect().shared_file_system
    share = shares.create_share(share_protocol="NFS", size=1, name="data")
    shares.wait_for_status(share, status="available", failures=["error"])
    snapshot = shares.create_share_snapshot(share_id=share.id, name="monday")
    shares.wait_for_status(snapshot, status="available", failures=["error"])
    assert shares.find_share("data").id == share.id
    for made in (snapshot, share):
        made.delete(shares)
        shares.wait_for_delete(made)
    assert names(control, ended=True) == []


def test_openstacksdk_sends_no_microversion_by_itself(cloud: Cloud, control: ControlClient) -> None:
    list(cloud.connect(version=None).shared_file_system.shares())
    assert names(control) == ["no-microversion"]


def test_manilaclient_looks_for_a_name_by_listing_everything(cloud: Cloud, control: ControlClient) -> None:
    client = cloud.manila()
    made = [client.shares.create("NFS", 1, name=f"data-{number}") for number in range(3)]
    control.clock.advance_to_idle()
    for share in made:
        client.shares.get(client.shares.find(name=share.name).id)
    (finding,) = control.requests.conduct()
    assert (finding["name"], finding["operation"], finding["count"]) == ("full-lists", "shares.detail", 3)
    control.requests.clear()
    for share in made:
        (found,) = client.shares.list(search_opts={"name": share.name})
        client.shares.get(found.id)
    assert names(control) == []


def test_the_command_waits_with_patience_and_sends_what_nobody_knows(cloud: Cloud, control: ControlClient) -> None:
    assert cloud.run("share", "create", "NFS", "1", "--name", "data", "--wait").status == 0
    assert names(control) == []
    assert cloud.run("share", "type", "show", "dhss_false").status == 0
    assert names(control) == ["undocumented-fields"]
