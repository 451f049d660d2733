"""Neutron through the real clients, as those who make share networks use it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from openstack import exceptions

from fakemanila.neighbours.offers import parse

from .cloud import Cloud


@pytest.fixture
def cloud(cloud: Cloud) -> Cloud:
    cloud.world.reset(replace(cloud.world.settings, services=parse("all")))
    return cloud


def test_openstacksdk_makes_networks(cloud: Cloud) -> None:
    network = cloud.connect().network
    made = network.create_network(name="private", is_admin_state_up=True)
    subnet = network.create_subnet(network_id=made.id, name="first", ip_version=4, cidr="10.1.0.0/24")
    assert network.find_network("private").subnet_ids == [subnet.id]
    assert [each.id for each in network.subnets(network_id=made.id)] == [subnet.id]
    network.set_tags(made, ["blue"])
    assert [each.id for each in network.networks(tags="blue")] == [made.id]
    assert network.update_subnet(subnet, gateway_ip=None).gateway_ip is None
    port = network.create_port(network_id=made.id, fixed_ips=[{"subnet_id": subnet.id}])
    with pytest.raises(exceptions.ConflictException):
        network.delete_network(made)
    network.delete_port(port)
    network.delete_network(made, ignore_missing=False)
    assert network.find_network("private") is None
    assert network.find_extension("provider") is not None
    with pytest.raises(exceptions.HttpException, match=r"network/v2\.0/routers is not implemented"):
        list(network.routers())


def test_the_cloud_layer_of_openstacksdk_finds_and_deletes(cloud: Cloud) -> None:
    connection = cloud.connect()
    connection.create_network("private")
    connection.create_subnet("private", cidr="10.1.0.0/24", subnet_name="first")
    assert [each.name for each in connection.list_subnets()] == ["first"]
    assert connection.delete_subnet("first")
    assert connection.delete_network("private")
    assert connection.list_networks() == []


def test_the_openstack_command_makes_a_share_network_by_names(cloud: Cloud) -> None:
    network = cloud.shown("network", "create", "private", "--tag", "blue")
    subnet = cloud.shown("subnet", "create", "--network", "private", "--subnet-range", "10.1.0.0/24", "first")
    place = ("--neutron-net-id", "private", "--neutron-subnet-id", "first")
    made = cloud.shown("share", "network", "create", "--name", "net", *place)
    assert network["id"] in str(made["share_network_subnets"])
    assert subnet["id"] in str(made["share_network_subnets"])
    cloud.openstack(
        "share", "create", "NFS", "1", "--share-type", "dhss_true", "--share-network", "net", "--name", "db"
    )
    cloud.world.advance_to_idle()
    assert cloud.shown("share", "show", "db")["status"] == "available"
    ports = cloud.shown("port", "list", "--device-owner", "manila:share", "--network", "private")
    assert len(ports) == 2
    cloud.openstack("network", "set", "--name", "renamed", "private")
    assert cloud.run("network", "delete", "renamed").status == 1
    assert [each["Name"] for each in cloud.shown("network", "list")] == ["renamed"]


def test_the_openstack_command_knows_no_network_of_that_name(cloud: Cloud) -> None:
    ran = cloud.run("share", "network", "create", "--neutron-net-id", "nothing", "--neutron-subnet-id", "nothing")
    assert ran.status == 1
    assert "nothing" in ran.err
