"""Creates a network for an application and a share on it, all with the same name, and deletes them again.

`cloud` is an openstacksdk connection to Neutron and Manila, such as ``openstack.connect()``.
"""

import time

from openstack import exceptions

INTERVAL = 5
"""Seconds between two polls."""


class Failed(Exception):
    """The share wasn't created, or something wasn't deleted; the message says why."""


def up(cloud, name, cidr, *, size=1, share_type="dhss_true", timeout=1800):
    """Creates the network, subnet, share network and share that don't exist yet. Returns the share's export paths.

    A share that fails is deleted again. Raises Failed.
    """
    network = cloud.network.find_network(name) or cloud.network.create_network(name=name)
    subnet = cloud.network.find_subnet(name, network_id=network.id) or cloud.network.create_subnet(
        name=name, network_id=network.id, ip_version=4, cidr=cidr
    )
    shares = cloud.shared_file_system
    share_network = _named(shares.share_networks(), name) or shares.create_share_network(
        name=name, neutron_net_id=network.id, neutron_subnet_id=subnet.id
    )
    share = _named(shares.shares(), name) or shares.create_share(
        name=name, share_protocol="NFS", size=size, share_type=share_type, share_network_id=share_network.id
    )
    _wait(lambda: _is_ready(shares, share), f"{name} is not available", timeout)
    return sorted(location.path for location in shares.export_locations(share.id))


def down(cloud, name, timeout=1800):
    """Deletes all of it, in reverse order. Raises Failed if something isn't deleted."""
    shares = cloud.shared_file_system
    share = _named(shares.shares(), name)
    if share is not None:
        shares.delete_share(share)
        _wait(lambda: _named(shares.shares(), name) is None, f"{name} is still there", timeout)
    share_network = _named(shares.share_networks(), name)
    if share_network is not None:
        shares.delete_share_network(share_network)
    network = cloud.network.find_network(name)
    if network is not None:
        # The share server is deleted after the share network, together with its ports.
        _wait(lambda: _is_deleted(cloud, network), f"network {name} is still in use", timeout)


def _is_ready(shares, share):
    share = shares.get_share(share.id)
    if share.status == "error":
        reasons = [message.user_message for message in shares.user_messages(resource_id=share.id)]
        shares.delete_share(share)
        raise Failed(f"{share.name} could not be made: {'; '.join(reasons) or 'nobody says why'}")
    return share.status == "available"


def _is_deleted(cloud, network):
    try:
        cloud.network.delete_network(network)
    except exceptions.ConflictException:
        return False
    return True


def _named(records, name):
    return next((each for each in records if each.name == name), None)


def _wait(done, problem, timeout):
    waited = 0
    while not done():
        if waited >= timeout:
            raise Failed(f"{problem} after {timeout} seconds")
        time.sleep(INTERVAL)
        waited += INTERVAL
