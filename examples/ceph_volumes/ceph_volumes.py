"""Provides CephFS volumes for containers, like a CSI driver: a share, a Ceph client for it, and how to mount it."""

import time
from dataclasses import dataclass

from manilaclient.common.apiclient import exceptions

INTERVAL = 2
"""Seconds between two polls."""
MOUNT_OPTIONS = "__mount_options"
"""The metadata key in which Manila stores the name of the file system."""


class VolumeFailed(Exception):
    """There is no volume; the message says why."""


@dataclass(frozen=True)
class Mount:
    """What ``mount -t ceph`` needs."""

    monitors: str
    path: str
    client: str
    key: str
    options: str


def provide(manila, name, *, client, size=1, share_type="cephfs", read_only=False, timeout=600):
    """Creates the share with this name and grants access to a Ceph client, unless that is already done.

    Returns its `Mount`. `timeout` is in seconds, for each thing that is waited for. Raises VolumeFailed; a share that
    failed is deleted again.
    """
    share = _named(manila, name) or manila.shares.create("CEPHFS", size, name=name, share_type=share_type)
    share = _wait_for_share(manila, share, timeout)
    rule = _grant(manila, share, client, "ro" if read_only else "rw")
    rule = _wait_for_key(manila, share, rule, timeout)
    locations = manila.share_export_locations.list(share)
    location = next((each for each in locations if each.preferred), locations[0])
    monitors, _, path = location.path.rpartition(":")
    return Mount(monitors, path, client, rule.access_key, share.metadata.get(MOUNT_OPTIONS, ""))


def give_up(manila, name, *, timeout=600):
    """Deletes the share with this name and its rules. Raises VolumeFailed if it isn't deleted."""
    share = _named(manila, name)
    if share is None:
        return
    manila.shares.delete(share)
    for _ in _looks(timeout):
        try:
            status = manila.shares.get(share.id).status
        except exceptions.NotFound:
            return
        if status.startswith("error"):
            raise VolumeFailed(f"{name} ended in {status}")
    raise VolumeFailed(f"{name} is still {status} after {timeout} seconds")


def _named(manila, name):
    return next((each for each in manila.shares.list() if each.name == name), None)


def _looks(timeout):
    """Yields once per poll until the time is up, and sleeps between polls."""
    for waited in range(0, timeout + 1, INTERVAL):
        if waited:
            time.sleep(INTERVAL)
        yield waited


def _wait_for_share(manila, share, timeout):
    for _ in _looks(timeout):
        share = manila.shares.get(share.id)
        if share.status == "available":
            return share
        if share.status.startswith("error"):
            reason = _reason(manila, share)
            manila.shares.delete(share)
            raise VolumeFailed(f"{share.name} ended in {share.status}: {reason}")
    raise VolumeFailed(f"{share.name} is still {share.status} after {timeout} seconds")


def _grant(manila, share, client, level):
    """Returns the client's rule; replaces a failed one of an earlier attempt."""
    for rule in manila.share_access_rules.access_list(share):
        if (rule.access_type, rule.access_to) == ("cephx", client):
            if rule.state != "error":
                return rule.id
            manila.shares.deny(share, rule.id)
    return manila.shares.allow(share, "cephx", client, level)["id"]


def _wait_for_key(manila, share, rule_id, timeout):
    """Returns the rule when it is active and has its key; either may come first."""
    for _ in _looks(timeout):
        rule = manila.share_access_rules.get(rule_id)
        if rule.state == "active" and rule.access_key:
            return rule
        if rule.state == "error":
            raise VolumeFailed(f"no access for {rule.access_to}: {_reason(manila, share)}")
    raise VolumeFailed(f"no key for {rule.access_to} after {timeout} seconds, and the rule is {rule.state}")


def _reason(manila, share):
    """Returns the reason of a failure, if Manila gives one."""
    told = [each.user_message for each in manila.messages.list() if each.resource_id == share.id]
    return told[0] if told else "nobody says why"
