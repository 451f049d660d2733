"""Brings a share to the desired state, in spite of temporary failures."""

import time

from keystoneauth1.exceptions import ClientException
from openstack import exceptions

ATTEMPTS = 5
PAUSE = 2
"""Seconds before the second attempt. Each further pause is twice as long, or as long as the API asks for."""

_TRANSIENT = {409, 413, 429, 500, 502, 503, 504}


class NotReconciled(Exception):
    """The share hasn't reached the desired state after all attempts."""


def reconcile(connection, name, size):
    """Returns the available share with this name and size. Creates or extends it if needed.

    You can call it repeatedly: a lost response doesn't lead to a second share. Before version 4.15, openstacksdk itself
    sends a create again after a lost connection, and then there are two. Raises NotReconciled.
    """
    reason, asked = None, 0
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(max(PAUSE * 2 ** (attempt - 1), asked))
        asked = 0
        try:
            share = _find(connection, name)
            if share is None:
                connection.shared_file_system.create_share(share_protocol="NFS", size=size, name=name)
                reason = "it is being made"
            elif share.status == "error":
                connection.shared_file_system.delete_share(share)
                reason = "it had failed"
            elif share.status != "available":
                reason = f"it is {share.status}"
            elif share.size < size:
                connection.shared_file_system.resize_share(share.id, size)
                reason = "it is growing"
            else:
                return share
        except exceptions.HttpException as error:
            if error.status_code not in _TRANSIENT:
                raise NotReconciled(f"{name}: {error}") from error
            reason, asked = f"the API answered {error.status_code}", _retry_after(error)
        except (
            ClientException
        ) as error:  # no answer at all, or half of one: openstacksdk lets these through as they are
            reason = str(error)
    raise NotReconciled(f"{name}: gave up after {ATTEMPTS} attempts, {reason}")


def _retry_after(error):
    said = error.response.headers.get("Retry-After", "")
    return int(said) if said.isdecimal() else 0


def _find(connection, name):
    found = [each for each in connection.shared_file_system.shares(name=name) if each.status != "deleting"]
    if len(found) > 1:
        raise NotReconciled(f"{name}: there are {len(found)} of that name")
    return found[0] if found else None
