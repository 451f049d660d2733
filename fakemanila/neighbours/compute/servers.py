"""Servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from ...contract.declared import Keywords
from ...manila.common.attributes import Text
from ...manila.common.registry import Resource
from ...manila.common.seeds import Fields, Identified, Project
from ...versions import Microversion
from ...world.lifecycle import Transition
from . import errors, flavors, manila
from .paging import page
from .records import SERVERS, SHARES, Server, shares_of

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World

resource = Resource("servers", kinds=(SERVERS, SHARES))

_SHORT = {"type": "string", "minLength": 1, "maxLength": 255}
_TEXT = {"type": ["string", "null"], "maxLength": 255}
_STRINGS = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 255}}
_COUNT = {"type": ["integer", "string"]}
_ANY: Mapping[str, Any] = {}
CREATE: Mapping[str, Any] = {
    "name": _SHORT,
    "flavorRef": _SHORT,
    "imageRef": {"type": "string", "maxLength": 255},
    "description": _TEXT,
    "metadata": _STRINGS,
    "tags": {"type": "array", "maxItems": 50, "items": {"type": "string", "minLength": 1, "maxLength": 60}},
    "key_name": _TEXT,
    "availability_zone": _SHORT,
    "min_count": _COUNT,
    "max_count": _COUNT,
    **dict.fromkeys(
        (
            "networks",
            "security_groups",
            "adminPass",
            "user_data",
            "config_drive",
            "personality",
            "block_device_mapping",
            "block_device_mapping_v2",
            "OS-DCF:diskConfig",
            "accessIPv4",
            "accessIPv6",
            "hostname",
        ),
        _ANY,
    ),
}
UPDATE: Mapping[str, Any] = {name: CREATE[name] for name in ("name", "description")}

_STATES = {"ACTIVE": ("active", 1), "SHUTOFF": ("stopped", 4), "ERROR": ("error", 0), "BUILD": ("building", 0)}
"""By status: what the extended status says, and how much power there is."""
_DELETING = "deleting"
_TASKS = {
    "compute.servers.create": "spawning",
    "compute.servers.start": "powering-on",
    "compute.servers.stop": "powering-off",
}
"""What a server shows as being done with it, by the operation that is under way."""
_SINCE = {
    "locked": Microversion(2, 9),
    "description": Microversion(2, 19),
    "tags": Microversion(2, 26),
    "trusted_image_certificates": Microversion(2, 63),
    "server_groups": Microversion(2, 71),
    "locked_reason": Microversion(2, 73),
    "OS-EXT-SRV-ATTR:hostname": Microversion(2, 90),
    "pinned_availability_zone": Microversion(2, 96),
}
"""Fields that a microversion brought."""


def _links(call: Call, id: str) -> list[dict[str, str]]:
    base = f"{call.http.base_url}/compute"
    return [
        {"rel": "self", "href": f"{base}/v2.1/servers/{id}"},
        {"rel": "bookmark", "href": f"{base}/servers/{id}"},
    ]


def _time(text: str | None) -> str | None:
    return None if text is None else text[:19] + "Z"


def _task_of(world: World, server: Server) -> str | None:
    """What is done with a server: its deletion, above all."""
    under_way = (_TASKS.get(pending.operation) for pending in world.scheduler.of(server["id"]))
    return server.task_state or next((task for task in under_way if task is not None), None)


def _shown(call: Call, server: Server) -> dict[str, Any]:
    id, (state, power) = server["id"], _STATES.get(server.status, (server.status.lower(), 0))
    image: Any = ""
    if server.image_id:
        link = {"rel": "bookmark", "href": f"{call.http.base_url}/compute/images/{server.image_id}"}
        image = {"id": server.image_id, "links": [link]}
    shown = {
        "id": id,
        "name": server.name,
        "status": server.status,
        "tenant_id": server.project_id,
        "user_id": server.user_id,
        "metadata": server.metadata,
        "hostId": "" if server.status == "BUILD" else f"{int(id.replace('-', ''), 16):056x}",
        "image": image,
        "flavor": flavors.of_server(call, server.flavor_id),
        "created": _time(server.created_at),
        "updated": _time(server.updated_at or server.created_at),
        "addresses": {},
        "accessIPv4": "",
        "accessIPv6": "",
        "links": _links(call, id),
        "key_name": server.key_name,
        "config_drive": "",
        "security_groups": [{"name": "default"}],
        "OS-DCF:diskConfig": "MANUAL",
        "OS-EXT-AZ:availability_zone": server.availability_zone,
        "OS-EXT-STS:task_state": _task_of(call.world, server),
        "OS-EXT-STS:vm_state": state,
        "OS-EXT-STS:power_state": power,
        "OS-SRV-USG:launched_at": None if server.status == "BUILD" else server.created_at,
        "OS-SRV-USG:terminated_at": None,
        "os-extended-volumes:volumes_attached": [],
        "locked": False,
        "description": server.description,
        "tags": server.tags,
        "trusted_image_certificates": None,
        "server_groups": [],
        "locked_reason": None,
        "OS-EXT-SRV-ATTR:hostname": server.name.lower(),
        "pinned_availability_zone": None,
    }
    if server.status in ("ACTIVE", "BUILD"):
        shown["progress"] = 0
    if call.is_admin:
        shown["OS-EXT-SRV-ATTR:host"] = shown["OS-EXT-SRV-ATTR:hypervisor_hostname"] = manila.HOST
        shown["OS-EXT-SRV-ATTR:instance_name"] = f"instance-{id[:8]}"
    return {name: value for name, value in shown.items() if call.version >= _SINCE.get(name, call.version)}


def find(call: Call) -> Server:
    """The server that the path names. Raises NotFound for those of other projects."""
    id = call.args["server_id"]
    server = call.world.store[SERVERS].get(id)
    if server is None or not (call.is_admin or server.project_id == call.caller.project_id):
        raise errors.NotFound(f"Instance {id} could not be found.", because=call.why_missing(SERVERS, id, server))
    return server


def _listed(call: Call) -> Sequence[Server]:
    """The servers that the query asks for, newest first."""
    query, world = call.http.query, call.world
    of_all = call.is_admin and ("all_tenants" in query or "all_projects" in query)
    found = [
        server
        for server in reversed(list(world.store[SERVERS]))
        if (of_all or server.project_id == call.caller.project_id)
        and query.get("name", "").strip("^$") in server.name
        and query.get("status", server.status).upper() == server.status
    ]
    return page(call, found)


def list_(call: Call) -> dict[str, Any]:
    brief = ({"id": each["id"], "name": each.name, "links": _links(call, each["id"])} for each in _listed(call))
    return {"servers": list(brief)}


def detail(call: Call) -> dict[str, Any]:
    return {"servers": [_shown(call, each) for each in _listed(call)]}


def show(call: Call) -> dict[str, Any]:
    return {"server": _shown(call, find(call))}


def new(world: World, **attributes: Any) -> Server:
    """Keeps a new server."""
    return world.store[SERVERS].add(
        Server(**{"id": world.seeded.uuid(), "created_at": world.timestamp(), **attributes})
    )


def create(call: Call) -> dict[str, Any]:
    """202. Any flavor and any image will do."""
    body = call.body
    if any(str(body.get(name, 1)) != "1" for name in ("min_count", "max_count")):
        raise errors.NotServed("Several servers at once are not implemented by this release of fakemanila.")
    server = new(
        call.world,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
        name=body["name"],
        flavor_id=body["flavorRef"].rpartition("/")[2] or body["flavorRef"],
        image_id=body.get("imageRef") or None,
        description=body.get("description"),
        metadata=dict(body.get("metadata", {})),
        tags=list(body.get("tags", ())),
        key_name=body.get("key_name"),
        availability_zone=body.get("availability_zone", "nova"),
    )
    call.begin("compute.servers.create", SERVERS, server)
    password = body.get("adminPass")
    return {
        "server": {
            "id": server["id"],
            "links": _links(call, server["id"]),
            "OS-DCF:diskConfig": "MANUAL",
            "security_groups": [{"name": "default"}],
            "adminPass": password if isinstance(password, str) else call.world.seeded.hex_id()[:12],
        }
    }


def update(call: Call) -> dict[str, Any]:
    server = find(call)
    call.world.touch(server, **call.body)
    return show(call)


def _begin(call: Call, operation: str, verb: str, statuses: tuple[str, ...]) -> None:
    server = find(call)
    if server.status not in statuses:
        state = _STATES.get(server.status, (server.status.lower(), 0))[0]
        raise errors.InWrongState(verb, server, state, *statuses)
    task = _task_of(call.world, server)
    if task is not None:
        raise errors.Conflict(f"Cannot '{verb}' instance {server['id']} while it is in task_state {task}")
    call.begin(operation, SERVERS, server)


def start(call: Call) -> None:
    """202; 409 for a server that isn't stopped."""
    _begin(call, "compute.servers.start", "start", ("SHUTOFF",))


