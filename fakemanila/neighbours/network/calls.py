"""Every call of Neutron's that is served, read top to bottom."""

from __future__ import annotations

from ..service import Body, Neighbour, Operation
from . import documents, fields, networks, ports, quotas, subnets, tags

_QUOTAS = {name: {"type": "integer", "minimum": -1} for name in quotas.DEFAULTS}
_FORCE = {"force": {"type": "boolean"}, "check_limit": {"type": "boolean"}}


def _tags(of: str, member: str) -> tuple[Operation, ...]:
    path = f"/v2.0/{of}/{{{member}_id}}/tags"
    prefix = f"network.{member}_tags"
    return (
        Operation(f"{prefix}.list", "GET", path, tags.list_),
        Operation(
            f"{prefix}.replace", "PUT", path, tags.replace, 200, Body(None, {"tags": fields.TAGS}, ("tags",)), "member"
        ),
        Operation(f"{prefix}.delete_all", "DELETE", path, tags.delete_all, 204, None, "member"),
        Operation(f"{prefix}.show", "GET", f"{path}/{{tag}}", tags.show, 204),
        Operation(f"{prefix}.add", "PUT", f"{path}/{{tag}}", tags.add, 201, None, "member"),
        Operation(f"{prefix}.delete", "DELETE", f"{path}/{{tag}}", tags.delete, 204, None, "member"),
    )


_NO_BULK = "Several at once; If-Match."

# fmt: off
CALLS: tuple[Operation, ...] = (
    Operation("network.versions.list", "GET", "/", documents.versions, who="nobody"),
    Operation("network.versions.show", "GET", "/v2.0", documents.version),
    Operation("network.extensions.list", "GET", "/v2.0/extensions", documents.extensions,
              omits="Only what is served here is listed."),
    Operation("network.extensions.show", "GET", "/v2.0/extensions/{alias}", documents.extension),
    Operation("network.availability_zones.list", "GET", "/v2.0/availability_zones", documents.availability_zones,
              omits="The zone `nova`, always."),

    Operation("network.networks.list", "GET", "/v2.0/networks", networks.list_),
    Operation("network.networks.create", "POST", "/v2.0/networks", networks.create, 201,
              Body("network", networks.CREATE), "member",
              omits=f"{_NO_BULK} Segments, QoS policies, DNS domains, VLAN transparency."),
    Operation("network.networks.show", "GET", "/v2.0/networks/{network_id}", networks.show),
    Operation("network.networks.update", "PUT", "/v2.0/networks/{network_id}", networks.update, 200,
              Body("network", networks.UPDATE), "member"),
    Operation("network.networks.delete", "DELETE", "/v2.0/networks/{network_id}", networks.delete, 204, None, "member"),
    *_tags("networks", "network"),

    Operation("network.subnets.list", "GET", "/v2.0/subnets", subnets.list_),
    Operation("network.subnets.create", "POST", "/v2.0/subnets", subnets.create, 201,
              Body("subnet", subnets.CREATE, ("network_id", "ip_version")), "member",
              omits=f"{_NO_BULK} Subnet pools (501), segments, service types."),
    Operation("network.subnets.show", "GET", "/v2.0/subnets/{subnet_id}", subnets.show),
    Operation("network.subnets.update", "PUT", "/v2.0/subnets/{subnet_id}", subnets.update, 200,
              Body("subnet", subnets.UPDATE), "member"),
    Operation("network.subnets.delete", "DELETE", "/v2.0/subnets/{subnet_id}", subnets.delete, 204, None, "member"),
    *_tags("subnets", "subnet"),

    Operation("network.ports.list", "GET", "/v2.0/ports", ports.list_),
    Operation("network.ports.create", "POST", "/v2.0/ports", ports.create, 201,
              Body("port", ports.CREATE, ("network_id",)), "member",
              omits=f"{_NO_BULK} Security groups are kept, not looked up; address pairs, DHCP options, DNS, QoS."),
    Operation("network.ports.show", "GET", "/v2.0/ports/{port_id}", ports.show),
    Operation("network.ports.update", "PUT", "/v2.0/ports/{port_id}", ports.update, 200,
              Body("port", ports.UPDATE), "member"),
    Operation("network.ports.delete", "DELETE", "/v2.0/ports/{port_id}", ports.delete, 204, None, "member"),
    *_tags("ports", "port"),

    Operation("network.quotas.show", "GET", "/v2.0/quotas/{project_id}", quotas.show),
    Operation("network.quotas.default", "GET", "/v2.0/quotas/{project_id}/default", quotas.show_default),
    Operation("network.quotas.details", "GET", "/v2.0/quotas/{project_id}/details", quotas.show_details),
    Operation("network.quotas.update", "PUT", "/v2.0/quotas/{project_id}", quotas.update, 200,
              Body("quota", {**_QUOTAS, **_FORCE}), "admin"),
    Operation("network.quotas.delete", "DELETE", "/v2.0/quotas/{project_id}", quotas.delete, 204, None, "admin"),
)
# fmt: on

NEIGHBOUR = Neighbour(
    type="network",
    title="Neutron",
    reference="https://docs.openstack.org/api-ref/network/v2/",
    operations=CALLS,
    resources=(networks.resource, subnets.resource),
    omits="Share networks that name nothing of it have addresses of the deployment, as with the standalone plugin.",
)
