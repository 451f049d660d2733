"""Share networks, their subnets and security services through the real clients."""

from __future__ import annotations

import pytest
from manilaclient import exceptions

from .cloud import Cloud


def test_manilaclient_wires_a_network(cloud: Cloud) -> None:
    manila = cloud.manila()
    network = manila.share_networks.create(neutron_net_id="a", neutron_subnet_id="b", name="wired")
    assert [each["neutron_net_id"] for each in network.share_network_subnets] == ["a"]
    subnet = manila.share_network_subnets.create(availability_zone="manila-zone-1", share_network_id=network.id)
    assert subnet.availability_zone == "manila-zone-1"
    assert len(manila.share_networks.get(network.id).share_network_subnets) == 2
    with pytest.raises(exceptions.Conflict):
        manila.share_networks.delete(network)
    manila.share_network_subnets.delete(network.id, subnet.id)
    manila.share_networks.update(network, name="rewired")
    assert [each.name for each in manila.share_networks.list()] == ["rewired"]
    manila.share_networks.delete(network)
    assert manila.share_networks.list() == []


def test_manilaclient_adds_a_security_service(cloud: Cloud) -> None:
    manila = cloud.manila()
    network = manila.share_networks.create(name="wired")
    service = manila.security_services.create("ldap", dns_ip="10.0.0.1", name="directory")
    manila.share_networks.add_security_service(network, service)
    (found,) = manila.security_services.list(search_opts={"share_network_id": network.id})
    assert (found.id, found.dns_ip) == (service.id, "10.0.0.1")
    with pytest.raises(exceptions.Forbidden):
        manila.security_services.delete(service)
    manila.share_networks.remove_security_service(network, service)
    manila.security_services.delete(service)


def test_openstacksdk_makes_networks(cloud: Cloud) -> None:
    shared = cloud.connect().shared_file_system
    network = shared.create_share_network(name="wired")
    assert [each.id for each in shared.share_networks()] == [network.id]
    assert shared.update_share_network(network.id, description="new").description == "new"
    subnet = shared.create_share_network_subnet(network.id, availability_zone="manila-zone-1")
    assert shared.get_share_network_subnet(network.id, subnet.id).availability_zone == "manila-zone-1"
    shared.delete_share_network_subnet(network.id, subnet.id)
    shared.delete_share_network(network.id)
    assert list(shared.share_networks()) == []


def test_the_command_makes_networks(cloud: Cloud) -> None:
    cloud.shown("share", "network", "create", "--name", "wired")
    assert cloud.shown("share", "network", "show", "wired")["status"] == "active"
    cloud.shown("share", "security", "service", "create", "ldap", "--name", "directory")
    cloud.openstack("share", "network", "set", "wired", "--new-security-service", "directory")
    subnet = cloud.shown("share", "network", "subnet", "create", "wired", "--availability-zone", "manila-zone-1")
    cloud.openstack("share", "network", "subnet", "delete", "wired", subnet["id"])
    cloud.openstack("share", "network", "delete", "wired")
    cloud.openstack("share", "security", "service", "delete", "directory")
    assert cloud.manila().share_networks.list() == []
