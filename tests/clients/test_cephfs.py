"""Shares on CephFS through the real clients: made, opened to a Ceph client, and mounted with its key."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.scenario.scenario import Scenario

from .cloud import Cloud

DELAYS = {"shares.create": "20s", "shares.allow_access": "10s"}


@pytest.fixture
def cloud(cloud: Cloud) -> Cloud:
    """A cloud whose backend is CephFS."""
    cloud.world.reset(Scenario.load("cephfs", {"delays": DELAYS}).settings(cloud.world.settings))
    return cloud


def test_manilaclient_makes_a_share_and_waits_for_a_key(cloud: Cloud) -> None:
    manila = cloud.manila()
    share = manila.shares.create("CEPHFS", 1, name="data", share_type="cephfs")
    cloud.advance(20)
    share = manila.shares.get(share.id)
    assert (share.status, share.metadata) == ("available", {"__mount_options": "fs=cephfs"})
    (location,) = manila.share_export_locations.list(share)
    monitors, _, path = location.path.rpartition(":")
    assert len(monitors.split(",")) == 3
    assert path.startswith("/volumes/_nogroup/")
    made = manila.shares.allow(share, "cephx", "alice", "rw")
    (rule,) = manila.share_access_rules.access_list(share)
    assert (rule.state, rule.access_key) == ("applying", None)
    cloud.advance(10)
    rule = manila.share_access_rules.get(made["id"])
    assert rule.state == "active"
    assert rule.access_key


def test_openstacksdk_makes_a_share_and_waits_for_a_key(cloud: Cloud) -> None:
    shared = cloud.connect().shared_file_system
    share = shared.create_share(name="data", size=1, share_protocol="CEPHFS", share_type="cephfs")
    cloud.advance(20)
    share = shared.get_share(share.id)
    assert share.metadata == {"__mount_options": "fs=cephfs"}
    rule = shared.create_access_rule(share.id, access_type="cephx", access_to="alice", access_level="ro")
    assert shared.get_access_rule(rule.id).access_key is None
    cloud.advance(10)
    (rule,) = shared.access_rules(share)
    assert (rule.state, rule.access_level) == ("active", "ro")
    assert rule.access_key
    assert [each.path for each in shared.export_locations(share.id)]


def test_the_openstack_command_shows_the_key(cloud: Cloud) -> None:
    assert cloud.run("share", "create", "CEPHFS", "1", "--name", "data", "--share-type", "cephfs").status == 0
    cloud.advance(20)
    assert cloud.run("share", "access", "create", "data", "cephx", "alice").status == 0
    cloud.advance(10)
    rules: list[dict[str, Any]] = cloud.run("share", "access", "list", "data", "-f", "json").json
    assert [(rule["Access To"], rule["State"]) for rule in rules] == [("alice", "active")]
    assert rules[0]["Access Key"]


def test_a_client_is_told_why_it_was_refused(cloud: Cloud) -> None:
    manila = cloud.manila()
    share = manila.shares.create("CEPHFS", 1)
    cloud.advance(20)
    manila.shares.allow(share, "ip", "10.0.0.1", "rw")
    cloud.advance(10)
    assert [rule.state for rule in manila.share_access_rules.access_list(share)] == ["error"]
    (message,) = manila.messages.list()
    assert (message.action_id, message.detail_id, message.resource_id) == ("010", "021", share.id)


def test_administrators_see_backends_of_ceph(cloud: Cloud) -> None:
    (pool,) = cloud.manila("admin").pools.list(detailed=True, search_opts={"share_type": "cephfs"})
    assert (pool.name, pool.capabilities["storage_protocol"]) == ("oracle@ceph#cephfs", "CEPHFS")
    assert pool.capabilities["vendor_name"] == "Ceph"
