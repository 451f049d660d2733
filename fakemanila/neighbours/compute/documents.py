"""What Nova says of itself: its versions, and which microversion a request is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...versions import Microversion
from . import errors

if TYPE_CHECKING:
    from ...manila.context import Call

MINIMUM, MAXIMUM = Microversion(2, 1), Microversion(2, 97)
HEADER, OLD_HEADER = "OpenStack-API-Version", "X-OpenStack-Nova-API-Version"
_LATEST = "latest"


def negotiate(call: Call) -> Mapping[str, str]:
    """The headers of the answer. Raises BadRequest and NotAcceptable for a microversion that isn't served."""
    named = [part.split() for part in call.http.headers.get(HEADER, "").split(",")]
    asked = next((words[1] for words in named if len(words) == 2 and words[0] == "compute"), None)
    version = _parse(asked or call.http.headers.get(OLD_HEADER) or str(MINIMUM))
    call.asked_version = version
    return {HEADER: f"compute {version}", OLD_HEADER: str(version), "Vary": f"{HEADER}, {OLD_HEADER}"}


def _parse(text: str) -> Microversion:
    if text == _LATEST:
        return MAXIMUM
    try:
        version = Microversion.parse(text)
    except ValueError:
        raise errors.BadRequest(f"API Version String {text} is of invalid format. Must be MajorNum.MinorNum.") from None
    if not MINIMUM <= version <= MAXIMUM:
        raise errors.NotAcceptable(
            f"Version {version} is not supported by the API. Minimum is {MINIMUM} and maximum is {MAXIMUM}."
        )
    return version


def _version(call: Call) -> dict[str, Any]:
    return {
        "id": "v2.1",
        "status": "CURRENT",
        "version": str(MAXIMUM),
        "min_version": str(MINIMUM),
        "updated": "2013-07-23T11:33:21Z",
        "links": [{"rel": "self", "href": f"{call.http.base_url}/compute/v2.1/"}],
    }


def versions(call: Call) -> dict[str, Any]:
    return {"versions": [_version(call)]}


def version(call: Call) -> dict[str, Any]:
    media = {"base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1"}
    return {"version": {**_version(call), "media-types": [media]}}
