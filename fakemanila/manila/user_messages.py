"""User messages: what a failed operation tells its user, hours after its 202, under ``/v2/messages``."""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from ..world.clock import format_time
from .user_message_texts import UNKNOWN_ERROR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..world.store import Record
    from ..world.world import World

KIND = "messages"
LIFETIME = timedelta(days=30)
"""Manila's ``message_ttl``."""

_ALLOCATE_HOST = "001"
NO_HOST_FOUND = frozenset(("002", "016", *(f"{number:03}" for number in range(7, 15))))
"""Details of a scheduler that found no host, under an action of its own."""
NEVER_PLACED = NO_HOST_FOUND | {"024", "028"}
"""Details of everything that goes wrong before a backend hears of a share."""


class _Action(NamedTuple):
    """What Manila's services write when an operation fails: the action's id, and the detail unless they know better.

    `detail` None: they write nothing. `about` is the attribute that names the resource: snapshots are named by their
    instance, as Manila has it. `elsewhere` are details that are written under another action, by detail.
    """

    id: str
    detail: str | None = UNKNOWN_ERROR
    about: str = "id"
    elsewhere: Mapping[str, str] = {}


_SCHEDULED = dict.fromkeys(NO_HOST_FOUND, _ALLOCATE_HOST)
_UPDATE = "005"
"""What a backend works on by itself is looked at now and then; that it failed is found by such an update."""

_ACTIONS = {
    "shares.create": _Action("002", elsewhere={**_SCHEDULED, "017": _UPDATE}),
    "shares.delete": _Action("007", about="instance_id"),
    "shares.force_delete": _Action("007", about="instance_id"),
    "share_instances.force_delete": _Action("007", about="instance_id"),
    "shares.extend": _Action("008", "015"),
    "shares.shrink": _Action("009", None),
    "shares.revert": _Action("006", elsewhere={"035": _UPDATE}),
    "snapshots.create": _Action("002", about="instance_id"),
    "snapshots.delete": _Action("007", about="instance_id"),
    "snapshots.force_delete": _Action("007", about="instance_id"),
    "share_replicas.create": _Action("002", elsewhere=_SCHEDULED),
    "share_replicas.delete": _Action("007"),
    "share_replicas.promote": _Action("004"),
    "share_replicas.resync": _Action(_UPDATE),
    "share_groups.create": _Action("002", None, elsewhere=_SCHEDULED),
    "shares.allow_access": _Action("010", None, about="share_id"),
    "share_backups.restore": _Action("028", None, about="target_share_id"),
}
"""By operation, as ``share/manager.py`` and ``scheduler/manager.py`` call ``message_api.create``."""

_RESOURCE_TYPES = {
    "shares": "SHARE",
    "share_instances": "SHARE",
    "share_backups": "SHARE",
    "snapshots": "SHARE_SNAPSHOT",
    "share_replicas": "SHARE_REPLICA",
    "share_groups": "SHARE_GROUP",
    "share_networks": "SHARE_NETWORK",
    "share_network_subnets": "SHARE_NETWORK_SUBNET",
    "security_services": "SECURITY_SERVICE",
}
"""By the operation's part before the dot."""
_BY_VERB = {"create": "002", "promote": "004", "update": _UPDATE, "delete": "007", "extend": "008", "shrink": "009"}


def leave(
    world: World, operation: str, record: Record, request_id: str | None, detail: str | None = None
) -> Record | None:
    """Writes the message that a failed operation leaves, as Manila's database keeps it; None where it leaves none.

    The text that users read is made from `action_id` and `detail_id` when it is shown.
    """
    resource, _, verb = operation.partition(".")
    action = _ACTIONS.get(operation) or _Action(_BY_VERB.get(verb, _UPDATE), None)
    detail = detail or action.detail
    if detail is None:
        return None
    return _add(
        world,
        project_id=_project_of(world, record),
        request_id=request_id,
        resource_type=_RESOURCE_TYPES.get(resource),
        resource_id=record.get(action.about, record["id"]),
        action_id=action.elsewhere.get(detail, action.id),
        detail_id=detail,
    )


def _project_of(world: World, record: Record) -> str | None:
    """The project of a record; what has none itself, such as an access rule, is its share's."""
    owner = record if "project_id" in record else world.store["shares"].get(str(record.get("share_id")))
    return None if owner is None else str(owner["project_id"])


def _add(world: World, **attributes: str | None) -> Record:
    table = world.store[KIND]
    now = world.timestamp()
    for message in list(takewhile(lambda message: message["expires_at"] < now, table)):  # the oldest come first
        table.remove(message["id"])
    return table.add(
        {
            "id": world.seeded.uuid(),
            "message_level": "ERROR",
            "created_at": now,
            "expires_at": format_time((world.now() + LIFETIME).replace(microsecond=0)),
            **attributes,
        }
    )


def unexpired(world: World) -> Iterator[Record]:
    """The messages whose time has not run out, newest first. The others are gone as far as anybody can see."""
    now = world.timestamp()
    return (message for message in world.store[KIND].newest_first() if message["expires_at"] >= now)


def find(world: World, id: str) -> Record | None:
    """A message that has not expired."""
    message = world.store[KIND].get(id)
    return message if message is not None and message["expires_at"] >= world.timestamp() else None
