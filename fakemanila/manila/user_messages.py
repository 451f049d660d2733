"""User messages: what a failed operation tells its user, hours after its 202, under ``/v2/messages``."""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from ..world.clock import format_time
from ..world.kinds import Kind
from ..world.lifecycle import Message
from ..world.rows import Row
from .common.attributes import Text, Time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..world.rows import Record
    from ..world.world import World


class UserMessage(Row):
    """Why an operation has failed, as Manila's database keeps it: the text is made from the ids when it is shown."""

    id: Text
    project_id: str | None
    message_level: Text = "ERROR"
    request_id: str | None
    resource_type: str | None
    resource_id: str | None
    action_id: Text
    detail_id: Text
    created_at: Time
    expires_at: Time


KIND = Kind("messages", UserMessage)
LIFETIME = timedelta(days=30)
"""Manila's ``message_ttl``."""

_ALLOCATE_HOST = "001"
NO_HOST_FOUND = frozenset(("002", "016", *(f"{number:03}" for number in range(7, 15))))
"""Details of a scheduler that found no host, under an action of its own."""
NEVER_PLACED = NO_HOST_FOUND | {"024", "028"}
"""Details of everything that goes wrong before a backend hears of a share."""


SCHEDULED: Mapping[str, str] = dict.fromkeys(NO_HOST_FOUND, _ALLOCATE_HOST)
"""What the scheduler writes is under its own action."""
UPDATE = "005"
"""What a backend works on by itself is looked at now and then; that it failed is found by such an update."""
_BY_VERB = {"create": "002", "promote": "004", "update": UPDATE, "delete": "007", "extend": "008", "shrink": "009"}


def leave(
    world: World,
    operation: str,
    kind: str,
    record: Record,
    request_id: str | None,
    detail: str | None = None,
    *,
    message: Message | None = None,
) -> UserMessage | None:
    """Writes the message that a failed operation leaves, as Manila's database keeps it; None where it leaves none.

    The text that users read is made from `action_id` and `detail_id` when it is shown. `message` is that of the
    operation's transition unless it is given.
    """
    transition = world.transitions.get(operation)
    verb = operation.partition(".")[2]
    message = message or (transition and transition.message) or Message(_BY_VERB.get(verb, UPDATE))
    detail = detail or message.detail
    if detail is None:
        return None
    known = world.kinds.get(kind)
    return _add(
        world,
        project_id=_project_of(world, record),
        request_id=request_id,
        resource_type=message.resource_type or (known and known.message_type),
        resource_id=record.get(message.about, record["id"]),
        action_id=message.elsewhere.get(detail, message.action),
        detail_id=detail,
    )


def _project_of(world: World, record: Record) -> str | None:
    """The project of a record; what has none itself, such as an access rule, is its share's."""
    owner = record if "project_id" in record else world.store["shares"].get(str(record.get("share_id")))
    return None if owner is None else str(owner["project_id"])


def _add(world: World, **attributes: Any) -> UserMessage:
    table = world.store[KIND]
    now = world.timestamp()
    for message in list(takewhile(lambda message: message["expires_at"] < now, table)):  # the oldest come first
        table.remove(message["id"])
    return table.add(
        UserMessage(
            id=world.seeded.uuid(),
            message_level="ERROR",
            created_at=now,
            expires_at=format_time((world.now() + LIFETIME).replace(microsecond=0)),
            **attributes,
        )
    )


def unexpired(world: World) -> Iterator[Record]:
    """The messages whose time has not run out, newest first. The others are gone as far as anybody can see."""
    now = world.timestamp()
    return (message for message in world.store[KIND].newest_first() if message["expires_at"] >= now)


def find(world: World, id: str) -> Record | None:
    """A message that has not expired."""
    message = world.store[KIND].get(id)
    return message if message is not None and message["expires_at"] >= world.timestamp() else None
