"""The version document, as ``/`` and ``/v2/`` show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...http.reply import Reply
from ..common.registry import Resource

if TYPE_CHECKING:
    from ..context import Call

resource = Resource("versions")


def document(call: Call) -> dict[str, Any]:
    """The one version there is, with the range of microversions that the caller is served."""
    return {
        "versions": [
            {
                "id": "v2.0",
                "status": "CURRENT",
                "version": str(call.newest_microversion),
                "min_version": str(call.world.settings.min_microversion),
                "updated": "2015-08-27T11:33:21Z",
                "links": [
                    {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"},
                    {"rel": "self", "href": f"{call.http.base_url}/v2/"},
                ],
                "media-types": [{"base": "application/json", "type": "application/vnd.openstack.share+json;version=1"}],
            }
        ]
    }


def _first(call: Call, second: dict[str, Any]) -> dict[str, Any]:
    """The version before, which had no microversions, and whose successor it is like in all else."""
    links = [second["links"][0], {"rel": "self", "href": f"{call.http.base_url}/v1/"}]
    return {**second, "id": "v1.0", "status": "DEPRECATED", "version": "", "min_version": "", "links": links}


def all_versions(call: Call) -> dict[str, Any]:
    """What stands in front of the API: all versions that the release has."""
    shown = document(call)
    if call.world.settings.release.has_v1:
        shown["versions"].insert(0, _first(call, *shown["versions"]))
    return shown


@resource.handles("versions.list")
def list_(call: Call) -> Reply:
    return Reply(300, all_versions(call))


@resource.handles("versions.show")
def show(call: Call) -> Reply:
    return Reply(200, document(call))