def stop(call: Call) -> None:
    """202; 409 for a server that doesn't run."""
    _begin(call, "compute.servers.stop", "stop", ("ACTIVE", "ERROR"))


def delete(call: Call) -> None:
    """204. Shares that are still attached are detached."""
    server = find(call)
    if server.task_state != _DELETING:
        call.begin("compute.servers.delete", SERVERS, server)


def _move_shares(world: World, server: Server, status: str) -> str | None:
    """Has the server's shares show a status. One that is still being attached costs the server its health."""
    attached = shares_of(world, server["id"])
    if any(manila.status_of(world, each) in ("attaching", "detaching") for each in attached):
        return "ERROR"
    for each in attached:
        if manila.status_of(world, each) != "error":
            each["status"] = status
    return None


def _started(world: World, server: Server, arguments: Mapping[str, Any]) -> str | None:
    return _move_shares(world, server, "active")


def _stopped(world: World, server: Server, arguments: Mapping[str, Any]) -> str | None:
    return _move_shares(world, server, "inactive")


def _deleted(world: World, server: Server, arguments: Mapping[str, Any]) -> None:
    for attached in shares_of(world, server["id"]):
        manila.revoke(world, attached)
        world.remove(SHARES, attached)


BUILDING = Transition("BUILD", "ACTIVE", "ERROR")
STARTING = Transition("SHUTOFF", "ACTIVE", "SHUTOFF", effect=_started)
STOPPING = Transition("ACTIVE", "SHUTOFF", "ACTIVE", effect=_stopped)
DELETING = Transition(_DELETING, None, "", effect=_deleted, attribute="task_state")


# Seeding


class ServerFields(Identified, total=False):
    name: Annotated[str, Keywords(maxLength=255)]
    project: Annotated[Project, "Default: demo."]
    status: Annotated[str, Keywords(enum=["ACTIVE", "ERROR", "SHUTOFF"])]
    flavor: Text
    image: Text
    metadata: dict[str, str]


@resource.seeds_as("server", SERVERS, ServerFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    project = given.pop("project", None) or seeder.find("project", "demo", "project")
    rest = {"flavor": "flavor_id", "image": "image_id"}
    return new(
        seeder.world,
        **{
            "project_id": project["id"],
            "user_id": None,
            "name": "server",
            "flavor_id": "1",
            "status": "ACTIVE",
            **{rest.get(name, name): value for name, value in given.items()},
        },
    )
