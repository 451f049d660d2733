"""Nova and Glance through the real clients, as those who attach shares to servers use them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakemanila import FakeManila
from fakemanila.neighbours.offers import parse

from .cloud import Cloud


@pytest.fixture
def cloud(cloud: Cloud) -> Cloud:
    cloud.world.reset(replace(cloud.world.settings, services=parse("all")))
    return cloud


def test_openstacksdk_attaches_a_share(cloud: Cloud) -> None:
    connection = cloud.connect()
    compute, image = connection.compute, connection.image.find_image("cirros")
    made = compute.create_server(name="web", flavor_id="1", image_id=image.id, networks="none")
    server = compute.wait_for_server(made, interval=0.05)
    assert compute.find_server("web").id == server.id
    compute.stop_server(server)
    server = compute.wait_for_server(server, status="SHUTOFF", interval=0.05)
    share = cloud.manila().shares.create("NFS", 1)
    attachment = compute.create_share_attachment(server, share.id, tag="data")
    assert (attachment.share_id, attachment.tag) == (share.id, "data")
    assert [each.status for each in compute.share_attachments(server)] == ["inactive"]
    with pytest.raises(Exception, match="prevent delete action"):
        cloud.manila().shares.delete(share)
    compute.delete_share_attachment(server, share.id)
    compute.delete_server(server)
    compute.wait_for_delete(server, interval=0.05)
    cloud.manila().shares.delete(share)


def test_a_server_with_a_share_by_command(cloud: Cloud) -> None:
    newest = ("--os-compute-api-version", "2.97")
    cloud.shown(*newest, "server", "create", "web", "--flavor", "m1.tiny", "--image", "cirros", "--no-network")
    assert [row["Name"] for row in cloud.shown("server", "list")] == ["web"]
    cloud.openstack("server", "stop", "web")
    assert cloud.shown("server", "show", "web")["status"] == "SHUTOFF"
    share = cloud.manila().shares.create("NFS", 1)
    cloud.shown(*newest, "server", "add", "share", "web", share.id, "--tag", "data")
    rows = cloud.shown(*newest, "server", "share", "list", "web")
    assert [(row["Share ID"], row["Tag"], row["Status"]) for row in rows] == [(share.id, "data", "inactive")]
    cloud.openstack(*newest, "server", "remove", "share", "web", share.id)
    cloud.openstack("server", "start", "web")
    cloud.openstack("server", "delete", "web")
    assert cloud.shown("server", "list") == []


def test_each_server_has_a_ceph_user_of_its_own() -> None:
    with FakeManila(services="compute", scenario="cephfs", clock="manual") as manila:
        client, compute = manila.client(), manila.connect().compute
        share = client.shares.create("CEPHFS", 1)
        manila.clock.advance_to_idle()
        for number in range(2):
            server = manila.create("server", name=f"web-{number}", status="SHUTOFF")
            compute.create_share_attachment(server.id, share.id)
            manila.clock.advance_to_idle()
            assert [each.status for each in compute.share_attachments(server.id)] == ["inactive"]
        found = manila.client("nova").share_access_rules.access_list(share.id)
        assert {rule.access_type for rule in found} == {"cephx"}
        assert len({rule.access_to for rule in found}) == 2
        assert all(rule.access_key for rule in found)
