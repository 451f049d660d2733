"""Who may be given access to shares and snapshots: addresses, users, certificates and Ceph clients."""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...world import collation
from ...world.lifecycle import Effect, Phase, Transition
from .. import errors

if TYPE_CHECKING:
    from ...world.rows import Record

_BLANK = re.compile(r"[\s|.]+$")
_USER = re.compile(r'.[^"/\\\[\]:;|=,+*?<>]{3,254}$')
_MAX_COMMON_NAME = 64


QUEUED = "queued_to_apply"


def granting(applied: Effect) -> Transition:
    """What a rule goes through when it is made: its backend takes it up at once, unless it is told to take its time."""
    phases = (Phase("queued", QUEUED, instant=True), Phase("applying", "applying"))
    return Transition(QUEUED, "active", "error", effect=applied, attribute="state", phases=phases)


def check_target(access_type: str | None, target: str, *, ipv6: bool, cephx: bool) -> None:
    """Raises BadRequest for a target that is not of its type, and for types that aren't known (yet)."""
    if access_type == "ip":
        _check_address(target, ipv6=ipv6)
    elif access_type == "user":
        _check_user(target)
    elif access_type == "cert":
        if not 0 < len(target.strip()) <= _MAX_COMMON_NAME:
            raise errors.BadRequest("Invalid CN (common name). Must be 1-64 chars long.")
    elif access_type == "cephx" and cephx:
        _check_ceph_id(target)
    else:
        types = "'ip', 'user', 'cert' or 'cephx'" if cephx else "'ip', 'user' or 'cert'"
        raise errors.BadRequest(f"Only {types} access types are supported.")


def _check_address(target: str, *, ipv6: bool) -> None:
    try:
        ipaddress.ip_network(target) if ipv6 else ipaddress.IPv4Network(target)
    except ValueError as error:
        raise errors.BadRequest(str(error)) from None


def _check_user(target: str) -> None:
    if _BLANK.match(target):
        raise errors.BadRequest("Invalid user or group name,cannot consist solely of periods or spaces.")
    if not _USER.match(target):
        raise errors.BadRequest(
            "Invalid user or group name. Must be 4-255 characters and consist of alphanumeric characters and exclude "
            'special characters "/\\[]:;|=,+*?<>'
        )


def _check_ceph_id(target: str) -> None:
    if not target:
        raise errors.BadRequest("Ceph IDs may not be empty.")
    if not set(target) <= set(string.printable):
        raise errors.BadRequest("Ceph IDs must consist of ASCII printable characters.")
    if "." in target:  # else nobody would know whether to write the "client." before a name
        raise errors.BadRequest("Ceph IDs may not contain periods.")


def is_there(rules: Iterable[Record], access_type: str, target: str) -> bool:
    """Whether one of the rules is for the same target already.

    Addresses are compared as networks, but only those that are written alike up to the mask.
    """
    targets = [rule["access_to"] for rule in rules if rule["access_type"] == access_type]
    if access_type != "ip":
        return any(collation.equal(other, target) for other in targets)
    network, address = ipaddress.ip_network(target), target.partition("/")[0]
    return any(other.startswith(address) and ipaddress.ip_network(other) == network for other in targets)
