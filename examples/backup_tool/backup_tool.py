"""Keeps the last snapshots of a share."""

import time

from manilaclient.common.apiclient import exceptions

PREFIX = "backup-"
INTERVAL = 5
"""Seconds between two polls of a snapshot."""


class BackupFailed(Exception):
    """There is no new snapshot; the message says why."""


def backup(manila, share_id, keep=3, timeout=600):
    """Makes a snapshot, waits until it is there, and deletes all but the last `keep`. Returns the snapshot.

    A snapshot that fails is deleted again. `timeout` is in seconds. Raises BackupFailed.
    """
    name = PREFIX + time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    try:
        snapshot = manila.share_snapshots.create(share_id, name=name)
    except exceptions.RequestEntityTooLarge as error:
        raise BackupFailed(f"no quota for a snapshot: {error}") from error
    except exceptions.NotFound as error:
        raise BackupFailed(f"there is no share {share_id}") from error
    snapshot = _wait(manila, snapshot, timeout)
    _prune(manila, share_id, keep)
    return snapshot


def _wait(manila, snapshot, timeout):
    waited = 0
    while snapshot.status == "creating":
        if waited >= timeout:
            raise BackupFailed(f"{snapshot.name} is still being made after {timeout} seconds")
        time.sleep(INTERVAL)
        waited += INTERVAL
        snapshot = manila.share_snapshots.get(snapshot.id)
    if snapshot.status != "available":
        manila.share_snapshots.delete(snapshot.id)
        raise BackupFailed(f"{snapshot.name} ended in {snapshot.status}")
    return snapshot


def _prune(manila, share_id, keep):
    ours = [
        each
        for each in manila.share_snapshots.list(search_opts={"share_id": share_id})
        if each.name and each.name.startswith(PREFIX) and each.status == "available"
    ]
    for snapshot in sorted(ours, key=lambda each: each.name, reverse=True)[keep:]:
        manila.share_snapshots.delete(snapshot.id)
