"""Nova and Glance through the real clients, as those who attach shares to servers use them."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
