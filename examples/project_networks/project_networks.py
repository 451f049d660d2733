"""Sets up a project: a share network with a directory service, and a first share on it."""

import time

from manilaclient.common.apiclient import exceptions

INTERVAL = 5
"""Seconds between two polls of a share."""


class SetupFailed(Exception):
    """The project has no share; the message says why."""


def set_up(manila, name, *, net, subnet, directory=None, size=1, timeout=1800):
    """Creates the share network, the security service and the share with this name, unless they exist.

    `net` and `subnet` are ids of Neutron's. `directory` has ``dns_ip``, ``domain``, ``user`` and ``password`` of an
    LDAP server, where shares are to know its users. Returns the share. A share that fails is deleted again. `timeout`
    is in seconds. Raises SetupFailed.
    """
    network = _named(manila.share_networks, name) or manila.share_networks.create(net, subnet, name=name)
    if directory is not None and _named(manila.security_services, name) is None:
        service = manila.security_services.create("ldap", name=name, **directory)
        manila.share_networks.add_security_service(network, service)
    share = _named(manila.shares, name)
    if share is None:
        try:
            share = manila.shares.create("NFS", size, name=name, share_type="dhss_true", share_network=network.id)
        except exceptions.RequestEntityTooLarge as error:
            raise SetupFailed(f"no quota for a share: {error}") from error
    return _wait(manila, share, timeout)


def tear_down(manila, name, timeout=1800):
    """Deletes all of it, in reverse order. Raises SetupFailed if a share isn't deleted."""
    share = _named(manila.shares, name)
    if share is not None:
        manila.shares.delete(share)
        _wait(manila, share, timeout, gone=True)
    network = _named(manila.share_networks, name)
    if network is not None:
        manila.share_networks.delete(network)
    service = _named(manila.security_services, name)
    if service is not None:
        manila.security_services.delete(service)


def _named(manager, name):
    return next((each for each in manager.list() if each.name == name), None)


def _wait(manila, share, timeout, *, gone=False):
    waited = 0
    while True:
        try:
            share = manila.shares.get(share.id)
        except exceptions.NotFound:
            if gone:
                return None
            raise SetupFailed(f"the share {share.name} is gone") from None
        if share.status == "available" and not gone:
            return share
        if share.status.startswith("error"):
            _give_up(manila, share)
        if waited >= timeout:
            raise SetupFailed(f"{share.name} is still {share.status} after {timeout} seconds")
        time.sleep(INTERVAL)
        waited += INTERVAL


def _give_up(manila, share):
    """Returns why the share failed, if Manila says so, and deletes a share that was never created."""
    reasons = [each.user_message for each in manila.messages.list()]
    if share.status == "error":
        manila.shares.delete(share)
    raise SetupFailed(f"{share.name} ended in {share.status}: {'; '.join(reasons) or 'nobody says why'}")
