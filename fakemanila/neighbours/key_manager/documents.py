"""What Barbican says of its versions, and the microversion that a request asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...http.reply import Reply
from . import errors

if TYPE_CHECKING:
    from ...manila.context import Call

MINIMUM, MAXIMUM = 0, 2
"""The microversions 1.0 to 1.2."""
HEADER = "OpenStack-API-Version"
_ASKED = re.compile(r"key-manager (?:1\.([0-9]{1,9})|(latest))")


def microversion(call: Call) -> int:
    """The number behind the point. Raises NotAcceptable for one that isn't served."""
    for part in call.http.headers.get(HEADER, "").split(","):
        match = _ASKED.fullmatch(part.strip())
        if match is None:
            continue
        number = MAXIMUM if match[2] else int(match[1])
        if not MINIMUM <= number <= MAXIMUM:
            raise errors.NotAcceptable(f"Unacceptable version header: {match[1]}")
        return number
    return MINIMUM


def answer(call: Call, body: Any, status: int = 200) -> Reply:
    """An answer that tells the microversion, as all of them do that know one."""
    return Reply(status, body, {HEADER: f"key-manager 1.{microversion(call)}", "Vary": HEADER})


def _version(call: Call) -> dict[str, Any]:
    version: dict[str, Any] = {
        "id": "v1",
        "links": [
            {"rel": "self", "href": f"{call.http.base_url}/key-manager/v1/"},
            {"rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/"},
        ],
    }
    if microversion(call):
        return {**version, "status": "CURRENT", "min_version": f"1.{MINIMUM}", "max_version": f"1.{MAXIMUM}"}
    media = {"base": "application/json", "type": "application/vnd.openstack.key-manager-v1+json"}
    return {**version, "status": "stable", "media-types": [media]}


def versions(call: Call) -> Reply:
    """300, as if there were a choice; in another shape for those who know of microversions."""
    version = _version(call)
    return answer(call, {"versions": [version] if microversion(call) else {"values": [version]}}, 300)


def version(call: Call) -> Reply:
    return answer(call, {"version": _version(call)})
