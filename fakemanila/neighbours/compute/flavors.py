"""Flavors: a few, which nobody changes. Servers take any other id, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...versions import Microversion
from . import errors
from .paging import page

if TYPE_CHECKING:
    from ...manila.context import Call

_SIZES = {"1": ("m1.tiny", 1, 512, 1), "2": ("m1.small", 1, 2048, 20), "3": ("m1.medium", 2, 4096, 40)}
"""By id: name, virtual processors, memory in MiB, disk in GiB."""
_EMBEDDED_SINCE = Microversion(2, 47)
_DESCRIBED_SINCE = Microversion(2, 55)
_SPECS_SINCE = Microversion(2, 61)


def _links(call: Call, id: str) -> list[dict[str, str]]:
    base = f"{call.http.base_url}/compute"
    return [
        {"rel": "self", "href": f"{base}/v2.1/flavors/{id}"},
        {"rel": "bookmark", "href": f"{base}/flavors/{id}"},
    ]


def of_server(call: Call, id: str) -> dict[str, Any]:
    """The flavor of a server, as the server shows it."""
    if call.version < _EMBEDDED_SINCE:
        return {"id": id, "links": _links(call, id)[1:]}
    name, processors, memory, disk = _SIZES.get(id, (id, 1, 512, 1))
    sizes = {"vcpus": processors, "ram": memory, "disk": disk, "ephemeral": 0, "swap": 0}
    return {**sizes, "original_name": name, "extra_specs": {}}


def _shown(call: Call, id: str) -> dict[str, Any]:
    name, processors, memory, disk = _SIZES[id]
    shown: dict[str, Any] = {
        "id": id,
        "name": name,
        "vcpus": processors,
        "ram": memory,
        "disk": disk,
        "swap": "",
        "rxtx_factor": 1.0,
        "OS-FLV-EXT-DATA:ephemeral": 0,
        "OS-FLV-DISABLED:disabled": False,
        "os-flavor-access:is_public": True,
        "links": _links(call, id),
    }
    if call.version >= _DESCRIBED_SINCE:
        shown["description"] = None
    if call.version >= _SPECS_SINCE:
        shown["extra_specs"] = {}
    return shown


def _listed(call: Call) -> list[dict[str, Any]]:
    return list(page(call, [_shown(call, id) for id in _SIZES]))


def list_(call: Call) -> dict[str, Any]:
    return {"flavors": [{name: each[name] for name in ("id", "name", "links")} for each in _listed(call)]}


def detail(call: Call) -> dict[str, Any]:
    return {"flavors": _listed(call)}


def show(call: Call) -> dict[str, Any]:
    id = call.args["flavor_id"]
    if id not in _SIZES:
        raise errors.NotFound(f"Flavor {id} could not be found.")
    return {"flavor": _shown(call, id)}


def show_specs(call: Call) -> dict[str, Any]:
    show(call)
    return {"extra_specs": {}}
