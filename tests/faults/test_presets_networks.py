"""Presets of networks with servers whose security services or subnets cannot change."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient.common.apiclient.exceptions import BadRequest

from ..clients.cloud import Cloud, needs
from ..manila.resources.serving import put_server
from .trying import tries


def served(cloud: Cloud) -> tuple[Any, Any, str]:
    """A network, a service for it, and the id of a server that is on it already."""
    manila = cloud.manila()
    network = manila.share_networks.create(name="net")
    return network, manila.security_services.create("ldap"), put_server(cloud.world, network.id)


@needs("share_networks.add_security_service")
@tries("network-change-refused")
def test_a_backend_refuses_to_change(cloud: Cloud) -> None:
    network, service, _ = served(cloud)
    networks = cloud.manila().share_networks
    cloud.world.faults.add("network-change-refused")
    networks.add_security_service_check(network, service)
    (_, said) = networks.add_security_service_check(network, service)
    assert said["compatible"] is False
    with pytest.raises(BadRequest):
        networks.add_security_service(network, service)


@needs("share_networks.add_security_service")
@tries("network-change-error")
def test_a_change_that_was_found_possible_fails(cloud: Cloud) -> None:
    network, service, server = served(cloud)
    networks = cloud.manila().share_networks
    cloud.world.faults.add("network-change-error")
    networks.add_security_service_check(network, service)
    networks.add_security_service(network, service)
    assert networks.get(network.id).status == "active"
    found = cloud.world.store["share_servers"].get(server)
    assert found is not None
    assert found["status"] == "error"
