"""Every call of Nova's that is served, read top to bottom."""

from __future__ import annotations

from ..service import Body, Neighbour, Operation
from . import documents, flavors, servers, shares

_SERVERS = "/v2.1/servers"
_SERVER = f"{_SERVERS}/{{server_id}}"
_SHARES = f"{_SERVER}/shares"
_SHARE = f"{_SHARES}/{{share_id}}"

# fmt: off
CALLS: tuple[Operation, ...] = (
    Operation("compute.versions.list", "GET", "/", documents.versions, who="nobody"),
    Operation("compute.versions.show", "GET", "/v2.1", documents.version, who="nobody"),

    Operation("compute.servers.list", "GET", _SERVERS, servers.list_,
              omits="Filters but `name`, `status` and `all_tenants`; sorting; links to the next page."),
    Operation("compute.servers.detail", "GET", f"{_SERVERS}/detail", servers.detail,
              omits="As of the list."),
    Operation("compute.servers.create", "POST", _SERVERS, servers.create, 202,
              Body("server", servers.CREATE, ("name", "flavorRef")), "member", servers.BUILDING,
              omits="Any id is a flavor and an image. Networks, volumes, groups, keys and files are not looked at."),
    Operation("compute.servers.show", "GET", _SERVER, servers.show, omits="Addresses."),
    Operation("compute.servers.update", "PUT", _SERVER, servers.update, 200, Body("server", servers.UPDATE), "member"),
    Operation("compute.servers.delete", "DELETE", _SERVER, servers.delete, 204, None, "member", servers.DELETING),
    Operation("compute.servers.start", "POST", f"{_SERVER}/action", servers.start, 202, None, "member",
              servers.STARTING, "os-start", omits="Every other action."),
    Operation("compute.servers.stop", "POST", f"{_SERVER}/action", servers.stop, 202, None, "member",
              servers.STOPPING, "os-stop"),

    Operation("compute.server_shares.list", "GET", _SHARES, shares.list_),
    Operation("compute.server_shares.create", "POST", _SHARES, shares.create, 201,
              Body("share", shares.FIELDS, ("share_id",)), "member",
              omits="Nova gives up after ten seconds; here it waits for the access rule."),
    Operation("compute.server_shares.show", "GET", _SHARE, shares.show),
    Operation("compute.server_shares.delete", "DELETE", _SHARE, shares.delete, 200, None, "member", shares.DETACHING),

    Operation("compute.flavors.list", "GET", "/v2.1/flavors", flavors.list_,
              omits="Three that never change; filters; links to the next page."),
    Operation("compute.flavors.detail", "GET", "/v2.1/flavors/detail", flavors.detail, omits="As of the list."),
    Operation("compute.flavors.show", "GET", "/v2.1/flavors/{flavor_id}", flavors.show),
    Operation("compute.flavor_specs.list", "GET", "/v2.1/flavors/{flavor_id}/os-extra_specs", flavors.show_specs),
)
# fmt: on

NEIGHBOUR = Neighbour(
    type="compute",
    title="Nova",
    reference="https://docs.openstack.org/api-ref/compute/",
    operations=CALLS,
    resources=(servers.resource,),
    omits="Microversions after 2.97. All servers are on one host.",
    negotiate=documents.negotiate,
)
