"""User messages: what a failed operation tells its user, hours after its 202, under ``/v2/messages``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from .clock import format_time
from .user_message_texts import UNKNOWN_ERROR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .store import Record
    from .world import World

KIND = "messages"
LIFETIME = timedelta(days=30)
"""Manila's ``message_ttl``."""

_ALLOCATE_HOST = "001"
_OF_SCHEDULER = frozenset(("002", "016", "028", *(f"{number:03}" for number in range(7, 15))))
"""Details that the scheduler gives, about an action of its own: no host was found."""


class _Action(NamedTuple):
    """What Manila's services write when an operation fails: the action's id, and the detail unless they know better.

    `detail` None: they write nothing. `about` is the attribute that names the resource: snapshots are named by their
    instance, as Manila has it.
    """

    id: str
    detail: str | None = UNKNOWN_ERROR
    about: str = "id"


_ACTIONS = {
    "shares.create": _Action("002"),
    "shares.delete": _Action("007", about="instance_id"),
    "shares.force_delete": _Action("007", about="instance_id"),
    "shares.extend": _Action("008", "015"),
    "shares.shrink": _Action("009", None),
    "shares.revert": _Action("006"),
    "snapshots.create": _Action("002", about="instance_id"),
    "snapshots.delete": _Action("007", about="instance_id"),
    "snapshots.force_delete": _Action("007", about="instance_id"),
    "share_replicas.create": _Action("002"),
    "share_replicas.delete": _Action("007"),
    "share_replicas.promote": _Action("004"),
    "share_groups.create": _Action("002", None),
    "shares.allow_access": _Action("010", None),
    "share_backups.restore": _Action("028", None),
}
"""By operation, as ``share/manager.py`` and ``scheduler/manager.py`` call ``message_api.create``."""

_RESOURCE_TYPES = {
    "shares": "SHARE",
    "snapshots": "SHARE_SNAPSHOT",
    "share_replicas": "SHARE_REPLICA",
    "share_groups": "SHARE_GROUP",
    "share_networks": "SHARE_NETWORK",
    "share_network_subnets": "SHARE_NETWORK_SUBNET",
    "security_services": "SECURITY_SERVICE",
}
_BY_VERB = {"create": "002", "promote": "004", "update": "005", "delete": "007", "extend": "008", "shrink": "009"}


def leave(
    world: World, operation: str, kind: str, record: Record, request_id: str | None, detail: str | None = None
) -> Record | None:
    """Writes the message that a failed operation leaves, as Manila's database keeps it; None where it leaves none.

    The text that users read is made from `action_id` and `detail_id` when it is shown.
    """
    action = _ACTIONS.get(operation) or _Action(_BY_VERB.get(operation.rpartition(".")[2], "005"), None)
    detail = detail or action.detail
    if detail is None:
        return None
    scheduling = detail in _OF_SCHEDULER
    return _add(
        world,
        record,
        request_id,
        resource_type=_RESOURCE_TYPES.get(kind),
        resource_id=record["id"] if scheduling else record.get(action.about, record["id"]),
        action_id=_ALLOCATE_HOST if scheduling else action.id,
        detail_id=detail,
    )


def _add(world: World, record: Record, request_id: str | None, **attributes: str | None) -> Record:
    table = world.store[KIND]
    for message in [message for message in table if message["expires_at"] < world.timestamp()]:
        table.remove(message["id"])
    return table.add(
        {
            "id": world.seeded.uuid(),
            "project_id": record.get("project_id"),
            "message_level": "ERROR",
            "request_id": request_id,
            "created_at": world.timestamp(),
            "expires_at": format_time(world.now() + LIFETIME),
            **attributes,
        }
    )


def unexpired(world: World) -> Iterator[Record]:
    """The messages whose time has not run out, newest first. The others are gone as far as anybody can see."""
    now = world.timestamp()
    return (message for message in world.store[KIND].newest_first() if message["expires_at"] >= now)
