"""Every call of Glance's that is served: there is one image, which nobody changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ..service import Neighbour, NeighbourError, Operation

if TYPE_CHECKING:
    from ...manila.context import Call

IMAGE_ID = "70a599e0-31e7-49b7-b260-868f441e862b"
IMAGE: dict[str, Any] = {
    "id": IMAGE_ID,
    "name": "cirros",
    "status": "active",
    "visibility": "public",
    "protected": False,
    "os_hidden": False,
    "owner": None,
    "checksum": "c8fc807773e5354afe61636071771906",
    "os_hash_algo": "sha512",
    "os_hash_value": "0" * 128,
    "container_format": "bare",
    "disk_format": "qcow2",
    "size": 21430272,
    "virtual_size": 117440512,
    "min_disk": 0,
    "min_ram": 0,
    "tags": [],
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "self": f"/v2/images/{IMAGE_ID}",
    "file": f"/v2/images/{IMAGE_ID}/file",
    "schema": "/v2/schemas/image",
}
_FILTERS = ("id", "name", "status", "visibility", "container_format", "disk_format")


class NotFound(NeighbourError):
    service: ClassVar[str] = "image"
    status = 404


def versions(call: Call) -> dict[str, Any]:
    link = {"rel": "self", "href": f"{call.http.base_url}/image/v2/"}
    return {"versions": [{"id": "v2.9", "status": "CURRENT", "links": [link]}]}


def list_(call: Call) -> dict[str, Any]:
    """200; filters compare exactly."""
    query = call.http.query
    found = (
        [] if "marker" in query or any(query.get(name, IMAGE[name]) != IMAGE[name] for name in _FILTERS) else [IMAGE]
    )
    return {"images": found, "first": "/v2/images", "schema": "/v2/schemas/images"}


def show(call: Call) -> dict[str, Any]:
    if call.args["image_id"] != IMAGE_ID:
        raise NotFound(f"No image found with ID {call.args['image_id']}")
    return IMAGE


NEIGHBOUR = Neighbour(
    type="image",
    title="Glance",
    reference="https://docs.openstack.org/api-ref/image/",
    operations=(
        Operation("image.versions.list", "GET", "/", versions, 300, who="nobody"),
        Operation("image.images.list", "GET", "/v2/images", list_, omits="One image, always the same; pages, sorting."),
        Operation("image.images.show", "GET", "/v2/images/{image_id}", show),
    ),
)
